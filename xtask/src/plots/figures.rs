//! Which plots there are, and from which table each is drawn.

use anyhow::{Result, ensure};

use super::axis::Scale;
use super::bars::Measure;
use super::lines::Measures;
use super::number::{Quantity, parse};
use super::table::Table;
use super::{curves, groups};

/// A plot of one table.
pub(super) struct Figure {
    pub(super) name: &'static str,
    /// Where the table stands, and where the plot is shown.
    pub(super) document: &'static str,
    /// What the table is found by: how its first column begins, and how others do.
    pub(super) columns: &'static [&'static str],
    pub(super) draw: fn(&Table) -> Result<String>,
}

const MEASUREMENTS: &str = "docs/measurements.md";

pub(super) const FIGURES: [Figure; 9] = [
    measured(
        "commands",
        &["migrations", "lint", "plan", "apply", "psql"],
        commands,
    ),
    measured(
        "linters",
        &["migrations", "lint --static", "squawk"],
        linters,
    ),
    measured("plan", &["tables of others", "plan"], plan),
    measured(
        "small-migrations",
        &["20 small migrations", "time"],
        small_migrations,
    ),
    measured("sign-ins", &["longest sign-in"], sign_ins),
    measured(
        "sign-ins-behind",
        &["behind a transaction", "longest sign-in"],
        sign_ins_behind,
    ),
    measured(
        "requests",
        &["operation", "pgbench", "lodger serve"],
        requests,
    ),
    measured("transfers", &["sessions", "lodger serve"], transfers),
    Figure {
        name: "growth",
        document: "docs/scale.md",
        columns: &["sessions", "list of 20"],
        draw: growth,
    },
];

const fn measured(
    name: &'static str,
    columns: &'static [&'static str],
    draw: fn(&Table) -> Result<String>,
) -> Figure {
    Figure {
        name,
        document: MEASUREMENTS,
        columns,
        draw,
    }
}

const SECONDS: Measure = Measure {
    title: "time of the whole command (s)",
    scale: Scale::Linear,
    unit: 1000.0,
};

fn commands(table: &Table) -> Result<String> {
    row_of_500(table, "Commands")
}

fn linters(table: &Table) -> Result<String> {
    row_of_500(table, "Linters")
}

fn row_of_500(table: &Table, what: &str) -> Result<String> {
    let row = table.row("500")?;
    let title = format!("{what} on migrations: {}", first(row));
    groups::of_row(table, row, Quantity::Time, &title)?.draw(SECONDS)
}

fn plan(table: &Table) -> Result<String> {
    let columns = [table.column("plan")?];
    let title = "Time of lodger plan where others have many tables";
    curves::of_columns(table, &columns, Quantity::Time, title)?.draw(Measures {
        x: ("tables of others", Scale::Linear),
        y: ("time of the whole command (s)", Scale::Linear),
        unit: 1000.0,
    })
}

fn small_migrations(table: &Table) -> Result<String> {
    let mut columns = vec![table.column("time")?];
    columns.extend(table.column("once more"));
    let title = format!("Applying {}", table.corner());
    groups::by_row(table, &columns, Quantity::Time, &title)?.draw(SECONDS)
}

fn sign_ins(table: &Table) -> Result<String> {
    let columns = columns_of(table, Quantity::Time)?;
    let title = "Longest sign-in while a foreign key to auth.users is added";
    groups::by_row(table, &columns, Quantity::Time, title)?.draw(Measure {
        title: "longest sign-in (ms, logarithmic)",
        scale: Scale::Log,
        unit: 1.0,
    })
}

fn sign_ins_behind(table: &Table) -> Result<String> {
    let columns = [table.column("longest sign-in")?];
    let title = format!("Longest sign-in {}", table.corner());
    groups::by_row(table, &columns, Quantity::Time, &title)?.draw(Measure {
        title: "longest sign-in (ms)",
        scale: Scale::Linear,
        unit: 1.0,
    })
}

fn requests(table: &Table) -> Result<String> {
    let columns = columns_of(table, Quantity::Rate)?;
    let title = "Requests per second, the load generator on the same machine";
    groups::by_column(table, &columns, Quantity::Rate, title)?.draw(Measure {
        title: "requests per second",
        scale: Scale::Linear,
        unit: 1.0,
    })
}

fn transfers(table: &Table) -> Result<String> {
    let columns = columns_of(table, Quantity::Time)?;
    let title = "Time of a transfer as a whole";
    curves::of_columns(table, &columns, Quantity::Time, title)?.draw(Measures {
        x: ("sessions transferred (logarithmic)", Scale::Log),
        y: ("time (ms, logarithmic)", Scale::Log),
        unit: 1.0,
    })
}

fn growth(table: &Table) -> Result<String> {
    let columns = columns_of(table, Quantity::Rate)?;
    let title = "Requests per second to lodger serve as sessions grow";
    curves::of_columns(table, &columns, Quantity::Rate, title)?.draw(Measures {
        x: ("sessions in the store (logarithmic)", Scale::Log),
        y: ("requests per second", Scale::Linear),
        unit: 1.0,
    })
}

fn first(row: &[String]) -> &str {
    row.first().map_or("", String::as_str)
}

/// The columns in which this is counted, whatever they are called: memory beside rates is left out.
fn columns_of(table: &Table, quantity: Quantity) -> Result<Vec<usize>> {
    let counts = |cell: &String| parse(cell).is_some_and(|it| it.quantity == quantity);
    let counted = |column: &usize| {
        table
            .rows
            .iter()
            .any(|row| row.get(*column).is_some_and(counts))
    };
    let columns: Vec<usize> = (1..table.header.len()).filter(counted).collect();
    ensure!(
        !columns.is_empty(),
        "no column has a number of that kind below `{}`",
        table.corner()
    );
    Ok(columns)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plots::table::{find, parse_tables};

    const GROWTH: &str = "| sessions | list of 20 | a draft | database |\n| --- | --- | --- | --- |\n\
        | 10,000 | 7,363/s, 99 % in 3.8 ms | not asked | 61 MB |\n| 100,000 | 7,467/s | 1,951/s, 14.8 ms | 112 MB |";

    #[test]
    fn columns_are_picked_by_what_they_count() {
        let table = parse_tables(GROWTH).remove(0);
        assert_eq!(columns_of(&table, Quantity::Rate).unwrap(), [1, 2]);
        assert!(columns_of(&table, Quantity::Time).is_err());
    }

    #[test]
    fn a_plot_says_what_its_table_says() {
        let table = parse_tables(GROWTH).remove(0);
        let svg = growth(&table).unwrap();
        for said in ["list of 20", "7,363/s", "1,951/s", "not asked", "1,000,000"] {
            assert_eq!(svg.contains(said), said != "1,000,000", "{said}");
        }
        assert!(!svg.contains("database"));
        assert_eq!(svg, growth(&table).unwrap());
    }

    #[test]
    fn each_plot_has_a_name_of_its_own() {
        for (index, figure) in FIGURES.iter().enumerate() {
            let same = FIGURES.iter().take(index).any(|it| it.name == figure.name);
            assert!(!same, "{}", figure.name);
            assert!(find(&[], figure.columns).is_err());
        }
    }
}
