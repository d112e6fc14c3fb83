//! Asking the sources from the command line.

use super::{keys, terminal};
use fourlights::config::{Reach, Source};
use fourlights::demo::Demo;
use fourlights::domain::series::Frame;
use fourlights::domain::time::Millis;
use fourlights::poll::{Followed, Question, Reply};
use fourlights::sources::{
    Access, Answered, Call, Exchange, FrameReader, Parsed, Part, Refused, Request, Response, SourceError,
    system_of,
};
use fourlights::transport::native::send;
use std::cell::RefCell;
use std::collections::BTreeMap;

/// Asks, and remembers while the program runs what each source lets pass.
#[derive(Debug, Default)]
pub struct Asker {
    access: RefCell<BTreeMap<String, Access>>,
}

impl Asker {
    /// The answer to one request. `now` is what the embedded demo takes the time to be.
    pub fn send(&self, source: &Source, request: &Request, now: Millis) -> Result<Response, SourceError> {
        // Without parts there is nothing to read here.
        let none: FrameReader = |_| Err(SourceError::CutOff);
        match self.run(source, Exchange::new(request.clone(), Vec::new(), &Refused::new(), none), now)? {
            Answered::Whole(response) => Ok(response),
            Answered::Joined(_) => Err(SourceError::CutOff),
        }
    }

    /// The series that answer a request, whose query joins these parts if there are any. Without one of the
    /// parts it is an error.
    pub fn frame(
        &self,
        source: &Source,
        request: &Request,
        parts: &[Part],
        now: Millis,
    ) -> Result<Parsed<Frame>, SourceError> {
        let read = system_of(source)?.metrics()?.reader();
        let exchange = Exchange::new(request.clone(), parts.to_vec(), &Refused::new(), read);
        let (answer, refused) = self.exchange(source, exchange, now);
        if let Some(error) = refused.into_values().next() {
            return Err(error);
        }
        match answer? {
            Answered::Whole(response) => read(&response),
            Answered::Joined(parsed) => Ok(parsed),
        }
    }

    /// The answer to a question; parts of it that were refused are missing and named in a warning.
    pub fn question(
        &self,
        source: &Source,
        question: &Question,
        now: Millis,
    ) -> Result<Parsed<Reply>, SourceError> {
        let system = system_of(source)?;
        let fetch = question.fetch(system, None, now)?;
        let answered = self.run(source, Question::exchange(system, &fetch, &Refused::new()), now)?;
        question.take(system, &answered, &fetch, None)
    }

    /// What answers a call, with all pages of a list. A list that ends before its end says so.
    pub fn call<T>(&self, source: &Source, call: &Call<T>, now: Millis) -> Result<Parsed<T>, SourceError> {
        let first = self.send(source, &call.request, now)?;
        let mut followed = Followed::new(call.request.clone(), first);
        while let Some(request) = followed.next_of(call) {
            let later = self.send(source, &request, now);
            followed.take(request, later);
        }
        call.read_all(&followed.done(), &source.name)
    }

    fn run(&self, source: &Source, exchange: Exchange, now: Millis) -> Result<Answered, SourceError> {
        self.exchange(source, exchange, now).0
    }

    fn exchange(
        &self,
        source: &Source,
        mut exchange: Exchange,
        now: Millis,
    ) -> (Result<Answered, SourceError>, Refused) {
        let mut all = self.access.borrow_mut();
        let access = all.entry(source.name.clone()).or_default();
        if let Some((_, error)) = access.paused(terminal::now()) {
            return (Err(error.clone()), Refused::new());
        }
        while let Some(request) = exchange.next(access) {
            let answer = match source.reach {
                Reach::Demo => Ok(Demo::new(4, now).answer(&request, now)),
                Reach::Http => {
                    let request = request.clone().keyed_for(source.kind, keys::of(&source.name));
                    send(&source.url, &request, source.deadline)
                }
            };
            if let Ok(response) = &answer
                && let Some(error) = SourceError::of_limit(response)
            {
                access.limited(&error, terminal::now(), terminal::now());
            }
            exchange.take(answer, access);
        }
        exchange.done()
    }
}
