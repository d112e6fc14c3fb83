//! On the whole stack: Prometheus, Alertmanager, exporters, Caddy, load. These tests wait for the stack's clocks most
//! of the time, so they begin first and the others run beside them: tests begin in the order of their names.

mod charts;
mod console;
mod judge;
mod public_page;

use super::support::dist;
use super::support::prometheus::Prometheus;
use super::support::servers::{Options, Stack};

/// A stack with a past, scraped for long enough that rates have a window.
fn stack(replica: bool) -> Stack {
    let options = Options { dist: dist(), history_days: 35, console_port: None, replica };
    let stack = Stack::start(&options).unwrap_or_else(|error| panic!("the stack does not start: {error}"));
    let scraped = "min(count_over_time(up{job=~\"caddy|node\"}[2m])) >= 7 and count(up{job=\"probe\"}) == 4";
    Prometheus::of(&stack).until("seven scrapes", 60, scraped);
    stack
}
