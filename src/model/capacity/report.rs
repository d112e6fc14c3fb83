//! Capacity for others to read: a table, a request to scale, dates for a calendar.

use super::card::{CapacityCard, Due};
use super::supply::Missing;
use crate::domain::csv;
use crate::domain::format::{Unit, human};
use crate::domain::ics::{Event, When, calendar};
use crate::domain::time::Millis;
use crate::domain::zone::rfc3339;
use crate::model::slo::cell;

impl CapacityCard {
    /// The same made from a partial answer: what it says of the future may be wrong, and says so wherever
    /// it is read, also in exports.
    pub fn doubted(mut self, partial: Option<String>) -> Self {
        if let Some(partial) = partial {
            if self.tone == "ok" {
                self.tone = "unknown";
            }
            self.judged = Some(self.judged.map_or_else(|| partial.clone(), |j| format!("{j}. {partial}")));
        }
        self
    }
}

/// All resources as CSV (RFC 4180), those without a forecast with the reason.
pub fn capacity_csv(cards: &[CapacityCard], missing: &[Missing]) -> String {
    let mut out = String::from("id,name,level,used_share,growth,outlook,full,act,action,method\r\n");
    for card in cards {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let fields = [
            card.id.clone(),
            card.name.clone(),
            card.level.clone(),
            card.used_share.to_string(),
            // Without its sign, which a spreadsheet would take for a formula's.
            text(&card.growth).trim_start_matches('+').to_string(),
            card.outlook.clone(),
            text(&card.full_when),
            text(&card.act_when),
            text(&card.action),
            text(&card.judged),
        ];
        out.push_str(&csv::line(fields));
    }
    for one in missing {
        out.push_str(&csv::line(["", &one.name, "", "", "", &one.why, "", "", "", ""]));
    }
    out
}

/// A request to scale: what, why, by when, on what evidence. What asks for nothing is only listed.
pub fn scaling_request(title: &str, cards: &[CapacityCard], missing: &[Missing], now: Millis) -> String {
    let mut out = format!("# {}: capacity\n\nWritten {}.\n", cell(title), rfc3339(now));
    let (asking, others): (Vec<_>, Vec<_>) =
        cards.iter().partition(|c| matches!(c.due, Due::Now | Due::At(_)));
    let (quiet, unknown): (Vec<_>, Vec<_>) = others.into_iter().partition(|c| c.due == Due::NotInSight);
    for card in asking {
        let when = match card.due {
            Due::Now => "now".to_string(),
            Due::At(at) => rfc3339(at).get(..10).unwrap_or_default().to_string(),
            Due::NotInSight | Due::Unknown | Due::Gone => "not within 5 years".into(),
        };
        let line = |name: &str, value: &str| format!("- **{name}**: {}\n", cell(value));
        out.push_str(&format!("\n## {}\n\n", cell(&card.name)));
        out.push_str(&line("What", card.action.as_deref().unwrap_or(&card.advice)));
        let growth = card.growth.as_ref().map(|g| format!(", {g}")).unwrap_or_default();
        out.push_str(&line("Why", &format!("{}{growth}, {}", card.level, card.outlook)));
        out.push_str(&line("By when", &when));
        out.extend(card.act_when.as_ref().map(|w| line("Level to act at", w)));
        out.extend(card.full_when.as_ref().map(|w| line("Full", w)));
        out.extend(card.knee.as_ref().map(|k| {
            let normal = human(Unit::Seconds, k.normal);
            line("Limit", &format!("read from latency, which leaves its normal range (up to {normal}) there"))
        }));
        out.extend(card.judged.as_ref().map(|j| line("Evidence", j)));
    }
    if !quiet.is_empty() {
        out.push_str("\n## Nothing to do\n\n");
        for card in quiet {
            out.push_str(&format!("- {}: {}, {}\n", cell(&card.name), cell(&card.level), card.outlook));
        }
    }
    if !(unknown.is_empty() && missing.is_empty()) {
        out.push_str("\n## Not known\n\n");
        for card in unknown {
            out.push_str(&format!("- {}: {}, {}\n", cell(&card.name), cell(&card.level), card.outlook));
        }
        for one in missing {
            out.push_str(&format!("- {}: {}\n", cell(&one.name), cell(&one.why)));
        }
    }
    out
}

/// The dates to act by and of being full, as whole days of a calendar.
pub fn capacity_calendar(cards: &[CapacityCard], now: Millis) -> String {
    let mut events = Vec::new();
    for card in cards {
        let act = match card.due {
            Due::At(at) => Some(("act", format!("{}: {}", card.name, card.advice), at)),
            _ => None,
        };
        let full = card.full_at.map(|at| ("full", format!("{} is likely full", card.name), at));
        events.extend(act.into_iter().chain(full).map(|(kind, title, at)| Event {
            uid: format!("{}-{kind}", card.id),
            when: When::Day(at),
            title,
            description: format!("{}, {}", card.level, card.outlook),
        }));
    }
    calendar("capacity", &events, now)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Limit, Resource, ResourceKind};
    use crate::domain::labels::Labels;
    use crate::domain::series::{Frame, Series};
    use crate::domain::time::DAY;
    use crate::domain::zone::Offsets;
    use crate::model::{capacity_card, supplies};

    fn card(start: f64, a_day: f64) -> CapacityCard {
        let resource = Resource {
            id: "db".into(),
            name: "Database; storage | <b>".into(),
            source: "p".into(),
            kind: ResourceKind::Storage,
            used: "x".into(),
            limit: Limit::Number(1e12),
            cost: None,
            peak: 1.0,
            by: None,
            act_at: 0.7,
            action: "Plan migration, or clean up".into(),
        };
        let samples = (0..90).map(|d| (d * DAY, (start + a_day * d as f64) * 1e9)).collect();
        let history = Frame { series: vec![Series::from_samples(Labels::default(), samples)] };
        let supply = supplies(&resource, &history, None, None).found.remove(0);
        capacity_card(&resource, &supply, 89 * DAY, &Offsets::utc()).unwrap()
    }

    fn lost() -> Missing {
        Missing { name: "Disk, b".into(), why: "no limit".into() }
    }

    #[test]
    fn a_request_says_what_why_and_by_when() {
        let text = scaling_request("Shop", &[card(500.0, 1.0), card(100.0, 0.0)], &[lost()], 89 * DAY);
        for part in [
            "## Database; storage \\| &lt;b>",
            "- **What**: Plan migration, or clean up",
            "589 GB of 1 TB (59 %), +30 GB/month, full in 13 months",
            "- **By when**: 1970-07-20",
            "backtest: median error 0 % over",
            "## Nothing to do",
            "## Not known\n\n- Disk, b: no limit",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
        assert!(scaling_request("Shop", &[card(800.0, 1.0)], &[], 0).contains("- **By when**: now"));
    }

    #[test]
    fn a_calendar_has_both_dates_and_short_lines() {
        let text = capacity_calendar(&[card(500.0, 1.0)], 89 * DAY);
        assert_eq!(text.matches("BEGIN:VEVENT").count(), 2);
        assert!(text.contains("DTSTART;VALUE=DATE:19700720\r\n"), "{text}");
        assert!(
            text.contains("SUMMARY:Database\\; storage | <b>: Plan migration\\, or clean up\r\n"),
            "{text}"
        );
        assert!(text.split("\r\n").all(|line| line.len() <= 75), "{text}");
    }

    #[test]
    fn a_table_has_a_row_for_each() {
        let text = capacity_csv(&[card(500.0, 1.0)], &[lost()]);
        assert!(text.ends_with(",\"Disk, b\",,,,no limit,,,,\r\n"), "{text}");
        assert!(
            text.contains("db,Database; storage | <b>,589 GB of 1 TB (59 %),0.589,30 GB/month,"),
            "{text}"
        );
    }
}
