//! How a distribution changes over time: one row a bucket of a histogram, darker where more fell.

use super::super::scale::Scale;
use super::{Area, Outcome, Theme, px, text};
use crate::domain::format::{Unit, human};
use crate::domain::series::Series;
use crate::domain::time::Millis;
use plotters::element::Rectangle;
use plotters::prelude::DrawingBackend;
use plotters::style::Color;
use plotters::style::text_anchor::{HPos, VPos};

/// A heat map over `[start, end]`. `rows` from the lowest bucket up: its upper bound and what fell
/// into it (not cumulative) at each step.
#[derive(Clone, Debug, PartialEq)]
pub struct HeatMap {
    pub unit: Unit,
    pub start: Millis,
    pub end: Millis,
    pub step: Millis,
    pub rows: Vec<(f64, Series)>,
}

impl HeatMap {
    /// From the cumulative buckets of a Prometheus histogram: a series for each `le`, in any order.
    /// A bucket never holds fewer than nothing, however rates were rounded.
    pub fn from_cumulative(
        unit: Unit,
        (start, end): (Millis, Millis),
        step: Millis,
        mut buckets: Vec<(f64, Series)>,
    ) -> Self {
        buckets.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut rows = Vec::with_capacity(buckets.len());
        let mut below: Option<&Series> = None;
        for (bound, series) in &buckets {
            let own = match below {
                None => series.clone(),
                Some(below) => {
                    let mut under = below.samples().peekable();
                    series.map(|t, v| {
                        while under.next_if(|(at, _)| *at < t).is_some() {}
                        let base = under.peek().filter(|(at, _)| *at == t).map_or(0.0, |(_, b)| *b);
                        (v - base).max(0.0)
                    })
                }
            };
            rows.push((*bound, own));
            below = Some(series);
        }
        Self { unit, start, end, step, rows }
    }

    /// The most that fell into one bucket at one step.
    fn most(&self) -> f64 {
        self.rows
            .iter()
            .filter_map(|(_, s)| s.extent_in(self.start, self.end))
            .map(|e| e.1)
            .fold(0.0, f64::max)
    }
}

/// Draws the map into `width` x `height` CSS pixels; labels at the left name the buckets.
pub fn heat<DB: DrawingBackend>(
    area: &Area<DB>,
    map: &HeatMap,
    (width, height): (f64, f64),
    theme: &Theme,
) -> Outcome<DB> {
    let (left, foot, top) = (56.0, height - 22.0, 8.0);
    let most = map.most();
    if map.rows.is_empty() || most <= 0.0 || width <= left {
        return Ok(());
    }
    let x = Scale::linear(map.start as f64, map.end as f64, left, width - 10.0);
    let row_height = (foot - top) / map.rows.len() as f64;
    let [color, ..] = theme.series;
    for (i, (bound, series)) in map.rows.iter().enumerate() {
        let (upper, lower) = (foot - (i + 1) as f64 * row_height, foot - i as f64 * row_height);
        for (t, v) in series.samples_in(map.start, map.end).filter(|(_, v)| *v > 0.0 && v.is_finite()) {
            let (from, to) = (x.place((t - map.step) as f64).max(left), x.place(t as f64));
            let corners = [(px(from), px(upper)), (px(to), px(lower))];
            // The eye tells light tones apart better than dark ones.
            area.draw(&Rectangle::new(corners, color.mix((v / most).sqrt().max(0.06)).filled()))?;
        }
        if i % (map.rows.len() / 6 + 1) == 0 {
            let label = if bound.is_finite() { human(map.unit, *bound) } else { "more".into() };
            text(area, &label, (px(left - 6.0), px(upper)), HPos::Right, VPos::Center, theme.text)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::model::tests::series;

    #[test]
    fn cumulative_buckets_become_what_fell_into_each() {
        let buckets =
            vec![(f64::INFINITY, series(&[10., 9.])), (0.1, series(&[4., 9.])), (0.5, series(&[7., 8.]))];
        let map = HeatMap::from_cumulative(Unit::Seconds, (0, 2_000), 1_000, buckets);
        let rows: Vec<(f64, Vec<f64>)> =
            map.rows.iter().map(|(b, s)| (*b, s.samples().map(|x| x.1).collect())).collect();
        assert_eq!(rows, [(0.1, vec![4., 9.]), (0.5, vec![3., 0.]), (f64::INFINITY, vec![3., 1.])]);
        assert_eq!(map.most(), 9.0);
    }
}
