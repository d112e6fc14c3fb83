//! The configuration's part about Git repositories, as typed.

use super::shape::shape;

shape! {
    /// A Git repository that holds files of incidents.
    RawRepository, example r#"{ "name": "acme/status", "folder": "incidents" }"#;
    /// Owner and name, e.g. acme/status. On GitLab the path of the project, e.g. acme/ops/status.
    name "name": String,
    /// The branch. Default: the repository's own. On GitLab it has to be given.
    branch "branch": Option<String>,
    /// The folder of the files. Default incidents.
    folder "folder": Option<String>,
    /// Whose API it is: github (the default) or gitlab.
    kind "kind": Option<String>,
    /// The address of the REST API. Default https://api.github.com, or https://gitlab.com.
    api "api": Option<String>,
}

shape! {
    /// Where this file is kept in a Git repository.
    RawConfigurationFile, example r#"{ "name": "acme/ops", "path": "console/fourlights.json" }"#;
    /// Owner and name, e.g. acme/ops.
    name "name": String,
    /// The path of the file within the repository.
    path "path": String,
    /// The branch. Default: the repository's own. On GitLab it has to be given.
    branch "branch": Option<String>,
    /// Whose API it is: github (the default) or gitlab.
    kind "kind": Option<String>,
    /// The address of the REST API. Default https://api.github.com, or https://gitlab.com.
    api "api": Option<String>,
}
