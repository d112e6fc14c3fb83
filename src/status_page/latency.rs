//! The latency of the last day, as a drawing.

use super::site::Site;
use crate::domain::format::{Unit, human};
use crate::domain::public::Component;
use crate::domain::time::{DAY, Millis};
use leptos::prelude::*;

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 120.0;
/// A longer gap breaks the line.
const GAP: Millis = 40 * 60_000;

pub fn latency(site: Site<'_>, component: &Component) -> Option<impl IntoView + use<>> {
    let samples = &component.latency;
    let (_, last) = *samples.last()?;
    let end = site.page.measured.unwrap_or(site.page.now);
    let values = samples.iter().map(|(_, v)| *v);
    let (low, high) = (values.clone().fold(f64::INFINITY, f64::min), values.fold(0.0, f64::max));
    let top = if high > 0.0 { high * 1.15 } else { 1.0 };
    let mut path = String::new();
    let mut before: Option<Millis> = None;
    for (at, value) in samples {
        let x = ((at - (end - DAY)) as f64 / DAY as f64).clamp(0.0, 1.0) * WIDTH;
        let y = HEIGHT - value / top * HEIGHT;
        let letter = if before.is_some_and(|b| at - b <= GAP) { 'L' } else { 'M' };
        path.push_str(&format!("{letter}{x:.0} {y:.1}"));
        before = Some(*at);
    }
    let text = site.words.fill(
        "latency_is",
        &[
            ("low", &human(Unit::Seconds, low)),
            ("high", &human(Unit::Seconds, high)),
            ("now", &human(Unit::Seconds, last)),
        ],
    );
    let ago = site.words.fill("ago", &[("n", site.words.t("last_day"))]);
    Some(view! {
        <section aria-labelledby="latency">
            <h2 id="latency">{site.words.t("latency").to_string()}</h2>
            <p class="scale"><i>{human(Unit::Seconds, top)}</i></p>
            <svg class="line" viewBox=format!("0 0 {WIDTH} {HEIGHT}") preserveAspectRatio="none" role="img" aria-label=text.clone()>
                <path d=path vector-effect="non-scaling-stroke" />
            </svg>
            <p class="scale"><i>{ago}</i><i>{site.words.t("just_now").to_string()}</i></p>
            <p class="quiet small">{text}</p>
        </section>
    })
}
