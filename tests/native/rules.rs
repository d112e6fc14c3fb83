//! Alert rules over breaches and over samples, against a plain evaluator in the manner of Prometheus.

use fourlights::config::Config;
use fourlights::domain::alert_rule::{AlertRule, Condition, State};
use fourlights::domain::breaches::Form;
use fourlights::domain::labels::Labels;
use fourlights::domain::series::{Frame, Series};
use fourlights::domain::time::{DAY, Millis, SECOND};
use fourlights::model::{Evidence, Watched, evaluate, rule_asks};
use fourlights::poll::{Fetch, Question, Reply};
use fourlights::sources::prometheus::SYSTEM;
use fourlights::sources::{Answered, Response, SourceError, read_config};
use proptest::prelude::*;
use std::collections::BTreeMap;

const STEP: Millis = 10 * SECOND;
/// The first instant with samples.
const BEGIN: Millis = 1_795_000_000_000;
const INSTANTS: usize = 60;

/// What is measured: values by series and instant, each with how long it takes to be stored.
#[derive(Clone, Debug)]
struct World {
    values: Vec<Vec<Option<(f64, Millis)>>>,
    usual: Vec<Option<f64>>,
}

impl World {
    fn index(t: Millis) -> Option<usize> {
        usize::try_from((t - BEGIN).div_euclid(STEP)).ok().filter(|i| *i < INSTANTS)
    }

    fn value(&self, series: usize, t: Millis, now: Millis) -> Option<f64> {
        let (value, delay) = (*self.values.get(series)?.get(Self::index(t)?)?)?;
        (t + delay <= now).then_some(value)
    }

    fn usual(&self, t: Millis) -> Option<f64> {
        *self.usual.get(Self::index(t)?)?
    }

    fn is_absent(&self, t: Millis, now: Millis) -> bool {
        (0..self.values.len()).all(|s| self.value(s, t, now).is_none())
    }
}

/// Whether a rule's condition begins at a value, as PromQL compares: never with what is missing or `NaN`.
fn begins(rule: &AlertRule, value: Option<f64>, usual: Option<f64>) -> bool {
    let beyond = |is: fn(f64, f64) -> bool, limit: Option<f64>| {
        value.zip(limit).is_some_and(|(value, limit)| is(value, limit))
    };
    match rule.condition {
        Condition::Above(limit) => beyond(|a, b| a > b, Some(limit)),
        Condition::Below(limit) => beyond(|a, b| a < b, Some(limit)),
        Condition::DropBelowBaseline(share) => beyond(|a, b| a < b, usual.map(|u| (1.0 - share) * u)),
        Condition::RiseAboveBaseline(share) => beyond(|a, b| a > b, usual.map(|u| (1.0 + share) * u)),
        Condition::Absent => unreachable!("asked of all series together"),
    }
}

fn goes_on(rule: &AlertRule, value: Option<f64>) -> bool {
    value.zip(rule.resolve_at).is_some_and(|(value, resolve)| match rule.condition {
        Condition::Below(_) => value < resolve,
        _ => value > resolve,
    })
}

/// The state machine of Prometheus's `AlertingRule.Eval`, written down plainly. `holds` says whether the
/// expression has a sample at an instant, given whether the alert fired at the evaluation before.
fn plainly(
    rule: &AlertRule,
    instants: impl Iterator<Item = Millis>,
    holds: impl Fn(Millis, bool) -> bool,
) -> (Vec<(Millis, Option<Millis>)>, State) {
    let mut spans: Vec<(Millis, Option<Millis>)> = Vec::new();
    let (mut active_at, mut firing, mut kept_since) = (None, false, None);
    for t in instants {
        if holds(t, firing) {
            kept_since = None;
            let since = *active_at.get_or_insert(t);
            if !firing && t - since >= rule.for_ {
                firing = true;
                spans.push((t, None));
            }
            continue;
        }
        if firing && rule.keep_firing_for > 0 && t - *kept_since.get_or_insert(t) < rule.keep_firing_for {
            continue;
        }
        if firing {
            spans.last_mut().unwrap().1 = Some(t);
        }
        (active_at, firing, kept_since) = (None, false, None);
    }
    let state = match (active_at, firing) {
        (_, true) => State::Firing,
        (Some(since), false) => State::Pending(since),
        (None, false) => State::Inactive,
    };
    (spans, state)
}

type Found = BTreeMap<Labels, (Vec<(Millis, Option<Millis>)>, State)>;

fn labels(series: usize) -> Labels {
    [("s", format!("s{series}").as_str())].into_iter().collect()
}

/// What Prometheus would have found, for every series of which there is anything to say.
fn expected(world: &World, rule: &AlertRule, now: Millis) -> Found {
    let end = now - now.rem_euclid(STEP);
    // The last day from now on, on whole steps.
    let start = now - DAY + (STEP - (now - DAY).rem_euclid(STEP)) % STEP;
    let instants = || (0..=(end - start) / STEP).map(move |i| start + i * STEP);
    let mut all = Found::new();
    if rule.condition == Condition::Absent {
        all.insert(Labels::default(), plainly(rule, instants(), |t, _| world.is_absent(t, now)));
    } else {
        for series in 0..world.values.len() {
            let holds = |t: Millis, firing: bool| {
                let value = world.value(series, t, now);
                begins(rule, value, world.usual(t)) || (firing && goes_on(rule, value))
            };
            all.insert(labels(series), plainly(rule, instants(), holds));
        }
    }
    all.retain(|_, (spans, state)| !spans.is_empty() || *state != State::Inactive);
    all
}

fn found(watched: Vec<Watched>) -> Found {
    let one = |w: Watched| {
        let spans =
            w.evaluation.firings.iter().map(|f| (f.start, f.end.map(|(at, _)| at))).collect::<Vec<_>>();
        (w.labels, (spans, w.evaluation.state))
    };
    let something =
        |(_, (spans, state)): &(Labels, (Vec<_>, State))| !spans.is_empty() || *state != State::Inactive;
    watched.into_iter().map(one).filter(something).collect()
}

/// What a server answers that evaluates the condition itself.
fn answer(world: &World, rule: &AlertRule, fetch: &Fetch, now: Millis) -> Response {
    let parameter = |name: &str| fetch.request.parameter(name).unwrap();
    let time = |name: &str| parameter(name).replace('.', "").parse::<Millis>().unwrap();
    let instants = || (0..=(time("end") - time("start")) / STEP).map(|i| time("start") + i * STEP);
    let mut result = Vec::new();
    let mut add = |metric: &str, samples: Vec<(Millis, f64)>| {
        let values: Vec<String> =
            samples.iter().map(|(t, v)| format!("[{}.{:03},\"{v}\"]", t / 1000, t % 1000)).collect();
        if !values.is_empty() {
            result.push(format!(r#"{{"metric":{{{metric}}},"values":[{}]}}"#, values.join(",")));
        }
    };
    let query = parameter("query");
    if query.contains(" unless ") {
        let mut add_changes = |metric: &str, holds: &dyn Fn(Millis) -> bool| {
            let whole = query.contains("vector(time())");
            let change = |t: Millis| match (holds(t - STEP), holds(t)) {
                (false, true) => Some((t, 1.0)),
                (true, false) => Some((t, 0.0)),
                (true, true) if whole && t == time("start") => Some((t, 1.0)),
                _ => None,
            };
            add(metric, instants().filter_map(change).collect());
        };
        if rule.condition == Condition::Absent {
            add_changes("", &|t| world.is_absent(t, now));
        } else {
            for series in 0..world.values.len() {
                let holds = |t: Millis| begins(rule, world.value(series, t, now), world.usual(t));
                add_changes(&format!(r#""s":"s{series}""#), &holds);
            }
        }
    } else if rule.condition == Condition::Absent {
        add("", instants().filter(|t| world.is_absent(*t, now)).map(|t| (t, 1.0)).collect());
    } else {
        for series in 0..world.values.len() {
            let begun = |t: Millis| begins(rule, world.value(series, t, now), world.usual(t));
            let holds = |t: Millis| begun(t) || goes_on(rule, world.value(series, t, now));
            let samples = instants().filter(|t| holds(*t));
            let samples = samples.filter_map(|t| Some((t, world.value(series, t, now)?))).collect();
            // `and max_over_time(..) > limit`
            if !query.contains(" and ") || instants().any(begun) {
                add(&format!(r#""s":"s{series}""#), samples);
            }
        }
    }
    let body =
        format!(r#"{{"status":"success","data":{{"resultType":"matrix","result":[{}]}}}}"#, result.join(","));
    Response { status: 200, body: body.into(), ..Response::default() }
}

/// As a page that asks again and again finds it.
fn by_breaches(world: &World, config: &Config, question: &Question, times: &[Millis]) -> Found {
    let rule = &config.rules[0];
    let mut known = None;
    for now in times {
        let fetch = question.fetch(&SYSTEM, known.as_ref(), *now).unwrap();
        let response = answer(world, rule, &fetch, *now);
        known = Some(question.take(&SYSTEM, &Answered::Whole(response), &fetch, known).unwrap().data);
    }
    let Some(Reply::Breaches(breaches)) = &known else { panic!("{known:?}") };
    found(evaluate(rule, config, Evidence::Breaches(breaches), *times.last().unwrap()).1)
}

/// As it is found over samples, of a system that evaluates nothing.
fn by_samples(world: &World, config: &Config, now: Millis) -> Found {
    let rule = &config.rules[0];
    let instants = || (0..INSTANTS as Millis).map(|i| BEGIN + i * STEP).filter(|t| *t <= now);
    let frame = |labels: Labels, value: &dyn Fn(Millis) -> Option<f64>| {
        Series::from_samples(labels, instants().filter_map(|t| Some((t, value(t)?))).collect())
    };
    let series = 0..world.values.len();
    let values =
        Frame { series: series.clone().map(|s| frame(labels(s), &|t| world.value(s, t, now))).collect() };
    let usual = Frame { series: series.map(|s| frame(labels(s), &|t| world.usual(t))).collect() };
    found(evaluate(rule, config, Evidence::Samples { values: &values, usual: Some(&usual) }, now).1)
}

fn a_value() -> impl Strategy<Value = Option<f64>> {
    let known = prop::sample::select(vec![0.0, 1.0, 1.0, 2.0, 2.0, 3.0, f64::NAN, f64::INFINITY]);
    prop_oneof![1 => Just(None), 5 => known.prop_map(Some)]
}

/// Values that mostly stay as they are for a while, so that a `for` is reached.
fn a_series() -> impl Strategy<Value = Vec<Option<(f64, Millis)>>> {
    let run = (a_value(), 1..9_usize, prop::sample::select(vec![0, 0, 0, 7 * SECOND, 60 * SECOND]));
    prop::collection::vec(run, 10..30).prop_map(|runs| {
        let all = runs.into_iter().flat_map(|(value, n, delay)| vec![value.map(|v| (v, delay)); n]);
        all.chain(std::iter::repeat(None)).take(INSTANTS).collect()
    })
}

fn a_world() -> impl Strategy<Value = World> {
    (prop::collection::vec(a_series(), 1..4), prop::collection::vec(a_value(), INSTANTS))
        .prop_map(|(values, usual)| World { values, usual })
}

fn a_config() -> impl Strategy<Value = Config> {
    let condition = prop::sample::select(vec![
        r#""above": 1.5"#,
        r#""above": 2.5, "resolve": 0.5"#,
        r#""above": 1.5, "resolve": 1.5"#,
        r#""below": 1.5"#,
        r#""below": 0.5, "resolve": 2.5"#,
        r#""drop": 0.5, "baseline": "usual""#,
        r#""rise": 0.5, "baseline": "usual""#,
        r#""absent": true"#,
    ]);
    let length = || prop::sample::select(vec!["0s", "10s", "15s", "30s", "50s"]);
    (condition, length(), length()).prop_map(|(condition, for_, kept)| {
        let text = format!(
            r#"{{"title": "T", "sources": {{"p": {{"kind": "prometheus", "url": "http://h"}}}}, "services": [],
                "alerts": [{{"name": "R", "query": "x", {condition}, "for": "{for_}", "keep_firing_for": "{kept}",
                    "every": "10s", "severity": "sev2"}}]}}"#
        );
        read_config(&text).unwrap()
    })
}

/// The times of a page's refreshes: the first, and how long after it each of the others.
fn refreshes() -> impl Strategy<Value = Vec<Millis>> {
    (0..INSTANTS as Millis, prop::collection::vec(1_000..60_000_i64, 0..30)).prop_map(|(first, waits)| {
        let mut now = BEGIN + first * STEP + 1_234;
        let mut times = vec![now];
        for wait in waits {
            now += wait;
            times.push(now);
        }
        times
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn firings_are_those_of_prometheus_however_they_are_found(
        world in a_world(), config in a_config(), times in refreshes()
    ) {
        let now = *times.last().unwrap();
        let rule = &config.rules[0];
        let prometheus = expected(&world, rule, now);
        let samples = rule_asks(&config, rule).remove(0).value;
        let brief = samples.coarser(&SourceError::TooLarge { limit_mb: 1 }).unwrap();
        let form = |asked: &Question| match asked {
            Question::Breaches { form, .. } => Some(*form),
            _ => None,
        };
        let hysteresis = rule.resolve_at.is_some() && rule.resolve_at != rule.threshold(None);
        let expected = if hysteresis { Form::AllSamples } else { Form::Changes };
        prop_assert_eq!((form(&samples), form(&brief)), (Some(Form::Samples), Some(expected)));
        for question in [samples, brief] {
            let of = |times: &[Millis]| by_breaches(&world, &config, &question, times);
            prop_assert_eq!(&of(&[now]), &prometheus, "after a reload, {:?}", form(&question));
            prop_assert_eq!(&of(&times), &prometheus, "on a page that was open, {:?}", form(&question));
        }
        prop_assert_eq!(&by_samples(&world, &config, now), &prometheus, "over samples");
    }
}
