//! The tables of a Markdown document, and finding one by what its columns are called.

use anyhow::{Result, bail};

/// A table as it is written, cell by cell.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Table {
    pub(super) header: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
}

impl Table {
    /// What the first column is called.
    pub(super) fn corner(&self) -> &str {
        self.header.first().map_or("", String::as_str)
    }

    /// The column of that name; else the first whose name goes on after it.
    pub(super) fn column(&self, name: &str) -> Result<usize> {
        let exact = self.header.iter().position(|it| it == name);
        let begun = || self.header.iter().position(|it| begins(it, name));
        match exact.or_else(begun) {
            Some(column) => Ok(column),
            None => bail!("no column `{name}` beside `{}`", self.header.join("`, `")),
        }
    }

    /// The first row whose first cell begins so.
    pub(super) fn row(&self, name: &str) -> Result<&[String]> {
        let named = |row: &&Vec<String>| row.first().is_some_and(|it| begins(it, name));
        match self.rows.iter().find(named) {
            Some(row) => Ok(row),
            None => bail!("no row that begins with `{name}` below `{}`", self.corner()),
        }
    }
}

/// All tables of a document, in order; what stands in fences is none.
pub(super) fn parse_tables(text: &str) -> Vec<Table> {
    let prose: String = text.split("```").step_by(2).collect();
    let lines: Vec<&str> = prose.lines().collect();
    lines
        .chunk_by(|one, next| one.starts_with('|') == next.starts_with('|'))
        .filter_map(parse_table)
        .collect()
}

fn parse_table(lines: &[&str]) -> Option<Table> {
    let [header, rule, rows @ ..] = lines else {
        return None;
    };
    let is_rule = rule.starts_with('|') && rule.chars().all(|it| "|-: ".contains(it));
    is_rule.then(|| Table {
        header: parse_cells(header),
        rows: rows.iter().map(|it| parse_cells(it)).collect(),
    })
}

/// Without the marks of code and emphasis, which a plot would show.
fn parse_cells(line: &str) -> Vec<String> {
    let inner = line.trim().trim_matches('|');
    let cells = inner.split('|');
    cells.map(|it| it.trim().replace(['`', '*'], "")).collect()
}

/// The one table whose first column begins with the first of these names and that has columns for the others.
pub(super) fn find<'a>(tables: &'a [Table], columns: &[&str]) -> Result<&'a Table> {
    let wanted = |table: &&Table| {
        columns.first().is_some_and(|it| begins(table.corner(), it))
            && columns.iter().all(|it| table.column(it).is_ok())
    };
    let named = columns.join("`, `");
    let mut found = tables.iter().filter(wanted);
    match (found.next(), found.next()) {
        (Some(table), None) => Ok(table),
        (Some(_), Some(_)) => bail!("more than one table has the columns `{named}`"),
        (None, _) => bail!("no table has the columns `{named}`, the first of them in front"),
    }
}

/// Does a name begin with this one, as whole words?
pub(super) fn begins(name: &str, with: &str) -> bool {
    name.strip_prefix(with)
        .is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# A\n\n| migrations | lint --static | lint |\n| --- | --- | --- |\n\
        | the seed's | 0.01 s | 0.99 s |\n| 500 generated | 0.08 s | 7.48 s |\n\nText.\n\n\
        ```\n| no | table |\n| --- | --- |\n```\n\n| sessions | `FastAPI`, 2 workers |\n|:---|---:|\n| 10 | **5.3 ms** |\n";

    #[test]
    fn tables_are_found_by_their_columns() {
        let tables = parse_tables(TEXT);
        assert_eq!(tables.len(), 2);
        let found = find(&tables, &["sessions", "FastAPI"]).unwrap();
        assert_eq!(found.rows, [["10", "5.3 ms"]]);
        assert!(find(&tables, &["session", "FastAPI"]).is_err());
        assert!(find(&tables, &["lint", "migrations"]).is_err());
    }

    #[test]
    fn one_that_is_missing_or_there_twice_is_said() {
        let twice = parse_tables(&TEXT.repeat(2));
        let error = find(&twice, &["sessions"]).unwrap_err();
        assert!(error.to_string().contains("more than one table"));
        let error = find(&twice, &["operation", "pgbench"]).unwrap_err();
        assert!(error.to_string().contains("`operation`, `pgbench`"));
    }

    #[test]
    fn columns_and_rows_are_found_by_their_first_words() {
        let tables = parse_tables(TEXT);
        let table = find(&tables, &["migrations"]).unwrap();
        assert_eq!(table.column("lint").unwrap(), 2);
        assert_eq!(table.column("lint --static").unwrap(), 1);
        assert!(table.column("plan").is_err());
        assert_eq!(
            table.row("500").unwrap(),
            ["500 generated", "0.08 s", "7.48 s"]
        );
        assert!(table.row("50").is_err());
    }
}
