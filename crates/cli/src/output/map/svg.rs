//! SVG: panels of tables side by side, a line per reference. Opens in every browser, dark or light.

use std::cmp::Ordering;

use lodger_migration::map::{Group, Map, Reference, ReferenceKind, Relation};

use super::{color, drawn, label, title};

/// Lengths in pixels.
const ROW: usize = 24;
const HEAD: usize = 32;
const GAP: usize = 150;
const MARGIN: usize = 24;
const LEGEND: usize = 40;
/// The width of one character of the font, generously.
const LETTER: usize = 8;
/// More rows than that go into a second panel: a map is read on a screen.
const MOST_ROWS: usize = 24;

/// The colours of marks and lines stand at each, for light and dark alike, and are made lighter on dark
/// where letters or what is wrong would be hard to make out.
const STYLE: &str = "\
  text { font: 13px ui-monospace, monospace; fill: #1b1f24 }
  .title { font-weight: bold } .rows { fill: #66707a }
  .to-users { fill: #16803c } .to-wrong { fill: #d92d20; font-weight: bold }
  .page { fill: #ffffff } .panel { fill: #f4f6f8; stroke: #c4ccd4 }
  .panel.ours { stroke: #16803c; stroke-width: 2 }
  path { fill: none; stroke-width: 1.5 } .wrong { stroke-width: 2.5 } .reads { stroke-dasharray: 4 3 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6eaee } .rows { fill: #9aa4ae } .page { fill: #14181c } .panel { fill: #1f252b; stroke: #46505a }
    .to-users { fill: #4cc38a } .to-wrong { fill: #ff7b6e } .panel.ours { stroke: #4cc38a } .wrong { stroke: #ff7b6e }
  }
";

/// Some rows of a group, and where they stand.
struct Panel<'a> {
    title: String,
    ours: bool,
    relations: &'a [Relation],
    x: usize,
    width: usize,
}

/// Where a relation's row is.
#[derive(Clone, Copy)]
struct Place {
    left: usize,
    right: usize,
    y: usize,
}

/// The map as a drawing.
pub(crate) fn render(map: &Map, project: &str) -> String {
    let panels = panels(&map.groups, project);
    let places: Vec<Place> = panels.iter().flat_map(Panel::places).collect();
    let (legend, least) = legend();
    let drawn_to = panels.last().map_or(MARGIN, |it| it.x + it.width) + GAP / 2;
    let width = drawn_to.max(least);
    let rows = panels
        .iter()
        .map(|it| it.relations.len())
        .max()
        .unwrap_or_default();
    let height = LEGEND + HEAD + rows * ROW + 2 * MARGIN;
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
         role=\"img\" aria-label=\"Whose tables stand where, and what references what\">\n<style>\n{STYLE}</style>\n\
         <rect class=\"page\" width=\"{width}\" height=\"{height}\"/>\n"
    );
    text.push_str(&legend);
    // Panels hide the lines that pass below them, so that names stay legible; of the lines, what is wrong is
    // drawn last. A key to the users is a mark in its row: nearly every table has one.
    let mut references = drawn(map);
    references.retain(|(_, _, it)| it.kind != ReferenceKind::Identity);
    references.sort_by_key(|(_, _, it)| std::cmp::Reverse(it.kind));
    for (from, to, reference) in references {
        if let (Some(from), Some(to)) = (places.get(from), places.get(to)) {
            text.push_str(&line(*from, *to, reference));
        }
    }
    for panel in &panels {
        text.push_str(&panel.render(map));
    }
    text.push_str("</svg>\n");
    text
}

fn panels<'a>(groups: &'a [Group], project: &str) -> Vec<Panel<'a>> {
    let mut panels: Vec<Panel<'a>> = Vec::new();
    let mut x = MARGIN;
    for group in groups.iter().filter(|it| !it.relations.is_empty()) {
        for (part, relations) in group.relations.chunks(MOST_ROWS).enumerate() {
            let mut title = title(group, project);
            if part > 0 {
                title.push_str(" …");
            }
            let longest = relations.iter().map(|it| it.id.name().chars().count() + 24);
            let letters = longest
                .chain([title.chars().count() + 2])
                .max()
                .unwrap_or_default();
            let width = letters * LETTER;
            panels.push(Panel {
                title,
                ours: group.owner == lodger_migration::owner::Owner::Ours,
                relations,
                x,
                width,
            });
            x += width + GAP;
        }
    }
    panels
}

impl Panel<'_> {
    fn top() -> usize {
        MARGIN + LEGEND
    }

    fn places(&self) -> impl Iterator<Item = Place> {
        let (left, right) = (self.x, self.x + self.width);
        (0..self.relations.len()).map(move |row| Place {
            left,
            right,
            y: Self::top() + HEAD + row * ROW + ROW / 2,
        })
    }

    fn render(&self, map: &Map) -> String {
        let (x, top, width) = (self.x, Self::top(), self.width);
        let height = HEAD + self.relations.len() * ROW + 8;
        let class = if self.ours { "panel ours" } else { "panel" };
        let mut text = format!(
            "<rect class=\"{class}\" x=\"{x}\" y=\"{top}\" width=\"{width}\" height=\"{height}\" rx=\"6\"/>\n\
             <text class=\"title\" x=\"{}\" y=\"{}\">{}</text>\n",
            x + 10,
            top + 21,
            escaped(&self.title)
        );
        for (relation, place) in self.relations.iter().zip(self.places()) {
            let y = place.y + 4;
            text.push_str(&format!(
                "<text x=\"{}\" y=\"{y}\">{}{}</text>\n",
                x + 10,
                escaped(&relation.id.name()),
                marks(relation, map)
            ));
            if let Some(rows) = relation.rows {
                text.push_str(&format!(
                    "<text class=\"rows\" x=\"{}\" y=\"{y}\" text-anchor=\"end\">{rows}</text>\n",
                    x + width - 10
                ));
            }
        }
        text
    }
}

const TO_USERS: &str = " <tspan class=\"to-users\">→ users</tspan>";
const TO_WRONG: &str = " <tspan class=\"to-wrong\">→ wrong users</tspan>";

/// Which users a table's rows belong to.
fn marks(relation: &Relation, map: &Map) -> String {
    let own = map.references.iter().filter(|it| it.from == relation.id);
    let marks = own.filter_map(|it| match it.kind {
        ReferenceKind::Identity => Some(TO_USERS),
        ReferenceKind::WrongUsers => Some(TO_WRONG),
        _ => None,
    });
    marks.collect()
}

/// A curve from the side of one row to the side of the other; around the panel where both are in one.
fn line(from: Place, to: Place, reference: &Reference) -> String {
    let (start, end, bend_start, bend_end) = match from.left.cmp(&to.left) {
        Ordering::Equal => {
            let out = from.right + 30 + from.y.abs_diff(to.y) / 6;
            (from.right, to.right, out, out)
        }
        Ordering::Less => {
            let bend = (to.left - from.right) / 2;
            (from.right, to.left, from.right + bend, to.left - bend)
        }
        Ordering::Greater => {
            let bend = (from.left - to.right) / 2;
            (from.left, to.right, from.left - bend, to.right + bend)
        }
    };
    let class = class(reference.kind);
    let color = color(reference.kind);
    let told = format!(
        "{} → {} ({})",
        reference.from.name(),
        reference.to.name(),
        label(reference)
    );
    format!(
        "<path class=\"{class}\" stroke=\"{color}\" d=\"M{start} {} C{bend_start} {} {bend_end} {} {end} {}\">\
         <title>{}</title></path>\n<circle cx=\"{end}\" cy=\"{}\" r=\"3.5\" fill=\"{color}\"/>\n",
        from.y,
        from.y,
        to.y,
        to.y,
        escaped(&told),
        to.y
    )
}

fn class(kind: ReferenceKind) -> &'static str {
    match kind {
        ReferenceKind::WrongUsers => "wrong",
        ReferenceKind::Reads => "reads",
        _ => "key",
    }
}

/// What the lines and the mark mean, and how wide that is.
fn legend() -> (String, usize) {
    let entries = [
        (ReferenceKind::WrongUsers, "wrong users table"),
        (ReferenceKind::Foreign, "key to somebody else's"),
        (ReferenceKind::Own, "own key"),
        (ReferenceKind::Reads, "view reads"),
    ];
    let mut text = String::new();
    let (mut x, y) = (MARGIN, MARGIN);
    for (kind, name) in entries {
        let (class, color) = (class(kind), color(kind));
        text.push_str(&format!(
            "<path class=\"{class}\" stroke=\"{color}\" d=\"M{x} {y} h28\"/><text x=\"{}\" y=\"{}\">{name}</text>\n",
            x + 36,
            y + 4
        ));
        x += 60 + name.chars().count() * LETTER;
    }
    let name = "key to the users";
    text.push_str(&format!(
        "<text x=\"{x}\" y=\"{}\">{TO_USERS} {name}</text>\n",
        y + 4
    ));
    (text, x + (name.chars().count() + 10) * LETTER)
}

/// Text inside of XML. What XML 1.0 has no way to write is left out.
fn escaped(text: &str) -> String {
    let mut safe = String::new();
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            control if control.is_control() => safe.push('�'),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_drawing() {
        insta::assert_snapshot!(super::render(&super::super::sample::map(), "research"));
    }
}
