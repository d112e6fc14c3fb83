//! The demo's incidents are files as anybody's, true to its signals; what the console makes of them is the example in docs/.

use fourlights::config::Config;
use fourlights::demo::Demo;
use fourlights::domain::incident_log::review::{Charts, checklist, draft, figures};
use fourlights::domain::incident_log::timeline::timeline;
use fourlights::domain::incident_log::{Event, Facts, Incident, Log, ReviewStage, file};
use fourlights::domain::series::{Frame, Series};
use fourlights::domain::time::{HOUR, MINUTE, Millis};
use fourlights::model::{
    EvidenceAsk, affected_slos, budget_question, budget_spent, deploys_asks, deploys_before, evidence_asks,
    impact_estimate,
};
use fourlights::poll::Question;
use fourlights::sources::{Request, prometheus};
use std::path::Path;

/// Openings at many hours of the day and days of the week.
fn openings() -> impl Iterator<Item = Demo> {
    (0..24).map(|i| Demo::new(4, 1_795_468_027_000 + i * (7 * HOUR + 17 * MINUTE)))
}

fn config() -> Config {
    fourlights::sources::read_config(include_str!("../../public/fourlights.json")).expect("valid")
}

fn body(demo: &Demo, path: &str) -> String {
    String::from_utf8(demo.answer(&Request::get(path), demo.anchor).body).unwrap()
}

fn logs(demo: &Demo) -> Vec<Log> {
    let files: Vec<String> = serde_json::from_str(&body(demo, "/incident-files")).unwrap();
    files.iter().map(|text| file::read(text).unwrap()).collect()
}

fn one(demo: &Demo, id: &str) -> Log {
    logs(demo).into_iter().find(|log| log.id() == id).unwrap()
}

/// What the demo answers to a question about series.
fn ask(demo: &Demo, question: &Question) -> Frame {
    let fetch = question.fetch(&prometheus::SYSTEM, None, demo.anchor).unwrap();
    let query = fetch.parts.iter().map(|p| p.query.as_str()).collect::<Vec<_>>().join("\nor\n");
    let request =
        if fetch.parts.is_empty() { fetch.request } else { prometheus::instant(&query, demo.anchor) };
    prometheus::read_frame(&demo.answer(&request, demo.anchor)).unwrap().data
}

#[test]
fn one_is_under_way_one_in_review_and_others_are_over_whenever_it_is_opened() {
    for demo in openings() {
        let logs = logs(&demo);
        let facts: Vec<Facts> = logs.iter().map(|log| Incident::of(log).facts).collect();
        let open: Vec<&str> = facts.iter().filter(|f| f.is_open()).map(|f| f.id.as_str()).collect();
        assert_eq!(open, ["demo-slow-api"], "{}", demo.anchor);
        assert_eq!(body(&demo, "/incident-files/open"), "demo-slow-api\n");
        let n = |stage| facts.iter().filter(|f| f.review_stage() == Some(stage)).count();
        let stages = ReviewStage::ALL.map(n);
        assert!(stages.iter().all(|n| *n > 0), "{stages:?} at {}", demo.anchor);
        for log in &logs {
            let future = log.entries().filter(|e| e.recorded_at > demo.anchor || e.happened_at > demo.anchor);
            assert_eq!(future.count(), 0, "{} at {}", log.id(), demo.anchor);
            assert!(log.entries().all(|e| e.event().is_some()), "{} has what cannot be read", log.id());
            assert!(file::write(log).len() < 100_000, "{}", file::write(log).len());
        }
    }
}

/// The public page of the demo tells of the same troubles.
#[test]
fn what_is_under_way_is_on_the_public_page_too() {
    use fourlights::sources::statuspage;
    for demo in openings() {
        let answer = demo.answer(&statuspage::incidents(), demo.anchor);
        let notices = statuspage::read_open_incidents(&answer, "page").unwrap().data;
        let log = one(&demo, "demo-slow-api");
        let facts = Incident::of(&log).facts;
        assert_eq!((notices.len(), notices[0].title.as_str()), (1, facts.title.as_str()));
        assert_eq!(facts.state(), "Monitoring");
    }
}

fn charts(demo: &Demo, config: &Config, facts: &Facts) -> Vec<(EvidenceAsk, Series)> {
    let asks = evidence_asks(config, facts, demo.anchor);
    let one = |ask: EvidenceAsk| {
        let series = ask.series(&ask_frame(demo, &ask))?;
        Some((ask, series))
    };
    asks.into_iter().filter_map(one).collect()
}

fn ask_frame(demo: &Demo, asked: &EvidenceAsk) -> Frame {
    ask(demo, &asked.question)
}

#[test]
fn what_the_log_says_of_impact_deploys_and_budget_is_what_the_sources_say() {
    let config = config();
    for demo in openings().step_by(5) {
        let log = one(&demo, "demo-api-down");
        let incident = Incident::of(&log);
        let facts = &incident.facts;
        let charts = charts(&demo, &config, facts);
        assert_eq!(charts.len(), 5, "latency, traffic, errors, processor and memory");
        let estimate = impact_estimate(facts, &charts, demo.anchor).unwrap();
        let (estimated, written) = (estimate.failed as f64, facts.requests.unwrap() as f64);
        assert!((estimated / written - 1.0).abs() < 0.06, "{estimated} of {written}");
        assert!(estimate.source.contains("API Gateway"), "{}", estimate.source);

        let (question, text) = deploys_asks(&config, facts).remove(0);
        let found = deploys_before(facts, &ask(&demo, &question), &text, "prometheus");
        let deploy = |e: &Event| match e {
            Event::Deploy { at, .. } => *at,
            other => panic!("{other:?}"),
        };
        let found: Vec<Option<Millis>> = found.iter().map(deploy).collect();
        assert_eq!(found.len(), 1);
        // The query is asked by the minute.
        assert!(
            (found[0].unwrap() - incident.deploys[0].0).abs() <= MINUTE,
            "{found:?} {:?}",
            incident.deploys
        );

        let slo = affected_slos(&config, facts)[0];
        let frame = ask(&demo, &budget_question(slo, facts, demo.anchor).unwrap());
        let spent = budget_spent(slo, facts, &frame, demo.anchor).unwrap();
        let (counted, written) = (spent.millionths, facts.budget[0].millionths);
        assert!(counted.abs_diff(written) < 2_000, "{counted} of {written}");
        assert_eq!((spent.slo, spent.name), (facts.budget[0].slo.clone(), facts.budget[0].name.clone()));
    }
}

#[test]
fn the_published_review_has_every_point_of_its_checklist() {
    for demo in openings() {
        let incident = Incident::of(&one(&demo, "demo-api-down"));
        let open: Vec<_> = checklist(&incident).into_iter().filter(|c| !c.done).collect();
        assert!(open.is_empty(), "{open:?}");
        assert_eq!(incident.facts.keeps_open(), None);
    }
}

/// docs/review-example.md and its charts are what the console exports. `FOURLIGHTS_WRITE_DOCS=1` makes them anew.
#[test]
fn the_example_in_docs_is_what_the_console_exports() {
    let demo = Demo::new(4, 1_795_468_027_000);
    let log = one(&demo, "demo-api-down");
    let incident = Incident::of(&log);
    let config = config();
    let name = |id: &str| config.service(id).map_or(id.to_string(), |s| s.name.clone());
    let lines = timeline(&log, &incident.facts, demo.anchor);
    let text = draft(&incident, &lines, &name, Charts::Beside("images/review-example"));
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let mut files = vec![("review-example.md".to_string(), text)];
    files.extend(figures(&incident, "images/review-example"));
    let is_new = std::env::var_os("FOURLIGHTS_WRITE_DOCS").is_some();
    for (name, text) in files {
        let place = docs.join(&name);
        if is_new {
            std::fs::write(&place, &text).expect("written");
        }
        let found = std::fs::read_to_string(&place).unwrap_or_default();
        assert!(
            found == text,
            "docs/{name} is another one. Make it anew with FOURLIGHTS_WRITE_DOCS=1.\n{text}"
        );
    }
}
