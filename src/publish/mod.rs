//! `fourlights publish`: from configuration, monitoring and incident files to the files of the public page.
//!
//! Everything here is a function of what it is given; asking and writing is done by the command.

pub mod api;
pub mod badge;
pub mod before;
pub mod calendar;
mod due_days;
pub mod feeds;
pub mod history;
pub mod image;
pub mod imported;
pub mod incident_file;
pub mod incidents;
pub mod measure;
pub mod messages;
pub mod page;
pub mod repetition;
pub mod revisions;
pub mod run;
pub mod shell;
pub mod site;
pub mod small_files;
