//! Mermaid's flowcharts, which code hosts draw inside Markdown.

use lodger_migration::map::{Map, ReferenceKind};

use super::{color, drawn, label, title};

/// The map as a flowchart.
pub(crate) fn render(map: &Map, project: &str) -> String {
    let mut text = "flowchart LR\n".to_owned();
    let mut number = 0;
    for (at, group) in map.groups.iter().enumerate() {
        let title = quoted(&title(group, project));
        text.push_str(&format!("  subgraph g{at} [{title}]\n"));
        for relation in &group.relations {
            text.push_str(&format!("    n{number}[{}]\n", quoted(&relation.id.name())));
            number += 1;
        }
        text.push_str("  end\n");
    }
    for (at, (from, to, reference)) in drawn(map).into_iter().enumerate() {
        let arrow = match reference.kind {
            ReferenceKind::WrongUsers => "==>",
            ReferenceKind::Reads => "-.->",
            _ => "-->",
        };
        let label = quoted(&label(reference));
        text.push_str(&format!("  n{from} {arrow}|{label}| n{to}\n"));
        let color = color(reference.kind);
        text.push_str(&format!("  linkStyle {at} stroke:{color},color:{color}\n"));
    }
    text
}

/// Mermaid writes characters of its own as entities.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '#' | '<' | '>' | '&' | ';' => {
                quoted.push_str(&format!("#{};", u32::from(character)));
            }
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_flowchart() {
        insta::assert_snapshot!(super::render(&super::super::sample::map(), "research"));
    }
}
