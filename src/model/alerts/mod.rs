//! Alerts as they are listed, grouped and notified; the rules that the console evaluates; silences.

mod acknowledge;
mod lead;
mod notification_log;
mod now;
#[cfg(not(target_arch = "wasm32"))]
mod rule_export;
mod rules;
mod silences;
mod table;
mod together;

pub use acknowledge::{
    Ack, AckResult, ActiveWords, Routed, Wish, ack_text, ack_words, acks, acks_of, active_words,
    mark_acknowledged, named, result_words, take_back, upkeep, wish,
};
pub use lead::{Lease, Role, role};
pub use notification_log::{NewFiring, NotificationLog, n_pressing};
pub use now::{Calm, NowLine, calm, configured_service, has_urgent, now_lines};
#[cfg(not(target_arch = "wasm32"))]
pub use rule_export::{Part, alert_name, rule_file};
pub use rules::{
    Evidence, OWN, RuleAsk, RuleView, Watched, evaluate, n_watched, rule_asks, rule_text, same_name, span_of,
    unit_of, watched_question,
};
pub use silences::{Answered, Change, ShownSilence, matched, matchers_of, overlay, preview_words, text_of};
pub use table::{AlertFilter, AlertGroup, AlertRow, grouped, labels_to_group_by, lately_resolved, rows};
pub use together::{Cluster, Strips, fired_together, incident_spans, spans_of, strips};
