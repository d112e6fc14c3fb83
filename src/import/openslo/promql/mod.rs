//! PromQL as far as an import must understand it: where its selectors and ranges are, and what is
//! done with them.
//!
//! The text stays as its author wrote it. What is read is a tree of places in it, so that a change
//! is made at those places and nowhere else.
//! Grammar: <https://prometheus.io/docs/prometheus/latest/querying/basics/>.

mod lex;
mod parse;

use std::ops::Range;

pub use lex::without_comments;
pub use parse::parse;

/// A place in the query's text, in bytes.
pub type Place = Range<usize>;

#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    Number(f64),
    Text,
    Selector(Selector),
    /// an expression over a range of its own: `(...)[1h:5m]`
    Subquery(Box<Expr>),
    Call {
        name: String,
        at: Place,
        arguments: Vec<Expr>,
    },
    Aggregation {
        name: String,
        /// whether labels are left: `by (a)`, `without (a)`
        grouped: bool,
        arguments: Vec<Expr>,
    },
    Binary {
        operator: String,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    Unary(Box<Expr>),
    Paren(Box<Expr>),
}

/// `up{job="api"}`, `up[5m] offset 1h`
#[derive(Clone, Debug, PartialEq)]
pub struct Selector {
    /// the metric's name; empty where only labels are given
    pub name: String,
    /// the selector itself, without a range, an offset or an `@`
    pub at: Place,
    /// the end of all that belongs to it
    pub end: usize,
    pub range: Option<RangeOf>,
    /// `@`: one fixed moment
    pub is_fixed: bool,
}

/// What is between `[` and `]`.
#[derive(Clone, Debug, PartialEq)]
pub struct RangeOf {
    /// between the brackets
    pub at: Place,
    /// a duration as typed; none for a placeholder such as `{{ .window }}` or `$__range`
    pub duration: Option<String>,
}

impl Expr {
    /// Calls `visit` with every selector of the tree.
    pub fn selectors<'e>(&'e self, visit: &mut impl FnMut(&'e Selector)) {
        match self {
            Self::Number(_) | Self::Text => {}
            Self::Selector(selector) => visit(selector),
            Self::Subquery(inner) | Self::Unary(inner) | Self::Paren(inner) => inner.selectors(visit),
            Self::Call { arguments, .. } | Self::Aggregation { arguments, .. } => {
                arguments.iter().for_each(|a| a.selectors(visit));
            }
            Self::Binary { left, right, .. } => {
                left.selectors(visit);
                right.selectors(visit);
            }
        }
    }

    /// The tree without the parentheses around it.
    pub fn bare(&self) -> &Self {
        match self {
            Self::Paren(inner) => inner.bare(),
            other => other,
        }
    }

    /// Whether it gives one series without labels, so that two of its kind can be divided.
    pub fn is_single(&self) -> bool {
        match self {
            Self::Number(_) => true,
            Self::Aggregation { name, grouped, .. } => {
                !grouped && matches!(name.as_str(), "sum" | "avg" | "min" | "max" | "count")
            }
            Self::Call { name, arguments, .. } => match name.as_str() {
                "vector" | "scalar" => true,
                "abs" | "ceil" | "floor" | "round" | "clamp_min" | "clamp_max" | "clamp" => {
                    arguments.first().is_some_and(Self::is_single)
                }
                _ => false,
            },
            Self::Binary { left, right, .. } => left.is_single() && right.is_single(),
            Self::Unary(inner) | Self::Paren(inner) => inner.is_single(),
            Self::Selector(_) | Self::Subquery(_) | Self::Text => false,
        }
    }
}

/// A change of a query's text: what is put in place of a stretch of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    pub at: Place,
    pub text: String,
}

/// The text with all edits made. Edits do not overlap; those at one place keep their order.
pub fn edited(text: &str, edits: &[Edit]) -> String {
    let mut edits: Vec<&Edit> = edits.iter().collect();
    edits.sort_by_key(|e| (e.at.start, e.at.end));
    let mut out = String::with_capacity(text.len() + 32 * edits.len());
    let mut from = 0;
    for edit in edits {
        out.push_str(text.get(from..edit.at.start).unwrap_or_default());
        out.push_str(&edit.text);
        from = edit.at.end;
    }
    out.push_str(text.get(from..).unwrap_or_default());
    out
}
