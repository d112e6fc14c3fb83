//! A source of current values only: its charts hold what was read since the page was opened.

use fourlights::config::Level;
use fourlights::domain::signal::Signal;
use fourlights::domain::time::Millis;
use fourlights::poll::{Pace, Question, Reply, Span};
use fourlights::sources::Response;
use fourlights::sources::current_json::SYSTEM;

fn at(time: &str, traffic: f64) -> Response {
    let body = format!(
        r#"{{"time": "{time}", "fleet": {{"requests_per_second": 7}}, "services": {{"api": {{"requests_per_second": {traffic}}}}}}}"#
    );
    Response { status: 200, body: body.into(), ..Response::default() }
}

#[test]
fn a_chart_holds_what_was_read_since_the_page_was_opened() {
    let text = r#"{"title": "T", "sources": {"now": {"kind": "json", "url": "http://h/now.json"}},
        "signals": {"web": {"source": "now", "by": "server"}},
        "services": [{"id": "api", "name": "API", "signals": {"web": "api"}}]}"#;
    let config = fourlights::sources::read_config(text).expect("valid");
    let measure = config.signal_sets[0].measure(Signal::Traffic, Level::Service, 0, 0).expect("a signal");
    assert!(config.signal_sets[0].measure(Signal::Uptime, Level::Service, 0, 0).is_none());
    let (source, span, step) = ("now".to_string(), Span::Last(3_600_000), 30_000);
    let question = Question::Range { source, measure, span, step, pace: Pace::Refresh };
    let mut reply: Option<Reply> = None;
    for (i, second) in ["07", "22", "22", "37"].iter().enumerate() {
        let now = 1_795_468_027_000 + i as Millis * 15_000;
        let fetch = question.fetch(&SYSTEM, reply.as_ref(), now).expect("a request");
        let answered = at(&format!("2026-11-23T21:07:{second}Z"), 120.0 + i as f64);
        reply = Some(question.read(&SYSTEM, &answered, fetch.increment, reply).expect("a reply").data);
    }
    let Some(Reply::Frame(frame)) = reply else { panic!("a frame") };
    let [series] = frame.series.as_slice() else { panic!("{frame:?}") };
    assert_eq!(series.labels.get("server"), Some("api"));
    assert_eq!(series.samples().map(|(_, v)| v).collect::<Vec<_>>(), [120.0, 122.0, 123.0]);
}
