//! Files in a Git repository, in no host's own words.

/// A file as it is in a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Names this version, and is sent with a change, so that nobody else's is overwritten.
    pub sha: String,
    pub text: String,
}

/// A branch of a repository.
#[derive(Clone, Copy, Debug)]
pub struct Place<'p> {
    /// `owner/name`
    pub repository: &'p str,
    /// `None`: the repository's own
    pub branch: Option<&'p str>,
}

/// What a commit changes.
#[derive(Clone, Copy, Debug)]
pub struct Change<'c> {
    pub message: &'c str,
    pub text: &'c str,
    /// of the version that is replaced; `None` for a new file
    pub sha: Option<&'c str>,
}

/// A file of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// without the folder
    pub name: String,
    /// Another one when the content is another. It need not be the `sha` of [`Stored`].
    pub hash: String,
}

/// What came of a write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Written {
    /// It is written; the hash as lists have it, where the answer says it.
    Done(Option<String>),
    /// The file is not what was to be replaced, or the branch moved at the same moment.
    Conflict,
}
