//! Series as lines of text: an id, then its values, separated by commas.

use super::terminal::complain;
use std::process::ExitCode;

/// A line: its id and values. `NaN` or an empty place between others is a gap.
pub struct Row {
    pub id: String,
    pub values: Vec<f64>,
}

/// Reads a file; what is wrong with it is said with its line and place.
pub fn read(file: &str) -> Result<Vec<Row>, ExitCode> {
    let fail = |what: String| {
        complain(&format!("{file}: {what}\n"));
        ExitCode::FAILURE
    };
    let text = std::fs::read_to_string(file).map_err(|error| fail(error.to_string()))?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let rows: Result<Vec<Row>, String> = lines.map(|(i, line)| row(i + 1, line)).collect();
    match rows {
        Ok(rows) if rows.is_empty() => {
            Err(fail("holds no series; expected lines of id,value,value,...".into()))
        }
        Ok(rows) => Ok(rows),
        Err(what) => Err(fail(what)),
    }
}

fn row(line: usize, text: &str) -> Result<Row, String> {
    let mut fields = text.trim_end().trim_end_matches(',').split(',').map(|f| f.trim().trim_matches('"'));
    let id = fields.next().unwrap_or_default().to_string();
    let value = |(i, field): (usize, &str)| match field {
        "" | "NaN" | "NA" => Ok(f64::NAN),
        field => field.parse::<f64>().map_err(|_| {
            format!("line {line}, place {}: found {field:?}, expected a number, e.g. 12.5", i + 2)
        }),
    };
    let values = fields.enumerate().map(value).collect::<Result<Vec<f64>, String>>()?;
    if id.is_empty() || values.is_empty() {
        return Err(format!("line {line}: expected id,value,value,..., e.g. disk,1.5,1.6,1.8"));
    }
    Ok(Row { id, values })
}
