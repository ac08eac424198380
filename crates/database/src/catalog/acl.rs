//! Access privileges as Postgres prints them: `anon=r*w/postgres`.
//!
//! `aclexplode` would say the same in one row per privilege, which for thousands of tables is a
//! hundred thousand rows.

use lodger_migration::catalog::Grant;

/// Reads the items of an access control list; sorted, each privilege once per grantee.
pub(super) fn parse_grants(items: &[&str]) -> Vec<Grant> {
    let mut grants: Vec<Grant> = items.iter().copied().flat_map(parse_item).collect();
    grants.sort_unstable();
    // The same privilege from two grantors: the one that may be passed on sorts last.
    grants.dedup_by(|later, kept| {
        let same = later.grantee == kept.grantee && later.privilege == kept.privilege;
        kept.grantable |= same && later.grantable;
        same
    });
    grants
}

/// Reads the items of a list as `role=privilege`, with a `*` behind what may be passed on; sorted.
pub(super) fn parse_pairs(items: &[&str]) -> Vec<String> {
    let star = |grantable| if grantable { "*" } else { "" };
    let pairs = parse_grants(items).into_iter();
    pairs
        .map(|it| format!("{}={}{}", it.grantee, it.privilege, star(it.grantable)))
        .collect()
}

fn parse_item(item: &str) -> Vec<Grant> {
    let (grantee, rest) = split_grantee(item);
    let letters = rest.split('/').next().unwrap_or_default();
    let mut grants: Vec<Grant> = Vec::new();
    for letter in letters.chars() {
        match (letter, grants.last_mut()) {
            ('*', Some(last)) => last.grantable = true,
            _ => grants.push(Grant {
                grantee: grantee.clone(),
                privilege: privilege(letter),
                grantable: false,
            }),
        }
    }
    grants
}

/// The role before the `=`; it is in double quotes, doubled inside, when it is not a plain word.
fn split_grantee(item: &str) -> (String, &str) {
    let mut grantee = String::new();
    let mut quoted = false;
    let mut letters = item.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' if quoted && letters.next_if(|(_, next)| *next == '"').is_some() => {
                grantee.push('"');
            }
            '"' => quoted = !quoted,
            '=' if !quoted => {
                let name = if grantee.is_empty() {
                    "public".into()
                } else {
                    grantee
                };
                return (name, item.get(at + 1..).unwrap_or_default());
            }
            _ => grantee.push(letter),
        }
    }
    (grantee, "")
}

/// Source: PostgreSQL's table of ACL privilege abbreviations. A letter of a later version stays a letter.
fn privilege(letter: char) -> String {
    let word = match letter {
        'r' => "SELECT",
        'a' => "INSERT",
        'w' => "UPDATE",
        'd' => "DELETE",
        'D' => "TRUNCATE",
        'x' => "REFERENCES",
        't' => "TRIGGER",
        'm' => "MAINTAIN",
        'X' => "EXECUTE",
        'U' => "USAGE",
        'C' => "CREATE",
        'c' => "CONNECT",
        'T' => "TEMPORARY",
        's' => "SET",
        'A' => "ALTER SYSTEM",
        other => return other.to_string(),
    };
    word.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_read_with_their_quotes_and_stars() {
        let items = [
            r#""odd ""role"" = name"=r*w/postgres"#,
            "=X/postgres",
            "a_1=?/b",
        ];
        assert_eq!(
            parse_pairs(&items),
            [
                "a_1=?",
                r#"odd "role" = name=SELECT*"#,
                r#"odd "role" = name=UPDATE"#,
                "public=EXECUTE",
            ]
        );
    }

    #[test]
    fn two_grantors_make_one_grant() {
        assert_eq!(parse_pairs(&["a=r/x", "a=r*/y", "a=r/z"]), ["a=SELECT*"]);
    }

    #[test]
    fn nonsense_is_no_reason_to_panic() {
        for item in ["", "=", "\"", "\"a", "a", "*", "=*", "é=é/é"] {
            parse_grants(&[item]);
        }
        assert_eq!(parse_grants(&["nobody"]), []);
    }
}
