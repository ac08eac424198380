//! In what an object that is there differs from the one that is declared.

use std::collections::BTreeMap;

use crate::catalog::{Column, Entry, Function, Object, Table};

/// Longer values are cut: a difference is to be seen, not printed in full.
const LONGEST: usize = 120;

/// What differs between two objects of one name.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Comparison {
    /// What differs for certain.
    pub certain: Vec<String>,
    /// What differs in text that the server prints: two versions may print one thing differently.
    pub printed: Vec<String>,
}

impl Comparison {
    /// All of it.
    pub(super) fn all(self) -> Vec<String> {
        let mut all = self.certain;
        all.extend(self.printed);
        all
    }
}

struct Trait {
    value: String,
    printed: bool,
}

/// Compares everything but foreign keys' targets, row-level security, grants, owner and comment.
pub(super) fn compare(declared: &Entry, there: &Entry) -> Comparison {
    let (declared, mut there) = (traits(declared), traits(there));
    let mut comparison = Comparison::default();
    for (label, wanted) in declared {
        match there.remove(&label) {
            None => comparison.certain.push(format!("{label}: missing")),
            Some(found) if found.value != wanted.value => {
                let sentence = differs(&label, &found.value, &wanted.value);
                if wanted.printed && found.printed {
                    comparison.printed.push(sentence);
                } else {
                    comparison.certain.push(sentence);
                }
            }
            Some(_) => {}
        }
    }
    for (label, found) in there {
        let value = shortened(&found.value);
        comparison.certain.push(format!(
            "{label}: no migration declares it, and it is {value}"
        ));
    }
    if !comparison.certain.is_empty() {
        // A definition repeats in other words what is said already.
        comparison
            .printed
            .retain(|it| !it.starts_with("definition: "));
    }
    comparison
}

fn differs(label: &str, found: &str, wanted: &str) -> String {
    let has_lines = found.contains('\n') || wanted.contains('\n');
    if has_lines && matches!(label, "body" | "definition") {
        let mut lines = wanted.lines().zip(found.lines()).enumerate();
        if let Some((number, (wanted, found))) = lines.find(|(_, (a, b))| a != b) {
            let (found, wanted) = (shortened(found), shortened(wanted));
            return format!(
                "{label}: line {} is {found}, declared is {wanted}",
                number + 1
            );
        }
        let (found, wanted) = (found.lines().count(), wanted.lines().count());
        return format!("{label}: has {found} lines, declared are {wanted}");
    }
    format!(
        "{label}: is {}, declared is {}",
        shortened(found),
        shortened(wanted)
    )
}

fn shortened(value: &str) -> String {
    let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
    if value.is_empty() {
        return "nothing".to_owned();
    }
    match value.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", value.get(..end).unwrap_or_default()),
        None => value,
    }
}

fn traits(entry: &Entry) -> BTreeMap<String, Trait> {
    let mut list = List::default();
    match &entry.object {
        Object::Table(it) => table(it, entry, &mut list),
        Object::Constraint(it) => {
            list.say("columns", it.columns.join(", "));
            list.say("validated", word(it.validated));
            list.say("deferrable", word(it.deferrable));
            list.say("initially deferred", word(it.deferred));
            list.print("definition", &it.definition);
        }
        Object::Index(it) => {
            list.say("table", it.table.clone());
            list.say("leading columns", it.columns.join(", "));
            list.say("unique", word(it.unique));
            list.say("valid", word(it.valid));
            list.say("partial", word(it.partial));
            list.print("definition", &it.definition);
        }
        Object::Trigger(it) => {
            list.say(
                "function",
                format!("{}.{}", it.function_schema, it.function),
            );
            list.say("state", state(it.enabled).to_owned());
            list.say("events", it.events.join(", "));
            list.print("definition", &it.definition);
        }
        Object::Policy(it) => {
            list.say("command", it.command.clone());
            list.say("kind", permissive(it.permissive).to_owned());
            list.say("roles", it.roles.join(", "));
            list.print_if_any("USING", it.using.as_deref());
            list.print_if_any("WITH CHECK", it.check.as_deref());
        }
        Object::Function(it) => function(it, &mut list),
        Object::Extension(_) => {}
        _ => {
            for (label, value) in entry.shape() {
                let printed = matches!(label.as_str(), "definition" | "domain");
                list.0.insert(label, Trait { value, printed });
            }
        }
    }
    list.0
}

fn table(it: &Table, entry: &Entry, list: &mut List) {
    for column in &it.columns {
        list.say(format!("column {}", column.name), describe(column));
        let label = match column.generated {
            Some(_) => format!("expression of column {}", column.name),
            None => format!("default of column {}", column.name),
        };
        list.print_if_any(label, column.default.as_deref());
    }
    let rest = entry.shape().into_iter().filter(|(label, _)| {
        !label.starts_with("column ") && !label.ends_with("row-level security")
    });
    for (label, value) in rest {
        let printed = label == "partition";
        list.0.insert(label, Trait { value, printed });
    }
}

fn describe(column: &Column) -> String {
    let mut words = column.data_type.clone();
    if let Some(collation) = &column.collation {
        words.push_str(&format!(" collate {collation}"));
    }
    if column.not_null {
        words.push_str(" not null");
    }
    words.push_str(match (column.identity, column.generated) {
        (Some('a'), _) => " generated always as identity",
        (Some(_), _) => " generated by default as identity",
        (None, Some('s')) => " generated, stored",
        (None, Some(_)) => " generated",
        (None, None) => "",
    });
    words
}

fn function(it: &Function, list: &mut List) {
    list.print("arguments", &it.arguments);
    list.say("result", it.result.clone());
    list.say("language", it.language.clone());
    // A body in standard SQL is kept parsed, and printed; any other is kept as it was written.
    let body = it.body.trim();
    let printed =
        it.language == "sql" && (body.starts_with("BEGIN ATOMIC") || body.starts_with("RETURN "));
    list.0.insert(
        "body".into(),
        Trait {
            value: body.to_owned(),
            printed,
        },
    );
    list.say("security definer", word(it.security_definer));
    list.say("volatility", it.volatility.to_string());
    list.say("strict", word(it.strict));
    list.say("settings", it.settings.join(", "));
}

#[derive(Default)]
struct List(BTreeMap<String, Trait>);

impl List {
    fn say(&mut self, label: impl Into<String>, value: String) {
        self.0.insert(
            label.into(),
            Trait {
                value,
                printed: false,
            },
        );
    }

    fn print(&mut self, label: impl Into<String>, value: &str) {
        let value = value.to_owned();
        self.0.insert(
            label.into(),
            Trait {
                value,
                printed: true,
            },
        );
    }

    fn print_if_any(&mut self, label: impl Into<String>, value: Option<&str>) {
        if let Some(value) = value {
            self.print(label, value);
        }
    }
}

fn word(value: bool) -> String {
    if value { "yes".into() } else { "no".into() }
}

fn permissive(value: bool) -> &'static str {
    if value { "permissive" } else { "restrictive" }
}

/// `pg_trigger.tgenabled` in words.
fn state(letter: char) -> &'static str {
    match letter {
        'D' => "disabled",
        'R' => "enabled on a replica",
        'A' => "always enabled",
        _ => "enabled",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Policy, Trigger};

    fn policy(using: Option<&str>, command: &str) -> Entry {
        Entry::bare(Object::Policy(Policy {
            command: command.into(),
            permissive: true,
            roles: vec!["authenticated".into()],
            using: using.map(Into::into),
            check: None,
        }))
    }

    #[test]
    fn an_expression_that_is_gone_differs_for_certain_and_one_that_reads_otherwise_may_not() {
        let declared = policy(Some("(a = b)"), "SELECT");
        let other = compare(&declared, &policy(Some("true"), "SELECT"));
        assert!(other.certain.is_empty());
        assert_eq!(other.printed, ["USING: is true, declared is (a = b)"]);
        let gone = compare(&declared, &policy(None, "ALL"));
        assert_eq!(
            gone.certain,
            ["USING: missing", "command: is ALL, declared is SELECT"]
        );
    }

    #[test]
    fn a_definition_is_not_repeated_when_its_part_is_named() {
        let trigger = |function: &str| {
            Entry::bare(Object::Trigger(Trigger {
                function_schema: "public".into(),
                function: function.into(),
                definition: format!("… EXECUTE FUNCTION public.{function}()"),
                enabled: 'O',
                for_each_row: true,
                before: true,
                events: vec!["UPDATE".into()],
            }))
        };
        let comparison = compare(&trigger("touch"), &trigger("other"));
        assert_eq!(
            comparison.all(),
            ["function: is public.other, declared is public.touch"]
        );
        assert_eq!(compare(&trigger("a"), &trigger("a")), Comparison::default());
    }

    #[test]
    fn of_two_texts_the_first_line_that_differs_is_shown() {
        assert_eq!(
            differs("body", "begin\n x;\nend", "begin\n y;\nend"),
            "body: line 2 is x;, declared is y;"
        );
        assert_eq!(
            differs("body", "a\nb", "a"),
            "body: has 2 lines, declared are 1"
        );
        assert_eq!(shortened(&"é".repeat(200)).chars().count(), LONGEST + 1);
    }
}
