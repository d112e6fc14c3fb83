//! What the console asks: a value that says how to ask, how to read the reply and how to add to it.

use super::calls::{clock, groups, probe, rules, silences, targets};
use super::pager::{PagerAsk, PagerReply};
use crate::config::{Measure, Term};
use crate::domain::alert::{Alert, Silence};
use crate::domain::breaches::{Breaches, Form};
use crate::domain::evaluated::{RuleGroup, Targets};
use crate::domain::firings::Firings;
use crate::domain::incident::Incident;
use crate::domain::series::Frame;
use crate::domain::term::TermSpan;
use crate::domain::time::{HOUR, MINUTE, Millis, human_duration};
use crate::sources::{
    Answered, Breach, Exchange, FrameReader, Group, Known, Metrics, Parsed, Part, Probe, Refused, Request,
    Response, SourceError, System, page_address,
};

/// The time a range question covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Span {
    /// the last so many milliseconds, moving with time
    Last(Millis),
    /// fixed ends, both included
    Between(Millis, Millis),
}

impl Span {
    /// First and last instant.
    pub fn ends(self, now: Millis) -> (Millis, Millis) {
        match self {
            Self::Last(length) => (now - length, now),
            Self::Between(from, to) => (from, to),
        }
    }
}

/// How often the answer can be expected to change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pace {
    /// every refresh
    Refresh,
    /// figures over days or weeks: every five minutes
    Slow,
}

impl Pace {
    pub fn interval(self, refresh: Millis) -> Millis {
        match self {
            Self::Refresh => refresh,
            Self::Slow => refresh.max(5 * MINUTE),
        }
    }
}

/// One question to one source. Two panels that ask the same share the answer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Question {
    Range {
        source: String,
        measure: Measure,
        span: Span,
        step: Millis,
        pace: Pace,
    },
    Instant {
        source: String,
        measure: Measure,
        pace: Pace,
    },
    /// many figures by one query
    Terms {
        source: String,
        terms: Vec<Term>,
        pace: Pace,
    },
    /// where a condition held in the last so many milliseconds, on a grid of so many
    Breaches {
        source: String,
        condition: Breach,
        form: Form,
        length: Millis,
        step: Millis,
        pace: Pace,
    },
    /// when alerts fired in the last so many milliseconds, on a grid of so many
    Firings {
        source: String,
        length: Millis,
        step: Millis,
        pace: Pace,
    },
    /// what is active
    Alerts {
        source: String,
    },
    /// alerts as they are sent together
    AlertGroups {
        source: String,
    },
    Silences {
        source: String,
    },
    /// the rules that the source evaluates itself
    Rules {
        source: String,
    },
    /// what the source collects its data from
    Targets {
        source: String,
    },
    /// what the source says of itself
    Probe {
        source: String,
    },
    /// what the source takes the time to be
    Clock {
        source: String,
    },
    OpenIncidents {
        source: String,
        /// by an address that lacks the path of the API
        under_api: bool,
    },
    /// of what people are paged for, and of who is on call
    Pager {
        source: String,
        ask: PagerAsk,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    Frame(Frame),
    Breaches(Breaches),
    Alerts(Vec<Alert>),
    Firings(Firings),
    Rules(Vec<RuleGroup>),
    Targets(Targets),
    Probe(Probe),
    /// milliseconds since the epoch
    Clock(Millis),
    AlertGroups(Vec<Group>),
    Silences(Vec<Silence>),
    Incidents(Vec<Incident>),
    Pager(PagerReply),
}

impl Reply {
    /// The samples it holds.
    pub fn samples(&self) -> Option<&Frame> {
        match self {
            Self::Frame(frame) => Some(frame),
            Self::Breaches(breaches) => breaches.samples(),
            _ => None,
        }
    }
}

/// One fetch: the request, and for a range where it begins and what stays of the old answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Fetch {
    pub request: Request,
    /// what is joined to the request's query, in as many requests as it takes
    pub parts: Vec<Part>,
    /// Set when only what is new is asked: `(from, keep_from)`.
    pub increment: Option<(Millis, Millis)>,
    /// the newest instant that is asked about
    pub until: Millis,
}

/// Steps fetched again at each refresh, for samples that came late or were not complete.
const OVERLAP_STEPS: Millis = 4;

/// Spans over which a rule is evaluated where the source refuses to read a day at once.
const SHORTER: [Millis; 2] = [6 * HOUR, HOUR];

/// So late a sample may come and still count among the breaches, also where steps are short.
const LATE: Millis = 2 * MINUTE;

/// Steps of the record of firing alerts when a finer one is too large.
const COARSER: [Millis; 3] = [5 * MINUTE, 30 * MINUTE, 2 * HOUR];

impl Question {
    pub fn source(&self) -> &str {
        match self {
            Self::Range { source, .. }
            | Self::Instant { source, .. }
            | Self::Terms { source, .. }
            | Self::Breaches { source, .. }
            | Self::Firings { source, .. }
            | Self::Alerts { source }
            | Self::AlertGroups { source }
            | Self::Silences { source }
            | Self::Rules { source }
            | Self::Targets { source }
            | Self::Probe { source }
            | Self::Clock { source }
            | Self::OpenIncidents { source, .. }
            | Self::Pager { source, .. } => source,
        }
    }

    pub fn interval(&self, refresh: Millis) -> Millis {
        match self {
            Self::Range { pace, step, .. }
            | Self::Breaches { pace, step, .. }
            | Self::Firings { pace, step, .. } => pace.interval(refresh).max((*step / 2).min(30 * MINUTE)),
            Self::Instant { pace, .. } | Self::Terms { pace, .. } => pace.interval(refresh),
            Self::Pager { ask, .. } => ask.interval(refresh),
            Self::Rules { .. } | Self::Probe { .. } | Self::Clock { .. } => Pace::Slow.interval(refresh),
            _ => refresh,
        }
    }

    /// Whether the answer cannot change any more: a fixed range that is over.
    pub fn is_settled(&self, now: Millis) -> bool {
        let over = |end: Millis| end + 5 * MINUTE < now;
        match self {
            Self::Range { span: Span::Between(_, end), .. } => over(*end),
            Self::Terms { terms, .. } => {
                terms.iter().all(|t| matches!(t.span, TermSpan::Fixed(_, end) if over(end)))
            }
            _ => false,
        }
    }

    /// What to send to the system of the source now. With a known answer a moving range asks only for what is new.
    ///
    /// # Errors
    /// When the system cannot be asked so.
    pub fn fetch(&self, system: &System, known: Option<&Reply>, now: Millis) -> Result<Fetch, SourceError> {
        let part = |request, increment| Fetch { request, parts: Vec::new(), increment, until: now };
        let whole = |request| part(request, None);
        Ok(match self {
            Self::Range { measure, span, step, .. } => {
                let metrics = system.metrics()?;
                let (start, end) = aligned(*span, *step, now);
                if let Some(Reply::Frame(known)) = known.filter(|_| !metrics.has_history())
                    && let Some(last) = known.last_instant()
                {
                    let request = metrics.range(measure, last, end, *step)?;
                    // Nothing that is known comes again.
                    return Ok(part(request, Some((last + 1, start))));
                }
                let overlap_from = match known {
                    Some(Reply::Frame(frame)) => frame.last_instant().map(|last| last - OVERLAP_STEPS * step),
                    _ => None,
                };
                match overlap_from
                    .filter(|from| *from > start && *from <= end && matches!(span, Span::Last(_)))
                {
                    Some(from) => part(metrics.range(measure, from, end, *step)?, Some((from, start))),
                    None => whole(metrics.range(measure, start, end, *step)?),
                }
            }
            Self::Instant { measure, .. } => whole(system.metrics()?.instant(measure, now)?),
            Self::Terms { terms, .. } => {
                let (request, parts) = system.metrics()?.figures(terms, now)?;
                Fetch { parts, ..whole(request) }
            }
            Self::Breaches { condition, form, length, step, .. } => {
                let metrics = system.metrics()?;
                let (start, end) = aligned(Span::Last(*length), *step, now);
                let known = match known {
                    Some(Reply::Breaches(known)) if known.step() == *step && known.form() == *form => {
                        Some(known)
                    }
                    _ => None,
                };
                // What is asked again is small, so it may be more than of a range.
                let again = OVERLAP_STEPS.max(LATE / (*step).max(1)) * step;
                let from = known.map(|known| known.until() - again);
                let from = from.filter(|from| *from > start && *from <= end);
                let known = match known.filter(|_| from.is_some()) {
                    None => Known::Nothing,
                    Some(known) if known.is_empty() => Known::Quiet,
                    Some(_) => Known::Some,
                };
                let span = (from.unwrap_or(start), end);
                let request = metrics.breaches(condition, *form, span, *step, known);
                let request = request.ok_or_else(|| system.lacks("breaches of a condition"))?;
                Fetch { until: end, ..part(request, from.map(|from| (from, start))) }
            }
            Self::Firings { length, step, .. } => {
                let metrics = system.metrics()?;
                let (start, end) = aligned(Span::Last(*length), *step, now);
                let known = match known {
                    Some(Reply::Firings(known)) if known.step() == *step => Some(known.until()),
                    _ => None,
                };
                let from = known.map(|until| until - OVERLAP_STEPS * step);
                let from = from.filter(|from| *from > start && *from <= end);
                let request = metrics.firings(from.unwrap_or(start), end, *step, from.is_none());
                let request = request.ok_or_else(|| system.lacks("a record of firing alerts"))?;
                Fetch { until: end, ..part(request, from.map(|from| (from, start))) }
            }
            Self::Alerts { .. } => whole(system.alerts()?.active().request),
            Self::AlertGroups { .. } => whole(groups(system)?.request),
            Self::Silences { .. } => whole(silences(system)?.request),
            Self::Rules { .. } => whole(rules(system)?.request),
            Self::Targets { .. } => whole(targets(system)?.request),
            Self::Probe { .. } => whole(probe(system)?.request),
            Self::Clock { .. } => whole(clock(system)?.request),
            Self::OpenIncidents { under_api, .. } => {
                let request = system.notices()?.open().request;
                whole(if *under_api { page_address::under_api(request) } else { request })
            }
            Self::Pager { ask, .. } => whole(ask.call(system, now)?.request().clone()),
        })
    }

    /// The same question in a form that asks for less, for when it was too much; `None` when there is none.
    pub fn coarser(&self, error: &SourceError) -> Option<Self> {
        match self {
            Self::Firings { source, length, step, pace } => {
                let step = COARSER.into_iter().find(|coarse| *coarse > *step)?;
                Some(Self::Firings { source: source.clone(), length: *length, step, pace: *pace })
            }
            Self::Breaches { source, condition, form, length, step, pace } => {
                let (form, length) = match error {
                    SourceError::TooLarge { .. } => (condition.coarser(*form)?, *length),
                    // The source would have to read too much; another form of answer does not change that.
                    _ => (*form, SHORTER.into_iter().find(|shorter| shorter < length)?),
                };
                let (source, condition, step, pace) = (source.clone(), condition.clone(), *step, *pace);
                Some(Self::Breaches { source, condition, form, length, step, pace })
            }
            _ => None,
        }
    }

    /// The question as it is asked again at once after a failure; `None` when that is of no use. `url` is the address
    /// of its source.
    pub fn after(&self, system: &System, error: &SourceError, url: &str) -> Option<Self> {
        match self {
            // What takes a key is no public page.
            Self::OpenIncidents { source, under_api: false } if system.spec.key.is_none() => {
                let with_api = page_address::with_api(url);
                with_api.map(|_| Self::OpenIncidents { source: source.clone(), under_api: true })
            }
            _ if error.is_too_much() => self.coarser(error),
            _ => None,
        }
    }

    /// Whether the next answer should be asked for as at first, because this form only tried something.
    pub fn is_a_try(&self) -> bool {
        matches!(self, Self::OpenIncidents { under_api: true, .. })
    }

    /// What is lost by asking in this form instead of as `wanted`, or what to change so that it need not be.
    pub fn coarseness(&self, wanted: &Self) -> Option<String> {
        match (self, wanted) {
            (Self::Firings { step, .. }, Self::Firings { step: fine, .. }) if step > fine => Some(format!(
                "So many alerts fired that their record is read in steps of {1} and not of {0}: what fired for a shorter time is missing",
                human_duration(*fine),
                human_duration(*step)
            )),
            (Self::Breaches { length, .. }, Self::Breaches { length: wanted, .. }) if length < wanted => {
                Some(format!(
                    "The source refuses to read as much as {} at once: what began before the last {} is not known",
                    human_duration(*wanted),
                    human_duration(*length)
                ))
            }
            (Self::Breaches { form: Form::Changes, .. }, Self::Breaches { form, .. })
                if *form != Form::Changes =>
            {
                Some("So much breaches that only its beginnings and ends are read: the worst values are missing".into())
            }
            (Self::OpenIncidents { under_api: true, .. }, Self::OpenIncidents { under_api: false, .. }) => {
                Some("The address of this status page lacks /api/v2: add it to its url in the configuration".into())
            }
            _ => None,
        }
    }

    /// The request that has to follow: the next page of a list, or a second request that the first answer calls for. Its
    /// own answer goes to [`Self::read`] with the first's, so that what both say is of one moment.
    pub fn next(
        &self,
        system: &System,
        asked: &Request,
        answer: &Response,
        is_first: bool,
    ) -> Option<Request> {
        match self {
            Self::Alerts { .. } => system.alerts?.active().next(asked, answer, is_first),
            // Which instant it was asked about makes no difference to what follows.
            Self::Pager { ask, .. } => ask.call(system, 0).ok()?.next(asked, answer, is_first),
            _ => None,
        }
    }

    /// What is to be sent for a fetch; `refused` are parts that are known to be refused.
    pub fn exchange(system: &System, fetch: &Fetch, refused: &Refused) -> Exchange {
        // Only series come in parts.
        let none: FrameReader = |_| Err(SourceError::CutOff);
        let read = system.metrics.map_or(none, Metrics::reader);
        Exchange::new(fetch.request.clone(), fetch.parts.clone(), refused, read)
    }

    /// Reads what answered a fetch and adds it to what was known.
    pub fn take(
        &self,
        system: &System,
        answered: &Answered,
        fetch: &Fetch,
        known: Option<Reply>,
    ) -> Result<Parsed<Reply>, SourceError> {
        let response = match answered {
            Answered::Joined(parsed) => return Ok(parsed.clone().map(|frame| Reply::Frame(frame.sorted()))),
            Answered::Whole(response) => response,
        };
        Ok(match self {
            Self::Firings { step, .. } => system.metrics()?.read(response)?.map(|changes| {
                Reply::Firings(match (fetch.increment, known) {
                    (Some((from, keep_from)), Some(Reply::Firings(mut known))) => {
                        known.add(&changes, from, fetch.until, keep_from);
                        known
                    }
                    _ => Firings::new(&changes, *step, fetch.until),
                })
            }),
            Self::Breaches { step, form, .. } => system.metrics()?.read(response)?.map(|samples| {
                Reply::Breaches(match (fetch.increment, known) {
                    (Some((from, keep_from)), Some(Reply::Breaches(mut known))) => {
                        known.add(samples, from, fetch.until, keep_from);
                        known
                    }
                    _ => Breaches::new(samples, *form, *step, fetch.until),
                })
            }),
            _ => self.read(system, response, fetch.increment, known)?,
        })
    }

    /// Reads a reply and adds it to what was known.
    pub fn read(
        &self,
        system: &System,
        response: &Response,
        increment: Option<(Millis, Millis)>,
        known: Option<Reply>,
    ) -> Result<Parsed<Reply>, SourceError> {
        let source = self.source();
        Ok(match self {
            Self::Range { .. } | Self::Instant { .. } | Self::Terms { .. } => {
                let metrics = system.metrics()?;
                let fresh = match self {
                    Self::Range { measure, .. } | Self::Instant { measure, .. } => {
                        metrics.read_measure(measure, response)?
                    }
                    Self::Terms { terms, .. } => metrics.read_terms(terms, response)?,
                    _ => metrics.read(response)?,
                };
                match (increment, known) {
                    (Some((from, keep_from)), Some(Reply::Frame(mut frame))) => fresh.map(|newer| {
                        frame.merge(newer, from, keep_from);
                        Reply::Frame(frame)
                    }),
                    // In the order that merging keeps, so that a chart's traces stay where they are.
                    _ => fresh.map(|frame| Reply::Frame(frame.sorted())),
                }
            }
            Self::Firings { step, .. } => system.metrics()?.read(response)?.map(|changes| {
                Reply::Firings(Firings::new(&changes, *step, changes.last_instant().unwrap_or(0)))
            }),
            Self::Breaches { step, form, .. } => system.metrics()?.read(response)?.map(|samples| {
                let until = samples.last_instant().unwrap_or(0);
                Reply::Breaches(Breaches::new(samples, *form, *step, until))
            }),
            Self::Alerts { .. } => system.alerts()?.active().read_all(response, source)?.map(Reply::Alerts),
            Self::Pager { ask, .. } => ask.call(system, 0)?.read(response, source)?.map(Reply::Pager),
            Self::AlertGroups { .. } => (groups(system)?.read)(response, source)?.map(Reply::AlertGroups),
            Self::Silences { .. } => (silences(system)?.read)(response, source)?.map(Reply::Silences),
            Self::Rules { .. } => (rules(system)?.read)(response, source)?.map(Reply::Rules),
            Self::Targets { .. } => (targets(system)?.read)(response, source)?.map(Reply::Targets),
            Self::Probe { .. } => (probe(system)?.read)(response, source)?.map(Reply::Probe),
            Self::Clock { .. } => (clock(system)?.read)(response, source)?.map(Reply::Clock),
            Self::OpenIncidents { .. } => {
                (system.notices()?.open().read)(response, source)?.map(Reply::Incidents)
            }
        })
    }
}

/// Ends on whole steps, so that every refresh falls on the same grid and increments fit exactly.
fn aligned(span: Span, step: Millis, now: Millis) -> (Millis, Millis) {
    match span {
        Span::Last(length) => {
            let end = now - now.rem_euclid(step);
            (end - (length - length.rem_euclid(step)), end)
        }
        Span::Between(start, end) => (start, end.max(start)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::alert_rule::Condition;
    use crate::domain::labels::Labels;
    use crate::domain::series::Series;
    use crate::domain::time::{HOUR, SECOND};
    use crate::sources::prometheus::SYSTEM;

    fn question(span: Span) -> Question {
        Question::Range {
            source: "p".into(),
            measure: "up".into(),
            span,
            step: 30 * SECOND,
            pace: Pace::Refresh,
        }
    }

    fn times(fetch: &Fetch) -> (String, String) {
        let get = |name| fetch.request.parameter(name).unwrap().to_string();
        (get("start"), get("end"))
    }

    fn known(last: Millis) -> Reply {
        Reply::Frame(Frame { series: vec![Series::from_samples(Labels::default(), vec![(last, 1.0)])] })
    }

    #[test]
    fn the_first_fetch_is_whole_and_aligned() {
        let fetch = question(Span::Last(HOUR)).fetch(&SYSTEM, None, 7_200_000 + 12_345).unwrap();
        assert_eq!(times(&fetch), ("3600.000".into(), "7200.000".into()));
        assert_eq!(fetch.increment, None);
    }

    #[test]
    fn a_refresh_asks_only_for_what_is_new_and_an_overlap() {
        let fetch = question(Span::Last(HOUR)).fetch(&SYSTEM, Some(&known(7_200_000)), 7_230_000).unwrap();
        assert_eq!(times(&fetch), ("7080.000".into(), "7230.000".into()));
        assert_eq!(fetch.increment, Some((7_080_000, 3_630_000)));
    }

    #[test]
    fn after_a_long_sleep_or_a_clock_set_back_everything_is_asked_again() {
        let long =
            question(Span::Last(HOUR)).fetch(&SYSTEM, Some(&known(7_200_000)), 7_200_000 + 2 * HOUR).unwrap();
        assert_eq!(long.increment, None);
        let back = question(Span::Last(HOUR)).fetch(&SYSTEM, Some(&known(7_200_000)), 5_000_000).unwrap();
        assert_eq!(back.increment, None);
    }

    #[test]
    fn breaches_are_asked_for_in_another_form_or_over_a_shorter_time() {
        let condition = Breach::new(Condition::Above(0.5), None, "x".into(), None).unwrap();
        let (source, form, length, step, pace) =
            ("p".to_string(), Form::Samples, 24 * HOUR, 30 * SECOND, Pace::Refresh);
        let wanted = Question::Breaches { source, condition, form, length, step, pace };
        let too_large = SourceError::TooLarge { limit_mb: 1 };
        let too_many = SourceError::Vendor {
            status: 422,
            kind: "execution".into(),
            message: "query processing would load too many samples into memory in query execution".into(),
        };
        assert!(too_many.is_too_much());
        let changes = wanted.coarser(&too_large).unwrap();
        assert!(
            matches!(changes, Question::Breaches { form: Form::Changes, length, .. } if length == 24 * HOUR)
        );
        assert!(changes.coarseness(&wanted).is_some_and(|said| said.contains("worst values")));
        assert_eq!((changes.coarser(&too_large), wanted.coarseness(&wanted)), (None, None));
        let short = wanted.coarser(&too_many).unwrap();
        assert!(
            matches!(short, Question::Breaches { form: Form::Samples, length, .. } if length == 6 * HOUR)
        );
        assert!(short.coarseness(&wanted).is_some_and(|said| said.contains("the last 6 h")));
        let shortest = short.coarser(&too_many).unwrap();
        assert_eq!(shortest.coarser(&too_many), None);
    }

    #[test]
    fn a_status_page_is_also_asked_by_the_path_of_its_api() {
        let wanted = Question::OpenIncidents { source: "s".into(), under_api: false };
        let error = SourceError::Unreachable { origin: "https://s.example".into() };
        let system = &crate::sources::statuspage::SYSTEM;
        let tried = wanted.after(system, &error, "https://s.example/").unwrap();
        let path = |q: &Question| q.fetch(system, None, 0).unwrap().request.path;
        assert_eq!(
            (path(&wanted).as_str(), path(&tried).as_str()),
            ("/incidents.json", "/api/v2/incidents.json")
        );
        assert!(tried.is_a_try() && !wanted.is_a_try());
        assert!(tried.coarseness(&wanted).is_some_and(|said| said.contains("add it to its url")));
        assert_eq!(
            (
                tried.after(system, &error, "https://s.example"),
                wanted.after(system, &error, "https://s.example/api/v2/")
            ),
            (None, None)
        );
    }

    #[test]
    fn a_fixed_range_that_is_over_is_settled() {
        let question = question(Span::Between(0, HOUR));
        assert!(!question.is_settled(HOUR));
        assert!(question.is_settled(2 * HOUR));
        assert_eq!(question.fetch(&SYSTEM, Some(&known(HOUR)), 2 * HOUR).unwrap().increment, None);
    }

    /// A day of refreshes gives the same as one whole fetch at the end.
    #[test]
    fn increments_add_up_to_the_whole() {
        let question = question(Span::Last(HOUR));
        let server = |fetch: &Fetch| {
            let time = |n: &str| fetch.request.parameter(n).unwrap().replace('.', "").parse::<i64>().unwrap();
            let mut values = String::new();
            let mut t = time("start");
            while t <= time("end") {
                values.push_str(&format!(
                    "{}[{}, \"{}\"]",
                    if values.is_empty() { "" } else { "," },
                    t / 1000,
                    t % 977
                ));
                t += 30_000;
            }
            let body = format!(
                r#"{{"status":"success","data":{{"resultType":"matrix","result":[{{"metric":{{}},"values":[{values}]}}]}}}}"#
            );
            Response { status: 200, body: body.into(), ..Response::default() }
        };
        let mut reply = None;
        let mut now = 100 * HOUR;
        for i in 0..500 {
            now += 27_000 + (i * 7919) % 9_000;
            let fetch = question.fetch(&SYSTEM, reply.as_ref(), now).unwrap();
            reply = Some(question.read(&SYSTEM, &server(&fetch), fetch.increment, reply).unwrap().data);
        }
        let whole = question.fetch(&SYSTEM, None, now).unwrap();
        let expected = question.read(&SYSTEM, &server(&whole), None, None).unwrap().data;
        assert_eq!(reply, Some(expected));
    }
}
