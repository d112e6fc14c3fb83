//! Rows of a list as plain values, and how they are filtered, sorted and grouped. One component draws all of them
//! (`console/components/data_table.rs`), so that a list costs its data and no code of its own.

use crate::domain::order::Order as _;
use crate::domain::time::Millis;
use std::cmp::Ordering;

/// How a cell is drawn.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Look {
    #[default]
    Text,
    Number,
    Code,
    /// a state in a word, with its tone
    Chip(&'static str),
    /// an address within the console; the tone colors it
    Link(String, &'static str),
    /// an instant in the chosen zone
    Time(Millis),
}

/// One cell. An empty one is left blank.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cell {
    pub text: String,
    pub look: Look,
    /// a second, quieter line
    pub note: String,
    /// what hovering tells
    pub hint: String,
    /// by what it is sorted; by its text without
    pub rank: Option<f64>,
}

impl Cell {
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    pub fn number(text: impl Into<String>) -> Self {
        Self { look: Look::Number, ..Self::text(text) }
    }

    pub fn code(text: impl Into<String>) -> Self {
        Self { look: Look::Code, ..Self::text(text) }
    }

    pub fn chip(tone: &'static str, word: impl Into<String>) -> Self {
        Self { look: Look::Chip(tone), ..Self::text(word) }
    }

    pub fn link(text: impl Into<String>, href: String, tone: &'static str) -> Self {
        Self { look: Look::Link(href, tone), ..Self::text(text) }
    }

    pub fn time(at: Option<Millis>) -> Self {
        at.map_or_else(Self::default, |at| Self {
            look: Look::Time(at),
            rank: Some(at as f64),
            ..Self::default()
        })
    }

    pub fn noted(self, note: impl Into<String>) -> Self {
        Self { note: note.into(), ..self }
    }

    pub fn hinted(self, hint: impl Into<String>) -> Self {
        Self { hint: hint.into(), ..self }
    }

    pub fn ranked(self, rank: impl Into<Option<f64>>) -> Self {
        Self { rank: rank.into(), ..self }
    }
}

/// A column: the key in the address by which it is sorted (empty where it cannot be), its title, what hovering tells, and
/// whether it holds numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Column {
    pub key: &'static str,
    pub title: &'static str,
    pub hint: &'static str,
    pub is_number: bool,
}

impl Column {
    pub const fn text(key: &'static str, title: &'static str) -> Self {
        Self { key, title, hint: "", is_number: false }
    }

    pub const fn number(key: &'static str, title: &'static str) -> Self {
        Self { key, title, hint: "", is_number: true }
    }

    pub const fn hinted(self, hint: &'static str) -> Self {
        Self { hint, ..self }
    }
}

/// A row; the first cell names it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DataRow {
    /// tells rows apart while they are sorted and filtered, and while their figures change
    pub id: String,
    pub cells: Vec<Cell>,
    /// the group it belongs to, where the list is grouped
    pub group: String,
    /// whether it asks for somebody: counted in the head of its group
    pub is_problem: bool,
}

/// The rows that contain all words of `query`, by the column that `sort` names (with a leading minus in descending order)
/// or else as they came.
///
/// Where a cell has no rank, its text counts; what is blank comes last in either order.
pub fn arranged(rows: Vec<DataRow>, columns: &[Column], query: &str, sort: &str) -> Vec<DataRow> {
    let query = query.to_lowercase();
    let words: Vec<&str> = query.split_whitespace().collect();
    let has = |row: &DataRow, word: &str| {
        let texts = row.cells.iter().map(|c| &c.text).chain([&row.group]);
        texts.into_iter().any(|text| text.to_lowercase().contains(word))
    };
    let mut rows = rows;
    rows.retain(|row| words.iter().all(|word| has(row, word)));
    let (key, is_descending) = sort.strip_prefix('-').map_or((sort, false), |key| (key, true));
    let place = columns.iter().position(|c| !key.is_empty() && c.key == key);
    if let Some(place) = place {
        let blank = Cell::default();
        let cell = |row: &'_ DataRow| row.cells.get(place).cloned().unwrap_or_else(|| blank.clone());
        rows.order_by(|a, b| compared(&cell(a), &cell(b), is_descending));
    }
    rows
}

fn compared(a: &Cell, b: &Cell, is_descending: bool) -> Ordering {
    let is_blank = |c: &Cell| c.rank.is_none() && (c.text.is_empty() || c.text == "–");
    let by_value = match (a.rank, b.rank) {
        (Some(a), Some(b)) => a.total_cmp(&b),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => a.text.to_lowercase().cmp(&b.text.to_lowercase()),
    };
    let by_value = if is_descending { by_value.reverse() } else { by_value };
    is_blank(a).cmp(&is_blank(b)).then(by_value)
}

/// A line of a list: the head of a group, or a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Line {
    /// `Data`, `12 · 1 needs attention`
    Head {
        title: String,
        counts: String,
    },
    Row(DataRow),
}

/// The first `limit` rows; with the heads of their groups where rows have groups. Groups come in the order of their first
/// row, so that the one with the worst problem comes first in a list that is sorted by state.
pub fn lines(rows: Vec<DataRow>, is_grouped: bool, limit: usize) -> Vec<Line> {
    if !is_grouped {
        return rows.into_iter().take(limit).map(Line::Row).collect();
    }
    let mut groups: Vec<(String, Vec<DataRow>)> = Vec::new();
    for row in rows {
        match groups.iter_mut().find(|(title, _)| *title == row.group) {
            Some((_, own)) => own.push(row),
            None => groups.push((row.group.clone(), vec![row])),
        }
    }
    let mut left = limit;
    let mut lines = Vec::new();
    for (title, own) in groups {
        if left == 0 {
            break;
        }
        let n_problems = own.iter().filter(|row| row.is_problem).count();
        let problems = match n_problems {
            0 => String::new(),
            1 => " · 1 needs attention".into(),
            n => format!(" · {n} need attention"),
        };
        let counts = format!("{}{problems}", own.len());
        let title = if title.is_empty() { "Others".into() } else { title };
        lines.push(Line::Head { title, counts });
        lines.extend(own.into_iter().take(left).map(|row| {
            left -= 1;
            Line::Row(row)
        }));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [Column; 2] = [Column::text("name", "Name"), Column::number("cpu", "CPU")];

    fn row(name: &str, cpu: Option<f64>, group: &str) -> DataRow {
        let text = cpu.map_or("–".into(), |c| format!("{c} %"));
        DataRow {
            id: name.into(),
            cells: vec![Cell::text(name), Cell::number(text).ranked(cpu)],
            group: group.into(),
            is_problem: cpu.is_some_and(|c| c > 90.0),
        }
    }

    fn rows() -> Vec<DataRow> {
        vec![row("web", Some(5.0), "Edge"), row("api", None, "Edge"), row("Db", Some(95.0), "Data")]
    }

    fn names(rows: &[DataRow]) -> Vec<&str> {
        rows.iter().map(|r| r.id.as_str()).collect()
    }

    #[test]
    fn lists_are_filtered_and_sorted_and_what_is_not_known_comes_last() {
        let arranged = |query, sort| arranged(rows(), &COLUMNS, query, sort);
        assert_eq!(names(&arranged("", "")), ["web", "api", "Db"]);
        assert_eq!(names(&arranged("", "name")), ["api", "Db", "web"]);
        assert_eq!(names(&arranged("", "cpu")), ["web", "Db", "api"]);
        assert_eq!(names(&arranged("", "-cpu")), ["Db", "web", "api"]);
        assert_eq!(names(&arranged("EDGE w", "nonsense")), ["web"]);
        assert!(arranged("nobody", "").is_empty());
    }

    #[test]
    fn groups_come_in_the_order_of_their_first_row_with_what_needs_attention() {
        let text = |line: &Line| match line {
            Line::Head { title, counts } => format!("[{title} {counts}]"),
            Line::Row(row) => row.id.clone(),
        };
        let of = |limit| {
            let sorted = arranged(rows(), &COLUMNS, "", "-cpu");
            lines(sorted, true, limit).iter().map(text).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(of(9), "[Data 1 · 1 needs attention] Db [Edge 2] web api");
        assert_eq!(of(1), "[Data 1 · 1 needs attention] Db");
        assert_eq!(of(0), "");
        assert_eq!(lines(rows(), false, 2).len(), 2);
    }
}
