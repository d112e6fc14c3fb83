//! What each panel shows, as plain values made from answers. No signals, no DOM.

mod alert_table;
mod capacity_card;
mod capacity_report;
mod commit_plan;
mod deploys;
mod exclusions;
mod feed;
mod golden;
mod lead;
mod notification_log;
mod rule_export;
mod rules;
mod scorecard;
mod service_row;
mod silences;
mod slo;
mod slo_report;
mod slo_span;
mod slo_text;
mod supply;
mod together;

pub use alert_table::{
    AlertFilter, AlertGroup, AlertRow, grouped, labels_to_group_by, lately_resolved, rows,
};
pub use capacity_card::{CapacityCard, Due, capacity_card};
pub use capacity_report::{capacity_calendar, capacity_csv, scaling_request};
pub use commit_plan::{Conflict, Loaded, Sent, Step, next_step};
pub use deploys::deploys;
pub use feed::Feed;
pub use golden::{
    GoldenInputs, Reading, at_rest, class_series, common_instant, errors_chart, fleet_question, graph_link,
    heat_chart, latency_chart, no_reading, reading, service_question, single_chart, state_chart,
    subject_series, too_many, traffic_chart, until,
};
pub use lead::{Lease, Role, role};
pub use notification_log::{NewFiring, NotificationLog, n_pressing};
pub use rule_export::{Part, alert_name, rules_for_prometheus};
pub use rules::{
    Evidence, OWN, RuleAsk, RuleView, Watched, evaluate, n_watched, rule_asks, rule_text, same_name, span_of,
    unit_of, watched_question,
};
pub use scorecard::{ScorecardView, UPTIME_DAYS, bars_question, scorecard, total_question};
pub use service_row::{Health, SHOWN, ServiceRow, row_question, service_row, spark_question};
pub use silences::{Answered, Change, ShownSilence, matched, matchers_of, overlay, preview_words, text_of};
pub use slo::{
    AFTER_DEPLOY, BurnView, ExcludedView, Happening, History, SlaView, Standing, budget_history_question,
    causes_question, error_ratio, groups, history, parts_of, recorded, recordings_question, spent_by,
    standing, standing_question,
};
pub use slo_report::{PolicyLine, ReportLine, badge, csv, json, markdown, policy_json, policy_line};
pub use slo_span::{SpanCount, past_windows, span_count, spans_question};
pub use slo_text::{
    formula_text, minutes_of, minutes_text, objective_text, outlook_text, policy_text, share_text, span_name,
    window_text,
};
pub use supply::{Missing, Supplies, Supply, history_question, limit_question, supplies};
pub use together::{Cluster, Strips, fired_together, incident_spans, spans_of, strips};
