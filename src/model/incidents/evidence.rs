//! What the sources know of an incident: the golden signals of the affected services over its span, the deploys before it, and
//! what it took of error budgets. Questions first, then what their answers say.

use crate::config::{Config, Level, Slo};
use crate::domain::format::{Unit, human};
use crate::domain::incident_log::{BudgetSpent, Event, Evidence, Facts, Moment};
use crate::domain::series::{Frame, Series};
use crate::domain::signal::Signal;
use crate::domain::time::{DAY, HOUR, MINUTE, Millis, SECOND, human_duration};
use crate::domain::window::Bounds;
use crate::model::{SpanCount, deploys, query_text, span_count, spans_question, subject_series};
use crate::poll::{Pace, Question, Span};

/// Signals that say how a service did for its users, and whether something in it was full.
const SIGNALS: [Signal; 5] =
    [Signal::LatencyP95, Signal::Traffic, Signal::ErrorRatio, Signal::Cpu, Signal::Memory];
/// Charts that are asked for at once. With more services the first ones are shown.
const MOST_ASKED: usize = 20;
/// Shown before the beginning and after the end.
const AROUND: Millis = 30 * MINUTE;
/// Of an incident that goes on for longer, its last days are shown.
const LONGEST: Millis = 7 * DAY;
/// The span of an incident that goes on ends at the next of these, so that its questions stay the same for as long.
const GRID: Millis = 5 * MINUTE;
/// Deploys so long before it may have to do with it.
pub const BEFORE: Millis = HOUR;

/// A chart that is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct EvidenceAsk {
    /// id and name
    pub service: String,
    pub name: String,
    pub signal: Signal,
    pub question: Question,
    /// the label and its value by which the service is found in the answer
    pub pick: (String, String),
}

impl EvidenceAsk {
    /// Tells it from others of the incident.
    pub fn key(&self) -> (String, Signal) {
        (self.service.clone(), self.signal)
    }

    pub fn title(&self) -> String {
        format!("{}, {}", self.signal.title(), self.name)
    }

    /// The service's own series in an answer.
    pub fn series(&self, frame: &Frame) -> Option<Series> {
        subject_series(frame, Some((&self.pick.0, &self.pick.1))).ok().flatten()
    }

    /// The chart as it is now, to be kept.
    pub fn evidence(&self, config: &Config, series: &Series, occasion: &str) -> Evidence {
        let Question::Range { source, measure, span: Span::Between(from, to), .. } = &self.question else {
            return Evidence::default();
        };
        let query = config.source(source).and_then(|s| query_text(s, measure)).unwrap_or_default();
        // What has not happened yet is no part of it.
        let to = series.last().map_or(*to, |(at, _)| at.min(*to));
        Evidence {
            title: self.title(),
            query,
            source: source.clone(),
            service: self.service.clone(),
            signal: self.signal.name().into(),
            unit: Evidence::unit_name(self.signal.unit()).into(),
            occasion: occasion.into(),
            from: Some(*from),
            to: Some(to.max(from + 1)),
            samples: Vec::new(),
        }
        .with_samples(series.samples().filter(|(at, _)| from <= at && *at <= to))
    }
}

/// When it began and when it was over for its users; `None` where that is not known, or it goes on.
pub fn trouble(facts: &Facts) -> (Option<Millis>, Option<Millis>) {
    let first = |moments: [Moment; 2]| moments.into_iter().find_map(|m| facts.at(m));
    (first([Moment::Started, Moment::Detected]), first([Moment::Mitigated, Moment::Resolved]))
}

/// The time that charts of an incident show; `None` where nobody knows when it was.
pub fn evidence_span(facts: &Facts, now: Millis) -> Option<(Millis, Millis)> {
    let (began, over) = trouble(facts);
    let to = match over.filter(|_| !facts.is_open() || facts.has(Moment::Mitigated)) {
        Some(over) => (over + AROUND).min((now / GRID + 1) * GRID),
        None if facts.is_open() => (now / GRID + 1) * GRID,
        None => return None,
    };
    let from = (began? - AROUND).max(to - LONGEST);
    (from < to).then_some((from, to))
}

/// Samples so far apart that a chart of the span has no more than are kept.
fn step(from: Millis, to: Millis) -> Millis {
    const LEAST: Millis = 15 * SECOND;
    let most = crate::domain::incident_log::MOST_SAMPLES as Millis;
    (to - from).div_euclid(most).div_euclid(LEAST).saturating_add(1) * LEAST
}

/// The charts of an incident: each signal that is measured of each service that is affected.
pub fn evidence_asks(config: &Config, facts: &Facts, now: Millis) -> Vec<EvidenceAsk> {
    let Some((from, to)) = evidence_span(facts, now) else { return Vec::new() };
    let step = step(from, to);
    let known = facts.services.iter().filter_map(|id| config.service(id));
    let asks = known.flat_map(|service| {
        SIGNALS.into_iter().filter_map(move |signal| {
            let (set, value) = config.service_set(service, signal)?;
            let measure = set.measure(signal, Level::Service, step, DAY)?;
            let (source, span) = (set.source.clone(), Span::Between(from, to));
            Some(EvidenceAsk {
                service: service.id.clone(),
                name: service.name.clone(),
                signal,
                question: Question::Range { source, measure, span, step, pace: Pace::Refresh },
                pick: (set.by.clone(), value.to_string()),
            })
        })
    });
    asks.take(MOST_ASKED).collect()
}

/// How many requests failed, by the signals.
#[derive(Clone, Debug, PartialEq)]
pub struct ImpactEstimate {
    pub failed: u64,
    pub asked: u64,
    /// what it is made from, to be kept beside the figure
    pub source: String,
}

/// The failed requests of the service that had the most of them: one request passes through several, and must not count twice.
/// Error ratio and traffic are those of the same instant; `None` where no service has both.
pub fn impact_estimate(
    facts: &Facts,
    charts: &[(EvidenceAsk, Series)],
    now: Millis,
) -> Option<ImpactEstimate> {
    let (began, over) = trouble(facts);
    let (from, to) = (began?, over.unwrap_or(now));
    let of = |service: &str, signal: Signal| {
        charts.iter().find(|(ask, _)| ask.service == service && ask.signal == signal)
    };
    let one = |(ask, errors): &(EvidenceAsk, Series)| {
        let (_, traffic) = of(&ask.service, Signal::Traffic)?;
        let Question::Range { step, .. } = ask.question else { return None };
        let seconds = step as f64 / 1_000.0;
        let mut requests = traffic.samples().peekable();
        let (mut failed, mut asked, mut n) = (0.0, 0.0, 0);
        for (at, ratio) in errors.samples_in(from, to) {
            while requests.next_if(|(t, _)| *t < at).is_some() {}
            let Some((_, rate)) = requests.peek().filter(|(t, rate)| *t == at && rate.is_finite()) else {
                continue;
            };
            if ratio.is_finite() {
                failed += ratio * rate * seconds;
                asked += rate * seconds;
                n += 1;
            }
        }
        (n > 0).then(|| {
            let share = human(Unit::Ratio, failed / asked.max(1.0));
            let source = format!(
                "{share} of the requests to {} failed over {}, by its error ratio and its traffic",
                ask.name,
                human_duration(to - from)
            );
            ImpactEstimate { failed: rounded(failed), asked: rounded(asked), source }
        })
    };
    let errors = charts.iter().filter(|(ask, _)| ask.signal == Signal::ErrorRatio);
    errors.filter_map(one).max_by_key(|estimate| estimate.failed)
}

/// Two digits: an estimate carries no more.
fn rounded(value: f64) -> u64 {
    if !(value >= 1.0 && value.is_finite()) {
        return 0;
    }
    let unit = 10f64.powf((value.log10().floor() - 1.0).max(0.0));
    ((value / unit).round() * unit) as u64
}

/// Asks for what was deployed in the hour before; the configured queries in their order, with their texts.
pub fn deploys_asks(config: &Config, facts: &Facts) -> Vec<(Question, String)> {
    let Some(began) = trouble(facts).0 else { return Vec::new() };
    let one = |deploy: &crate::config::Deploys| {
        let question = Question::Range {
            source: deploy.source.clone(),
            measure: deploy.query.clone().into(),
            // A little more, so that what ran before is known.
            span: Span::Between(began - BEFORE - 10 * MINUTE, began),
            step: MINUTE,
            pace: Pace::Slow,
        };
        (question, deploy.text.clone())
    };
    config.deploys.iter().map(one).collect()
}

/// The deploys within the hour before, as entries of the log.
pub fn deploys_before(facts: &Facts, frame: &Frame, text: &str, source: &str) -> Vec<Event> {
    let Some(began) = trouble(facts).0 else { return Vec::new() };
    let found = deploys(frame, text).into_iter().filter(|e| began - BEFORE <= e.at && e.at <= began);
    found.map(|e| Event::Deploy { at: Some(e.at), text: e.text, source: source.into() }).collect()
}

/// The objectives of the affected services.
pub fn affected_slos<'c>(config: &'c Config, facts: &Facts) -> Vec<&'c Slo> {
    config.slos.iter().filter(|slo| facts.services.contains(&slo.service)).collect()
}

/// The incident's own span, and the objective's window that ends with it. `None` where its ends are not known.
pub fn budget_spans(slo: &Slo, facts: &Facts, now: Millis) -> Option<[Bounds; 2]> {
    let (began, over) = trouble(facts);
    // To whole minutes, so that the question stays the same while it goes on.
    let end = over.unwrap_or(now / GRID * GRID);
    let own = Bounds { start: began?, end };
    let window = Bounds { start: end - slo.objective.window.longest(), end };
    (own.start < own.end).then_some([own, window])
}

/// Asks for what was counted in both spans.
pub fn budget_question(slo: &Slo, facts: &Facts, now: Millis) -> Option<Question> {
    Some(spans_question(slo, &budget_spans(slo, facts, now)?, now))
}

/// What the incident took of the whole budget; `None` where that was not counted.
pub fn budget_spent(slo: &Slo, facts: &Facts, frame: &Frame, now: Millis) -> Option<BudgetSpent> {
    let [own, window] = budget_spans(slo, facts, now)?.map(|span| span_count(slo, span, frame, now));
    Some(BudgetSpent {
        slo: slo.id.clone(),
        name: slo.name.clone(),
        service: slo.service.clone(),
        millionths: millionths(&own, &window, slo.objective.target)?,
    })
}

fn millionths(own: &SpanCount, window: &SpanCount, target: f64) -> Option<u64> {
    if !own.counts.is_finite() || !window.counts.is_finite() || window.covered <= 0.0 {
        return None;
    }
    // What the window holds without its gaps, so that a short past does not make an incident dearer.
    let allowed = window.counts.valid / window.covered * (1.0 - target);
    let share = own.counts.bad.max(0.0) / allowed * 1e6;
    (allowed > 0.0 && share.is_finite()).then(|| share.round() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::incident_log::{Incident, Log, MOST_SAMPLES, New};
    use crate::domain::labels::Labels;

    const START: Millis = 20_000 * DAY;

    fn facts(entries: &[(i64, Event)]) -> Facts {
        let mut log = Log::new("x");
        let first = [
            (2, Event::Declared { title: "T".into() }),
            (2, Event::Service { service: "api".into(), affected: true }),
        ];
        for (i, (minute, event)) in first.into_iter().chain(entries.iter().cloned()).enumerate() {
            let at = START + minute * MINUTE;
            log.append(&i.to_string(), "Mia", at, New::at(event, at));
        }
        Incident::of(&log).facts
    }

    fn reached(minute: i64, moment: Moment) -> (i64, Event) {
        (minute, Event::Reached { moment })
    }

    fn config() -> Config {
        let text = r#"{"title": "T", "sources": {"p": {"kind": "prometheus", "url": "http://h"}},
            "signals": {"s": {"source": "p", "preset": "recorded", "by": "service"}},
            "services": [{"id": "api", "name": "API", "signals": {"s": "api-1"}}],
            "slos": [{"name": "A", "service": "api", "target": 0.999}]}"#;
        crate::sources::read_config(text).expect("valid")
    }

    #[test]
    fn charts_show_the_time_around_it_and_never_more_than_is_kept() {
        let minutes = |facts: &Facts, now: i64| {
            evidence_span(facts, START + now * MINUTE)
                .map(|(from, to)| ((from - START) / MINUTE, (to - START) / MINUTE))
        };
        assert_eq!(minutes(&facts(&[]), 11), Some((-28, 15)));
        let over = facts(&[
            reached(0, Moment::Started),
            reached(10, Moment::Mitigated),
            reached(99, Moment::Resolved),
        ]);
        assert_eq!(minutes(&over, 5_000), Some((-30, 40)));
        assert_eq!(minutes(&facts(&[(3, Event::Timed { moment: Moment::Resolved, at: None })]), 5_000), None);
        assert_eq!(minutes(&facts(&[]), 30 * 24 * 60).map(|(from, to)| to - from), Some(7 * 24 * 60));
        for length in [MINUTE, HOUR, 5 * HOUR, DAY, 7 * DAY] {
            assert!(length / step(0, length) <= MOST_SAMPLES as i64, "{length}");
        }
        let asks = evidence_asks(&config(), &facts(&[]), START + 20 * MINUTE);
        let titles: Vec<String> = asks.iter().map(EvidenceAsk::title).collect();
        assert_eq!(titles.len(), 5, "{titles:?}");
        assert_eq!(asks[0].pick, ("service".to_string(), "api-1".to_string()));
    }

    fn chart(signal: Signal, values: &[(i64, f64)]) -> (EvidenceAsk, Series) {
        let asks = evidence_asks(&config(), &facts(&[]), START + 20 * MINUTE);
        let ask = asks.into_iter().find(|a| a.signal == signal).unwrap();
        let samples = values.iter().map(|(minute, v)| (START + minute * MINUTE, *v)).collect();
        (ask, Series::from_samples(Labels::default(), samples))
    }

    #[test]
    fn failed_requests_are_ratio_times_traffic_within_the_incident() {
        let over = facts(&[reached(0, Moment::Started), reached(4, Moment::Mitigated)]);
        let errors = chart(Signal::ErrorRatio, &[(-1, 1.0), (1, 0.5), (2, 0.25), (3, f64::NAN), (5, 1.0)]);
        let traffic = chart(Signal::Traffic, &[(-1, 99.0), (1, 100.0), (2, 100.0), (3, 100.0), (5, 99.0)]);
        let found = impact_estimate(&over, &[errors.clone(), traffic], START + DAY).unwrap();
        // 30 s a sample: 1,500 and 750 failed of 6,000, in two digits.
        assert_eq!((found.failed, found.asked), (2_300, 6_000));
        assert_eq!(
            found.source,
            "38 % of the requests to API failed over 4 min, by its error ratio and its traffic"
        );
        assert_eq!(impact_estimate(&over, &[errors], START + DAY), None, "without traffic there is no count");
        assert_eq!([0.2, 7.0, 1_234.0, 98_765.0, f64::NAN].map(rounded), [0, 7, 1_200, 99_000, 0]);
    }

    #[test]
    fn a_frozen_chart_says_what_was_asked() {
        let (ask, series) = chart(Signal::LatencyP95, &[(-5, 0.1), (1, 0.7)]);
        let kept = ask.evidence(&config(), &series, "declared");
        assert_eq!(
            (kept.title.as_str(), kept.unit.as_str(), kept.source.as_str()),
            (ask.title().as_str(), "seconds", "p")
        );
        assert!(!kept.query.is_empty());
        assert_eq!(kept.samples.len(), 2);
        assert_eq!(kept.to, Some(START + MINUTE), "the future is no part of it");
    }

    #[test]
    fn an_incident_is_charged_with_its_own_failures_alone() {
        let count = |bad: f64, valid: f64, covered: f64| SpanCount {
            span: Bounds { start: 0, end: 1 },
            counts: crate::domain::slo::Counts { bad, valid },
            covered,
            several: None,
        };
        // 8 of 43.2 minutes.
        let window = count(9.0, 30.0 * 1_440.0, 1.0);
        assert_eq!(millionths(&count(8.0, 8.0, 1.0), &window, 0.999), Some(185_185));
        // Half of the window is known: the other half is taken to be like it.
        let half = count(9.0, 15.0 * 1_440.0, 0.5);
        assert_eq!(millionths(&count(8.0, 8.0, 1.0), &half, 0.999), Some(185_185));
        assert_eq!(millionths(&count(f64::NAN, 1.0, 1.0), &window, 0.999), None);
        assert_eq!(millionths(&count(1.0, 1.0, 1.0), &window, 1.0), None);
        let config = config();
        let slo = affected_slos(&config, &facts(&[]))[0];
        assert!(budget_question(slo, &facts(&[reached(9, Moment::Mitigated)]), START + DAY).is_some());
        assert!(budget_question(slo, &facts(&[]), START).is_none());
    }
}
