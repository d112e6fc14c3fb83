//! The golden signals of services, uptime scorecards and deploys.

mod deploys;
mod errors;
mod golden;
mod scorecard;
mod service_row;

pub use deploys::deploys;
pub use errors::{CLIENT_ERRORS, ERRORS, class_series, class_share, error_ratio_chart, errors_chart};
pub use golden::{
    GoldenInputs, Reading, SourceLink, at_rest, common_instant, fleet_question, graph_link, heat_chart,
    latency_chart, no_reading, query_text, reading, saturation_chart, service_question, single_chart,
    state_chart, subject_series, too_many, traffic_chart, until,
};
pub use scorecard::{ScorecardView, UPTIME_DAYS, bars_question, scorecard, total_question};
pub use service_row::{Health, SHOWN, ServiceRow, row_question, service_row, spark_question};
