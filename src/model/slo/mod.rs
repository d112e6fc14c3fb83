//! Objectives: what is asked, what the answers say of budgets and burn rates, and reports.

mod exclusions;
mod report;
mod span;
mod standing;
mod text;

pub(in crate::model) use report::cell;
pub use report::{PolicyLine, ReportLine, badge, json, markdown, policy_json, policy_line, slo_csv};
pub use span::{SpanCount, past_windows, span_count, spans_question};
pub use standing::{
    AFTER_DEPLOY, BurnView, ExcludedView, Happening, History, SlaView, Standing, budget_history_question,
    causes_question, groups, history, parts_of, recorded, recordings_question, spent_by, standing,
    standing_question,
};
pub use text::{
    formula_text, minutes_of, minutes_text, objective_text, outlook_text, policy_text, share_text, span_name,
    window_text,
};
