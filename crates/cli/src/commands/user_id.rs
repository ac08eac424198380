//! Ids of users on the command line.

use uuid::Uuid;

/// What Postgres takes for a uuid, with hyphens or without.
pub(super) fn parse_user_id(text: &str) -> Result<Uuid, String> {
    // The library's own words are about characters and groups; whoever has typed a name or a part of an
    // id needs to know what an id is, and where there is one.
    Uuid::parse_str(text).map_err(|_| {
        "a user's id is a UUID such as 6f1c2b9e-8f0d-4c5a-9b7e-3d2a1f0c4e58, as `select id from auth.users` \
         lists them"
            .to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_uuid_and_anything_else_is_told_what_one_is() {
        let id = "6f1c2b9e-8f0d-4c5a-9b7e-3d2a1f0c4e58";
        for right in [id.to_owned(), id.to_uppercase(), id.replace('-', "")] {
            assert_eq!(parse_user_id(&right).unwrap().to_string(), id);
        }
        for wrong in ["", "a", "6f1c…", "ann@example.test", &id[..35]] {
            let said = parse_user_id(wrong).unwrap_err();
            assert!(said.contains("is a UUID such as"), "{wrong}: {said}");
        }
    }
}
