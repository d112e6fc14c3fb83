//! What a monitoring system says of its own work: the rules that it evaluates, and what it collects its data from.

/// A group of rules.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleGroup {
    pub name: String,
    pub rules: Vec<Rule>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    pub name: String,
    /// in the system's own language
    pub query: String,
    /// `inactive`, `pending` or `firing`; recording rules have none
    pub state: Option<String>,
    /// so long must the condition of an alerting rule hold, seconds
    pub duration: Option<f64>,
    /// `ok`, `err` or `unknown`
    pub health: String,
    pub last_error: Option<String>,
}

/// How the collecting goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Targets {
    pub up: usize,
    /// the name of each target that is not up, with its last error
    pub down: Vec<(String, String)>,
}
