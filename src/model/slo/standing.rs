//! What is asked for an objective, and what its figures come to.

use super::exclusions::{Piece, excluded_in};
use crate::config::{Config, Indicator, Measure, Slo, Term};
use crate::domain::burn::{BurnState, Notice, Pair, pairs, windows};
use crate::domain::ledger::{
    Bucket, Cause, CauseKind, DaySpend, Exclusion, Outlook, burn_down, by_day, causes, coverage, disjoint,
    outlook, reconciled, share_spent, within, without_exclusions,
};
use crate::domain::order::Order as _;
use crate::domain::series::Frame;
use crate::domain::single::Several;
use crate::domain::slo::{Budget, Counts, Policy, Sli};
use crate::domain::term::{Fold, TermSpan, figure, several, term_series};
use crate::domain::time::{HOUR, Millis};
use crate::domain::window::Bounds;
use crate::domain::zone::Offsets;
use crate::poll::{Pace, Question, Span};

/// Objectives asked for in one query; more make a query too long to evaluate in time.
const AT_ONCE: usize = 40;

/// The terms that count an objective's events over a span, under a key of the caller's.
pub(super) fn count_terms(slo: &Slo, key: &str, span: TermSpan) -> Vec<Term> {
    let term = |what: &str, measure: &Measure, fold: Fold| Term {
        key: format!("{}|{key}|{what}", slo.id),
        measure: measure.clone(),
        span,
        fold,
    };
    let count = |what: &str, measure: &Measure| term(what, measure, Fold::Sum);
    match &slo.indicator {
        Indicator::Bad { bad, valid } => vec![count("bad", bad), count("valid", valid)],
        Indicator::Good { good, valid } => vec![count("good", good), count("valid", valid)],
        Indicator::Share(good) => vec![term("share", good, Fold::Single)],
    }
}

/// The counts that [`count_terms`] asked for; not numbers where they were not answered.
pub(super) fn counts(slo: &Slo, key: &str, length: Millis, find: impl Fn(&str) -> Option<f64>) -> Counts {
    let get = |what: &str| find(&format!("{}|{key}|{what}", slo.id)).unwrap_or(f64::NAN);
    match &slo.indicator {
        Indicator::Bad { .. } => Counts { bad: get("bad"), valid: get("valid") },
        Indicator::Good { .. } => {
            // Without a series of good events there is no figure, neither good nor bad.
            let valid = get("valid");
            Counts { bad: valid - get("good"), valid }
        }
        Indicator::Share(_) => {
            let valid = length as f64;
            Counts { bad: (1.0 - get("share")) * valid, valid }
        }
    }
}

/// The window an objective is in.
pub fn bounds(slo: &Slo, now: Millis, zone: &Offsets) -> Bounds {
    slo.objective.window.around(now, zone)
}

/// Whether recordings of an objective were seen, so that its burn windows need not be computed anew.
pub fn recordings_question(config: &Config, source: &str) -> Option<Question> {
    config.slos.iter().any(|s| s.source == source).then(|| Question::Instant {
        source: source.into(),
        measure: Measure::Recorded,
        pace: Pace::Slow,
    })
}

/// The ids of the objectives that a source records.
pub fn recorded(frame: Option<&Frame>) -> Vec<String> {
    let all = frame.into_iter().flat_map(|f| &f.series);
    all.filter_map(|s| s.labels.get("slo").map(Into::into)).collect()
}

/// The objectives that are asked for together, by their places in the configuration: those of one
/// source, up to forty.
pub fn groups(config: &Config) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for source in &config.sources {
        let own: Vec<usize> =
            config.slos.iter().enumerate().filter(|(_, s)| s.source == source.name).map(|(i, _)| i).collect();
        groups.extend(own.chunks(AT_ONCE).map(<[usize]>::to_vec));
    }
    groups
}

/// One question for objectives of a source: the whole window, every burn window, and what is excluded.
/// Each comes with its zone; `recorded` holds the ids whose burn windows are recorded.
pub fn standing_question(slos: &[(&Slo, &Offsets)], now: Millis, recorded: &[String]) -> Option<Question> {
    let source = slos.first()?.0.source.clone();
    let terms = slos
        .iter()
        .flat_map(|(slo, zone)| standing_terms(slo, bounds(slo, now, zone), now, recorded.contains(&slo.id)));
    Some(Question::Terms { source, terms: terms.collect(), pace: Pace::Refresh })
}

fn standing_terms(slo: &Slo, span: Bounds, now: Millis, recorded: bool) -> Vec<Term> {
    let whole = if slo.objective.window.is_calendar() {
        TermSpan::Since(span.start)
    } else {
        TermSpan::Trailing(span.length())
    };
    let mut terms = count_terms(slo, "window", whole);
    for window in windows(&pairs(slo.objective.window.usual())) {
        let key = format!("{window}");
        if recorded {
            terms.push(Term {
                key: format!("{}|{key}|ratio", slo.id),
                measure: Measure::RecordedShare { slo: slo.id.clone(), window },
                span: TermSpan::Trailing(window),
                fold: Fold::Single,
            });
        } else {
            terms.extend(count_terms(slo, &key, TermSpan::Trailing(window)));
        }
    }
    for piece in excluded_in(slo, span, now).into_iter().flat_map(|(_, pieces)| pieces) {
        terms.extend(count_terms(slo, &piece.key(), piece.span(span)));
    }
    terms
}

/// A burn window pair with what it measures.
#[derive(Clone, Debug, PartialEq)]
pub struct BurnView {
    pub pair: Pair,
    /// burn rates; none without data
    pub long: Option<f64>,
    pub short: Option<f64>,
    pub state: BurnState,
}

/// A span that is not counted, with what it would have cost.
#[derive(Clone, Debug, PartialEq)]
pub struct ExcludedView {
    pub exclusion: Exclusion,
    pub counts: Counts,
    /// the counts by the spans they were counted in; what another exclusion has already is in neither
    parts: Vec<(Bounds, Counts)>,
}

/// An objective as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    pub bounds: Bounds,
    pub as_of: Millis,
    /// events counted, exclusions taken out
    pub counts: Counts,
    pub sli: Sli,
    /// why a figure is missing although there are samples: several series where one is asked for
    pub several: Option<Several>,
    pub budget: Option<Budget>,
    pub policy: Option<Policy>,
    pub burns: Vec<BurnView>,
    pub excluded: Vec<ExcludedView>,
    /// why the figures may be wrong; then there is neither a policy nor a verdict on a contract
    pub partial: Option<String>,
    /// `None` without a burn rate
    pub outlook: Option<Outlook>,
    pub sla: Option<SlaView>,
}

/// The contract's own state.
#[derive(Clone, Debug, PartialEq)]
pub struct SlaView {
    pub target: f64,
    pub budget: Budget,
    pub refund: Option<String>,
}

impl SlaView {
    pub fn is_broken(&self) -> bool {
        self.budget.policy() == Policy::Frozen
    }
}

impl Standing {
    /// Why there is no budget; empty where there is one.
    pub fn reason(&self) -> String {
        match (&self.several, self.sli) {
            (Some(several), Sli::NoData) => several.to_string(),
            (_, sli) => sli.reason().to_string(),
        }
    }

    /// The same made from an answer from which data may be missing: what was counted is shown, but
    /// neither that all is well nor that a budget is exhausted follows from it.
    pub fn doubted(mut self, partial: Option<String>) -> Self {
        if partial.is_some() {
            self.policy = None;
            for burn in &mut self.burns {
                if matches!(burn.state, BurnState::Acceptable | BurnState::Recovering) {
                    burn.state = BurnState::Unknown;
                }
            }
        }
        self.partial = partial;
        self
    }

    /// Why there is no policy.
    pub fn unknown_because(&self) -> String {
        self.partial.clone().unwrap_or_else(|| self.reason())
    }

    /// The burn rate now: that of the fastest pair's long window.
    pub fn burn(&self) -> Option<f64> {
        self.burns.first().and_then(|b| b.long)
    }

    /// The worst of its burn windows.
    pub fn burn_state(&self) -> BurnState {
        let order =
            [BurnState::Critical, BurnState::Increasing, BurnState::Recovering, BurnState::Acceptable];
        order
            .into_iter()
            .find(|state| self.burns.iter().any(|b| b.state == *state))
            .unwrap_or(BurnState::Unknown)
    }
}

/// What the answer to [`standing_questions`] says of one objective.
pub fn standing(slo: &Slo, frame: &Frame, as_of: Millis, zone: &Offsets) -> Standing {
    let bounds = bounds(slo, as_of, zone);
    let find = |key: &str| figure(frame, key);
    let passed = as_of.min(bounds.end) - bounds.start;
    let all = counts(slo, "window", passed, find);
    let mut left = all;
    let mut excluded = Vec::new();
    for (exclusion, pieces) in excluded_in(slo, bounds, as_of) {
        let count = |piece: Piece| (piece.passed, counts(slo, &piece.key(), piece.passed.length(), find));
        let parts: Vec<_> = pieces.into_iter().map(count).filter(|(_, c)| c.is_finite()).collect();
        let own = parts.iter().fold(Counts::default(), |sum, (_, counts)| sum.plus(counts));
        left = left.without(&own);
        excluded.push(ExcludedView { exclusion, counts: own, parts });
    }
    let ratio = |window: Millis| match find(&format!("{}|{window}|ratio", slo.id)) {
        Some(ratio) => Some(ratio.clamp(0.0, 1.0)),
        None => counts(slo, &format!("{window}"), window, find).sli().known(),
    };
    let burns: Vec<BurnView> = pairs(slo.objective.window.usual())
        .into_iter()
        .map(|pair| {
            let burn = |window| ratio(window).map(|r| slo.objective.burn_rate(r));
            let (long, short) = (burn(pair.long), burn(pair.short));
            BurnView { state: pair.state(long, short), pair, long, short }
        })
        .collect();
    let budget = slo.objective.budget(&left, bounds, as_of);
    let sla = slo.sla.as_ref().and_then(|sla| {
        let promise = crate::domain::slo::Objective { target: sla.target, ..slo.objective };
        let budget = promise.budget(&left, bounds, as_of)?;
        Some(SlaView { target: sla.target, budget, refund: sla.refund.clone() })
    });
    let burn = burns.first().and_then(|b| b.long);
    Standing {
        bounds,
        as_of,
        counts: left,
        sli: left.sli(),
        several: several(frame, &format!("{}|", slo.id)),
        policy: budget.map(|b| if wakes(&burns) { b.policy().max(Policy::AtRisk) } else { b.policy() }),
        outlook: budget.zip(burn).map(|(b, burn)| outlook(&b, &slo.objective, bounds, burn, as_of)),
        budget,
        burns,
        excluded,
        partial: None,
        sla,
    }
}

/// Whether the budget goes so fast that somebody is woken. Deploys are then at risk, however much is
/// left: what is being spent is spent by something that is not understood yet.
fn wakes(burns: &[BurnView]) -> bool {
    burns.iter().any(|b| b.pair.notice == Notice::Page && b.state == BurnState::Critical)
}

/// The span of one bucket of the history.
pub fn bucket_of(slo: &Slo) -> Millis {
    (slo.objective.window.longest() / 720 / HOUR).max(1) * HOUR
}

/// The history of an objective's window in buckets of an hour (longer for long windows).
pub fn budget_history_question(slo: &Slo) -> Question {
    let step = bucket_of(slo);
    let terms = count_terms(slo, "bucket", TermSpan::Trailing(step));
    Question::Range {
        source: slo.source.clone(),
        measure: Measure::Terms(terms),
        span: Span::Last(slo.objective.window.longest() / step * step + step),
        step,
        pace: Pace::Slow,
    }
}

/// The buckets of the answer to [`budget_history_question`].
fn buckets(slo: &Slo, frame: &Frame) -> Vec<Bucket> {
    let step = bucket_of(slo);
    let series = |what: &str| term_series(frame, &format!("{}|bucket|{what}", slo.id)).ok().flatten();
    let first = match slo.indicator {
        Indicator::Share(_) => series("share"),
        _ => series("valid"),
    };
    let second = match slo.indicator {
        Indicator::Bad { .. } => series("bad"),
        Indicator::Good { .. } => series("good"),
        Indicator::Share(_) => None,
    };
    let Some(first) = first else { return Vec::new() };
    let mut second = second.as_ref().map(|s| s.samples().peekable());
    let mut all = Vec::new();
    for (t, value) in first.samples() {
        let other = second.as_mut().and_then(|s| {
            while s.next_if(|(at, _)| *at < t).is_some() {}
            s.next_if(|(at, _)| *at == t).map(|(_, v)| v)
        });
        let find = |key: &str| {
            let what = key.rsplit('|').next().unwrap_or_default();
            let known = match what {
                "share" | "valid" => Some(value),
                _ => other,
            };
            known.filter(|v| v.is_finite())
        };
        let counts = counts(slo, "bucket", step, find);
        if matches!(counts.sli(), Sli::Known(_) | Sli::NoTraffic) {
            let counts = Counts { bad: counts.bad.clamp(0.0, counts.valid), valid: counts.valid };
            all.push(Bucket { bounds: Bounds { start: t - step, end: t }, counts });
        }
    }
    all
}

/// How an objective's window was used up.
#[derive(Clone, Debug, PartialEq)]
pub struct History {
    /// share of the window up to now for which there is data, 0..1
    pub covered: f64,
    pub days: Vec<DaySpend>,
    /// instant and share left
    pub line: Vec<(Millis, f64)>,
}

/// Reads the history against the whole-window count it must add up to.
pub fn history(slo: &Slo, standing: &Standing, frame: &Frame, zone: &Offsets) -> Option<History> {
    let budget = standing.budget?;
    let step = bucket_of(slo);
    let cut = within(&buckets(slo, frame), standing.bounds, standing.as_of, step);
    let taken: Vec<(Bounds, Counts)> =
        standing.excluded.iter().flat_map(|e| e.parts.iter().copied()).collect();
    let counted = reconciled(&without_exclusions(&cut, &taken), &standing.counts);
    // The bucket that runs has no sample yet, and a window that just began has no bucket at all.
    let judged = standing.as_of - step;
    let covered =
        if judged <= standing.bounds.start { 1.0 } else { coverage(&cut, standing.bounds, judged).min(1.0) };
    Some(History {
        covered,
        days: by_day(&counted, standing.bounds, &budget, &standing.counts, standing.as_of, zone),
        line: burn_down(&counted, standing.bounds, &budget, &standing.counts),
    })
}

/// A thing that happened and may have spent budget: its span, kind and title.
pub type Happening = (CauseKind, String, Bounds);

/// How long after a deploy failures are laid to it.
pub const AFTER_DEPLOY: Millis = HOUR;

/// At most so many happenings are asked about one by one.
const MOST_CAUSES: usize = 60;

/// Happenings cut so that no instant is counted twice: exclusions first, then incidents, then the hour
/// after each deploy.
pub fn parts_of(
    slo: &Slo,
    bounds: Bounds,
    now: Millis,
    happenings: &[Happening],
) -> Vec<(Happening, Vec<Bounds>)> {
    let passed = Bounds { start: bounds.start, end: bounds.end.min(now) };
    let mut sorted: Vec<Happening> = happenings.to_vec();
    sorted.order_by_key(|(kind, _, span)| (*kind, span.start));
    let candidates = slo.exclusions.iter().map(|e| e.bounds).chain(sorted.iter().map(|h| h.2));
    let parts = disjoint(passed, candidates);
    let own = sorted.into_iter().zip(parts.into_iter().skip(slo.exclusions.len()));
    own.filter(|(_, parts)| !parts.is_empty()).rev().take(MOST_CAUSES).collect()
}

pub fn causes_question(slo: &Slo, parts: &[(Happening, Vec<Bounds>)]) -> Option<Question> {
    let terms: Vec<Term> = parts
        .iter()
        .flat_map(|(_, spans)| spans)
        .flat_map(|span| count_terms(slo, &format!("{}-{}", span.start, span.end), (*span).into()))
        .collect();
    (!terms.is_empty()).then(|| Question::Terms { source: slo.source.clone(), terms, pace: Pace::Slow })
}

/// What spent the budget, the most first; the rest as background.
pub fn spent_by(
    slo: &Slo,
    standing: &Standing,
    parts: &[(Happening, Vec<Bounds>)],
    frame: Option<&Frame>,
) -> Vec<(Cause, f64)> {
    let Some(budget) = standing.budget else { return Vec::new() };
    let find = |key: &str| figure(frame?, key);
    let known = parts.iter().map(|((kind, title, span), spans)| {
        let mut sum = Counts::default();
        for part in spans {
            let found = counts(slo, &format!("{}-{}", part.start, part.end), part.length(), find);
            if found.is_finite() && found.bad > 0.0 {
                sum = sum.plus(&found);
            }
        }
        Cause { kind: *kind, title: title.clone(), bounds: *span, counts: sum }
    });
    let all = causes(known.collect(), standing.bounds, &standing.counts);
    all.into_iter()
        .map(|c| {
            let share = share_spent(c.counts.bad, &budget, &standing.counts);
            (c, share)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::labels::Labels;
    use crate::domain::series::Series;
    use crate::domain::term::TERM_LABEL;
    use crate::domain::time::{DAY, MINUTE};

    const NOW: Millis = 1_795_000_020_000;

    fn slo(more: &str) -> Slo {
        let text = format!(
            r#"{{"title": "T", "sources": {{"p": {{"kind": "prometheus", "url": "http://h"}}}}, "services": [{{"id": "a", "name": "A"}}],
            "slos": [{{"name": "A", "id": "s", "service": "a", "target": 0.999, "bad": "b[$window]", "valid": "v[$window]"{more}}}]}}"#
        );
        crate::sources::read_config(&text).expect("valid").slos.remove(0)
    }

    /// An answer with figures by key; burn windows not named hold no failure.
    fn frame(figures: &[(&str, f64)]) -> Frame {
        let windows = windows(&pairs(30 * DAY));
        let quiet = windows.iter().flat_map(|w| [(format!("{w}|bad"), 0.0), (format!("{w}|valid"), 100.0)]);
        let all = figures.iter().map(|(key, value)| (key.to_string(), *value)).chain(quiet);
        let one = |(key, value): (String, f64)| {
            let labels: Labels = [(TERM_LABEL, format!("s|{key}").as_str())].into_iter().collect();
            Series::from_samples(labels, vec![(0, value)])
        };
        Frame { series: all.map(one).collect() }
    }

    fn standing_of(slo: &Slo, figures: &[(&str, f64)]) -> Standing {
        standing(slo, &frame(figures), NOW, &Offsets::utc())
    }

    #[test]
    fn the_whole_window_gives_the_budget() {
        let found = standing_of(&slo(""), &[("window|bad", 300.0), ("window|valid", 1e6)]);
        let budget = found.budget.unwrap();
        assert!((budget.spent() - 0.3).abs() < 1e-9 && (budget.minutes_left() - 30.24).abs() < 1e-9);
        assert_eq!(
            (found.policy, found.burn(), found.burn_state()),
            (Some(Policy::Ok), Some(0.0), BurnState::Acceptable)
        );
    }

    #[test]
    fn what_is_not_answered_is_unknown_and_never_kept() {
        for figures in [
            [].as_slice(),
            &[("window|valid", 1e6)],
            &[("window|bad", 0.0)],
            &[("window|bad", f64::NAN), ("window|valid", 1e6)],
            &[("window|bad", 0.0), ("window|valid", 0.0)],
            &[("window|bad", -1e3), ("window|valid", 1e3)],
        ] {
            for more in [
                "",
                r#", "corrections": [{"from": "2026-11-01T00:00:00Z", "to": "2026-11-01T01:00:00Z", "reason": "r"}]"#,
            ] {
                let found = standing_of(&slo(more), figures);
                assert_eq!((found.budget, found.policy), (None, None), "{figures:?} {more}");
                assert!(!found.sli.reason().is_empty());
            }
        }
    }

    #[test]
    fn what_is_excluded_is_taken_out_and_told() {
        let more = r#", "corrections": [{"from": "2026-11-01T00:00:00Z", "to": "2026-11-01T01:00:00Z", "reason": "load test", "author": "mia"}]"#;
        let key = "x1793491200000-1793494800000";
        let (bad, valid) = (format!("{key}|bad"), format!("{key}|valid"));
        let counted = [("window|bad", 900.0), ("window|valid", 1e6), (&bad, 600.0), (&valid, 1e3)];
        let found = standing_of(&slo(more), &counted);
        assert_eq!(found.counts, Counts { bad: 300.0, valid: 999_000.0 });
        assert_eq!(found.excluded[0].counts, Counts { bad: 600.0, valid: 1e3 });
        assert_eq!(found.excluded[0].exclusion.author.as_deref(), Some("mia"));
    }

    /// The same question and the same figures for as long as a maintenance runs.
    #[test]
    fn nothing_vanishes_while_an_exclusion_runs() {
        let more = r#", "corrections": [{"from": "2026-11-01T00:00:00Z", "to": "2026-11-01T01:00:00Z", "reason": "r"}]"#;
        let (slo, utc) = (slo(more), Offsets::utc());
        let key = "x1793491200000-1793494800000";
        let (bad, valid) = (format!("{key}|bad"), format!("{key}|valid"));
        let counted = frame(&[("window|bad", 900.0), ("window|valid", 1e6), (&bad, 600.0), (&valid, 1e3)]);
        let question = |now| standing_question(&[(&slo, &utc)], now, &[]);
        let start = 1_793_491_200_000;
        let running = question(start + MINUTE);
        for second in (60..HOUR / 1_000).step_by(7) {
            let now = start + second * 1_000;
            assert_eq!(question(now), running, "{second}");
            let found = standing(&slo, &counted, now, &utc);
            assert_eq!(found.counts, Counts { bad: 300.0, valid: 999_000.0 }, "{second}");
        }
        assert_ne!(question(start + HOUR), running);
        // The last answer of the running question still serves when the maintenance is over.
        let over = standing(&slo, &counted, start + HOUR + 2 * MINUTE, &utc);
        assert_eq!(over.counts, Counts { bad: 300.0, valid: 999_000.0 });
    }

    #[test]
    fn nothing_follows_from_a_partial_answer() {
        let found = standing_of(&slo(""), &[("window|bad", 300.0), ("window|valid", 1e6)]);
        assert_eq!((found.policy, found.burn_state()), (Some(Policy::Ok), BurnState::Acceptable));
        let doubted = found.clone().doubted(Some("store-2 is down".into()));
        assert_eq!((doubted.policy, doubted.burn_state()), (None, BurnState::Unknown));
        assert_eq!(
            (doubted.budget, doubted.unknown_because()),
            (found.budget, "store-2 is down".to_string())
        );
        assert_eq!(found.clone().doubted(None), found);
    }

    #[test]
    fn a_fast_burn_is_a_risk_however_much_is_left() {
        let (hour, five) = (HOUR.to_string(), (5 * MINUTE).to_string());
        let burning = [
            ("window|bad", 10.0),
            ("window|valid", 1e6),
            (&format!("{hour}|ratio"), 0.05),
            (&format!("{five}|ratio"), 0.05),
        ];
        let found = standing_of(&slo(""), &burning);
        assert_eq!((found.policy, found.burn_state()), (Some(Policy::AtRisk), BurnState::Critical));
        // The short window alone only begins to be bad.
        let begins = [("window|bad", 10.0), ("window|valid", 1e6), (&format!("{five}|ratio"), 0.05)];
        let found = standing_of(&slo(""), &begins);
        assert_eq!((found.policy, found.burn_state()), (Some(Policy::Ok), BurnState::Increasing));
    }

    #[test]
    fn one_question_asks_for_window_burns_and_exclusions_and_leaves_recorded_burns_to_their_records() {
        let own = slo("");
        let utc = Offsets::utc();
        let Some(Question::Terms { terms, .. }) = standing_question(&[(&own, &utc)], NOW, &[]) else {
            panic!()
        };
        // Bad and valid of the window and of five burn windows.
        assert_eq!(terms.len(), 12);
        let Some(Question::Terms { terms, .. }) = standing_question(&[(&own, &utc)], NOW, &["s".into()])
        else {
            panic!()
        };
        assert_eq!(terms.len(), 7);
        assert!(terms.iter().any(|t| crate::sources::prometheus::text(&t.measure) == r#"slo:error_ratio:rate1h{slo="s"}"#));
    }

    #[test]
    fn the_history_says_how_much_of_the_window_it_knows() {
        let own = slo("");
        let standing = standing_of(&own, &[("window|bad", 30.0), ("window|valid", 1e4)]);
        let series = |what: &str, value: f64| {
            let labels: Labels = [(TERM_LABEL, format!("s|bucket|{what}").as_str())].into_iter().collect();
            let first = NOW - NOW.rem_euclid(HOUR);
            let samples = (0..180).rev().map(|i| (first - i * HOUR, value)).collect();
            Series::from_samples(labels, samples)
        };
        let frame = Frame { series: vec![series("bad", 1.0), series("valid", 100.0)] };
        let past = history(&own, &standing, &frame, &Offsets::utc()).unwrap();
        assert!((past.covered - 0.25).abs() < 0.01, "{}", past.covered);
        let left = past.line.last().unwrap().1;
        assert!((left - standing.budget.unwrap().left()).abs() < 1e-9);
    }

    #[test]
    fn shares_of_several_series_are_never_added() {
        let text = r#"{"title": "T", "sources": {"p": {"kind": "prometheus", "url": "http://h"}}, "services": [{"id": "a", "name": "A"}],
            "slos": [{"name": "A", "id": "s", "service": "a", "target": 0.99, "good": "avg_over_time(r[$window])"}]}"#;
        let own = crate::sources::read_config(text).expect("valid").slos.remove(0);
        let utc = Offsets::utc();
        let Some(Question::Terms { terms, .. }) = standing_question(&[(&own, &utc)], NOW, &[]) else {
            panic!()
        };
        assert!(terms.iter().all(|t| t.fold == Fold::Single), "{terms:?}");
        let one = |replica: &str, value: f64| {
            let labels = [(TERM_LABEL, "s|window|share"), ("replica", replica)].into_iter().collect();
            Series::from_samples(labels, vec![(NOW, value)])
        };
        let of = |series: Vec<Series>| standing(&own, &Frame { series }, NOW, &utc);
        assert!(of(vec![one("a", 0.995)]).budget.is_some());
        // Two replicas of 0.495 each are no 0.99.
        let two = of(vec![one("a", 0.495), one("b", 0.495)]);
        assert_eq!((two.budget, two.policy), (None, None));
        assert!(two.reason().contains("differ in the label replica"), "{}", two.reason());
    }

    #[test]
    fn a_window_that_just_began_lacks_nothing() {
        let own = slo(r#", "window": "month""#);
        // 2026-11-01T00:20:00Z
        let now = 1_793_492_400_000;
        let counted = frame(&[("window|bad", 1.0), ("window|valid", 1e4)]);
        let standing = standing(&own, &counted, now, &Offsets::utc());
        assert_eq!(standing.as_of - standing.bounds.start, 20 * MINUTE);
        assert_eq!(history(&own, &standing, &Frame::default(), &Offsets::utc()).unwrap().covered, 1.0);
    }
}
