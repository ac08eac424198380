//! Draws groups of horizontal bars, each with its number at its end.

use anyhow::Result;
use plotters::prelude::*;
use plotters::style::text_anchor::VPos;

use super::axis::{Axis, Scale};
use super::number::Number;
use super::paper::{self, BELOW, EDGE, Entry, FAINT, FOOT, GRID, INK, LINE, Sheet};

/// Everything that is drawn.
#[derive(Debug)]
pub(super) struct Bars {
    pub(super) title: String,
    pub(super) legend: Vec<Entry>,
    pub(super) groups: Vec<Group>,
}

/// Bars that belong together, and whose.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) name: String,
    pub(super) bars: Vec<Bar>,
}

/// One bar; where there is no number there is none, and the cell's words stand there.
#[derive(Debug)]
pub(super) struct Bar {
    pub(super) cell: String,
    pub(super) number: Option<Number>,
    pub(super) colour: RGBColor,
}

/// What the bars' axis measures.
#[derive(Debug, Clone, Copy)]
pub(super) struct Measure {
    pub(super) title: &'static str,
    pub(super) scale: Scale,
    /// How much of a number's unit is 1 on the axis.
    pub(super) unit: f64,
}

/// For numbers on the right.
const RIGHT: i32 = 90;
const BAR: i32 = 19;
const GAP: i32 = 12;
/// Between a bar and its words.
const BESIDE: i32 = 8;
const NAME_LETTERS: usize = 28;

impl Group {
    fn height(&self) -> i32 {
        let name = paper::pixels(wrap(&self.name).len(), LINE);
        paper::pixels(self.bars.len(), BAR).max(name) + GAP
    }

    fn draw(
        &self,
        sheet: &Sheet<'_>,
        top: i32,
        start: i32,
        across: impl Fn(f64) -> i32,
    ) -> Result<()> {
        let height = self.height() - GAP;
        write_name(sheet, &self.name, (start - BESIDE, top + height / 2))?;
        let mut y = top + (height - paper::pixels(self.bars.len(), BAR)) / 2;
        for bar in &self.bars {
            let end = bar.number.as_ref().map(|it| across(it.value));
            bar.draw(sheet, (start, y), end.unwrap_or(start))?;
            y += BAR;
        }
        Ok(())
    }
}

impl Bars {
    pub(super) fn draw(&self, measure: Measure) -> Result<String> {
        let axis = self.axis(measure)?;
        let inner: i32 = self.groups.iter().map(Group::height).sum();
        let head = paper::head(&self.legend);
        let mut svg = String::new();
        let sheet = paper::sheet(
            &mut svg,
            head + inner + BELOW + FOOT,
            &self.title,
            &self.legend,
        )?;
        let mut chart = ChartBuilder::on(&sheet)
            .margin_top(head)
            .margin_right(RIGHT)
            .margin_bottom(FOOT)
            .set_label_area_size(LabelAreaPosition::Left, self.names_width())
            .set_label_area_size(LabelAreaPosition::Bottom, BELOW)
            .build_cartesian_2d(axis.clone(), 0.0..1.0)?;
        chart
            .configure_mesh()
            .disable_y_mesh()
            .y_labels(0)
            .bold_line_style(GRID)
            .light_line_style(TRANSPARENT)
            .axis_style(FAINT)
            .label_style(paper::letters())
            .x_desc(axis.title)
            .draw()?;
        let across = |value: f64| chart.backend_coord(&(value / measure.unit, 0.0)).0;
        let start = across(axis.start() * measure.unit);
        let mut top = head + GAP / 2;
        for group in &self.groups {
            group.draw(&sheet, top, start, across)?;
            top += group.height();
        }
        drop(chart);
        sheet.present()?;
        drop(sheet);
        Ok(svg)
    }

    fn names_width(&self) -> i32 {
        let lines = self.groups.iter().flat_map(|it| wrap(&it.name));
        let widest = lines.map(|it| paper::text_width(&it)).max();
        EDGE + widest.unwrap_or(0) + BESIDE
    }

    /// On a logarithmic axis the least is drawn, too: it begins below it.
    fn axis(&self, measure: Measure) -> Result<Axis> {
        let numbers = self.groups.iter().flat_map(|it| &it.bars);
        let values = numbers.filter_map(|it| Some(it.number.as_ref()?.value / measure.unit));
        let values: Vec<f64> = values.flat_map(|it| [it, it * 0.8]).collect();
        Axis::around(measure.title, measure.scale, &values)
    }
}

impl Bar {
    fn draw(&self, sheet: &Sheet<'_>, from: (i32, i32), end: i32) -> Result<()> {
        let (x, y) = from;
        let middle = y + BAR / 2 + 1;
        let pos = paper::left(VPos::Center);
        let Some(number) = &self.number else {
            return paper::write(sheet, &self.cell, (x + BESIDE, middle), pos, FAINT);
        };
        let end = end.max(x + 2);
        let shape = [(x, y + 1), (end, y + BAR - 1)];
        sheet.draw(&Rectangle::new(shape, self.colour.filled()))?;
        paper::write(sheet, &number.text, (end + BESIDE, middle), pos, INK)
    }
}

/// Up to there, around that height, in as many lines as it needs.
fn write_name(sheet: &Sheet<'_>, name: &str, (end, middle): (i32, i32)) -> Result<()> {
    let lines = wrap(name);
    let mut y = middle - paper::pixels(lines.len(), LINE) / 2 + LINE / 2 + 1;
    for line in lines {
        paper::write(sheet, &line, (end, y), paper::right(VPos::Center), INK)?;
        y += LINE;
    }
    Ok(())
}

fn wrap(name: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in name.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + word.chars().count() < NAME_LETTERS => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_are_wrapped_between_words() {
        let name = "lodger apply --lock-timeout 200ms --attempts 10";
        let lines = ["lodger apply --lock-timeout", "200ms --attempts 10"];
        assert_eq!(wrap(name), lines);
        assert_eq!(wrap("psql -1"), ["psql -1"]);
    }
}
