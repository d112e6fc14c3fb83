//! One answer that takes several requests: the pages of a list, or a second request that the first answer calls for.
//! Nothing is sent here: the caller sends what [`Followed::next`] says.

use super::Question;
use crate::sources::{Call, Request, Response, SourceError, System};

/// So many pages of a list are read at most: with 100 entries each, 2,000. A longer list is said to be cut.
pub const MOST_PAGES: usize = 20;

/// A first answer and those that followed it.
#[derive(Debug)]
pub struct Followed {
    asked: Request,
    first: Response,
    rest: Vec<Result<Response, SourceError>>,
}

impl Followed {
    pub fn new(asked: Request, first: Response) -> Self {
        Self { asked, first, rest: Vec::new() }
    }

    /// What has to be asked now; `None` when all is there, or when nothing more will come.
    pub fn next(&self, question: &Question, system: &System) -> Option<Request> {
        self.next_by(|asked, answer, is_first| question.next(system, asked, answer, is_first))
    }

    /// The same for a call by itself.
    pub fn next_of<T>(&self, call: &Call<T>) -> Option<Request> {
        self.next_by(|asked, answer, is_first| call.next(asked, answer, is_first))
    }

    fn next_by(&self, next: impl FnOnce(&Request, &Response, bool) -> Option<Request>) -> Option<Request> {
        if self.rest.len() + 1 >= MOST_PAGES {
            return None;
        }
        match self.rest.last() {
            None => next(&self.asked, &self.first, true),
            Some(Ok(last)) => next(&self.asked, last, false),
            Some(Err(_)) => None,
        }
    }

    /// Takes in what came of a request of [`Self::next`].
    pub fn take(&mut self, asked: Request, answer: Result<Response, SourceError>) {
        self.asked = asked;
        self.rest.push(answer);
    }

    /// The first answer, with the others behind it.
    pub fn done(self) -> Response {
        self.first.followed(self.rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::{Parsed, join_by};

    /// Pages of three numbers, of which there are `n`.
    fn answer(request: &Request, n: usize) -> Response {
        let from: usize = request.parameter("offset").and_then(|o| o.parse().ok()).unwrap_or(0);
        let numbers: Vec<String> = (from..n.min(from + 3)).map(|i| i.to_string()).collect();
        Response { status: 200, body: format!("[{}]", numbers.join(",")).into(), ..Response::default() }
    }

    fn numbers(response: &Response) -> Vec<usize> {
        serde_json::from_slice(&response.body).unwrap_or_default()
    }

    fn call() -> Call<Vec<usize>> {
        Call::new(Request::get("/n"), |response, _| match response.status {
            200 => Ok(Parsed::new(numbers(response))),
            status => Err(SourceError::Status { status, excerpt: String::new() }),
        })
        .paged(
            |asked, response| {
                let read = numbers(response);
                let from: usize = asked.parameter("offset").and_then(|o| o.parse().ok()).unwrap_or(0);
                (read.len() == 3).then(|| Request::get("/n").with("offset", (from + 3).to_string()))
            },
            |all, more| join_by(all, more, |n| *n),
        )
    }

    fn walk(n: usize, failing: Option<usize>) -> (Parsed<Vec<usize>>, usize) {
        let (call, mut n_sent) = (call(), 1);
        let mut followed = Followed::new(call.request.clone(), answer(&call.request, n));
        while let Some(request) = followed.next_of(&call) {
            n_sent += 1;
            let answered = match failing {
                Some(at) if at == n_sent => Err(SourceError::CutOff),
                _ => Ok(answer(&request, n)),
            };
            followed.take(request, answered);
            assert!(n_sent <= MOST_PAGES);
        }
        (call.read_all(&followed.done(), "s").unwrap(), n_sent)
    }

    #[test]
    fn all_pages_are_read() {
        for (n, requests) in [(0, 1), (2, 1), (3, 2), (7, 3), (57, 20)] {
            let (read, n_sent) = walk(n, None);
            assert_eq!((read.data, n_sent, read.warnings), ((0..n).collect(), requests, vec![]), "{n}");
        }
    }

    #[test]
    fn a_list_is_never_cut_silently() {
        let (read, n_sent) = walk(1_000, None);
        assert_eq!((read.data.len(), n_sent), (60, MOST_PAGES));
        assert_eq!(
            read.partial().as_deref(),
            Some("Partial data: the list is longer than 20 pages; only those were read")
        );
        let (read, _) = walk(30, Some(4));
        assert_eq!(read.data.len(), 9);
        assert!(
            read.partial()
                .is_some_and(|said| said.contains("ends after 3 pages: The response was cut short"))
        );
    }

    #[test]
    fn the_bound_is_no_shorter_for_what_fits_it_exactly() {
        let (read, _) = walk(59, None);
        assert_eq!((read.data.len(), read.partial()), (59, None));
    }
}
