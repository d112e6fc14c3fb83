//! One question on its way: the requests that answer it, one after another.
//!
//! Most questions are one request. A query that joins many parts is cut into as many as pass, and one that is
//! refused is halved until it is known which part is at fault, so that it takes nothing else along. A POST
//! that is refused is sent again as GET. Nothing is performed here: the caller sends what [`Exchange::next`]
//! says and hands the answer to [`Exchange::take`].

use super::access::Access;
use super::http::{Request, Response};
use super::{Parsed, SourceError, Warning};
use crate::domain::order::Order as _;
use crate::domain::series::Frame;
use std::collections::{BTreeMap, VecDeque};

/// An operand of a joined query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// whose it is, and which: `checkout|1h|bad`
    pub key: String,
    pub query: String,
}

/// So many requests at most answer one question; parts that are not reached are unknown for this time.
const MOST: usize = 64;
/// After so many refusals without any answer it is not a part that is at fault.
const HOPELESS: usize = 15;

/// Reads the series of an answer.
pub type FrameReader = fn(&Response) -> Result<Parsed<Frame>, SourceError>;

/// Keys of parts that were refused, and why.
pub type Refused = BTreeMap<String, SourceError>;

/// What answered.
#[derive(Clone, Debug, PartialEq)]
pub enum Answered {
    Whole(Response),
    /// the parts that were not refused
    Joined(Parsed<Frame>),
}

#[derive(Debug)]
pub struct Exchange {
    request: Request,
    read: FrameReader,
    /// parts that are still to be asked; one empty batch for a request without parts
    pending: VecDeque<Vec<Part>>,
    under_way: Option<(Vec<Part>, Request, Request)>,
    /// whether the form of requests has changed already
    changed: bool,
    n_sent: usize,
    n_refused: usize,
    whole: Option<Response>,
    joined: Option<Parsed<Frame>>,
    refused: Refused,
    failure: Option<SourceError>,
}

impl Exchange {
    /// `parts` are put into the request's query, and `read` reads their answers; without any it is sent as it is. Those in `refused` are
    /// known to be at fault and left out.
    pub fn new(request: Request, parts: Vec<Part>, refused: &Refused, read: FrameReader) -> Self {
        let (mut known, mut pending) = (Refused::new(), Vec::new());
        // If all are, nothing would be asked at all.
        let some_pass = parts.iter().any(|part| !refused.contains_key(&part.key));
        for part in parts {
            match refused.get(&part.key).filter(|_| some_pass) {
                Some(error) => drop(known.insert(part.key, error.clone())),
                None => pending.push(part),
            }
        }
        Self {
            request,
            read,
            pending: VecDeque::from([pending]),
            under_way: None,
            changed: false,
            n_sent: 0,
            n_refused: 0,
            whole: None,
            joined: None,
            refused: known,
            failure: None,
        }
    }

    /// What to send now, in the form that passes; `None` when all is answered.
    pub fn next(&mut self, access: &Access) -> Option<Request> {
        let batch = self.next_batch(access)?;
        let request = joined(&self.request, &batch);
        let sent = access.form(&request);
        self.under_way = Some((batch, request, sent.clone()));
        self.n_sent += 1;
        Some(sent)
    }

    /// As many parts as fit into one request, at least one.
    fn next_batch(&mut self, access: &Access) -> Option<Vec<Part>> {
        if self.failure.is_some() {
            return None;
        }
        let mut batch = self.pending.pop_front()?;
        if batch.len() > 1 && !access.fits(&joined(&self.request, &batch)) {
            let fits = |n: &usize| access.fits(&joined(&self.request, batch.get(..*n).unwrap_or_default()));
            let n = largest(batch.len() - 1, fits).max(1);
            let rest = batch.split_off(n);
            self.pending.push_front(rest);
        }
        Some(batch)
    }

    /// Takes an answer in.
    pub fn take(&mut self, answer: Result<Response, SourceError>, access: &mut Access) {
        let Some((batch, request, sent)) = self.under_way.take() else { return };
        access.learn(&request, &sent, &answer);
        if access.form(&request).method != sent.method && !self.changed {
            self.changed = true;
            self.pending.push_front(batch);
            return;
        }
        let response = match answer {
            Ok(response) => response,
            Err(error) => return self.fail(error),
        };
        if batch.is_empty() {
            self.whole = Some(response);
            return;
        }
        match (self.read)(&response) {
            Ok(read) => match &mut self.joined {
                Some(known) => {
                    known.data.series.extend(read.data.series);
                    known.warnings.extend(read.warnings);
                }
                None => self.joined = Some(read),
            },
            Err(error) if error.is_of_the_query() => self.take_refusal(batch, error),
            Err(error) => self.fail(error),
        }
    }

    fn take_refusal(&mut self, mut batch: Vec<Part>, error: SourceError) {
        self.n_refused += 1;
        let hopeless = self.joined.is_none() && self.n_refused >= HOPELESS;
        if hopeless {
            return self.fail(error);
        }
        if batch.len() == 1 || self.n_sent + self.pending.len() + 2 > MOST {
            self.refused.extend(batch.into_iter().map(|part| (part.key, error.clone())));
            return;
        }
        let second = batch.split_off(batch.len() / 2);
        self.pending.extend([batch, second]);
    }

    fn fail(&mut self, error: SourceError) {
        self.failure = Some(error);
    }

    /// What came of it. Parts that were refused are missing from the answer; a warning names their owners.
    /// An error when nothing was answered.
    pub fn done(self) -> (Result<Answered, SourceError>, Refused) {
        let answer = match (self.failure, self.whole, self.joined) {
            (Some(error), _, _) => Err(error),
            (None, Some(response), _) => Ok(Answered::Whole(response)),
            (None, None, Some(mut read)) => {
                read.warnings.extend(unanswered(&self.refused));
                read.warnings.order();
                read.warnings.dedup();
                Ok(Answered::Joined(read))
            }
            (None, None, None) => {
                let first = self.refused.values().next().cloned();
                Err(first.unwrap_or(SourceError::CutOff))
            }
        };
        (answer, self.refused)
    }
}

/// The request with the parts in the place of its query.
fn joined(request: &Request, parts: &[Part]) -> Request {
    if parts.is_empty() {
        return request.clone();
    }
    let queries: Vec<&str> = parts.iter().map(|part| part.query.as_str()).collect();
    request.clone().with_query(&queries.join("\nor\n"))
}

/// The largest number up to `most` that fits, if all smaller ones do; 0 if none.
fn largest(most: usize, fits: impl Fn(&usize) -> bool) -> usize {
    let (mut low, mut high) = (0, most);
    while low < high {
        let middle = low + (high - low).div_ceil(2);
        if fits(&middle) { low = middle } else { high = middle - 1 }
    }
    low
}

/// `Not answered for checkout, search: ...`, one for each reason.
fn unanswered(refused: &Refused) -> Vec<Warning> {
    let mut reasons: Vec<(&SourceError, Vec<&str>)> = Vec::new();
    for (key, error) in refused {
        let owner = key.split('|').next().unwrap_or_default();
        match reasons.iter_mut().find(|(known, _)| *known == error) {
            Some((_, owners)) if owners.contains(&owner) => {}
            Some((_, owners)) => owners.push(owner),
            None => reasons.push((error, vec![owner])),
        }
    }
    let text = |(error, owners): (&SourceError, Vec<&str>)| {
        Warning::left_out(format!("Not answered for {}: {error}. {}", owners.join(", "), error.remedy()))
    };
    reasons.into_iter().map(text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::Method;

    fn parts(n: usize, length: usize) -> Vec<Part> {
        (0..n).map(|i| Part { key: format!("slo-{i}|a|bad"), query: format!("{i:.>length$}") }).collect()
    }

    /// Answers every part by a series that is named after it.
    fn fine(request: &Request) -> Response {
        let names =
            request.parameter("query").unwrap_or_default().split("\nor\n").map(|q| q.trim_start_matches('.'));
        let series = |name: &str| format!(r#"{{"metric":{{"n":"{name}"}},"value":[1,"1"]}}"#);
        let result: Vec<String> = names.map(series).collect();
        let body = format!(
            r#"{{"status":"success","data":{{"resultType":"vector","result":[{}]}}}}"#,
            result.join(",")
        );
        Response { status: 200, body: body.into(), ..Response::default() }
    }

    fn refusal(status: u16, message: &str) -> Response {
        let body = format!(r#"{{"status":"error","errorType":"{status}","error":"{message}"}}"#);
        Response { status, body: body.into(), ..Response::default() }
    }

    struct Ran {
        sent: Vec<Request>,
        names: Vec<usize>,
        answer: Result<Answered, SourceError>,
        refused: Refused,
    }

    fn run(parts: Vec<Part>, known: &Refused, server: impl Fn(&Request) -> Response) -> Ran {
        let request = Request::post_form("/api/v1/query").with("query", "").with("time", "1.000");
        let mut exchange = Exchange::new(request, parts, known, crate::sources::prometheus::read_frame);
        let mut access = Access::default();
        let mut sent = Vec::new();
        while let Some(request) = exchange.next(&access) {
            exchange.take(Ok(server(&request)), &mut access);
            sent.push(request);
            assert!(sent.len() <= 2 * MOST, "it ends");
        }
        let (answer, refused) = exchange.done();
        let mut names: Vec<usize> = match &answer {
            Ok(Answered::Joined(read)) => {
                read.data.series.iter().filter_map(|s| s.labels.get("n")?.parse().ok()).collect()
            }
            _ => Vec::new(),
        };
        names.sort_unstable();
        Ran { sent, names, answer, refused }
    }

    fn length(request: &Request) -> usize {
        request.parameter("query").unwrap_or_default().len()
    }

    #[test]
    fn a_joined_query_is_cut_into_as_few_as_fit() {
        for (n, length_of_one, queries) in
            [(1, 10, 1), (40, 100, 1), (100, 500, 4), (3, 15_990, 3), (2, 40_000, 2)]
        {
            let ran = run(parts(n, length_of_one), &Refused::new(), fine);
            assert_eq!(ran.sent.len(), queries, "{n} of {length_of_one}");
            assert_eq!(ran.names, (0..n).collect::<Vec<_>>());
            // One that is too long by itself is for the system to judge.
            let longest = ran.sent.iter().map(length).max().unwrap_or(0);
            assert!(longest <= 16_384 || longest == length_of_one, "{longest}");
        }
    }

    #[test]
    fn one_that_is_refused_takes_nothing_else_along() {
        let bad = |request: &Request| {
            let is_bad =
                request.parameter("query").is_some_and(|q| q.split("\nor\n").any(|q| q.ends_with(".17")));
            if is_bad { refusal(422, "cannot parse") } else { fine(request) }
        };
        let ran = run(parts(40, 100), &Refused::new(), bad);
        assert_eq!(ran.names, (0..40).filter(|i| *i != 17).collect::<Vec<_>>());
        assert_eq!(ran.refused.keys().collect::<Vec<_>>(), ["slo-17|a|bad"]);
        assert!(ran.sent.len() <= 13, "{} requests", ran.sent.len());
        let Ok(Answered::Joined(read)) = &ran.answer else { panic!("an answer") };
        let said = read.warnings.first().map(ToString::to_string).unwrap_or_default();
        assert_eq!(said, "Not answered for slo-17: 422: cannot parse. Fix this query in fourlights.json.");
        // Known, it costs nothing the next time, and is said again.
        let again = run(parts(40, 100), &ran.refused, bad);
        assert_eq!((again.sent.len(), again.names.len()), (1, 39));
        let Ok(Answered::Joined(again)) = &again.answer else { panic!("an answer") };
        assert_eq!(again.warnings, read.warnings);
    }

    #[test]
    fn a_limit_that_is_smaller_than_ours_is_found() {
        let short = |request: &Request| {
            if length(request) > 4_096 { refusal(422, "too long query") } else { fine(request) }
        };
        let ran = run(parts(40, 500), &Refused::new(), short);
        assert_eq!((ran.names.len(), ran.refused.len()), (40, 0));
    }

    #[test]
    fn when_everything_is_refused_it_ends_soon_and_says_why() {
        let ran = run(parts(300, 50), &Refused::new(), |_| refusal(422, "no such tenant"));
        assert!(matches!(ran.answer, Err(SourceError::Vendor { status: 422, .. })));
        assert!(ran.sent.len() <= HOPELESS, "{}", ran.sent.len());
        // All are known to be at fault: they are asked again all the same.
        let all: Refused = parts(3, 50).into_iter().map(|p| (p.key, SourceError::CutOff)).collect();
        let ran = run(parts(3, 50), &all, fine);
        assert_eq!((ran.names.len(), ran.refused.len()), (3, 0));
    }

    #[test]
    fn what_is_not_of_the_query_is_not_halved() {
        for (status, body) in [(503, "starting"), (429, "slow down"), (500, "boom"), (401, "")] {
            let ran = run(parts(40, 100), &Refused::new(), |_| Response {
                status,
                body: body.into(),
                ..Response::default()
            });
            assert_eq!((ran.sent.len(), ran.answer.is_err()), (1, true), "{status}");
        }
    }

    #[test]
    fn a_refused_post_is_cut_smaller_and_sent_as_get() {
        let reading = |request: &Request| match request.method {
            Method::Get if request.encoded().len() > 8_000 => Response { status: 414, ..Response::default() },
            Method::Get => fine(request),
            _ => Response { status: 405, ..Response::default() },
        };
        let ran = run(parts(30, 500), &Refused::new(), reading);
        assert_eq!(ran.names.len(), 30);
        assert_eq!(ran.sent.iter().filter(|r| r.method != Method::Get).count(), 1);
        let denied =
            run(parts(30, 500), &Refused::new(), |_| Response { status: 403, ..Response::default() });
        assert_eq!((denied.answer, denied.sent.len()), (Err(SourceError::Denied { status: 403 }), 2));
    }

    #[test]
    fn a_request_without_parts_is_sent_as_it_is() {
        let ran = run(Vec::new(), &Refused::new(), |_| refusal(422, "parse error"));
        assert!(matches!(ran.answer, Ok(Answered::Whole(response)) if response.status == 422));
        assert_eq!(ran.sent.len(), 1);
    }
}
