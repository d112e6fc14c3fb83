//! The layer around and above the data: axes, thresholds, shades, events, now.

use super::super::layout::{LABEL_WIDTH, Layout, MARK_LANE};
use super::super::model::{Chart, Event, EventKind, Mark};
use super::stroke::dashed;
use super::{Area, Outcome, Theme, crisp, pen, px, text};
use crate::domain::order::Order as _;
use plotters::element::{PathElement, Polygon, Rectangle};
use plotters::prelude::DrawingBackend;
use plotters::style::Color;
use plotters::style::text_anchor::{HPos, VPos};

/// Events nearer to each other than this are one mark, CSS pixels.
const CLUSTER: f64 = 20.0;
/// Length of the piece of line before its words, CSS pixels.
const KEY: f64 = 18.0;
/// With more marks than these only their flags are drawn.
const MOST_LINES: usize = 8;

pub fn frame<DB: DrawingBackend>(
    area: &Area<DB>,
    chart: &Chart,
    layout: &Layout,
    theme: &Theme,
) -> Outcome<DB> {
    axes(area, layout, theme)?;
    shades(area, chart, layout, theme)?;
    events(area, chart, layout, theme)?;
    // Marks over an empty plot would say something about data that is not there.
    if !chart.is_empty() {
        let mut right = layout.x.high;
        for (mark, is_threshold) in [(&chart.threshold, true), (&chart.baseline, false)] {
            if let Some(mark) = mark.as_ref().filter(|m| shows(layout, m.value)) {
                level(area, mark, is_threshold, right, layout, theme)?;
                right -= mark.label.chars().count() as f64 * LABEL_WIDTH + KEY + 24.0;
            }
        }
    }
    match chart.now {
        Some(at) if at > chart.start && at < chart.end => now(area, at as f64, layout, theme),
        _ => Ok(()),
    }
}

#[inline(never)]
fn axes<DB: DrawingBackend>(area: &Area<DB>, layout: &Layout, theme: &Theme) -> Outcome<DB> {
    for (place, label) in &layout.y_ticks {
        text(area, label, (px(layout.x.low - 6.0), px(*place)), HPos::Right, VPos::Center, theme.text)?;
    }
    let grid = pen(theme.grid.to_rgba(), 1.0);
    for (place, label) in &layout.x_ticks {
        let (x, foot) = (crisp(*place), layout.y.low);
        area.draw(&PathElement::new(vec![(x, px(foot)), (x, px(foot + 4.0))], grid))?;
        text(area, label, (px(*place), px(foot + 7.0)), HPos::Center, VPos::Top, theme.text)?;
    }
    Ok(())
}

fn shows(layout: &Layout, value: f64) -> bool {
    let place = layout.y.place(value);
    value.is_finite()
        && place >= layout.y.high - 0.5
        && place <= layout.y.low + 0.5
        && value >= layout.y.from
        && value <= layout.y.to * 1.0001
}

/// A line across the plot. What it says stands above the plot with a piece of the line before it, where no trace and no
/// mark crosses it; `end` is where the words end.
#[inline(never)]
fn level<DB: DrawingBackend>(
    area: &Area<DB>,
    mark: &Mark,
    is_threshold: bool,
    end: f64,
    layout: &Layout,
    theme: &Theme,
) -> Outcome<DB> {
    let y = crisp(layout.y.place(mark.value));
    let (color, on) = if is_threshold { (theme.bad, 6.0) } else { (theme.baseline, 1.5) };
    let pen = pen(color.to_rgba(), 1.25);
    dashed(area, &[(px(layout.x.low), y), (px(layout.x.high), y)], on, 4.0, pen)?;
    let middle = layout.y.high - MARK_LANE / 2.0 - 1.0;
    let begin = end - mark.label.chars().count() as f64 * LABEL_WIDTH - 6.0;
    dashed(area, &[(px(begin - KEY), crisp(middle)), (px(begin), crisp(middle))], on, 4.0, pen)?;
    text(area, &mark.label, (px(end), px(middle)), HPos::Right, VPos::Center, color)
}

#[inline(never)]
fn shades<DB: DrawingBackend>(area: &Area<DB>, chart: &Chart, layout: &Layout, theme: &Theme) -> Outcome<DB> {
    for shade in chart.shades.iter().filter(|s| s.end >= chart.start && s.start <= chart.end) {
        let x = |t: i64| layout.x.place(t as f64).clamp(layout.x.low, layout.x.high);
        // At least two pixels, so that a short alert is seen.
        let (from, to) = (x(shade.start), x(shade.end).max(x(shade.start) + 2.0));
        let corners = [(px(from), px(layout.y.high)), (px(to), px(layout.y.low))];
        area.draw(&Rectangle::new(corners, theme.bad.mix(0.10).filled()))?;
        let foot = [(px(from), px(layout.y.low - 2.0)), (px(to), px(layout.y.low))];
        area.draw(&Rectangle::new(foot, theme.bad.filled()))?;
    }
    Ok(())
}

/// Events that fall together into one mark, with the place of the mark.
fn clusters<'a>(chart: &'a Chart, layout: &Layout) -> Vec<(f64, Vec<&'a Event>)> {
    let mut events: Vec<&Event> =
        chart.events.iter().filter(|e| e.at >= chart.start && e.at <= chart.end).collect();
    events.order_by_key(|e| e.at);
    let mut all: Vec<(f64, Vec<&Event>)> = Vec::new();
    for event in events {
        let x = layout.x.place(event.at as f64);
        match all.last_mut().filter(|(at, _)| x - at < CLUSTER) {
            Some((_, together)) => together.push(event),
            None => all.push((x, vec![event])),
        }
    }
    all
}

/// The events of the mark under a place, for whoever points at it.
pub fn near_events<'a>(chart: &'a Chart, layout: &Layout, x: f64) -> Vec<&'a Event> {
    let found = clusters(chart, layout)
        .into_iter()
        .filter(|(at, _)| (at - x).abs() < CLUSTER)
        .min_by(|a, b| (a.0 - x).abs().total_cmp(&(b.0 - x).abs()));
    found.map(|(_, events)| events).unwrap_or_default()
}

/// A line from a small flag at the foot; deploys point up, incidents are square; several show their number.
#[inline(never)]
fn events<DB: DrawingBackend>(area: &Area<DB>, chart: &Chart, layout: &Layout, theme: &Theme) -> Outcome<DB> {
    let all = clusters(chart, layout);
    // Many lines would hide the data; their flags at the foot are enough.
    let has_lines = all.len() <= MOST_LINES;
    for (x, together) in all {
        let is_incident = together.iter().any(|e| e.kind == EventKind::Incident);
        let color = if is_incident { theme.bad } else { theme.info };
        let foot = layout.y.low;
        let upright = [(crisp(x), px(layout.y.high)), (crisp(x), px(foot))];
        if has_lines {
            dashed(area, &upright, 2.0, 3.0, pen(color.mix(0.8), 1.0))?;
        }
        let corner = |dx: f64, dy: f64| (px(x + dx), px(foot + dy));
        let flag = if is_incident {
            vec![corner(-4.0, -4.0), corner(4.0, -4.0), corner(4.0, 4.0), corner(-4.0, 4.0)]
        } else {
            vec![corner(0.0, -5.0), corner(5.0, 4.0), corner(-5.0, 4.0)]
        };
        area.draw(&Polygon::new(flag, color.filled()))?;
        if together.len() > 1 {
            let at = (px(x + 6.0), px(foot - 2.0));
            text(area, &together.len().to_string(), at, HPos::Left, VPos::Bottom, color)?;
        }
    }
    Ok(())
}

fn now<DB: DrawingBackend>(area: &Area<DB>, at: f64, layout: &Layout, theme: &Theme) -> Outcome<DB> {
    let x = crisp(layout.x.place(at));
    let upright = vec![(x, px(layout.y.high)), (x, px(layout.y.low))];
    area.draw(&PathElement::new(upright, pen(theme.text.mix(0.6), 1.0)))?;
    text(area, "now", (x + px(4.0), px(layout.y.high)), HPos::Left, VPos::Top, theme.text)
}
