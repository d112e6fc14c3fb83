//! From tokens to a tree, by precedence climbing.

use super::lex::{Kind, Token, tokens};
use super::{Expr, Place, RangeOf, Selector};

const AGGREGATIONS: [&str; 14] = [
    "sum",
    "avg",
    "min",
    "max",
    "count",
    "group",
    "stddev",
    "stdvar",
    "topk",
    "bottomk",
    "quantile",
    "count_values",
    "limitk",
    "limit_ratio",
];

/// Deeper nesting is nobody's query, and the reader calls itself.
const DEEPEST: usize = 100;

/// Reads a query without comments, or says why it is no PromQL.
pub fn parse(text: &str) -> Result<Expr, String> {
    if text.trim().is_empty() {
        return Err("the query is empty".into());
    }
    let mut parser = Parser { text, tokens: tokens(text)?, next: 0, depth: 0 };
    let whole = parser.expression(0)?;
    match parser.tokens.get(parser.next) {
        None => Ok(whole),
        Some(_) => Err(parser.unexpected("the end of the query")),
    }
}

struct Parser<'t> {
    text: &'t str,
    tokens: Vec<Token>,
    next: usize,
    depth: usize,
}

/// How tight an operator binds, and whether `a op b op c` is `a op (b op c)`.
fn precedence(operator: &str) -> Option<(u8, bool)> {
    Some(match operator {
        "or" => (1, false),
        "and" | "unless" => (2, false),
        "==" | "!=" | "<=" | ">=" | "<" | ">" => (3, false),
        "+" | "-" => (4, false),
        "*" | "/" | "%" | "atan2" => (5, false),
        "^" => (7, true),
        _ => return None,
    })
}

/// A minus before a term binds less than `^` and more than `*`.
const UNARY: u8 = 6;

impl<'t> Parser<'t> {
    fn peek(&self) -> Option<&'t str> {
        self.text.get(self.tokens.get(self.next)?.at.clone())
    }

    fn kind(&self) -> Option<Kind> {
        self.tokens.get(self.next).map(|t| t.kind)
    }

    /// Takes the next token if it is this word or sign; words are read without regard to case.
    fn take(&mut self, what: &str) -> bool {
        let found = matches!(self.kind(), Some(Kind::Word | Kind::Sign))
            && self.peek().is_some_and(|t| t.eq_ignore_ascii_case(what));
        self.next += usize::from(found);
        found
    }

    fn expect(&mut self, what: &str) -> Result<(), String> {
        if self.take(what) { Ok(()) } else { Err(self.unexpected(what)) }
    }

    fn advance(&mut self) -> Place {
        let at = self.tokens.get(self.next).map_or(self.text.len()..self.text.len(), |t| t.at.clone());
        self.next += 1;
        at
    }

    /// Where what was read so far ends.
    fn end(&self) -> usize {
        self.next.checked_sub(1).and_then(|i| self.tokens.get(i)).map_or(0, |t| t.at.end)
    }

    fn unexpected(&self, expected: &str) -> String {
        match self.peek() {
            Some(found) => format!("{found:?} where {expected} was expected"),
            None => format!("it ends where {expected} was expected"),
        }
    }

    fn expression(&mut self, least: u8) -> Result<Expr, String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(format!("it is nested more than {DEEPEST} deep"));
        }
        let mut left = self.unary()?;
        while let Some(operator) = self.operator() {
            let Some((tightness, rightwards)) = precedence(&operator).filter(|(t, _)| *t >= least) else {
                break;
            };
            self.next += 1;
            self.matching()?;
            let right = self.expression(if rightwards { tightness } else { tightness + 1 })?;
            left = Expr::Binary { operator, left: Box::new(left), right: Box::new(right) };
        }
        self.depth -= 1;
        Ok(left)
    }

    fn operator(&self) -> Option<String> {
        match self.kind()? {
            Kind::Sign | Kind::Word => self.peek().map(str::to_ascii_lowercase),
            _ => None,
        }
    }

    /// `bool`, `on (a)`, `ignoring (a)`, `group_left (a)`, between an operator and its right side
    fn matching(&mut self) -> Result<(), String> {
        loop {
            if self.take("bool") {
                continue;
            }
            if self.take("on") || self.take("ignoring") {
                self.labels()?;
            } else if self.take("group_left") || self.take("group_right") {
                if self.peek() == Some("(") && self.is_list_of_labels() {
                    self.labels()?;
                }
            } else {
                return Ok(());
            }
        }
    }

    /// Whether the parenthesis ahead holds labels and not the right side of the operator:
    /// `group_left (a, b) x` and `group_left (x{a="b"})` both begin alike.
    fn is_list_of_labels(&self) -> bool {
        let mut i = self.next + 1;
        let text = |i: usize| self.tokens.get(i).and_then(|t| self.text.get(t.at.clone()));
        while let Some(token) = text(i) {
            i += 1;
            match token {
                ")" => return text(i).is_some_and(|t| precedence(t).is_none() && t != ")" && t != ","),
                "," => {}
                _ if self.tokens.get(i - 1).is_some_and(|t| matches!(t.kind, Kind::Word | Kind::Text)) => {}
                _ => return false,
            }
        }
        false
    }

    fn labels(&mut self) -> Result<(), String> {
        self.expect("(")?;
        while !self.take(")") {
            if !matches!(self.kind(), Some(Kind::Word | Kind::Text)) {
                return Err(self.unexpected("a label"));
            }
            self.next += 1;
            if !self.take(",") && self.peek() != Some(")") {
                return Err(self.unexpected(")"));
            }
        }
        Ok(())
    }

    fn unary(&mut self) -> Result<Expr, String> {
        if self.take("-") || self.take("+") {
            return Ok(Expr::Unary(Box::new(self.expression(UNARY)?)));
        }
        let term = self.term()?;
        self.modified(term)
    }

    fn term(&mut self) -> Result<Expr, String> {
        match (self.kind(), self.peek()) {
            (Some(Kind::Number), Some(text)) => {
                self.next += 1;
                number(text).map(Expr::Number).ok_or_else(|| format!("{text:?} is no number"))
            }
            (Some(Kind::Text), _) => {
                self.next += 1;
                Ok(Expr::Text)
            }
            (Some(Kind::Sign), Some("(")) => {
                self.next += 1;
                let inner = self.expression(0)?;
                self.expect(")")?;
                Ok(Expr::Paren(Box::new(inner)))
            }
            (Some(Kind::Sign), Some("{")) => self.selector(String::new()),
            (Some(Kind::Word), Some(word)) => self.named(word),
            _ => Err(self.unexpected("an expression")),
        }
    }

    /// What begins with a word: an aggregation, a function, a number in words, or a selector.
    fn named(&mut self, word: &str) -> Result<Expr, String> {
        let after = self.tokens.get(self.next + 1).and_then(|t| self.text.get(t.at.clone()));
        let lower = word.to_ascii_lowercase();
        let grouping = |t: &str| t.eq_ignore_ascii_case("by") || t.eq_ignore_ascii_case("without");
        if AGGREGATIONS.contains(&lower.as_str()) && after.is_some_and(|t| t == "(" || grouping(t)) {
            self.next += 1;
            return self.aggregation(lower);
        }
        if after == Some("(") {
            let at = self.advance();
            let arguments = self.arguments()?;
            return Ok(Expr::Call { name: lower, at, arguments });
        }
        if matches!(lower.as_str(), "inf" | "nan") && after != Some("{") {
            self.next += 1;
            return Ok(Expr::Number(f64::NAN));
        }
        self.selector(word.to_string())
    }

    fn aggregation(&mut self, name: String) -> Result<Expr, String> {
        let mut grouped = self.grouping()?;
        let arguments = self.arguments()?;
        grouped |= self.grouping()?;
        Ok(Expr::Aggregation { name, grouped, arguments })
    }

    /// `by (a)`, `without (a)`; whether any label may be left by it
    fn grouping(&mut self) -> Result<bool, String> {
        let by = self.take("by");
        if !by && !self.take("without") {
            return Ok(false);
        }
        let before = self.next;
        self.labels()?;
        // `by ()` leaves none.
        Ok(!(by && self.next == before + 2))
    }

    fn arguments(&mut self) -> Result<Vec<Expr>, String> {
        self.expect("(")?;
        let mut all = Vec::new();
        while !self.take(")") {
            all.push(self.expression(0)?);
            if !self.take(",") && self.peek() != Some(")") {
                return Err(self.unexpected(")"));
            }
        }
        Ok(all)
    }

    fn selector(&mut self, name: String) -> Result<Expr, String> {
        let start = self.tokens.get(self.next).map_or(0, |t| t.at.start);
        if !name.is_empty() {
            self.next += 1;
        }
        let mut own = String::new();
        if self.take("{") {
            while !self.take("}") {
                own = self.matcher()?.unwrap_or(own);
                if !self.take(",") && self.peek() != Some("}") {
                    return Err(self.unexpected("}"));
                }
            }
        }
        let end = self.end();
        let name = if name.is_empty() { own } else { name };
        Ok(Expr::Selector(Selector { name, at: start..end, end, range: None, is_fixed: false }))
    }

    /// A matcher of a label; the metric's name where it is given among them: `{"my.metric"}`.
    fn matcher(&mut self) -> Result<Option<String>, String> {
        let (kind, name) = (self.kind(), self.peek().unwrap_or_default());
        if !matches!(kind, Some(Kind::Word | Kind::Text)) {
            return Err(self.unexpected("a label"));
        }
        self.next += 1;
        if !["=", "!=", "=~", "!~"].iter().any(|operator| self.take(operator)) {
            return match kind {
                Some(Kind::Text) => Ok(Some(unquoted(name).to_string())),
                _ => Err(self.unexpected("= or =~")),
            };
        }
        let value = self.peek().filter(|_| self.kind() == Some(Kind::Text));
        let Some(value) = value else { return Err(self.unexpected("a text in quotes")) };
        if let Some(found) = placeholder_in(value) {
            return Err(format!("the placeholder {found} is filled in by nobody"));
        }
        self.next += 1;
        Ok((unquoted(name) == "__name__").then(|| unquoted(value).to_string()))
    }

    /// What may stand behind a term: a range, an offset, a fixed moment.
    fn modified(&mut self, term: Expr) -> Result<Expr, String> {
        let mut term = term;
        loop {
            if self.kind() == Some(Kind::Brackets) {
                let at = self.advance();
                let inner = at.start + 1..at.end - 1;
                term = ranged(term, inner.clone(), self.text.get(inner).unwrap_or_default())?;
            } else if self.take("offset") {
                let sign = self.take("-") || self.take("+");
                if self.kind() != Some(Kind::Number) {
                    return Err(self.unexpected(if sign { "a duration" } else { "a duration or a -" }));
                }
                self.next += 1;
            } else if self.take("@") {
                if self.take("start") || self.take("end") {
                    self.expect("(")?;
                    self.expect(")")?;
                } else if self.kind() == Some(Kind::Number) || self.take("-") {
                    self.next += 1;
                } else {
                    return Err(self.unexpected("a time"));
                }
                if let Expr::Selector(selector) = &mut term {
                    selector.is_fixed = true;
                }
            } else {
                return Ok(term);
            }
            let end = self.end();
            if let Expr::Selector(selector) = &mut term {
                selector.end = end;
            }
        }
    }
}

fn ranged(term: Expr, at: Place, inner: &str) -> Result<Expr, String> {
    let typed = inner.trim();
    let known = if is_placeholder(typed) { Some(None) } else { duration(typed).map(Some) };
    match (term, known) {
        (Expr::Selector(selector), Some(duration)) if selector.range.is_none() => {
            Ok(Expr::Selector(Selector { range: Some(RangeOf { at, duration }), ..selector }))
        }
        (term, None) => match typed.split_once(':') {
            Some((length, step)) if duration(length.trim()).is_some() => {
                let step = step.trim();
                if step.is_empty() || duration(step).is_some() {
                    return Ok(Expr::Subquery(Box::new(term)));
                }
                Err(format!("[{typed}] is no range"))
            }
            _ => Err(format!("[{typed}] is no range")),
        },
        (..) => Err(format!("[{typed}] behind what is no selector")),
    }
}

/// `{{ .window }}` in any spelling, `$window`, `${__range}`, `[[window]]`, `%window%`, `<window>`
fn is_placeholder(typed: &str) -> bool {
    let between = |open: &str, close: &str| typed.strip_prefix(open).and_then(|t| t.strip_suffix(close));
    let word = |t: &str| !t.is_empty() && t.chars().all(|c| c.is_alphanumeric() || "_.:-".contains(c));
    between("{{", "}}").is_some_and(|t| !t.contains("{{"))
        || between("${", "}").is_some_and(word)
        || between("[[", "]]").is_some_and(word)
        || between("%", "%").is_some_and(word)
        || between("<", ">").is_some_and(word)
        || typed.strip_prefix('$').is_some_and(word)
}

/// A duration as PromQL takes it; bare seconds are one since Prometheus 3.
fn duration(typed: &str) -> Option<String> {
    let mut rest = typed;
    if rest.is_empty() {
        return None;
    }
    if rest.parse::<f64>().is_ok_and(|s| s > 0.0 && s.is_finite()) {
        return Some(typed.into());
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).filter(|n| *n > 0)?;
        rest = rest.get(digits..)?;
        let unit = ["ms", "s", "m", "h", "d", "w", "y"].into_iter().find(|u| rest.starts_with(u))?;
        rest = rest.get(unit.len()..)?;
    }
    Some(typed.into())
}

fn number(text: &str) -> Option<f64> {
    let plain = text.replace('_', "");
    let hex = plain.strip_prefix("0x").or_else(|| plain.strip_prefix("0X"));
    match hex {
        Some(digits) => i64::from_str_radix(digits, 16).ok().map(|n| n as f64),
        None => plain.parse().ok().or_else(|| duration(text).map(|_| f64::NAN)),
    }
}

fn unquoted(text: &str) -> &str {
    text.trim_matches(['"', '\'', '`'])
}

/// A placeholder in a label's value: `{{ .service }}`, `${env}`, `$env`, `[[env]]`. A `$` at the end of
/// a pattern is none, and neither is `[[:alpha:]]`.
fn placeholder_in(value: &str) -> Option<&str> {
    let cut = |from: usize, close: &str| {
        let rest = value.get(from..)?;
        let end = rest.find(close).map_or(rest.len(), |i| i + close.len());
        rest.get(..end)
    };
    if let Some(at) = value.find("{{") {
        return cut(at, "}}");
    }
    for (at, _) in value.match_indices('$') {
        let after = value.get(at + 1..).unwrap_or_default();
        if after.starts_with('{') {
            return cut(at, "}");
        }
        if after.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
            let end = after.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(after.len());
            return value.get(at..at + 1 + end);
        }
    }
    let at = value.find("[[")?;
    let inner = value.get(at + 2..)?.split_once("]]")?.0;
    let is_word = !inner.is_empty() && inner.chars().all(|c| c.is_alphanumeric() || c == '_');
    is_word.then(|| cut(at, "]]")).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_of_all_forms_are_read() {
        for query in [
            "up",
            "sum(rate(http_requests_total{code=~\"5..$\", job!='x'}[5m])) by (job)",
            "sum without (pod) (x) / on (job) group_left (team) y",
            "a * on (instance) group_left (version) (build_info)",
            "a * on (instance) group_left (b{c=\"d\"})",
            "-a ^ 2 + 1e-3 * 0x1F == bool 4",
            "max_over_time(rate(x[1m] offset -5m)[1h:5m] @ end())",
            "{\"my.metric\", \"service.name\"=\"x\"}[1h30m]",
            "label_replace(x, \"a\", \"${1}xx\", \"b\", `(.)\\.`)",
            "histogram_quantile(0.9, sum by (le, \"a.b\") (rate(x_bucket[$__rate_interval])))",
            "sum(x[{{ .window }}]) or vector(0) unless on () y",
            "job:x:rate5m offset 1w",
            "x[300]",
            "sum by () (x)",
            "count_values(\"v\", x)",
            "Inf",
            "sum_total",
            "by",
        ] {
            if let Err(error) = parse(query) {
                panic!("{query}: {error}");
            }
        }
    }

    #[test]
    fn what_is_no_promql_is_told() {
        for (query, expected) in [
            ("sum:hits{status:200}.as_count()", "'.' is no part"),
            ("sum:hits{status:200}", "= or =~"),
            ("SELECT value FROM metrics", "value"),
            ("sum(x", "it ends"),
            ("x{{ .labels }}", "{{ .labels }}"),
            ("x{job=\"{{ .service }}\"}", "{{ .service }}"),
            ("x{job=\"$job\"}", "$job"),
            ("x{job=~\"${env}-.*\"}", "${env}"),
            ("rate(x[{{ .window ]))", "[{{ .window] is no range"),
            ("rate(x[bad])", "[bad]"),
            ("x offset $o", "$o"),
            ("", "empty"),
        ] {
            let error = parse(query).expect_err(query);
            assert!(error.contains(expected), "{query}: {error}");
        }
        assert!(parse(&"(".repeat(5_000)).is_err());
    }

    #[test]
    fn placeholders_of_other_tools_are_known_in_a_range() {
        for range in [
            "{{.window}}",
            "{{ .window }}",
            "{{- .window -}}",
            "{{ $window }}",
            "{{window}}",
            "$window",
            "$__rate_interval",
            "${__range}",
            "${__interval:raw}",
            "[[window]]",
            " {{ .Window }} ",
            "%window%",
        ] {
            let Ok(Expr::Selector(selector)) = parse(&format!("x[{range}]")) else { panic!("{range}") };
            assert_eq!(selector.range.expect(range).duration, None, "{range}");
        }
    }

    #[test]
    fn comments_go_and_quoted_signs_stay() {
        use crate::import::openslo::promql::without_comments;
        assert_eq!(without_comments("sum(x) # all\n  / y # end"), "sum(x) \n  / y");
        assert_eq!(without_comments("x{a=\"#b\", c=`\\`} #d"), "x{a=\"#b\", c=`\\`}");
    }
}
