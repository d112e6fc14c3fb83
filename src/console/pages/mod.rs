//! The pages. Each asks for what it shows and lays it out.

mod alerts;
mod capacity;
mod faults;
mod health;
mod incident;
mod incidents;
mod not_found;
mod on_call;
mod pagers;
mod reviews;
mod runbooks;
mod service;
mod slo;
mod sources;
mod take_over;
mod update;

pub use alerts::AlertsPage;
pub use capacity::CapacityPage;
pub use faults::{FaultsPage, FoundFaults};
pub use health::{CapacityPanel, HealthPage, HealthPanels};
pub use incident::{EvidencePanels, IncidentPage};
pub use incidents::IncidentsPage;
pub use not_found::NotFoundPage;
pub use on_call::OnCallPage;
pub use pagers::{DutyPanel, LinkedPagesPanel, PagedPanel};
pub use reviews::ReviewsPage;
pub use runbooks::{RunbookPage, RunbooksPage};
pub use service::ServicePage;
pub use slo::{SloPage, SlosPage};
pub use sources::SourcesPage;
pub use take_over::TakeOverPanel;
pub use update::UpdatePage;
