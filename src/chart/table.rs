//! A chart as rows: for reading, for copying, for spreadsheets.

use super::model::Chart;
use crate::domain::csv;
use crate::domain::order::Order as _;
use crate::domain::time::Millis;
use crate::domain::zone::rfc3339;

/// Rows by time, a column for each trace.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    pub names: Vec<String>,
    pub rows: Vec<(Millis, Vec<Option<f64>>)>,
}

/// Every sample of the range; a trace without a sample at an instant has no value in its row.
pub fn table(chart: &Chart) -> Table {
    let mut instants: Vec<Millis> =
        chart.traces.iter().flat_map(|t| t.series.samples_in(chart.start, chart.end).map(|s| s.0)).collect();
    instants.sort_unstable();
    instants.dedup();
    let mut rows: Vec<(Millis, Vec<Option<f64>>)> =
        instants.iter().map(|t| (*t, Vec::with_capacity(chart.traces.len()))).collect();
    for trace in &chart.traces {
        let mut samples = trace.series.samples_in(chart.start, chart.end).peekable();
        for (t, row) in &mut rows {
            row.push(samples.next_if(|(at, _)| at == t).map(|(_, v)| v).filter(|v| v.is_finite()));
        }
    }
    Table { names: chart.traces.iter().map(|t| t.name.clone()).collect(), rows }
}

impl Table {
    /// At most `most` rows, evenly chosen, the last always among them.
    pub fn thinned(&self, most: usize) -> Self {
        let every = self.rows.len().div_ceil(most.max(1)).max(1);
        let last = self.rows.len().saturating_sub(1);
        let chosen = self.rows.iter().enumerate().filter(|(i, _)| (last - i).is_multiple_of(every));
        Self { names: self.names.clone(), rows: chosen.map(|(_, r)| r.clone()).collect() }
    }

    /// Sorts by time (`None`) or by a column; rows without a value come last either way.
    pub fn sort(&mut self, by: Option<usize>, descending: bool) {
        self.rows.order_by(|(t, a), (u, b)| {
            let order = match by {
                None => t.cmp(u),
                Some(i) => match (a.get(i).copied().flatten(), b.get(i).copied().flatten()) {
                    (Some(x), Some(y)) => x.total_cmp(&y),
                    (Some(_), None) => return std::cmp::Ordering::Less,
                    (None, Some(_)) => return std::cmp::Ordering::Greater,
                    (None, None) => t.cmp(u),
                },
            };
            if descending { order.reverse() } else { order }
        });
    }

    /// Comma-separated values as RFC 4180 has them; times in UTC, numbers in full.
    pub fn csv(&self) -> String {
        let head = ["time"].into_iter().chain(self.names.iter().map(String::as_str));
        let mut out = csv::line(head);
        for (t, values) in &self.rows {
            let values = values.iter().map(|v| v.map(|v| v.to_string()).unwrap_or_default());
            out.push_str(&csv::line([rfc3339(*t)].into_iter().chain(values)));
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::model::Style;
    use crate::chart::model::tests::{chart, trace};

    fn sample() -> Table {
        table(&chart(
            vec![trace("=a,\"b\"", Style::Line, &[1.0, 2.5]), trace("c", Style::Line, &[3.0, f64::NAN, 5.0])],
            None,
        ))
    }

    #[test]
    fn rows_join_the_traces_by_time() {
        assert_eq!(
            sample().rows,
            [(0, vec![Some(1.0), Some(3.0)]), (1_000, vec![Some(2.5), None]), (2_000, vec![None, Some(5.0)])]
        );
    }

    #[test]
    fn csv_is_quoted_and_complete() {
        assert_eq!(
            sample().csv(),
            "time,\"'=a,\"\"b\"\"\",c\r\n1970-01-01T00:00:00Z,1,3\r\n1970-01-01T00:00:01Z,2.5,\r\n\
             1970-01-01T00:00:02Z,,5\r\n"
        );
    }

    #[test]
    fn sorting_and_thinning() {
        let mut t = sample();
        t.sort(Some(1), true);
        assert_eq!(t.rows.iter().map(|r| r.0).collect::<Vec<_>>(), [2_000, 0, 1_000]);
        t.sort(None, false);
        assert_eq!(t.thinned(2).rows.iter().map(|r| r.0).collect::<Vec<_>>(), [0, 2_000]);
        assert_eq!(Table { names: vec![], rows: vec![] }.thinned(0).rows.len(), 0);
    }
}
