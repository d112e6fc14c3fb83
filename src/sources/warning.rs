//! What is wrong with an answer that did not fail.

use std::fmt;

/// What a warning means for the figures made from the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WarningKind {
    /// Data may be missing from any figure: `isPartial` of VictoriaMetrics, `warnings` of Thanos and
    /// Prometheus. What follows from such an answer is not known.
    Partial,
    /// Entries of an unexpected form were left out; those that were read are right.
    LeftOut,
    /// A remark on the query (`infos` of Prometheus 3); the answer is whole.
    Info,
}

/// A warning as it is shown. Sorted by kind, the gravest first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Warning {
    pub kind: WarningKind,
    pub text: String,
}

impl Warning {
    pub fn partial(text: impl Into<String>) -> Self {
        Self { kind: WarningKind::Partial, text: text.into() }
    }

    pub fn left_out(text: impl Into<String>) -> Self {
        Self { kind: WarningKind::LeftOut, text: text.into() }
    }

    pub fn info(text: impl Into<String>) -> Self {
        Self { kind: WarningKind::Info, text: text.into() }
    }

    pub fn is_partial(&self) -> bool {
        self.kind == WarningKind::Partial
    }
}

/// `Partial data: store-2: connection refused`
impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            WarningKind::Partial => write!(f, "Partial data: {}", self.text),
            WarningKind::LeftOut | WarningKind::Info => f.write_str(&self.text),
        }
    }
}

/// What may be missing, as one text; `None` if the answer is whole.
pub fn partial_text(warnings: &[Warning]) -> Option<String> {
    let texts: Vec<&str> = warnings.iter().filter(|w| w.is_partial()).map(|w| w.text.as_str()).collect();
    (!texts.is_empty()).then(|| format!("Partial data: {}", texts.join(" · ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_partial_data_is_called_so() {
        assert_eq!(Warning::partial("store-2 down").to_string(), "Partial data: store-2 down");
        assert_eq!(Warning::info("no suffix _total").to_string(), "no suffix _total");
        let mixed =
            [Warning::info("i"), Warning::partial("a"), Warning::left_out("o"), Warning::partial("b")];
        assert_eq!(partial_text(&mixed).as_deref(), Some("Partial data: a · b"));
        assert_eq!(partial_text(&[Warning::info("i"), Warning::left_out("o")]), None);
    }
}
