//! What the charts of a page share: where somebody points, what somebody is choosing, whose menu is open.

use crate::chart::model::{Chart, ValueAxis};
use crate::domain::time::Millis;
use crate::model::SourceLink;
use leptos::prelude::*;

/// The instant that is read on all charts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Crosshair {
    pub at: Millis,
    /// the chart that is pointed at; the others show only the line
    pub owner: Option<u32>,
    /// height of the pointer in it, CSS pixels
    pub y: Option<f64>,
}

/// What a user changed about one chart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChartSettings {
    /// names of the traces that are not shown
    pub hidden: Vec<String>,
    pub axis: ValueAxis,
    /// first and last instant, where they are not those of the page
    pub window: Option<(Millis, Millis)>,
}

/// A query behind a chart, with the page of its source that can show it.
#[derive(Clone, Debug, PartialEq)]
pub struct ShownQuery {
    pub text: String,
    pub link: Option<SourceLink>,
}

/// The chart whose menu is open.
#[derive(Clone, Copy)]
pub struct ChartSubject {
    pub chart: Signal<Option<Chart>>,
    pub settings: RwSignal<ChartSettings>,
    pub queries: Signal<Vec<ShownQuery>>,
    /// CSS pixels
    pub size: Signal<(f64, f64)>,
}

#[derive(Clone, Copy)]
pub struct Pointing {
    pub crosshair: RwSignal<Option<Crosshair>>,
    /// a stretch of time that is being chosen
    pub stretch: RwSignal<Option<(Millis, Millis)>>,
    pub menu: RwSignal<Option<ChartSubject>>,
    next: StoredValue<u32>,
}

impl Pointing {
    pub fn new(at: Option<Millis>) -> Self {
        let crosshair = at.map(|at| Crosshair { at, owner: None, y: None });
        Self {
            crosshair: RwSignal::new(crosshair),
            stretch: RwSignal::new(None),
            menu: RwSignal::new(None),
            next: StoredValue::new(0),
        }
    }

    /// A number for a chart.
    pub fn number(self) -> u32 {
        self.next.update_value(|n| *n += 1);
        self.next.get_value()
    }

    pub fn point(self, to: Option<Crosshair>) {
        if self.crosshair.get_untracked() != to {
            self.crosshair.set(to);
        }
    }
}
