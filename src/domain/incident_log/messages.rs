//! The messages of an incident: templates with gaps, filled from what is known of it. A person edits them before they are
//! sent; what nobody knows stays a gap that can be seen.

use super::event::{Field, Moment};
use super::fold::Incident;
use crate::domain::time::{Millis, human_duration};
use crate::domain::zone::Offsets;

/// A kind of message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Template {
    Initial,
    Update,
    Resolution,
    /// for visitors: what they notice, without what goes on inside
    Public,
}

impl Template {
    pub const ALL: [Self; 4] = [Self::Initial, Self::Update, Self::Resolution, Self::Public];

    /// As entries name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Initial => "initial",
            Self::Update => "update",
            Self::Resolution => "resolution",
            Self::Public => "public",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Self::Initial => "Initial",
            Self::Update => "Update",
            Self::Resolution => "Resolution",
            Self::Public => "Public",
        }
    }

    /// As the configuration names its text: the public one has another after the end.
    pub fn kind(self, is_resolved: bool) -> &'static str {
        match (self, is_resolved) {
            (Self::Public, true) => "public_resolved",
            _ => self.name(),
        }
    }

    /// The text with its gaps in braces.
    pub fn text(self, is_resolved: bool) -> &'static str {
        match (self, is_resolved) {
            (Self::Initial, _) => {
                "🚨 INCIDENT ALERT - {severity}\n\nService: {service}\nImpact: {impact}\nStatus: {status}\nETA: {eta}\n\n{promise}"
            }
            (Self::Update, _) => {
                "⏱️ UPDATE {now}\n\nProgress: {progress}\nCurrent Status: {status}\nNext Steps: {next_steps}\nETA: {eta}"
            }
            (Self::Resolution, _) => {
                "✅ RESOLVED {resolved}\n\nRoot Cause: {root_cause}\nFix Applied: {fix}\nImpact Duration: {started} - {resolved} ({lasted})\nAffected Users: {users}\n\nPost-Incident Review: {review_meeting}"
            }
            (Self::Public, false) => {
                "We are looking into a problem with {service}. {impact}\n\nIt began at {started}. {public_promise}"
            }
            (Self::Public, true) => {
                "The problem with {service} is resolved. {impact}\n\nIt lasted from {started} to {resolved} ({lasted}). We are sorry for the trouble."
            }
        }
    }

    /// The message that an incident asks for next.
    pub fn next(incident: &Incident) -> Self {
        let last = incident.facts.last_message;
        match incident.facts.moments.get(&Moment::Resolved) {
            Some(_) => Self::Resolution,
            None if last.is_none() => Self::Initial,
            None => Self::Update,
        }
    }
}

/// What a message is filled with beside the incident.
#[derive(Clone)]
pub struct Filling<'f> {
    pub now: Millis,
    /// the zone in which times are written, and its name
    pub zone: &'f Offsets,
    pub zone_name: &'f str,
    /// until the next update, where one is promised
    pub update_every: Option<Millis>,
    /// the names of services by their ids
    pub service_name: &'f dyn Fn(&str) -> String,
}

/// What stands in a gap that nobody can fill yet.
pub fn gap(what: &str) -> String {
    format!("[{what}]")
}

/// A message, filled. `text` is a template's own or a team's; a name in braces that is none of ours stays as it is.
pub fn fill(text: &str, incident: &Incident, with: &Filling<'_>) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        match after.split_once('}').and_then(|(name, after)| Some((value(name, incident, with)?, after))) {
            Some((value, after)) => {
                out.push_str(&value);
                rest = after;
            }
            None => {
                out.push('{');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

fn value(name: &str, incident: &Incident, with: &Filling<'_>) -> Option<String> {
    let facts = &incident.facts;
    let written = |field: Field, what: &str| match incident.text(field).trim() {
        "" => gap(what),
        text => text.to_string(),
    };
    let time =
        |at: Option<Millis>| at.map_or_else(|| "a time that is not known".into(), |at| clock(at, with));
    let resolved = facts.at(Moment::Resolved);
    let started = facts.at(Moment::Started).or(facts.at(Moment::Detected));
    Some(match name {
        "title" => facts.title.clone(),
        "severity" => {
            facts.severity_at(with.now).map_or_else(|| "severity not assessed".into(), |s| s.title().into())
        }
        "service" => match facts.services.is_empty() {
            true => gap("service"),
            false => facts.services.iter().map(|s| (with.service_name)(s)).collect::<Vec<_>>().join(", "),
        },
        "impact" => match facts.impact.trim() {
            "" => gap("what users notice"),
            impact => impact.into(),
        },
        "status" => status(incident).into(),
        "eta" => match incident.text(Field::Eta).trim() {
            "" => "TBD".into(),
            eta => eta.into(),
        },
        "progress" => written(Field::Progress, "what we have tried"),
        "next_steps" => written(Field::NextSteps, "what we are trying next"),
        "root_cause" => written(Field::RootCause, "brief explanation"),
        "fix" => written(Field::Fix, "what we did"),
        "review_meeting" => written(Field::ReviewMeeting, "date and time"),
        "now" => clock(with.now, with),
        "started" => time(started),
        "resolved" => time(resolved),
        "lasted" => match started.zip(resolved) {
            Some((from, to)) if to >= from => human_duration(to - from),
            _ => "for how long is not known".into(),
        },
        "users" => match (facts.users, facts.requests) {
            (Some(users), _) => users.to_string(),
            (None, Some(requests)) => format!("not known; {requests} requests failed"),
            (None, None) => gap("estimate"),
        },
        "promise" => with.update_every.map_or_else(
            || "Updates as there is news.".into(),
            |every| format!("Updates every {} in this thread.", human_words(every)),
        ),
        "public_promise" => with.update_every.map_or_else(
            || "We will post news here.".into(),
            |every| format!("The next update follows by {}.", clock(with.now + every, with)),
        ),
        _ => return None,
    })
}

/// `15 minutes`
fn human_words(length: Millis) -> String {
    let minutes = length / crate::domain::time::MINUTE;
    match minutes {
        1 => "minute".into(),
        60 => "hour".into(),
        m if m % 60 == 0 => format!("{} hours", m / 60),
        m => format!("{m} minutes"),
    }
}

/// The words of the update template.
fn status(incident: &Incident) -> &'static str {
    match incident.facts.step() {
        Moment::Mitigated => "Mitigated",
        Moment::Resolved | Moment::Reviewed | Moment::Prevented => "Resolved",
        _ if incident.facts.last_message.is_some() => "Still investigating",
        _ => "Investigating",
    }
}

/// `03:12 UTC`, with the day where it is another one.
fn clock(at: Millis, with: &Filling<'_>) -> String {
    let (civil, today) = (with.zone.civil(at), with.zone.civil(with.now));
    let day =
        if civil.full_date() == today.full_date() { String::new() } else { format!("{} ", civil.date()) };
    format!("{day}{} {}", civil.clock(), with.zone_name)
}

#[cfg(test)]
mod tests {
    use super::super::event::Event;
    use super::super::log::Log;
    use super::super::tests::{at, declared, log, message, reached, severity};
    use super::*;
    use crate::domain::severity::Severity;
    use crate::domain::time::MINUTE;

    fn filling(now: Millis, zone: &Offsets) -> Filling<'_> {
        Filling {
            now,
            zone,
            zone_name: "UTC",
            update_every: Some(15 * MINUTE),
            service_name: &|id| if id == "api" { "API Gateway".into() } else { id.into() },
        }
    }

    #[test]
    fn the_templates_are_filled_and_what_is_missing_can_be_seen() {
        let zone = Offsets::utc();
        let mut log = log([
            declared(),
            (0, severity(Severity::Sev2)),
            (0, Event::Service { service: "api".into(), affected: true }),
        ]);
        let text = |log: &Log, template: Template, minutes| {
            let incident = Incident::of(log);
            let text = template.text(incident.facts.has(Moment::Resolved));
            fill(text, &incident, &filling(at(minutes), &zone))
        };
        assert_eq!(
            text(&log, Template::Initial, 2),
            "🚨 INCIDENT ALERT - SEV-2\n\nService: API Gateway\nImpact: [what users notice]\nStatus: Investigating\nETA: TBD\n\nUpdates every 15 minutes in this thread."
        );
        assert_eq!(Template::next(&Incident::of(&log)), Template::Initial);
        log.append(
            "i",
            "Mia",
            at(3),
            Event::Impact {
                text: "Pages take 2 s".into(),
                users: Some(4000),
                requests: None,
                estimate: String::new(),
            }
            .into(),
        );
        log.append("m", "Mia", at(3), message().into());
        log.append(
            "p",
            "Mia",
            at(4),
            Event::Text { field: Field::Progress, text: "Rolled back {fix}".into() }.into(),
        );
        assert_eq!(Template::next(&Incident::of(&log)), Template::Update);
        assert_eq!(
            text(&log, Template::Update, 17),
            "⏱️ UPDATE 03:17 UTC\n\nProgress: Rolled back {fix}\nCurrent Status: Still investigating\nNext Steps: [what we are trying next]\nETA: TBD"
        );
        assert_eq!(
            text(&log, Template::Public, 17),
            "We are looking into a problem with API Gateway. Pages take 2 s\n\nIt began at 03:00 UTC. The next update follows by 03:32 UTC."
        );
        log.append("r", "Mia", at(25), reached(Moment::Resolved).into());
        assert_eq!(Template::next(&Incident::of(&log)), Template::Resolution);
        assert_eq!(
            text(&log, Template::Resolution, 26),
            "✅ RESOLVED 03:25 UTC\n\nRoot Cause: [brief explanation]\nFix Applied: [what we did]\nImpact Duration: 03:00 UTC - 03:25 UTC (25 min)\nAffected Users: 4000\n\nPost-Incident Review: [date and time]"
        );
        let incident = Incident::of(&log);
        assert_eq!(
            fill("{title} {nonsense} {", &incident, &filling(at(0), &zone)),
            "API is slow {nonsense} {"
        );
    }
}
