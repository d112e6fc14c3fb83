//! Budgets in words: what a reader who has never heard of them can act on.

use crate::config::{Slo, ZoneChoice};
use crate::domain::format::availability;
use crate::domain::ledger::Outlook;
use crate::domain::slo::{Budget, Policy, SloKind};
use crate::domain::time::{DAY, Millis, human_duration};
use crate::domain::window::{Bounds, Window};
use crate::domain::zone::{Civil, Offsets};

/// `12.4 min left`, `3.1 min over`
pub fn minutes_text(minutes: f64) -> String {
    if minutes == f64::NEG_INFINITY {
        return "no failure was allowed".into();
    }
    if minutes >= 0.0 {
        format!("{} left", minutes_of(minutes))
    } else {
        format!("{} over", minutes_of(-minutes))
    }
}

/// `12.4 min`, `7 h 12 min` from three hours on.
pub fn minutes_of(minutes: f64) -> String {
    if minutes >= 180.0 {
        human_duration((minutes * 60_000.0) as Millis)
    } else {
        format!("{minutes:.1} min")
    }
}

/// `29 %`; small shares with a digit more. Over 1 as well.
pub fn share_text(share: f64) -> String {
    match share {
        s if s == f64::INFINITY => "all".into(),
        s if s == f64::NEG_INFINITY => "none".into(),
        s if s < 0.0 => format!("−{}", share_text(-s)),
        s if s != 0.0 && s < 0.1 => format!("{:.1} %", s * 100.0),
        s => format!("{:.0} %", s * 100.0),
    }
}

/// `30 days`, `this month`
pub fn window_text(window: Window) -> String {
    match window {
        Window::Rolling(length) if length % DAY == 0 && length > DAY => format!("{} days", length / DAY),
        Window::Rolling(length) => human_duration(length),
        Window::Month => "this month".into(),
        Window::Week => "this week".into(),
    }
}

/// `99.9 % of requests succeed over 30 days`
pub fn objective_text(slo: &Slo) -> String {
    let what = match slo.kind {
        SloKind::Availability => "available",
        SloKind::Latency => "fast enough",
        SloKind::ErrorRate => "without error",
        SloKind::Throughput => "of the time at or above the promised throughput",
    };
    let span = match slo.objective.window {
        Window::Rolling(_) => format!("over the last {}", window_text(slo.objective.window)),
        Window::Month => format!("in each calendar month, {}", zone_name(&slo.zone)),
        Window::Week => format!("in each week from Monday, {}", zone_name(&slo.zone)),
    };
    format!("{} {what}, {span}", availability(slo.objective.target))
}

pub fn zone_name(zone: &ZoneChoice) -> &str {
    zone.name()
}

/// `Thu 14:00`, or with its date when it is more than six days away.
fn moment(at: Millis, now: Millis, zone: &Offsets) -> String {
    let civil = zone.civil(at);
    let day = weekday(&civil);
    if at - now < 6 * DAY { format!("{day} {}", civil.clock()) } else { format!("{day} {}", civil.full()) }
}

fn weekday(civil: &Civil) -> &'static str {
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    DAYS.get(civil.weekday.num_days_from_monday() as usize).copied().unwrap_or("")
}

/// `At this rate the budget runs out on Thu 14:00, in 2 d 5 h.`
pub fn outlook_text(
    slo: &Slo,
    outlook: Option<Outlook>,
    bounds: Bounds,
    now: Millis,
    zone: &Offsets,
) -> String {
    let renewed = || format!("on {}", moment(bounds.end, now, zone));
    match outlook {
        None => "No recent data, so no outlook.".into(),
        Some(Outlook::Gone) if slo.objective.window.is_calendar() => {
            format!("The budget is used up. A new one starts {}.", renewed())
        }
        Some(Outlook::Gone) => "The budget is used up. It recovers as failures leave the window.".into(),
        Some(Outlook::Still) => "No budget is being used right now.".into(),
        Some(Outlook::Lasts) if slo.objective.window.is_calendar() => {
            format!("At this rate the budget lasts until it renews {}.", renewed())
        }
        Some(Outlook::Lasts) => "At this rate the budget holds steady.".into(),
        Some(Outlook::GoneAt(at)) => {
            format!(
                "At this rate the budget runs out on {}, in {}.",
                moment(at, now, zone),
                human_duration(at - now)
            )
        }
    }
}

/// What the policy means for deploys, with the reason.
pub fn policy_text(policy: Policy, budget: &Budget) -> String {
    match policy {
        Policy::Ok => format!("{}: {} of the budget is left.", policy.advice(), share_text(budget.left())),
        Policy::AtRisk if budget.policy() == Policy::Ok => {
            format!("{}: {} is left, but it is burning fast.", policy.advice(), share_text(budget.left()))
        }
        Policy::AtRisk => {
            format!("{}: under a quarter of the budget is left.", policy.advice())
        }
        Policy::Frozen => format!("{}: the budget is exhausted.", policy.advice()),
    }
}

/// A span as its window is called: `Nov 2026`, `week of 23 Nov 2026`, `25 Oct - 24 Nov 2026`.
pub fn span_name(window: Window, bounds: Bounds, zone: &Offsets) -> String {
    let first = zone.civil(bounds.start);
    match window {
        Window::Month => format!("{} {}", first.month_name(), first.year),
        Window::Week => format!("week of {}", first.full_date()),
        Window::Rolling(_) => format!("{} – {}", first.date(), zone.civil(bounds.end).full_date()),
    }
}

/// How the figure came about, in a formula with its own numbers.
pub fn formula_text(budget: &Budget, bad: f64, valid: f64, is_time: bool) -> String {
    let count = |n: f64| {
        if is_time {
            human_duration(n as Millis)
        } else {
            crate::domain::format::human(crate::domain::format::Unit::Count, n)
        }
    };
    let elapsed = if budget.elapsed < 1.0 {
        format!(" × {} of the window", share_text(budget.elapsed))
    } else {
        String::new()
    };
    format!(
        "used = bad ÷ valid{elapsed} ÷ (1 − target) = {} ÷ {}{} ÷ {} = {}",
        count(bad),
        count(valid),
        if budget.elapsed < 1.0 { format!(" × {:.4}", budget.elapsed) } else { String::new() },
        trimmed(budget.allowed),
        share_text(budget.spent())
    )
}

fn trimmed(value: f64) -> String {
    format!("{value:.6}").trim_end_matches('0').trim_end_matches('.').to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::HOUR;
    use crate::domain::time::parse_rfc3339;

    fn slo(window: &str) -> Slo {
        let text = format!(
            r#"{{"title": "T", "sources": {{"p": {{"kind": "prometheus", "url": "http://h"}}}}, "services": [{{"id": "a", "name": "A"}}],
                "slos": [{{"name": "S", "service": "a", "target": 0.999, "window": "{window}", "good": "x[$window]"}}]}}"#
        );
        crate::sources::read_config(&text).expect("valid").slos.remove(0)
    }

    #[test]
    fn the_outlook_is_a_sentence_with_a_day_and_a_duration() {
        let now = parse_rfc3339("2026-11-24T09:00:00Z").unwrap();
        let month = slo("month");
        let bounds = month.objective.window.around(now, &Offsets::utc());
        let text = |outlook| outlook_text(&month, Some(outlook), bounds, now, &Offsets::utc());
        assert_eq!(
            text(Outlook::GoneAt(now + 53 * HOUR)),
            "At this rate the budget runs out on Thu 14:00, in 2 d 5 h."
        );
        assert_eq!(text(Outlook::Gone), "The budget is used up. A new one starts on Tue 1 Dec 2026, 00:00.");
        assert_eq!(text(Outlook::Still), "No budget is being used right now.");
    }

    #[test]
    fn shares_and_minutes_are_read_at_a_glance() {
        assert_eq!(
            [share_text(0.29), share_text(0.004), share_text(-1.5), share_text(0.0)],
            ["29 %", "0.4 %", "−150 %", "0 %"]
        );
        assert_eq!(minutes_text(12.43), "12.4 min left");
        assert_eq!(minutes_text(-3.06), "3.1 min over");
        assert_eq!(minutes_text(432.0), "7 h 12 min left");
        assert_eq!(objective_text(&slo("30d")), "99.9 % available, over the last 30 days");
        assert_eq!(objective_text(&slo("week")), "99.9 % available, in each week from Monday, UTC");
    }
}
