//! Turns doc comments into manual pages while compiling.

/// The number of bytes that are left of a doc comment without the blank that starts each line of one.
pub(crate) const fn length(doc: &str) -> usize {
    let mut bytes = doc.as_bytes();
    let (mut count, mut starts_line) = (0, true);
    while let Some((byte, rest)) = bytes.split_first() {
        if !(starts_line && *byte == b' ') {
            count += 1;
        }
        starts_line = *byte == b'\n';
        bytes = rest;
    }
    count
}

/// A doc comment without the blank that starts each line of one; `N` is its [`length`].
#[expect(
    clippy::indexing_slicing,
    reason = "a wrong length fails the build: this runs while compiling"
)]
pub(crate) const fn stripped<const N: usize>(doc: &str) -> [u8; N] {
    let mut bytes = doc.as_bytes();
    let mut page = [0; N];
    let (mut at, mut starts_line) = (0, true);
    while let Some((byte, rest)) = bytes.split_first() {
        if !(starts_line && *byte == b' ') {
            page[at] = *byte;
            at += 1;
        }
        starts_line = *byte == b'\n';
        bytes = rest;
    }
    page
}

/// The page as text.
pub(crate) const fn text(page: &[u8]) -> &str {
    match std::str::from_utf8(page) {
        Ok(text) => text,
        Err(_) => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_blank_goes_from_the_head_of_each_line() {
        const DOC: &str = " A ß.\n\n   code\nnone\n";
        const PAGE: [u8; length(DOC)] = stripped(DOC);
        assert_eq!(text(&PAGE), "A ß.\n\n  code\nnone\n");
    }
}
