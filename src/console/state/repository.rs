//! The files of a repository as the console reads and writes them at once: with the key that its owner typed in, and the code of
//! its kind, which is fetched when it is first needed.

use super::console::Console;
use crate::config::Repository;
use crate::console::parts::Parts;
use crate::domain::secret::Secret;
use crate::domain::time::{Millis, SECOND};
use crate::sources::repository::{Change, Listed, Place, Stored, Written};
use crate::sources::{self, Call, Files, Parsed, Request, Response, SourceError};
use crate::transport::browser::{Cancel, send};

/// So long is waited for an answer.
const DEADLINE: Millis = 20 * SECOND;
/// Pages of a list that are read.
const MOST_PAGES: usize = 30;

/// One repository.
#[derive(Clone)]
pub struct RepositoryClient {
    pub repository: Repository,
    pub key: Option<Secret>,
    pub parts: &'static Parts,
}

impl RepositoryClient {
    /// With the key that was typed in for it since the page was opened.
    pub fn of(console: Console, repository: Repository, parts: &'static Parts) -> Self {
        Self { key: console.board.keys().of(&repository.system()), repository, parts }
    }

    async fn files(&self) -> Result<&'static dyn Files, SourceError> {
        let kind = self.repository.kind;
        if sources::system(kind).is_none() {
            // That it did not come is seen below.
            (self.parts.system)(kind).await.ok();
        }
        sources::system(kind).ok_or(SourceError::NotFetched { kind: kind.name() })?.files()
    }

    fn place(&self) -> Place<'_> {
        Place { repository: &self.repository.name, branch: self.repository.branch.as_deref() }
    }

    async fn send(&self, request: &Request) -> Result<Response, SourceError> {
        let request = request.clone().keyed_for(self.repository.kind, self.key.clone());
        let cancel = Cancel::new().ok_or(SourceError::CutOff)?;
        send(&self.repository.api, &request, DEADLINE, &cancel).await
    }

    async fn ask<T>(&self, call: Call<T>) -> Result<Parsed<T>, SourceError> {
        let first = self.send(&call.request).await?;
        let mut later: Vec<Result<Response, SourceError>> = Vec::new();
        let mut asked = call.request.clone();
        while let Some(Ok(last)) = later.last().map_or(Some(Ok(&first)), |last| Some(last.as_ref())) {
            let next = call.next(&asked, last, later.is_empty());
            let Some(request) = next.filter(|_| later.len() + 1 < MOST_PAGES) else { break };
            later.push(self.send(&request).await);
            asked = request;
        }
        call.read_all(&first.followed(later), &self.repository.name)
    }

    /// The files of the folder. One that is not there has none, if the repository is there.
    pub async fn list(&self) -> Result<Parsed<Vec<Listed>>, SourceError> {
        let files = self.files().await?;
        let found = self.ask(files.list(self.place(), &self.repository.folder)).await?;
        if found.data.is_none() {
            self.ask(files.look(self.place())).await?;
        }
        Ok(found.map(Option::unwrap_or_default))
    }

    /// A file by its path in the repository; `None` where there is none.
    pub async fn read(&self, path: &str) -> Result<Option<Stored>, SourceError> {
        let files = self.files().await?;
        Ok(self.ask(files.read(self.place(), path)).await?.data)
    }

    pub async fn write(&self, path: &str, change: &Change<'_>) -> Result<Written, SourceError> {
        let files = self.files().await?;
        Ok(self.ask(files.write(self.place(), path, change)).await?.data)
    }
}

/// What to do about a repository that does not answer as it should.
pub fn repository_remedy(error: &SourceError) -> &'static str {
    match error {
        SourceError::Denied { .. } | SourceError::Status { status: 404, .. } => {
            "Is the token valid, and may it read and write contents of this repository?"
        }
        error => error.remedy(),
    }
}
