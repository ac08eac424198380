//! Groups of bars from a table.

use anyhow::{Context as _, Result};
use plotters::style::RGBColor;

use super::bars::{Bar, Bars, Group};
use super::number::{self, Quantity};
use super::paper::{Entry, bar_colour};
use super::table::{Table, begins};

/// Does a row or a column tell of Lodger? Its commands stand without its name where they stand beside `psql`.
pub(super) fn is_ours(name: &str) -> bool {
    let names = ["lodger", "lint", "plan", "apply"];
    names.iter().any(|it| begins(name, it))
}

/// A group for each row, named by its first cell; Lodger's rows stand out, and a column is a shade.
pub(super) fn by_row(
    table: &Table,
    columns: &[usize],
    quantity: Quantity,
    title: &str,
) -> Result<Bars> {
    let colour = |row: &str, place| bar_colour(is_ours(row), place);
    let legend = columns.iter().enumerate().map(|(place, column)| Entry {
        name: table.header.get(*column).cloned().unwrap_or_default(),
        colours: vec![bar_colour(true, place), bar_colour(false, place)],
    });
    let legend = if columns.len() > 1 {
        legend.collect()
    } else {
        whose()
    };
    let groups = groups(table, columns, quantity, colour)?;
    Ok(bars(title, legend, groups))
}

/// A group for each row; Lodger's columns stand out.
pub(super) fn by_column(
    table: &Table,
    columns: &[usize],
    quantity: Quantity,
    title: &str,
) -> Result<Bars> {
    let names: Vec<&str> = columns
        .iter()
        .map(|it| table.header.get(*it).map_or("", String::as_str))
        .collect();
    let colour = |place: usize| {
        let ours = names.get(place).is_some_and(|it| is_ours(it));
        let before = names.iter().take(place).filter(|it| is_ours(it) == ours);
        bar_colour(ours, before.count())
    };
    let legend = names.iter().enumerate().map(|(place, name)| Entry {
        name: (*name).to_owned(),
        colours: vec![colour(place)],
    });
    let groups = groups(table, columns, quantity, |_, place| colour(place))?;
    Ok(bars(title, legend.collect(), groups))
}

/// One row, a bar for each of its columns.
pub(super) fn of_row(
    table: &Table,
    row: &[String],
    quantity: Quantity,
    title: &str,
) -> Result<Bars> {
    let cells = table.header.iter().zip(row).skip(1);
    let groups = cells.map(|(name, cell)| {
        let colour = bar_colour(is_ours(name), 0);
        let bar = bar(cell, quantity, colour).with_context(|| format!("the column `{name}`"))?;
        Ok(Group {
            name: name.clone(),
            bars: vec![bar],
        })
    });
    let groups: Result<Vec<Group>> = groups.collect();
    Ok(bars(title, whose(), groups?))
}

fn bars(title: &str, legend: Vec<Entry>, groups: Vec<Group>) -> Bars {
    Bars {
        title: title.to_owned(),
        legend,
        groups,
    }
}

fn whose() -> Vec<Entry> {
    let entry = |name: &str, ours| Entry {
        name: name.to_owned(),
        colours: vec![bar_colour(ours, 0)],
    };
    vec![entry("Lodger", true), entry("others", false)]
}

fn groups(
    table: &Table,
    columns: &[usize],
    quantity: Quantity,
    colour: impl Fn(&str, usize) -> RGBColor,
) -> Result<Vec<Group>> {
    let group = |row: &Vec<String>| {
        let name = row.first().cloned().unwrap_or_default();
        let bars = columns.iter().enumerate().map(|(place, column)| {
            let cell = row.get(*column).map_or("", String::as_str);
            bar(cell, quantity, colour(&name, place))
        });
        let bars: Result<Vec<Bar>> = bars.collect();
        let bars = bars.with_context(|| format!("the row `{name}`"))?;
        Ok(Group { name, bars })
    };
    table.rows.iter().map(group).collect()
}

fn bar(cell: &str, quantity: Quantity, colour: RGBColor) -> Result<Bar> {
    Ok(Bar {
        cell: cell.to_owned(),
        number: number::parse_as(cell, quantity)?,
        colour,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plots::table::parse_tables;

    #[test]
    fn lodger_is_told_from_the_others() {
        for ours in ["lodger serve", "lint --static", "plan", "apply"] {
            assert!(is_ours(ours), "{ours}");
        }
        for other in ["psql -1", "eugene lint 0.8.3", "FastAPI", "planner"] {
            assert!(!is_ours(other), "{other}");
        }
    }

    #[test]
    fn a_cell_without_a_number_keeps_its_words() {
        let text = "| operation | lodger serve | postrust |\n| --- | --- | --- |\n| a draft | 2,685/s | not asked |";
        let table = parse_tables(text).remove(0);
        let drawn = by_column(&table, &[1, 2], Quantity::Rate, "x").unwrap();
        let bars = &drawn.groups[0].bars;
        assert_eq!(bars[0].number.as_ref().unwrap().text, "2,685/s");
        assert!(bars[1].number.is_none());
        assert_eq!(bars[1].cell, "not asked");
        assert!(by_row(&table, &[1], Quantity::Time, "x").is_err());
    }
}
