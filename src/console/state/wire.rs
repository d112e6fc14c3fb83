//! What travels between the board and the sources: the requests that answer a question, one after another.

use super::keys::Keys;
use crate::browser;
use crate::config::{Reach, Source};
use crate::console::parts::AnswerDemo;
use crate::demo::Demo;
use crate::domain::time::Millis;
use crate::poll::{Fetch, Followed, Question};
use crate::sources::actions::FetchSite;
use crate::sources::{Access, Answered, Refused, Request, Response, SourceError, System};
use crate::transport::browser::{Cancel, send};
use gloo_timers::future::TimeoutFuture;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// A handle that is copied into every exchange.
#[derive(Clone)]
pub struct Wire {
    demo: Demo,
    answer_demo: AnswerDemo,
    /// what each source lets pass, as long as the page is open
    access: Rc<RefCell<BTreeMap<String, Access>>>,
    pub keys: Keys,
}

impl Wire {
    pub fn new(answer_demo: AnswerDemo) -> Self {
        Self { demo: Demo::new(4, browser::now()), answer_demo, access: Rc::default(), keys: Keys::default() }
    }

    /// Asks until a question is answered. `refused` are parts that are known to be refused; those that are now
    /// come with the answer.
    pub async fn answer(
        &self,
        (source, system): (&Source, &System),
        question: &Question,
        fetch: &Fetch,
        refused: &Refused,
        cancel: &Cancel,
    ) -> (Result<Answered, SourceError>, Refused) {
        let mut exchange = Question::exchange(system, fetch, refused);
        while let Some(request) = self.with(&source.name, |access| exchange.next(access)) {
            let answer = match self.send(source, &request, cancel).await {
                Ok(first) => {
                    let mut followed = Followed::new(request, first);
                    while let Some(request) = followed.next(question, system) {
                        let later = self.send(source, &request, cancel).await;
                        followed.take(request, later);
                    }
                    Ok(followed.done())
                }
                Err(error) => Err(error),
            };
            self.with(&source.name, |access| exchange.take(answer, access));
        }
        exchange.done()
    }

    /// Until when a source is to be left alone, and why.
    pub fn paused(&self, source: &str, now: Millis) -> Option<(Millis, SourceError)> {
        self.with(source, |access| access.paused(now).cloned())
    }

    /// Takes in that a source may have been asked too often.
    pub fn limited(&self, source: &str, error: &SourceError, now: Millis, wall: Millis) {
        self.with(source, |access| access.limited(error, now, wall));
    }

    fn with<T>(&self, source: &str, act: impl FnOnce(&mut Access) -> T) -> T {
        act(self.access.borrow_mut().entry(source.into()).or_default())
    }

    async fn send(
        &self,
        source: &Source,
        request: &Request,
        cancel: &Cancel,
    ) -> Result<Response, SourceError> {
        if source.reach == Reach::Demo {
            // A turn of the event loop, as any network would take, so that the page stays responsive.
            TimeoutFuture::new(0).await;
            let unreachable = || SourceError::Unreachable { origin: "this host".into() };
            return self.ask_demo(request.clone()).await.ok_or_else(unreachable);
        }
        let key = self.keys.of(&source.name);
        let is_own_host = FetchSite::of(&source.url) == FetchSite::SameOrigin;
        if key.is_none() && source.kind.0.key.as_ref().is_some_and(|spec| spec.has_to_be_typed(is_own_host)) {
            return Err(SourceError::NoKey);
        }
        let request = request.clone().keyed_for(source.kind, key);
        send(&source.url, &request, source.deadline, cancel).await
    }

    /// What the demo says; `None` where its code did not come.
    pub async fn ask_demo(&self, request: Request) -> Option<Response> {
        (self.answer_demo)(self.demo, request, browser::now()).await.ok()
    }
}
