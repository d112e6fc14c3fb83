//! Incidents as they are listed, proposed from alerts, and stored in the browser.

mod list;
mod proposed;
mod said;
mod shared;
mod stored;
mod words;

pub use list::{IncidentFilter, IncidentRow, Tab, incident_rows, n_in, shown};
pub use proposed::{Proposal, ended_links, link_of, linked_now, proposals, service_of};
pub use said::{PUBLIC_PAGE, Said, contradictions, public_draft, public_phase, said};
pub use shared::{Sharing, SharingFault, Step as SharingStep};
pub use stored::{StoredIncident, enter, log_key, row_key, stored_rows, take_in};
pub use words::{ClockWords, clock_words, due_words, page_title};
