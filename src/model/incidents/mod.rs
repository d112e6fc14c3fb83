//! Incidents as they are listed, proposed from alerts, and stored in the browser.

mod evidence;
mod exchange;
mod list;
mod proposed;
mod reviews;
mod said;
mod shared;
mod sharing_words;
mod stored;
mod words;

pub use evidence::{
    BEFORE, EvidenceAsk, ImpactEstimate, affected_slos, budget_question, budget_spent, deploys_asks,
    deploys_before, evidence_asks, evidence_span, impact_estimate, trouble,
};
pub use exchange::{Mark, files_of_incidents, mark_key, marks_key, n_waiting, stored_marks, to_exchange};
pub use list::{IncidentFilter, IncidentRow, Tab, incident_rows, n_in, shown};
pub use proposed::{Proposal, ended_links, link_of, linked_now, proposals, service_of};
pub use reviews::{
    ITEM_COLUMNS, Items, REPORT_COLUMNS, REVIEW_COLUMNS, chosen_items, item_rows, n_in_stage, report_rows,
    review_rows, stage_of, today,
};
pub use said::{PUBLIC_PAGE, Said, contradictions, public_draft, public_phase, said};
pub use shared::{Sharing, SharingFault, Step as SharingStep};
pub use sharing_words::{SharingState, SharingWords, sharing_words};
pub use stored::{
    StoredIncident, enter, log_key, made_anew, renewed, row_key, rows_key, stored_counts, stored_rows,
    take_in,
};
pub use words::{ClockWords, clock_words, due_words, page_title};
