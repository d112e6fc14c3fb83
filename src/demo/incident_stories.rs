//! What happened to the fleet of the demo in the last weeks, as the people of its rotation wrote it down. Times are those of the
//! trouble in `fleet.rs`, of its deploys, and of the notices on the public page.

use super::fleet::{Demo, Event as Trouble};
use super::incident_story::{Story, of_budget};
use crate::domain::incident_log::{Field, Log, Moment, Point, ReviewState, Role};
use crate::domain::severity::Severity;
use crate::domain::time::{DAY, MINUTE};

/// All incidents, the newest first.
pub fn all(demo: &Demo) -> Vec<Log> {
    vec![
        slow_api(demo),
        pool_saturated(demo),
        jobs_stopped(demo),
        search_down(demo),
        api_down(demo),
        jobs_late(demo),
        search_slow(demo),
        not_ours(demo),
    ]
}

fn outage(demo: &Demo, service: &str, n: usize) -> Trouble {
    demo.outages(service)
        .get(n)
        .copied()
        .unwrap_or(Trouble { start: demo.anchor - DAY, end: demo.anchor - DAY + MINUTE })
}

/// Under way: users feel nothing of it any more, its cause is not gone. The public page says the same.
fn slow_api(demo: &Demo) -> Log {
    let slow = demo.last_incident();
    let mut s = Story::new(demo, "demo-slow-api", "Slow responses from the API", slow);
    s.declared("Mia Chen", 2, Severity::Sev2, &["api-gateway"]);
    s.alert("High latency", "api-gateway", "p95 of the API above 500 ms");
    s.acknowledged("Mia Chen", 2);
    s.charts("api-gateway");
    s.message(
        "Ola Nowak",
        3,
        "initial",
        "Some requests to the API take longer than usual. We are looking into it.",
    );
    s.note(
        "Mia Chen",
        4,
        "p95 went from 50 ms to 700 ms on the gateway alone; auth, database and cache are as usual.",
    );
    s.reached("Mia Chen", 5, Moment::Triaged);
    s.step("Mia Chen", 5, "runbooks/high-latency.md", "Compare with the last deploy");
    s.note(
        "Ben Okafor",
        6,
        "The route table is rebuilt for each request since a flag was turned on at 09:10. Turning it off.",
    );
    s.message("Ola Nowak", 6, "update", "A slow database query held connections. We are rolling it back.");
    s.reached("Mia Chen", 8, Moment::Mitigated);
    s.alert_over(8);
    s.severity("Mia Chen", 12, Severity::Sev3, "users feel nothing of it any more");
    s.message("Ola Nowak", 12, "update", "Response times are back to normal. We keep watching.");
    s.role("Mia Chen", 12, Role::Communications, "Ola Nowak");
    s.impact("Pages of the customers' area took up to two seconds", "api-gateway", slow);
    // The hourly update of a SEV-3, so that the next one is due while somebody looks.
    let last = (demo.anchor - 38 * MINUTE).max(slow.start + 13 * MINUTE);
    s.message_at("Ola Nowak", last, "update", "All figures are as usual. The fix that lasts is in review.");
    s.log()
}

fn pool_saturated(demo: &Demo) -> Log {
    let full = demo.pool_saturated();
    let mut s = Story::new(demo, "demo-pool-saturated", "Connection pool of the database saturated", full);
    s.declared("Zoe Martin", 1, Severity::Sev3, &["database"]);
    s.alert("Connection pool saturated", "database", "95 % of the connections are in use");
    s.acknowledged("Zoe Martin", 2);
    s.reached("Zoe Martin", 4, Moment::Triaged);
    s.step("Zoe Martin", 6, "runbooks/database-connections.md", "Find who holds the connections");
    s.note("Zoe Martin", 9, "A report that somebody started by hand holds 40 connections. Ended it.");
    s.reached("Zoe Martin", 20, Moment::Mitigated);
    s.reached("Zoe Martin", 23, Moment::Resolved);
    s.alert_over(22);
    s.message(
        "Zoe Martin",
        24,
        "resolution",
        "The pool of the database is as usual again. No request failed.",
    );
    s.log()
}

/// In review: the draft is being written.
fn jobs_stopped(demo: &Demo) -> Log {
    let down = outage(demo, "worker", 0);
    let mut s = Story::new(demo, "demo-jobs-stopped", "Background jobs stopped", down);
    s.declared("Kai Tanaka", 3, Severity::Sev2, &["worker"]);
    s.started();
    s.alert("Queue backlog", "worker", "12,000 jobs wait, the oldest for 3 minutes");
    s.acknowledged("Kai Tanaka", 4);
    s.charts("worker");
    s.message("Zoe Martin", 5, "initial", "Exports and e-mails are delayed. Nothing is lost.");
    s.reached("Kai Tanaka", 7, Moment::Triaged);
    s.step("Kai Tanaka", 8, "runbooks/queue-backlog.md", "Look whether the workers take jobs at all");
    s.note("Kai Tanaka", 9, "All workers wait for one lock: a migration holds the jobs table.");
    s.step("Kai Tanaka", 12, "runbooks/queue-backlog.md", "Stop what holds the queue");
    s.reached("Kai Tanaka", 20, Moment::Mitigated);
    s.alert_over(20);
    s.reached("Kai Tanaka", 24, Moment::Resolved);
    s.message(
        "Zoe Martin",
        26,
        "resolution",
        "Jobs run again. What waited was done by a quarter of an hour later.",
    );
    s.impact("Exports and e-mails came up to 25 minutes late", "worker", down);
    s.budget(&[("job-processing", "Job processing", "worker", of_budget(20 * MINUTE))]);
    s.text("Kai Tanaka", 900, Field::RootCause, "A migration of the `jobs` table took an exclusive lock. It was tried on a copy with a hundredth of the rows, where it took a second; here it took twenty minutes.");
    s.text("Kai Tanaka", 905, Field::ContributingFactors, "- Migrations run without a limit on how long they may wait or lock.\n- No alert watches the age of the oldest job; the backlog was seen after three minutes.");
    s.item(
        "Kai Tanaka",
        910,
        ("lock", "Give migrations a lock timeout of five seconds", "Zoe Martin", 6, false),
    );
    s.item("Kai Tanaka", 911, ("age", "Alert on the age of the oldest job", "Kai Tanaka", 9, false));
    s.item("Kai Tanaka", 912, ("copy", "Try migrations on a copy of full size", "", 20, false));
    s.log()
}

fn search_down(demo: &Demo) -> Log {
    let down = outage(demo, "redis", 0);
    let mut s = Story::new(demo, "demo-search-down", "Search unavailable", down);
    s.declared("Zoe Martin", 1, Severity::Sev2, &["redis"]);
    s.started();
    s.alert("Cache down", "redis", "redis-0 does not answer");
    s.acknowledged("Zoe Martin", 2);
    s.charts("redis");
    s.message("Kai Tanaka", 3, "initial", "Search gives no results. Everything else works.");
    s.reached("Zoe Martin", 4, Moment::Triaged);
    s.step("Zoe Martin", 5, "runbooks/service-restart.md", "Restart one instance and wait for it");
    s.reached("Zoe Martin", 7, Moment::Mitigated);
    s.alert_over(7);
    s.reached("Zoe Martin", 12, Moment::Resolved);
    s.message("Kai Tanaka", 13, "resolution", "Search works again.");
    s.impact("Search gave no results", "redis", down);
    s.budget(&[("cache-availability", "Cache availability", "redis", of_budget(7 * MINUTE))]);
    s.text(
        "Zoe Martin",
        1_500,
        Field::RootCause,
        "The cache was ended for want of memory: its limit was below what it may keep.",
    );
    s.text(
        "Zoe Martin",
        1_505,
        Field::ContributingFactors,
        "- The limit stood in two places, and one was changed.\n- The replica was not used for reads.",
    );
    s.text("Zoe Martin", 1_506, Field::WentWell, "- The runbook fitted; the restart took two minutes.");
    s.item("Zoe Martin", 1_510, ("limit", "Keep the memory limit in one place", "Zoe Martin", -1, false));
    s.item(
        "Zoe Martin",
        1_511,
        ("replica", "Read from the replica when the primary is gone", "Kai Tanaka", 12, false),
    );
    s.check("Zoe Martin", 1_512, Point::Runbook);
    s.review("Mia Chen", 2_900, ReviewState::Reviewed);
    s.log()
}

/// Closed, with its review published: the example of docs/review-example.md.
fn api_down(demo: &Demo) -> Log {
    let down = outage(demo, "api-gateway", 0);
    let mut s = Story::new(demo, "demo-api-down", "API unavailable", down);
    s.declared("Ben Okafor", 1, Severity::Sev1, &["api-gateway"]);
    s.started();
    s.alert("API down", "api-gateway", "no instance of the gateway answers");
    s.deploy(demo);
    s.acknowledged("Ben Okafor", 1);
    s.role("Ben Okafor", 2, Role::Communications, "Ola Nowak");
    s.role("Ben Okafor", 2, Role::Scribe, "Mia Chen");
    s.charts("api-gateway");
    s.message("Ola Nowak", 3, "initial", "The API does not answer. We are on it.");
    s.note(
        "Ben Okafor",
        3,
        "All instances restart in a loop since 14 minutes after the deploy, when the old ones were gone.",
    );
    s.reached("Ben Okafor", 4, Moment::Triaged);
    s.step("Ben Okafor", 5, "runbooks/service-restart.md", "Compare what runs with what was deployed last");
    s.note("Ben Okafor", 5, "The new version reads its certificate from a path that exists on the build machine alone. Going back to the version before.");
    s.reached("Ben Okafor", 8, Moment::Mitigated);
    s.alert_over(8);
    s.reached("Ben Okafor", 15, Moment::Resolved);
    s.message(
        "Ola Nowak",
        16,
        "resolution",
        "The API answers again. Requests between the two times failed; nothing that was saved is lost.",
    );
    s.impact("Most requests to the API failed", "api-gateway", down);
    s.budget(&[("api-availability", "API availability", "api-gateway", of_budget(8 * MINUTE))]);
    s.text("Mia Chen", 1_400, Field::RootCause, "The new version reads its certificate from a path that exists on the build machine alone. It starts, answers its health check, and ends at the first request over TLS. The old instances were taken away as soon as the new ones were healthy.");
    s.text("Mia Chen", 1_405, Field::ContributingFactors, "- The health check is answered before the certificate is read.\n- A deploy replaces all instances within two minutes, so there was no time to see it on a few.");
    s.text("Mia Chen", 1_406, Field::Fix, "Back to the version before within three minutes of finding it; the path is part of the configuration since the day after.");
    s.text("Mia Chen", 1_407, Field::WentWell, "- It was detected within a minute.\n- The deploy stood beside the alert, so nobody had to search for what had changed.\n- The first public message came two minutes after the detection.");
    s.item(
        "Mia Chen",
        1_410,
        ("health", "Answer the health check only once the certificate is read", "Ben Okafor", -6, true),
    );
    s.item(
        "Mia Chen",
        1_411,
        ("slowly", "Replace one instance in ten first, and wait five minutes", "Mia Chen", -2, false),
    );
    s.item(
        "Mia Chen",
        1_412,
        ("path", "Refuse paths of the build machine in the configuration", "Ben Okafor", -5, true),
    );
    s.check("Mia Chen", 1_420, Point::Runbook);
    s.check("Mia Chen", 1_421, Point::Monitoring);
    s.review("Ola Nowak", 2_880, ReviewState::Reviewed);
    s.review("Ola Nowak", 4_320, ReviewState::Published);
    s.log()
}

fn jobs_late(demo: &Demo) -> Log {
    let down = outage(demo, "worker", 1);
    let mut s = Story::new(demo, "demo-jobs-late", "Exports late", down);
    s.declared("Kai Tanaka", 4, Severity::Sev3, &["worker"]);
    s.started();
    s.acknowledged("Kai Tanaka", 6);
    s.reached("Kai Tanaka", 9, Moment::Triaged);
    s.reached("Kai Tanaka", 13, Moment::Mitigated);
    s.reached("Kai Tanaka", 40, Moment::Resolved);
    s.message("Kai Tanaka", 41, "resolution", "Exports run again.");
    s.impact("Exports came up to a quarter of an hour late", "worker", down);
    s.budget(&[("job-processing", "Job processing", "worker", of_budget(13 * MINUTE))]);
    s.reached("Kai Tanaka", 3_000, Moment::Reviewed);
    s.reached("Kai Tanaka", 3_001, Moment::Prevented);
    s.log()
}

/// A SEV-2 that nobody reviewed yet, although it is due.
fn search_slow(demo: &Demo) -> Log {
    let down = outage(demo, "redis", 1);
    let mut s = Story::new(demo, "demo-search-flapping", "Search works on and off", down);
    s.declared("Ola Nowak", 5, Severity::Sev2, &["redis"]);
    s.acknowledged("Ola Nowak", 7);
    s.reached("Ola Nowak", 9, Moment::Triaged);
    s.reached("Ola Nowak", 14, Moment::Mitigated);
    s.reached("Ola Nowak", 20, Moment::Resolved);
    s.message("Ola Nowak", 22, "resolution", "Search works again.");
    s.budget(&[("cache-availability", "Cache availability", "redis", of_budget(14 * MINUTE))]);
    s.log()
}

fn not_ours(demo: &Demo) -> Log {
    let down = outage(demo, "cdn", 0);
    let mut s = Story::new(demo, "demo-network", "Images slow from one network", down);
    s.declared("Ben Okafor", 6, Severity::Sev4, &[]);
    s.dismissed("Ben Okafor", 31, "a provider of one customer was at fault, and told them so");
    s.log()
}
