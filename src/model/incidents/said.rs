//! What was said where of an incident: the draft for the public page, each channel with its last message and result, and what
//! contradicts the incident.

use crate::config::PublicComponent;
use crate::domain::action::Action;
use crate::domain::incident_log::{Facts, Incident, Moment};
use crate::domain::public::{ComponentStatus, Phase};
use crate::domain::severity::Severity;
use crate::domain::time::{MINUTE, Millis};
use crate::domain::zone::rfc3339;
use crate::poll::outbox::{Entry, State};
use serde_json::{Value, json};

/// What visitors read of the state of an incident.
pub fn public_phase(facts: &Facts) -> Phase {
    match facts.step() {
        Moment::Triaged => Phase::Identified,
        Moment::Mitigated => Phase::Monitoring,
        Moment::Resolved | Moment::Reviewed | Moment::Prevented => Phase::Resolved,
        _ => Phase::Investigating,
    }
}

/// When it began, as the public page writes it: to the minute.
fn public_start(facts: &Facts) -> Option<Millis> {
    let at = facts.at(Moment::Started).or(facts.at(Moment::Detected))?;
    Some(at - at.rem_euclid(MINUTE))
}

fn status(severity: Option<Severity>, phase: Phase) -> ComponentStatus {
    match (phase, severity) {
        (Phase::Resolved, _) => ComponentStatus::Operational,
        (_, Some(Severity::Sev1)) => ComponentStatus::MajorOutage,
        (_, Some(Severity::Sev2)) => ComponentStatus::PartialOutage,
        _ => ComponentStatus::Degraded,
    }
}

/// What the page for public updates is to begin with, in the form in which it keeps what is typed (`before` is that, where
/// there is some). Of an incident whose file was written in this tab the message goes to its end. `None`: something else is
/// typed there and not written yet.
pub fn public_draft(
    facts: &Facts,
    message: &str,
    components: &[PublicComponent],
    before: Option<&str>,
    now: Millis,
) -> Option<String> {
    let phase = public_phase(facts);
    let started = public_start(facts).unwrap_or(now - now.rem_euclid(MINUTE));
    let started = rfc3339(started).replace('T', " ").replace(":00Z", " UTC");
    let mut before: Value = before.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    let is_own = before.get("started").and_then(Value::as_str) == Some(started.as_str());
    let typed = |value: &Value, key: &str| {
        value.get(key).and_then(Value::as_str).is_some_and(|t| !t.trim().is_empty())
    };
    if !is_own && typed(&before, "message") {
        return None;
    }
    if is_own && let Some(known) = before.as_object_mut() {
        known.insert("message".into(), message.into());
        known.insert("phase".into(), phase.name().into());
        return Some(before.to_string());
    }
    let is_affected = |c: &&PublicComponent| c.service.as_ref().is_some_and(|s| facts.services.contains(s));
    let status = status(facts.severity_at(now), phase);
    let affected: Vec<Value> =
        components.iter().filter(is_affected).map(|c| json!([c.id, status.name()])).collect();
    let draft = json!({
        "title": facts.title, "started": started, "affected": affected, "phase": phase.name(), "message": message,
    });
    Some(draft.to_string())
}

/// The last thing said in a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    pub channel: String,
    pub at: Millis,
    /// `initial`; of the public page the state that it shows: `investigating`
    pub what: String,
    /// `noted` for what a person sent, else the state of the request: `done`, `refused`, `waiting`
    pub result: &'static str,
    /// why it did not arrive
    pub why: String,
}

/// The channel of the public page's files.
pub const PUBLIC_PAGE: &str = "public page";

/// Each channel with the last that was said there, in the order in which they were first used. `entries` are the actions on
/// their way and those that ended.
pub fn said(incident: &Incident, entries: &[Entry]) -> Vec<Said> {
    let mut all: Vec<Said> = Vec::new();
    let mut add = |said: Said| match all.iter_mut().find(|s| s.channel == said.channel) {
        Some(known) => *known = said,
        None => all.push(said),
    };
    for m in &incident.messages {
        let (channel, what) = (m.channel.clone(), m.template.clone());
        add(Said { channel, at: m.at, what, result: "noted", why: String::new() });
    }
    for (entry, phase) in public_commits(&incident.facts, entries) {
        let (at, why) = match &entry.state {
            State::Done { at, .. } => (*at, String::new()),
            State::Refused { at, failure } => (*at, failure.text.clone()),
            _ => (entry.id.pushed, String::new()),
        };
        let what = phase.map_or("file", Phase::name).to_string();
        add(Said { channel: PUBLIC_PAGE.into(), at, what, result: entry.state.word(), why });
    }
    all
}

/// The commits of the incident's public file, each with the state that its last message shows. The file says when the incident
/// began, whatever title somebody gave it.
fn public_commits<'a>(facts: &Facts, entries: &'a [Entry]) -> Vec<(&'a Entry, Option<Phase>)> {
    let Some(started) = public_start(facts) else { return Vec::new() };
    let line = format!("started: {}", rfc3339(started));
    let of = |entry: &'a Entry| match &entry.action {
        Action::CommitFile(commit) if commit.text.lines().any(|l| l == line) => {
            let heading = commit.text.lines().filter_map(|l| l.strip_prefix("## ")).next_back();
            Some((entry, heading.and_then(|h| Phase::parse(h.split(' ').next()?))))
        }
        _ => None,
    };
    entries.iter().filter_map(of).collect()
}

/// What a channel says that is not so any more, of an incident that is resolved.
pub fn contradictions(facts: &Facts, said: &[Said]) -> Vec<String> {
    let Some(resolved) = facts.at(Moment::Resolved) else { return Vec::new() };
    let resolved_words = ["resolved", "postmortem"];
    let mut all = Vec::new();
    for s in said {
        let arrived = matches!(s.result, "done" | "noted");
        match s.channel.as_str() {
            PUBLIC_PAGE if s.result == "noted" && s.at >= resolved => {}
            PUBLIC_PAGE if arrived && !resolved_words.contains(&s.what.as_str()) => {
                all.push(format!("The public page still says {}.", s.what));
            }
            PUBLIC_PAGE if arrived => {}
            PUBLIC_PAGE => all.push("The public page was not told that it is resolved.".into()),
            channel if s.at < resolved => all.push(format!("Not told that it is resolved: {channel}.")),
            _ => {}
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::action::{FileCommit, Receipt, Safety};
    use crate::domain::incident_log::{Event, Log, New};
    use crate::domain::public::incident_text::Draft;
    use crate::poll::outbox::{Outbox, Target};
    use crate::sources::SourceError;
    use crate::sources::actions::Performed;

    /// 2026-12-01T03:00:00Z
    const START: Millis = 1_796_094_000_000;

    fn incident(more: Vec<(Millis, Event)>) -> Incident {
        let mut log = Log::new("x");
        let first = [
            (0, Event::Declared { title: "API is slow".into() }),
            (0, Event::Severity { severity: Severity::Sev2, reason: String::new() }),
            (0, Event::Service { service: "api".into(), affected: true }),
        ];
        for (i, (minutes, event)) in first.into_iter().chain(more).enumerate() {
            let at = START + 20_000 + minutes * MINUTE;
            log.append(&i.to_string(), "Mia", at, New::at(event, at));
        }
        Incident::of(&log)
    }

    fn reached(moment: Moment) -> Event {
        Event::Reached { moment }
    }

    /// The outbox with a commit of the public file, and how it ended.
    fn commit(phase: Phase, started: Millis, ended: Option<Performed>) -> Vec<Entry> {
        let draft = Draft {
            title: "Slow responses".into(),
            started,
            window: None,
            affected: Vec::new(),
            phase,
            at: started,
            message: "We are on it.\n## not a heading of ours".into(),
        };
        let action = Action::CommitFile(FileCommit {
            repository: "acme/status".into(),
            branch: None,
            path: format!("incidents/{}", draft.file_name()),
            text: draft.text(),
            message: "m".into(),
            replaces: None,
        });
        let mut outbox = Outbox::new("tab");
        let target = Target { system: "repository".into(), subject: action.subject() };
        let id = outbox.push(target, action, Safety::Keyed, START);
        let batch = outbox.poll_store(START).unwrap();
        outbox.on_stored(batch.apply(&Default::default()).1, START);
        outbox.poll_send(START).unwrap();
        if let Some(result) = ended {
            outbox.on_result(&id, 1, result, START + MINUTE);
        }
        outbox.pending().into_iter().cloned().collect()
    }

    fn done() -> Option<Performed> {
        Some(Performed::Done(Receipt::of(None)))
    }

    fn component(id: &str, service: &str) -> PublicComponent {
        let text = format!(
            r#"{{"title":"T","sources":{{}},"services":[{{"id":"{service}","name":"S"}}],"public":{{"url":"https://s.example/","components":[{{"id":"{id}","name":"C","service":"{service}","uptime":"none"}}]}}}}"#
        );
        let config = crate::sources::read_config(&text).expect("valid");
        config.public.expect("a page").components.remove(0)
    }

    #[test]
    fn the_public_draft_says_what_is_known_and_takes_nothing_that_was_typed_away() {
        let facts = incident(Vec::new()).facts;
        let components = [component("gateway", "api"), component("shop", "web")];
        let draft =
            |before: Option<&str>| public_draft(&facts, "We are on it.", &components, before, START + MINUTE);
        let first = draft(None).expect("a draft");
        let read: Value = serde_json::from_str(&first).unwrap();
        assert_eq!(
            read,
            json!({
                "title": "API is slow", "started": "2026-12-01 03:00 UTC", "phase": "investigating",
                "affected": [["gateway", "partial_outage"]], "message": "We are on it.",
            })
        );
        // Its file was written: the next message goes to it.
        let written = r#"{"title":"Slow","started":"2026-12-01 03:00 UTC","message":"","existing":{"name":"a.md","text":"t"}}"#;
        let next: Value = serde_json::from_str(&draft(Some(written)).expect("a draft")).unwrap();
        assert_eq!((&next["title"], &next["existing"]["name"]), (&json!("Slow"), &json!("a.md")));
        assert_eq!(next["message"], "We are on it.");
        let other = r#"{"started":"2026-11-30 01:00 UTC","message":"half a senten"}"#;
        assert_eq!(draft(Some(other)), None);
        assert!(draft(Some(&other.replace("half a senten", " "))).is_some());
        assert!(draft(Some("no JSON")).is_some());
    }

    #[test]
    fn each_channel_has_its_last_message_and_what_came_of_it() {
        let message = |channel: &str| Event::Message {
            template: "initial".into(),
            channel: channel.into(),
            text: String::new(),
        };
        let i = incident(vec![(2, message("chat")), (3, message("phone")), (9, message("chat"))]);
        let shown = |entries: &[Entry]| {
            said(&i, entries)
                .iter()
                .map(|s| format!("{} {} {}{}", s.channel, s.what, s.result, s.why))
                .collect::<Vec<_>>()
        };
        assert_eq!(shown(&[]), ["chat initial noted", "phone initial noted"]);
        assert_eq!(said(&i, &[])[0].at, START + 20_000 + 9 * MINUTE);
        let committed = shown(&commit(Phase::Identified, START, done()));
        assert_eq!(committed[2], "public page identified done");
        assert_eq!(shown(&commit(Phase::Investigating, START, None))[2], "public page investigating sending");
        let no = Performed::Refused {
            error: SourceError::Status { status: 401, excerpt: "no".into() },
            is_conflict: false,
        };
        assert!(
            shown(&commit(Phase::Investigating, START, Some(no)))[2]
                .starts_with("public page investigating refused")
        );
        // Of another incident.
        assert_eq!(shown(&commit(Phase::Identified, START - MINUTE, done())).len(), 2);
    }

    #[test]
    fn a_channel_that_was_not_told_of_the_end_contradicts_it() {
        let message =
            Event::Message { template: "initial".into(), channel: "chat".into(), text: String::new() };
        let open = incident(vec![(2, message.clone())]);
        let over = incident(vec![(2, message.clone()), (30, reached(Moment::Resolved))]);
        let told = incident(vec![(2, message.clone()), (30, reached(Moment::Resolved)), (31, message)]);
        let words = |i: &Incident, entries: &[Entry]| contradictions(&i.facts, &said(i, entries));
        let public = |phase, ended| commit(phase, START, ended);
        assert_eq!(words(&open, &public(Phase::Investigating, done())), [""; 0]);
        assert_eq!(
            words(&over, &public(Phase::Investigating, done())),
            ["Not told that it is resolved: chat.", "The public page still says investigating."]
        );
        assert_eq!(words(&told, &public(Phase::Resolved, done())), [""; 0]);
        assert_eq!(
            words(&told, &public(Phase::Resolved, None)),
            ["The public page was not told that it is resolved."]
        );
        assert_eq!(public_phase(&open.facts), Phase::Investigating);
        assert_eq!(public_phase(&over.facts), Phase::Resolved);
    }
}
