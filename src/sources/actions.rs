//! What a system lets people do: which actions, how one is performed, and how to find out what became of one whose
//! response never came. Sans-I/O, as all sources: `poll::outbox` decides when, `transport` sends.

use super::{Request, Response, RetryAfter, SourceError};
use crate::domain::action::{Action, ActionKind, Receipt, Safety};
use crate::domain::time::Millis;

/// The actions of a kind of system.
///
/// Both requests may be made again at any time from what is stored. Neither holds a key: who sends it adds the one that
/// the kind takes (`KindSpec::key`).
pub trait Actions: Sync {
    /// What it offers. The other methods refuse the rest ([`NotOffered`]).
    fn offers(&self) -> &'static [ActionKind];

    /// What happens when it is sent twice in this way.
    fn safety(&self, action: &Action, site: FetchSite) -> Safety;

    /// The least time between two requests to one source, for a system that counts them by the second.
    fn gap(&self) -> Millis {
        0
    }

    /// Does it. `now` is by the system's clock.
    fn perform(
        &self,
        action: &Action,
        site: FetchSite,
        now: Millis,
    ) -> Result<ActionCall<Performed>, NotOffered>;

    /// The requests that it sends, in their order, for a person to see before. Where the system is looked at first, what is
    /// sent if it is still as it was.
    ///
    /// # Errors
    /// When the kind has no such action.
    fn preview(&self, action: &Action, site: FetchSite, now: Millis) -> Result<Vec<Request>, NotOffered> {
        Ok(vec![self.perform(action, site, now)?.request])
    }

    /// Asks what happened, without changing anything.
    fn reconcile(&self, action: &Action) -> Result<ActionCall<Found>, NotOffered>;
}

/// What the host of a system is to the page, as the Fetch standard sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FetchSite {
    /// A path of the page's own host: any method passes.
    SameOrigin,
    /// Another origin, which decides by CORS what it lets pass.
    CrossOrigin,
}

impl FetchSite {
    /// Of a source's address: a path is one of this host.
    pub fn of(address: &str) -> Self {
        if address.contains("://") { Self::CrossOrigin } else { Self::SameOrigin }
    }
}

/// A request with the function that reads its response.
#[derive(Clone)]
pub struct ActionCall<T> {
    pub request: Request,
    pub read: fn(&Action, &Response) -> T,
    /// What is asked after an answer; `None` where the first answer is all there is.
    pub steps: Option<Steps>,
}

/// An action of several requests. The answers come to `read` behind the first one (`Response::followed_by`).
#[derive(Clone, Copy)]
pub struct Steps {
    /// The request after `(action, what was asked, what answered)`; `None` after the last.
    pub then: fn(&Action, &Request, &Response) -> Option<Request>,
    /// How long to wait before each of them. There are no more than these: after the last, the answers are read as they
    /// are.
    pub waits: &'static [Millis],
    pub decides: Decides,
}

/// Which answer says whether the action was performed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decides {
    /// The others only add to it.
    First,
    Last,
}

/// The waits for a system that takes a request in and performs it later.
pub const POLL: &[Millis] = &[300, 600, 1_000, 2_000, 3_000, 4_000];

impl<T> ActionCall<T> {
    pub fn new(request: Request, read: fn(&Action, &Response) -> T) -> Self {
        Self { request, read, steps: None }
    }

    /// With requests that follow.
    pub fn then(
        mut self,
        then: fn(&Action, &Request, &Response) -> Option<Request>,
        waits: &'static [Millis],
        decides: Decides,
    ) -> Self {
        self.steps = Some(Steps { then, waits, decides });
        self
    }

    /// The request that follows an answer, and how long to wait before it. `n` were followed so far.
    pub fn next(
        &self,
        action: &Action,
        asked: &Request,
        answer: &Response,
        n: usize,
    ) -> Option<(Millis, Request)> {
        let steps = self.steps.as_ref()?;
        let wait = steps.waits.get(n)?;
        Some((*wait, (steps.then)(action, asked, answer)?))
    }
}

/// A system of this kind has no such action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("This system offers no such action")]
pub struct NotOffered;

/// How a request that changes something ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Performed {
    Done(Receipt),
    /// It was not performed, and will not be: the system understood the request and said no.
    Refused {
        error: SourceError,
        /// What it would change is not what it was when the person decided (409, 412): to be decided anew.
        is_conflict: bool,
    },
    /// It was not performed, but may be later (429).
    NotNow {
        error: SourceError,
        retry_after: Option<RetryAfter>,
    },
    /// It may have been performed: no response, or one of a proxy that had none.
    Unknown(SourceError),
}

/// What became of a request without a response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    Done(Receipt),
    /// Nothing of it is there. It may still be on its way.
    NotDone,
    /// It is not there, and cannot be performed any more: something else was changed meanwhile.
    Overtaken(SourceError),
    /// The question itself was not answered.
    Unanswered(SourceError),
}

impl Performed {
    /// Of a response that is no success, or of none at all. `None` for 2xx: then the body says what was done.
    ///
    /// 4xx is the system's own no. 408 and 5xx may come from a proxy that gave up on a system which is still at work,
    /// so nothing is known.
    pub fn of_failure(response: &Result<Response, SourceError>) -> Option<Self> {
        let response = match response {
            Ok(response) => response,
            Err(error) => return Some(Self::Unknown(error.clone())),
        };
        let error = SourceError::of_status(response)?;
        Some(match response.status {
            429 => Self::NotNow { retry_after: error.retry_after(), error },
            408 | 500.. => Self::Unknown(error),
            // A page that answers with 2xx is one of a proxy in front, which let nothing pass.
            status => Self::Refused { error, is_conflict: matches!(status, 409 | 412) },
        })
    }

    /// Reads what came of sending `call`.
    pub fn read(call: &ActionCall<Self>, action: &Action, response: &Result<Response, SourceError>) -> Self {
        let decides = call.steps.as_ref().map_or(Decides::First, |steps| steps.decides);
        let decisive = match (response, decides) {
            (Ok(first), Decides::Last) => first.last().cloned().map_err(Clone::clone),
            _ => response.clone(),
        };
        match response {
            Ok(answered) => match Self::of_failure(&decisive) {
                // The system may have its own way to say no, or that it is done already.
                Some(Self::Refused { .. }) | None if !answered.is_html() => (call.read)(action, answered),
                Some(failure) => failure,
                None => (call.read)(action, answered),
            },
            Err(error) => Self::Unknown(error.clone()),
        }
    }
}

impl Found {
    /// Reads what came of sending `call`.
    pub fn read(call: &ActionCall<Self>, action: &Action, response: &Result<Response, SourceError>) -> Self {
        match response {
            Ok(response) => (call.read)(action, response),
            Err(error) => Self::Unanswered(error.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(status: u16) -> Option<Performed> {
        Performed::of_failure(&Ok(Response { status, body: b"{}".to_vec(), ..Response::default() }))
    }

    #[test]
    fn only_a_systems_own_no_is_a_refusal() {
        for status in [200, 201, 202, 204] {
            assert_eq!(of(status), None, "{status}");
        }
        for (status, conflict) in
            [(400, false), (401, false), (403, false), (404, false), (409, true), (412, true), (422, false)]
        {
            let is_right =
                matches!(of(status), Some(Performed::Refused { is_conflict, .. }) if is_conflict == conflict);
            assert!(is_right, "{status}: {:?}", of(status));
        }
        for status in [408, 500, 502, 503, 504] {
            assert!(matches!(of(status), Some(Performed::Unknown(_))), "{status}: {:?}", of(status));
        }
        assert!(matches!(of(429), Some(Performed::NotNow { .. })));
        let lost = Performed::of_failure(&Err(SourceError::TimedOut { after: 1 }));
        assert_eq!(lost, Some(Performed::Unknown(SourceError::TimedOut { after: 1 })));
    }

    #[test]
    fn a_sign_in_page_performed_nothing() {
        let page = Response { status: 200, body: b"<!doctype html>".to_vec(), ..Response::default() };
        assert!(matches!(Performed::of_failure(&Ok(page)), Some(Performed::Refused { .. })));
    }

    #[test]
    fn a_path_is_of_this_host() {
        assert_eq!(FetchSite::of("/_proxy/am"), FetchSite::SameOrigin);
        assert_eq!(FetchSite::of("demo:"), FetchSite::SameOrigin);
        assert_eq!(FetchSite::of("https://am.example"), FetchSite::CrossOrigin);
    }
}
