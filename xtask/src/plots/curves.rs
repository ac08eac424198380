//! Curves from a table: along its first column, one for each of the others.

use anyhow::{Context as _, Result};

use super::groups::is_ours;
use super::lines::{Curve, Lines, Point};
use super::number::{self, Quantity};
use super::paper::{bar_colour, line_colour};
use super::table::Table;

/// The curves of these columns. Where all of them are Lodger's, each has a colour of its own.
pub(super) fn of_columns(
    table: &Table,
    columns: &[usize],
    quantity: Quantity,
    title: &str,
) -> Result<Lines> {
    let mut curves: Vec<Curve> = Vec::new();
    let name = |column: usize| table.header.get(column).cloned().unwrap_or_default();
    let beside_others = columns.iter().any(|it| is_ours(&name(*it)));
    for (place, column) in columns.iter().enumerate() {
        let ours = is_ours(&name(*column));
        let others = curves.iter().filter(|it| !is_ours(&it.name)).count();
        let colour = match (beside_others, ours) {
            (true, true) => bar_colour(true, place - others),
            (true, false) => bar_colour(false, others),
            (false, _) => line_colour(place),
        };
        curves.push(Curve {
            name: name(*column),
            colour,
            points: points(table, *column, quantity)?,
        });
    }
    Ok(Lines {
        title: title.to_owned(),
        curves,
    })
}

fn points(table: &Table, column: usize, quantity: Quantity) -> Result<Vec<Point>> {
    let point = |row: &Vec<String>| {
        let first = row.first().map_or("", String::as_str);
        let cell = row.get(column).map_or("", String::as_str);
        let x = number::parse(first).with_context(|| format!("`{first}` begins with no number"))?;
        let y = number::parse_as(cell, quantity).with_context(|| format!("the row `{first}`"))?;
        Ok(Point {
            x: x.value,
            cell: cell.to_owned(),
            y,
        })
    };
    table.rows.iter().map(point).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plots::table::parse_tables;

    #[test]
    fn a_curve_has_a_point_for_each_row() {
        let text = "| sessions | lodger serve | FastAPI |\n| --- | --- | --- |\n\
            | 10 | 5.1 ms | 5.3 ms |\n| 1,000 | 0.1 s (0.2) | not asked |";
        let table = parse_tables(text).remove(0);
        let lines = of_columns(&table, &[1, 2], Quantity::Time, "x").unwrap();
        let points = &lines.curves[0].points;
        assert_eq!(
            (points[1].x, points[1].y.as_ref().unwrap().value),
            (1000.0, 100.0)
        );
        assert!(lines.curves[1].points[1].y.is_none());
        assert_ne!(lines.curves[0].colour, lines.curves[1].colour);
    }
}
