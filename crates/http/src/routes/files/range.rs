//! A part of a content (RFC 9110, section 14).

/// What the header `Range` asks for of a content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// All of it: no range, one of another unit, several, or one that cannot be read.
    All,
    /// From this byte to before that one.
    Part(usize, usize),
    /// Nothing that is there.
    Outside,
}

pub(super) fn asked(header: Option<&str>, length: usize) -> Asked {
    let Some(range) = header.and_then(|it| it.trim().strip_prefix("bytes=")) else {
        return Asked::All;
    };
    let Some((first, last)) = range.split_once('-') else {
        return Asked::All;
    };
    let number = |text: &str| -> Option<usize> {
        let digits = !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
        // more digits than fit are more bytes than there are
        digits.then(|| text.parse().unwrap_or(usize::MAX))
    };
    match (first.trim(), last.trim()) {
        ("", suffix) => match number(suffix) {
            None => Asked::All,
            Some(0) => Asked::Outside,
            Some(_) if length == 0 => Asked::Outside,
            Some(count) => Asked::Part(length - count.min(length), length),
        },
        (first, last) => {
            let end = if last.is_empty() {
                Some(usize::MAX)
            } else {
                number(last)
            };
            match (number(first), end) {
                (Some(first), Some(end)) if first > end => Asked::All,
                (Some(first), Some(_)) if first >= length => Asked::Outside,
                (Some(first), Some(end)) => Asked::Part(first, end.saturating_add(1).min(length)),
                _ => Asked::All,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_a_part_all_or_nothing() {
        let of_ten = |text| asked(Some(text), 10);
        assert_eq!(of_ten("bytes=0-3"), Asked::Part(0, 4));
        assert_eq!(of_ten("bytes=5-"), Asked::Part(5, 10));
        assert_eq!(of_ten("bytes=-3"), Asked::Part(7, 10));
        assert_eq!(of_ten("bytes=-30"), Asked::Part(0, 10));
        assert_eq!(
            of_ten("bytes=2-99999999999999999999999"),
            Asked::Part(2, 10)
        );
        assert_eq!(of_ten("bytes=0-18446744073709551615"), Asked::Part(0, 10));
        assert_eq!(of_ten("bytes=10-"), Asked::Outside);
        assert_eq!(of_ten("bytes=-0"), Asked::Outside);
        for all in [
            "lines=1-2",
            "bytes=3-1",
            "bytes=a-b",
            "bytes=0-1,3-4",
            "bytes=-",
            "bytes=+1-2",
            "",
        ] {
            assert_eq!(of_ten(all), Asked::All, "{all}");
        }
        assert_eq!(asked(None, 10), Asked::All);
        assert_eq!(asked(Some("bytes=0-"), 0), Asked::Outside);
    }
}
