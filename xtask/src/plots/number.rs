//! The number that a cell begins with, and what it counts.

use anyhow::{Result, bail};

/// What a number is a number of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quantity {
    /// In milliseconds.
    Time,
    /// A second.
    Rate,
    /// Things, or a unit that nothing is drawn in.
    Other,
}

/// A number as it is drawn and as it is written.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Number {
    pub(super) value: f64,
    pub(super) quantity: Quantity,
    pub(super) text: String,
}

/// Nothing where a cell begins with words: `not asked`. What follows the first number and its unit is for readers.
pub(super) fn parse(cell: &str) -> Option<Number> {
    let marks = ['~', '≈', '<', ' '];
    let start = cell.trim_start_matches(marks);
    let digits = start.trim_start_matches(|it: char| it.is_ascii_digit() || ",.".contains(it));
    let digits = start.strip_suffix(digits)?.trim_end_matches([',', '.']);
    let value: f64 = digits.replace(',', "").parse().ok()?;
    let rest = start.strip_prefix(digits)?;
    let bare = rest.trim_start();
    let gap = if bare.len() < rest.len() { " " } else { "" };
    let unit: String = bare
        .chars()
        .take_while(|it| it.is_alphabetic() || *it == '/')
        .collect();
    let (factor, quantity) = match unit.as_str() {
        "µs" | "μs" | "us" => (0.001, Quantity::Time),
        "ms" => (1.0, Quantity::Time),
        "s" => (1000.0, Quantity::Time),
        rate if rate.ends_with("/s") => (1.0, Quantity::Rate),
        _ => (1.0, Quantity::Other),
    };
    let text = match quantity {
        Quantity::Other => digits.to_owned(),
        _ => format!("{digits}{gap}{unit}"),
    };
    Some(Number {
        value: value * factor,
        quantity,
        text,
    })
}

/// The same, where only one quantity makes sense.
pub(super) fn parse_as(cell: &str, wanted: Quantity) -> Result<Option<Number>> {
    let number = parse(cell);
    if let Some(found) = &number
        && found.quantity != wanted
    {
        match wanted {
            Quantity::Time => bail!("`{cell}` does not begin with a time in s, ms or µs"),
            Quantity::Rate => {
                bail!("`{cell}` does not begin with a number of something per second (`/s`)")
            }
            Quantity::Other => bail!("`{cell}` does not begin with a plain number"),
        }
    }
    Ok(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn expect(cell: &str, value: f64, quantity: Quantity, text: &str) {
        let number = parse(cell).unwrap();
        assert!((number.value - value).abs() < 1e-9, "{number:?}");
        assert_eq!((number.quantity, number.text.as_str()), (quantity, text));
    }

    #[test]
    fn times_are_in_milliseconds() {
        expect("0.99 s (1.09)", 990.0, Quantity::Time, "0.99 s");
        expect("5,031 ms", 5031.0, Quantity::Time, "5,031 ms");
        expect("91.8 ms", 91.8, Quantity::Time, "91.8 ms");
        expect("64 µs", 0.064, Quantity::Time, "64 µs");
        expect("≈ 7s", 7000.0, Quantity::Time, "7s");
    }

    #[test]
    fn rates_are_per_second_whatever_follows() {
        let listed = "10,753/s, 99 % in 2.8 to 5.3 ms";
        expect(listed, 10753.0, Quantity::Rate, "10,753/s");
        expect("9,259/s, 3.2 ms", 9259.0, Quantity::Rate, "9,259/s");
        expect("950 requests/s", 950.0, Quantity::Rate, "950 requests/s");
    }

    #[test]
    fn counts_have_no_unit_of_ours() {
        expect("1,000,000", 1e6, Quantity::Other, "1,000,000");
        expect("5,000 tables", 5000.0, Quantity::Other, "5,000");
        expect("61 MB", 61.0, Quantity::Other, "61");
    }

    #[test]
    fn words_are_no_numbers() {
        for cell in [
            "fails: it keeps no history",
            "not asked",
            "",
            "none",
            "-",
            "3.1.0",
        ] {
            assert_eq!(parse(cell), None, "{cell}");
        }
        assert!(parse_as("not asked", Quantity::Time).unwrap().is_none());
    }

    #[test]
    fn another_quantity_than_the_wanted_one_is_said() {
        let error = parse_as("61 MB", Quantity::Time).unwrap_err().to_string();
        assert!(error.contains("`61 MB`"), "{error}");
        assert!(parse_as("0.99 (1.09)", Quantity::Time).is_err());
        assert!(parse_as("5 ms", Quantity::Rate).is_err());
    }
}
