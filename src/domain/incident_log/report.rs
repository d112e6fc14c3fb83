//! Incidents over a period, for whoever reports: by month, service and severity, with medians and of how many.

use super::event::Moment;
use super::evidence::budget_text;
use super::facts::{Facts, Standing};
use super::markdown::inline;
use super::metrics::{Length, Median, Metrics, metrics};
use crate::domain::csv;
use crate::domain::severity::Severity;
use crate::domain::time::{MINUTE, Millis};
use crate::domain::zone::{Offsets, rfc3339};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// One report.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    pub from: Millis,
    pub to: Millis,
    pub all: Row,
    pub by_month: Vec<Row>,
    pub by_service: Vec<Row>,
    pub by_severity: Vec<Row>,
    /// what was declared in the period and was no incident, or is part of another one
    pub n_left_out: usize,
}

/// Incidents of one group.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub name: String,
    pub n: usize,
    pub n_open: usize,
    pub detect: Median,
    pub acknowledge: Median,
    pub resolve: Median,
    pub items_open: usize,
    pub items_late: usize,
    pub spent: Spent,
}

/// What incidents took of error budgets, each of the objective that it cost most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    /// the sum, in millionths of a whole budget
    pub millionths: u64,
    /// of how many incidents that was counted
    pub n: usize,
}

impl Spent {
    /// `46 % of the budget (n = 2)`
    pub fn text(&self) -> String {
        match self.n {
            0 => "not known (n = 0)".into(),
            n => format!("{} (n = {n})", budget_text(self.millionths)),
        }
    }
}

/// The report of what was detected from `from` to before `to`. Months are those of `zone`; `service_name` gives ids their
/// names. An incident of two services counts in each of them.
pub fn report(
    all: &[Facts],
    (from, to): (Millis, Millis),
    zone: &Offsets,
    now: Millis,
    service_name: &dyn Fn(&str) -> String,
) -> Report {
    let today: String = rfc3339(now).chars().take(10).collect();
    let inside = |f: &&Facts| f.at(Moment::Detected).is_some_and(|at| from <= at && at < to);
    let (counted, left_out): (Vec<&Facts>, Vec<&Facts>) =
        all.iter().filter(inside).partition(|f| f.standing == Standing::Incident);
    let mut months: BTreeMap<String, Vec<&Facts>> = BTreeMap::new();
    let mut services: BTreeMap<String, Vec<&Facts>> = BTreeMap::new();
    let mut severities: BTreeMap<(u8, &str), Vec<&Facts>> = BTreeMap::new();
    for facts in &counted {
        let civil = zone.civil(facts.at(Moment::Detected).unwrap_or(from));
        months.entry(format!("{:04}-{:02}", civil.year, civil.month)).or_default().push(facts);
        for service in &facts.services {
            services.entry(service_name(service)).or_default().push(facts);
        }
        if facts.services.is_empty() {
            services.entry("no service named".into()).or_default().push(facts);
        }
        // An open one counts as what time has made of it.
        let severity = facts.severity_at(now);
        let name = severity.map_or("not assessed", Severity::title);
        severities.entry((Severity::rank(severity), name)).or_default().push(facts);
    }
    let rows = |groups: BTreeMap<String, Vec<&Facts>>| {
        groups.into_iter().map(|(name, own)| row(name, &own, &today)).collect::<Vec<_>>()
    };
    Report {
        from,
        to,
        all: row("all".into(), &counted, &today),
        by_month: rows(months),
        by_service: rows(services),
        by_severity: severities.into_iter().map(|((_, n), own)| row(n.into(), &own, &today)).collect(),
        n_left_out: left_out.len(),
    }
}

fn row(name: String, own: &[&Facts], today: &str) -> Row {
    let times: Vec<Metrics> = own.iter().map(|f| metrics(f)).collect();
    let median = |of: fn(&Metrics) -> Length| Median::of(times.iter().map(of));
    let (items_open, items_late) = own.iter().fold((0, 0), |(open, late), facts| {
        let (more_open, more_late) = facts.open_items(today);
        (open + more_open, late + more_late)
    });
    Row {
        name,
        n: own.len(),
        n_open: own.iter().filter(|f| f.is_open()).count(),
        detect: median(|m| m.detect),
        acknowledge: median(|m| m.acknowledge),
        resolve: median(|m| m.resolve),
        items_open,
        items_late,
        spent: own.iter().filter_map(|f| f.worst_spent()).fold(Spent::default(), |sum, more| Spent {
            millionths: sum.millionths.saturating_add(more),
            n: sum.n + 1,
        }),
    }
}

impl Report {
    /// The groups by their names.
    pub fn groups(&self) -> [(&'static str, &[Row]); 4] {
        [
            ("total", std::slice::from_ref(&self.all)),
            ("month", &self.by_month),
            ("service", &self.by_service),
            ("severity", &self.by_severity),
        ]
    }

    pub fn markdown(&self, title: &str) -> String {
        let mut out = format!(
            "# {}: incidents\n\nDetected from {} to {}. Medians, with the number of incidents whose times are known; error budget is the sum of what each took of the objective that it cost most.\n",
            inline(title),
            rfc3339(self.from),
            rfc3339(self.to)
        );
        for (group, rows) in self.groups() {
            out.push_str(&format!(
                "\n## By {group}\n\n| {group} | incidents | open | time to detect | time to acknowledge | time to resolve | error budget | actions open | late |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n"
            ));
            for row in rows {
                out.push_str(&format!(
                    "| {} | {} | {} | {} | {} | {} | {} | {} | {} |\n",
                    inline(&row.name),
                    row.n,
                    row.n_open,
                    row.detect.text(),
                    row.acknowledge.text(),
                    row.resolve.text(),
                    row.spent.text(),
                    row.items_open,
                    row.items_late
                ));
            }
        }
        let out = out.replace("## By total", "## Total");
        if self.n_left_out == 0 {
            return out;
        }
        format!("{out}\nNot counted: {} that were no incident or are part of another one.\n", self.n_left_out)
    }

    /// RFC 4180; times in minutes, empty where they are not known.
    pub fn csv(&self) -> String {
        let mut out = csv::line([
            "group",
            "name",
            "incidents",
            "open",
            "detect_median_minutes",
            "detect_n",
            "acknowledge_median_minutes",
            "acknowledge_n",
            "resolve_median_minutes",
            "resolve_n",
            "budget_percent",
            "budget_n",
            "actions_open",
            "actions_late",
        ]);
        for (group, rows) in self.groups() {
            for row in rows {
                let mut fields =
                    vec![group.to_string(), row.name.clone(), row.n.to_string(), row.n_open.to_string()];
                for median in [row.detect, row.acknowledge, row.resolve] {
                    let minutes = |value: Millis| (value as f64 / MINUTE as f64).to_string();
                    fields.extend([median.value.map(minutes).unwrap_or_default(), median.n.to_string()]);
                }
                let percent = (row.spent.n > 0).then(|| (row.spent.millionths as f64 / 10_000.0).to_string());
                fields.extend([percent.unwrap_or_default(), row.spent.n.to_string()]);
                fields.extend([row.items_open.to_string(), row.items_late.to_string()]);
                out.push_str(&csv::line(fields));
            }
        }
        out
    }

    /// Times in milliseconds, `null` where they are not known.
    pub fn json(&self) -> Value {
        let median = |m: &Median| json!({"median_ms": m.value, "n": m.n});
        let row = |r: &Row| {
            json!({
                "name": r.name, "incidents": r.n, "open": r.n_open, "time_to_detect": median(&r.detect),
                "time_to_acknowledge": median(&r.acknowledge), "time_to_resolve": median(&r.resolve),
                "budget_millionths": r.spent.millionths, "budget_n": r.spent.n, "actions_open": r.items_open, "actions_late": r.items_late,
            })
        };
        let rows = |rows: &[Row]| Value::Array(rows.iter().map(row).collect());
        json!({
            "from": rfc3339(self.from), "to": rfc3339(self.to), "total": row(&self.all), "not_counted": self.n_left_out,
            "by_month": rows(&self.by_month), "by_service": rows(&self.by_service), "by_severity": rows(&self.by_severity),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::event::Event;
    use super::super::fold::Incident;
    use super::super::log::Log;
    use super::super::tests::{at, reached, severity};
    use super::*;
    use crate::domain::time::HOUR;

    #[test]
    fn a_report_counts_by_month_service_and_severity() {
        let berlin = Offsets::asking("east", |_| HOUR);
        let one = |id: &str, from: i64, entries: Vec<(i64, Event)>| {
            let mut log = Log::new(id);
            log.append("d", "Mia", at(from), Event::Declared { title: id.into() }.into());
            for (i, (minutes, event)) in entries.into_iter().enumerate() {
                log.append(&format!("{i}"), "Mia", at(from + minutes), event.into());
            }
            Incident::of(&log).facts
        };
        let service = |s: &str| (0, Event::Service { service: s.into(), affected: true });
        // 03:00 on 1 December is 27 hours after midnight; a month begins an hour earlier in the east.
        let november = -(3 * 60 + 90);
        let all = [
            one(
                "a",
                november,
                vec![service("api"), (0, severity(Severity::Sev3)), (10, reached(Moment::Resolved))],
            ),
            one(
                "b",
                -(3 * 60 + 30),
                vec![
                    service("api"),
                    service("web"),
                    (0, severity(Severity::Sev2)),
                    (20, reached(Moment::Resolved)),
                ],
            ),
            one("c", 0, vec![(0, severity(Severity::Sev2)), (5, reached(Moment::Acknowledged))]),
            one("d", 1, vec![(0, Event::Dismissed { reason: String::new() })]),
            one("e", -99_999, vec![]),
        ];
        let report = report(&all, (at(-9999), at(9999)), &berlin, at(60), &|s| s.to_uppercase());
        let names = |rows: &[Row]| rows.iter().map(|r| (r.name.clone(), r.n)).collect::<Vec<_>>();
        assert_eq!(names(&report.by_month), [("2026-11".to_string(), 1), ("2026-12".to_string(), 2)]);
        assert_eq!(
            names(&report.by_service),
            [("API".to_string(), 2), ("WEB".to_string(), 1), ("no service named".to_string(), 1)]
        );
        // c was not resolved in thirty minutes.
        assert_eq!(
            names(&report.by_severity),
            [("SEV-1".to_string(), 1), ("SEV-2".to_string(), 1), ("SEV-3".to_string(), 1)]
        );
        assert_eq!((report.all.n, report.all.n_open, report.n_left_out), (3, 1, 1));
        assert_eq!(report.all.resolve, Median { value: Some(15 * MINUTE), n: 2 });
        assert_eq!(report.all.acknowledge, Median { value: Some(5 * MINUTE), n: 1 });
        let text = report.markdown("Acme");
        assert!(
            text.contains("| 2026-12 | 2 | 1 | not known (n = 0) | 5 min (n = 1) | 20 min (n = 1) | not known (n = 0) | 0 | 0 |"),
            "{text}"
        );
        assert!(report.csv().contains("total,all,3,1,,0,5,1,15,2,,0,0,0\r\n"), "{}", report.csv());
        assert_eq!(report.json()["by_service"][0]["name"], "API");
    }
}
