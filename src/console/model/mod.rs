//! What each panel shows, as plain values made from answers. No signals, no DOM.

mod alert_table;
mod capacity_card;
mod deploys;
mod feed;
mod golden;
mod scorecard;
mod service_row;

pub use alert_table::{AlertFilter, AlertGroup, grouped, labels_to_group_by};
pub use capacity_card::{CapacityCard, capacity_card, history_question, limit_question};
pub use deploys::deploys;
pub use feed::Feed;
pub use golden::{
    GoldenInputs, Reading, errors_chart, fleet_question, graph_link, heat_chart, latency_chart, reading,
    service_question, single_chart, state_chart, traffic_chart,
};
pub use scorecard::{
    BudgetLine, ScorecardView, UPTIME_DAYS, bars_question, budget, scorecard, slo_question, total_question,
};
pub use service_row::{Health, ServiceRow, row_question, service_row};
