//! Graphviz' language: a cluster per owner.

use lodger_migration::map::{Map, ReferenceKind};

use super::{color, drawn, label, title};

/// The map as a directed graph.
pub(crate) fn render(map: &Map, project: &str) -> String {
    let mut text =
        "digraph lodger {\n  rankdir=LR;\n  node [shape=box, fontname=\"sans-serif\"];\n"
            .to_owned();
    let mut number = 0;
    for (at, group) in map.groups.iter().enumerate() {
        let title = quoted(&title(group, project));
        text.push_str(&format!("  subgraph cluster_{at} {{\n    label={title};\n"));
        for relation in &group.relations {
            text.push_str(&format!(
                "    n{number} [label={}];\n",
                quoted(&relation.id.name())
            ));
            number += 1;
        }
        text.push_str("  }\n");
    }
    for (from, to, reference) in drawn(map) {
        let (width, style) = match reference.kind {
            ReferenceKind::WrongUsers => (3, "bold"),
            ReferenceKind::Reads => (1, "dashed"),
            _ => (1, "solid"),
        };
        let (color, label) = (color(reference.kind), quoted(&label(reference)));
        text.push_str(&format!(
            "  n{from} -> n{to} [label={label}, color=\"{color}\", fontcolor=\"{color}\", penwidth={width}, style={style}];\n"
        ));
    }
    text.push_str("}\n");
    text
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_graph() {
        insta::assert_snapshot!(super::render(&super::super::sample::map(), "research"));
    }
}
