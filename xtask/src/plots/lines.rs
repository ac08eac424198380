//! Draws curves with a number at each of their points.

use anyhow::Result;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::axis::{Axis, Scale};
use super::number::Number;
use super::paper::{self, BELOW, EDGE, Entry, FAINT, FOOT, GRID, LINE, Sheet};

/// Everything that is drawn.
#[derive(Debug)]
pub(super) struct Lines {
    pub(super) title: String,
    pub(super) curves: Vec<Curve>,
}

#[derive(Debug)]
pub(super) struct Curve {
    pub(super) name: String,
    pub(super) colour: RGBColor,
    pub(super) points: Vec<Point>,
}

/// Where there is no number the line goes on to the next, and the cell's words stand at the axis.
#[derive(Debug)]
pub(super) struct Point {
    pub(super) x: f64,
    pub(super) cell: String,
    pub(super) y: Option<Number>,
}

/// What the axes measure.
#[derive(Debug, Clone, Copy)]
pub(super) struct Measures {
    pub(super) x: (&'static str, Scale),
    pub(super) y: (&'static str, Scale),
    /// How much of a number's unit is 1 on the axis.
    pub(super) unit: f64,
}

/// What lies between the axes is so high; for numbers on the right, for the axis on the left.
const PLANE: i32 = 320;
const RIGHT: i32 = 50;
const LEFT: i32 = 74;
/// Less than this between two points, and their numbers would stand on each other.
const CLOSE: i32 = 34;

/// A point in pixels. Without a number it lies on the axis.
struct Placed<'a> {
    at: (i32, i32),
    curve: &'a Curve,
    point: &'a Point,
}

impl Lines {
    pub(super) fn draw(&self, measures: Measures) -> Result<String> {
        let (x, y) = self.axes(measures)?;
        let legend = self.legend();
        let head = paper::head(&legend) + FOOT;
        let mut svg = String::new();
        let sheet = paper::sheet(&mut svg, head + PLANE + BELOW + FOOT, &self.title, &legend)?;
        let mut chart = ChartBuilder::on(&sheet)
            .margin_top(head)
            .margin_right(RIGHT)
            .margin_bottom(FOOT)
            .margin_left(EDGE - FOOT)
            .set_label_area_size(LabelAreaPosition::Left, LEFT)
            .set_label_area_size(LabelAreaPosition::Bottom, BELOW)
            .build_cartesian_2d(x.clone(), y.clone())?;
        chart
            .configure_mesh()
            .bold_line_style(GRID)
            .light_line_style(TRANSPARENT)
            .axis_style(FAINT)
            .label_style(paper::letters())
            .x_desc(x.title)
            .y_desc(y.title)
            .draw()?;
        let placed = self.place(|point| {
            let up = point.y.as_ref().map(|it| it.value / measures.unit);
            chart.backend_coord(&(point.x, up.unwrap_or(y.start())))
        });
        for points in placed.iter().rev() {
            draw_curve(&sheet, points)?;
        }
        write_numbers(&sheet, placed.into_iter().flatten().collect())?;
        drop(chart);
        sheet.present()?;
        drop(sheet);
        Ok(svg)
    }

    fn axes(&self, measures: Measures) -> Result<(Axis, Axis)> {
        let points = || self.curves.iter().flat_map(|it| &it.points);
        let across: Vec<f64> = points().map(|it| it.x).collect();
        let up = points().filter_map(|it| Some(it.y.as_ref()?.value / measures.unit));
        let up: Vec<f64> = up.collect();
        let x = Axis::around(measures.x.0, measures.x.1, &across)?;
        let y = Axis::around(measures.y.0, measures.y.1, &up)?;
        Ok((x.padded(0.08), y))
    }

    fn legend(&self) -> Vec<Entry> {
        let entry = |curve: &Curve| Entry {
            name: curve.name.clone(),
            colours: vec![curve.colour],
        };
        self.curves.iter().map(entry).collect()
    }

    /// For each curve, its points.
    fn place(&self, place: impl Fn(&Point) -> (i32, i32)) -> Vec<Vec<Placed<'_>>> {
        let mut placed = Vec::new();
        for curve in &self.curves {
            let points = curve.points.iter().map(|point| Placed {
                at: place(point),
                curve,
                point,
            });
            placed.push(points.collect());
        }
        placed
    }
}

impl Placed<'_> {
    /// None is below all.
    fn value(&self) -> f64 {
        let number = self.point.y.as_ref();
        number.map_or(f64::NEG_INFINITY, |it| it.value)
    }

    /// Above the point and to its left, where a line that rises does not pass; or below and to its right.
    fn write(&self, sheet: &Sheet<'_>, text: &str, below: bool) -> Result<()> {
        let (x, y) = self.at;
        let (at, pos) = if below {
            ((x - 4, y + 9), paper::left(VPos::Top))
        } else {
            ((x + 12, y - 9), paper::right(VPos::Bottom))
        };
        paper::write(sheet, text, at, pos, self.curve.colour)
    }
}

fn draw_curve(sheet: &Sheet<'_>, points: &[Placed<'_>]) -> Result<()> {
    let known = points.iter().filter(|it| it.point.y.is_some());
    let known: Vec<(i32, i32)> = known.map(|it| it.at).collect();
    let Some(first) = points.first() else {
        return Ok(());
    };
    let colour = first.curve.colour;
    for at in &known {
        sheet.draw(&Circle::new(*at, 4, colour.filled()))?;
    }
    Ok(sheet.draw(&PathElement::new(known, colour.stroke_width(2)))?)
}

/// Below its point stands what would meet another's above it, or the axis on the left.
fn write_numbers(sheet: &Sheet<'_>, mut placed: Vec<Placed<'_>>) -> Result<()> {
    placed.sort_by(|one, other| other.value().total_cmp(&one.value()));
    let mut done: Vec<(i32, i32)> = Vec::new();
    for it in &placed {
        let (x, y) = it.at;
        let at_same = |near: i32| {
            let near = move |at: &&(i32, i32)| at.0 == x && (y - at.1).abs() < near;
            done.iter().filter(near).count()
        };
        if let Some(number) = &it.point.y {
            let at_axis = x + 12 - paper::text_width(&number.text) < LEFT + EDGE;
            it.write(sheet, &number.text, at_axis || at_same(CLOSE) > 0)?;
        } else {
            let pos = Pos::new(HPos::Center, VPos::Bottom);
            let at = (x, y - 4 - paper::pixels(at_same(1), LINE));
            paper::write(sheet, &it.point.cell, at, pos, it.curve.colour)?;
        }
        done.push(it.at);
    }
    Ok(())
}
