//! An axis: where a value lies on it, and where it is ticked.

use std::ops::Range;

use anyhow::{Result, bail};
use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};
use plotters::coord::types::RangedCoordf64;

/// How values are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scale {
    /// From 0.
    Linear,
    /// Whole powers of ten.
    Log,
}

/// An axis that is long enough for its values; a chart's coordinate.
#[derive(Debug, Clone)]
pub(super) struct Axis {
    pub(super) title: &'static str,
    scale: Scale,
    /// Values, or their logarithms.
    span: Range<f64>,
    ticks: Vec<f64>,
    decimals: usize,
}

impl Axis {
    /// The axis for these values; there has to be one.
    pub(super) fn around(title: &'static str, scale: Scale, values: &[f64]) -> Result<Self> {
        let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let least = values.iter().copied().fold(f64::INFINITY, f64::min);
        if !most.is_finite() || (scale == Scale::Log && least <= 0.0) {
            bail!("nothing to draw along `{title}`");
        }
        let (ticks, decimals) = match scale {
            Scale::Linear => linear_ticks(most),
            Scale::Log => decades(least, most),
        };
        let [first, .., last] = ticks.as_slice() else {
            bail!("{least} to {most} is out of bounds for `{title}`");
        };
        Ok(Self {
            title,
            scale,
            span: scale.position(*first)..scale.position(*last),
            ticks,
            decimals,
        })
    }

    /// Longer by a part of itself at both ends, or only at its far end where it begins at 0.
    pub(super) fn padded(mut self, part: f64) -> Self {
        let more = (self.span.end - self.span.start) * part;
        self.span.end += more;
        if self.scale == Scale::Log {
            self.span.start -= more;
        }
        self
    }

    /// The value at its near end.
    pub(super) fn start(&self) -> f64 {
        self.range().start
    }
}

impl Scale {
    fn position(self, value: f64) -> f64 {
        match self {
            Self::Linear => value,
            Self::Log => value.log10(),
        }
    }

    fn value(self, position: f64) -> f64 {
        match self {
            Self::Linear => position,
            Self::Log => 10_f64.powf(position),
        }
    }
}

impl Ranged for Axis {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, limit: (i32, i32)) -> i32 {
        let position = self.scale.position(*value);
        RangedCoordf64::from(self.span.clone()).map(&position, limit)
    }

    fn key_points<Hint: KeyPointHint>(&self, _: Hint) -> Vec<f64> {
        self.ticks.clone()
    }

    fn range(&self) -> Range<f64> {
        self.scale.value(self.span.start)..self.scale.value(self.span.end)
    }
}

impl ValueFormatter<f64> for Axis {
    fn format_ext(&self, tick: &f64) -> String {
        match self.scale {
            Scale::Log if *tick < 1.0 => format!("{tick}"),
            _ => with_commas(&format!("{tick:.*}", self.decimals)),
        }
    }
}

/// From 0 in steps of 1, 2 or 5 until all fits, and the decimals of a step.
fn linear_ticks(most: f64) -> (Vec<f64>, usize) {
    const STEPS_AT_MOST: f64 = 6.0;
    let steps =
        (-3..12).flat_map(|power| [1.0, 2.0, 5.0].map(|it| (it * 10_f64.powi(power), power)));
    let fits = |(step, _): &(f64, i32)| step * STEPS_AT_MOST >= most;
    let Some((step, power)) = steps.into_iter().find(fits) else {
        return (Vec::new(), 0);
    };
    let last = (1..=10).find(|it| f64::from(*it) * step >= most);
    let ticks = (0..=last.unwrap_or(1)).map(|it| f64::from(it) * step);
    (ticks.collect(), usize::try_from(-power).unwrap_or(0))
}

/// The powers of ten from the one at or below the least value to the one at or above the most.
fn decades(least: f64, most: f64) -> (Vec<f64>, usize) {
    let from = (-6..12).rev().find(|it| 10_f64.powi(*it) <= least);
    let to = (-6..12).find(|it| 10_f64.powi(*it) >= most);
    let (Some(from), Some(to)) = (from, to) else {
        return (Vec::new(), 0);
    };
    let ticks = (from..=to.max(from + 1)).map(|it| 10_f64.powi(it));
    (ticks.collect(), 0)
}

fn with_commas(number: &str) -> String {
    let (whole, rest) = number.split_at(number.find('.').unwrap_or(number.len()));
    let mut text = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(scale: Scale, values: &[f64]) -> Vec<String> {
        let axis = Axis::around("x", scale, values).unwrap();
        axis.ticks.iter().map(|it| axis.format_ext(it)).collect()
    }

    #[test]
    fn ticks_are_round_and_reach_the_values() {
        let times = labels(Scale::Linear, &[0.99, 1.52]);
        assert_eq!(times, ["0.0", "0.5", "1.0", "1.5", "2.0"]);
        let rates = labels(Scale::Linear, &[34327.0, 0.0]);
        assert_eq!(rates, ["0", "10,000", "20,000", "30,000", "40,000"]);
    }

    #[test]
    fn a_logarithmic_axis_has_whole_decades() {
        let times = labels(Scale::Log, &[0.6, 316.0]);
        assert_eq!(times, ["0.1", "1", "10", "100", "1,000"]);
        assert_eq!(labels(Scale::Log, &[10.0, 10.0]), ["10", "100"]);
    }

    #[test]
    fn an_axis_of_nothing_is_an_error() {
        assert!(Axis::around("x", Scale::Linear, &[]).is_err());
        assert!(Axis::around("x", Scale::Log, &[0.0, 1.0]).is_err());
    }
}
