//! Times on the command line.

use std::time::Duration;

/// `250ms`, `10s`, `2m`; a number alone means seconds.
pub(super) fn parse_duration(text: &str) -> Result<Duration, String> {
    let digits = text
        .find(|it: char| !it.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let wrong = || format!("`{text}` is no time: write 250ms, 10s or 2m");
    let number: u64 = number.parse().map_err(|_| wrong())?;
    match unit {
        "ms" => Ok(Duration::from_millis(number)),
        "" | "s" => Ok(Duration::from_secs(number)),
        "m" => number
            .checked_mul(60)
            .map(Duration::from_secs)
            .ok_or_else(wrong),
        _ => Err(wrong()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_a_unit_or_are_seconds() {
        assert_eq!(parse_duration("250ms"), Ok(Duration::from_millis(250)));
        assert_eq!(parse_duration("10"), Ok(Duration::from_secs(10)));
        assert_eq!(parse_duration("2m"), Ok(Duration::from_mins(2)));
        for wrong in [
            "",
            "s",
            "1h",
            "-1s",
            "1.5s",
            "99999999999999999999m",
            "400000000000000000m",
        ] {
            assert!(parse_duration(wrong).is_err(), "{wrong}");
        }
    }
}
