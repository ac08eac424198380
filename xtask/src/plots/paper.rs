//! What every plot has: its size, its ground, its title, its legend, and the colours and letters for the rest.

use anyhow::Result;
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// Of every plot, in pixels.
pub(super) const WIDTH: u32 = 860;
/// Between what is drawn and the edges.
pub(super) const EDGE: i32 = 22;
/// For the axis below and its title.
pub(super) const BELOW: i32 = 48;
/// Below a title so that it is not cut off, and above a plane for its axis's last number.
pub(super) const FOOT: i32 = 6;
/// From one line of words to the next.
pub(super) const LINE: i32 = 17;
/// How wide a letter is taken to be: which font it will be, only the browser knows.
const LETTER: i32 = 7;

pub(super) const INK: RGBColor = RGBColor(0x22, 0x22, 0x22);
pub(super) const FAINT: RGBColor = RGBColor(0x66, 0x66, 0x66);
pub(super) const GRID: RGBColor = RGBColor(0xdd, 0xdd, 0xdd);
/// Lodger's bars, first to last.
const OURS: [RGBColor; 2] = [RGBColor(0x00, 0x72, 0xb2), RGBColor(0x7f, 0xbe, 0xe3)];
/// Everybody else's.
const OTHERS: [RGBColor; 3] = [
    RGBColor(0x6e, 0x6e, 0x6e),
    RGBColor(0xa6, 0xa6, 0xa6),
    RGBColor(0xc8, 0xc8, 0xc8),
];
/// Lines that are all Lodger's: told apart also by who does not see red or green.
const LINES: [RGBColor; 4] = [
    RGBColor(0x00, 0x72, 0xb2),
    RGBColor(0xc0, 0x50, 0x00),
    RGBColor(0x00, 0x7a, 0x5a),
    RGBColor(0x8e, 0x4b, 0x7f),
];

pub(super) type Sheet<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// The colour of Lodger's or of others' bars, by their place among these.
pub(super) fn bar_colour(ours: bool, place: usize) -> RGBColor {
    pick(if ours { &OURS } else { &OTHERS }, place)
}

/// The colour of one of several lines of Lodger's.
pub(super) fn line_colour(place: usize) -> RGBColor {
    pick(&LINES, place)
}

fn pick(colours: &[RGBColor], place: usize) -> RGBColor {
    let found = colours.get(place).or(colours.last());
    found.copied().unwrap_or(INK)
}

/// A name in the legend, with its colours.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) colours: Vec<RGBColor>,
}

impl Entry {
    fn width(&self) -> i32 {
        pixels(self.colours.len(), SWATCH) + text_width(&self.name) + 30
    }
}

const SWATCH: i32 = 15;

/// The ground with its title and legend.
pub(super) fn sheet<'a>(
    svg: &'a mut String,
    height: i32,
    title: &str,
    legend: &[Entry],
) -> Result<Sheet<'a>> {
    let size = (WIDTH, height.unsigned_abs());
    let sheet = SVGBackend::with_string(svg, size).into_drawing_area();
    sheet.fill(&WHITE)?;
    let bold = ("sans-serif", 21, FontStyle::Bold, &INK).into_text_style(&sheet);
    sheet.draw_text(title, &bold.pos(left(VPos::Center)), (EDGE, 24))?;
    for (entry, (x, y)) in legend.iter().zip(places(legend)) {
        let mut x = x;
        for colour in &entry.colours {
            let swatch = [(x, y - 6), (x + 12, y + 6)];
            sheet.draw(&Rectangle::new(swatch, colour.filled()))?;
            x += SWATCH;
        }
        write(&sheet, &entry.name, (x + 3, y), left(VPos::Center), INK)?;
    }
    Ok(sheet)
}

/// How much of the height title and legend take.
pub(super) fn head(legend: &[Entry]) -> i32 {
    places(legend).last().map_or(44, |(_, y)| y + 20)
}

/// Where the names of a legend begin: side by side, and below where the width is used up.
fn places(legend: &[Entry]) -> Vec<(i32, i32)> {
    let (mut x, mut y) = (EDGE, 54);
    let mut places = Vec::new();
    for entry in legend {
        if x > EDGE && x + entry.width() > WIDTH.cast_signed() {
            (x, y) = (EDGE, y + 22);
        }
        places.push((x, y));
        x += entry.width();
    }
    places
}

/// Writes a few words in the usual size.
pub(super) fn write(
    sheet: &Sheet<'_>,
    text: &str,
    at: (i32, i32),
    pos: Pos,
    colour: RGBColor,
) -> Result<()> {
    let style = letters().color(&colour).pos(pos);
    Ok(sheet.draw_text(text, &style, at)?)
}

/// The usual letters.
pub(super) fn letters() -> TextStyle<'static> {
    ("sans-serif", 16).into_font().color(&INK)
}

pub(super) fn left(vertical: VPos) -> Pos {
    Pos::new(HPos::Left, vertical)
}

pub(super) fn right(vertical: VPos) -> Pos {
    Pos::new(HPos::Right, vertical)
}

/// About how wide these words are.
pub(super) fn text_width(text: &str) -> i32 {
    pixels(text.chars().count(), LETTER)
}

/// So many of something, of so many pixels each.
pub(super) fn pixels(count: usize, each: i32) -> i32 {
    i32::try_from(count)
        .unwrap_or(i32::MAX)
        .saturating_mul(each)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_legend_goes_on_below() {
        let entry = |name: &str| Entry {
            name: name.to_owned(),
            colours: vec![INK],
        };
        assert_eq!(head(&[]), 44);
        let short = [entry("a"), entry("b")];
        assert_eq!(head(&short), 74);
        let long = [entry(&"a".repeat(90)), entry(&"b".repeat(90))];
        assert_eq!(head(&long), 96);
    }
}
