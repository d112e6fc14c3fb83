//! Acknowledging alerts where their system has no such thing: which silence stands for it, who is on what, and what has to be
//! done for it while a tab is open. The mark of such a silence is [`Acknowledged`].

use super::silences::{Answered, Change, ShownSilence, matched, text_of};
use crate::domain::acknowledgement::{AckPolicy, Acknowledged};
use crate::domain::action::{Action, SilenceChange, SilenceText};
use crate::domain::alert::{Alert, Silence, State};
use crate::domain::alert_row::AlertLabels;
use crate::domain::labels::Labels;
use crate::domain::matcher::{Matcher, Matchers, Operator};
use crate::domain::order::Order as _;
use crate::domain::time::{MINUTE, Millis, SECOND, ago};
use std::collections::BTreeMap;

/// A silence that is an acknowledgement.
#[derive(Clone, Debug, PartialEq)]
pub struct Ack {
    /// the first of the systems that list it
    pub system: String,
    pub silence: Silence,
    pub who: Acknowledged,
    pub change: Option<Change>,
}

/// The alerts that are sent to a system, with its own labels.
pub type Routed = (String, Vec<Alert>);

/// What an acknowledgement says of who and since when: what its mark leaves out, the silence says.
fn who_of(silence: &Silence) -> Option<Acknowledged> {
    let mark = Acknowledged::read(&silence.comment)?;
    let by = if mark.by.is_empty() { silence.created_by.clone() } else { mark.by };
    Some(Acknowledged { by, since: mark.since.or(silence.starts), ..mark })
}

/// The acknowledgements among silences. Members of a cluster list the same one, which counts once.
pub fn acks(shown: &[ShownSilence]) -> Vec<Ack> {
    let mut all: Vec<Ack> = Vec::new();
    for ShownSilence { system, silence, change } in shown {
        let is_known = !silence.id.is_empty() && all.iter().any(|a| a.silence.id == silence.id);
        if let (false, Some(who)) = (is_known, who_of(silence)) {
            all.push(Ack { system: system.clone(), silence: silence.clone(), who, change: change.clone() });
        }
    }
    all
}

fn matches(silence: &Silence, alert: &Alert) -> bool {
    let Ok(matchers) = Matchers::new(&silence.matchers) else { return false };
    alert.label_sets().any(|labels| matchers.match_all(&labels.with("alertname", &alert.name)))
}

/// Whether a silence is what holds an alert back. Without regular expressions, whose code the pages that only list alerts
/// need not have: one with such is known by its id.
fn holds(silence: &Silence, alert: &Alert) -> bool {
    let is_plain = !silence.matchers.is_empty() && silence.matchers.iter().all(|m| !m.operator.is_regex());
    let passes = |set: &Labels| {
        let labels = set.with("alertname", &alert.name);
        silence
            .matchers
            .iter()
            .all(|m| (labels.get(&m.name).unwrap_or_default() == m.value) == m.operator.is_equal())
    };
    alert.silence.as_deref() == Some(silence.id.as_str()) || is_plain && alert.label_sets().any(passes)
}

/// Of the alerts that a silence holds back, those that somebody acknowledged: they are listed before the others that are
/// held back. `alerts` has the active ones first, and still does.
pub fn mark_acknowledged(alerts: &mut [Alert], answers: &[Answered]) {
    let held = |a: &Alert| a.state == State::Silenced;
    let is_active = |s: &&Silence| s.state == "active";
    let mut acks: Vec<(&Silence, Acknowledged)> = answers
        .iter()
        .flat_map(|a| &a.silences)
        .filter(is_active)
        .filter_map(|s| Some((s, who_of(s)?)))
        .collect();
    if acks.is_empty() || !alerts.iter().any(held) {
        return;
    }
    // Who was first is on it.
    acks.order_by_key(|(_, who)| who.since.unwrap_or(Millis::MAX));
    for alert in alerts.iter_mut().filter(|a| held(a)) {
        if let Some((_, who)) = acks.iter().find(|(silence, _)| holds(silence, alert)) {
            alert.state = State::Acknowledged;
            alert.acknowledged = Some(who.clone());
            alert.silence = None;
        }
    }
    let n_active = alerts.iter().take_while(|a| a.is_active()).count();
    if let Some(active) = alerts.get_mut(..n_active) {
        active.order_by_key(Alert::urgency);
    }
}

/// What becomes of the wish to acknowledge an alert.
#[derive(Clone, Debug, PartialEq)]
pub enum Wish {
    /// It would be silenced in this system, with these matchers.
    Silence { system: String, matchers: Vec<Matcher> },
    /// A colleague was faster, or it was done before.
    Known(Acknowledged),
    /// The request is on its way.
    OnItsWay,
    /// It does not fire any more, or is held back otherwise.
    NotFiring,
    /// No system that notifies people of it can be asked to wait.
    NoSystem,
}

/// Decides for one alert of the list. Of several systems it is the first in which the alert fires: members of a cluster tell
/// each other, and where it goes on firing in another one, the list still says so and the next wish goes there.
pub fn wish(alert: &Alert, routed: &[Routed], acks: &[Ack], labels: &AlertLabels) -> Wish {
    if let Some(who) = &alert.acknowledged {
        return Wish::Known(who.clone());
    }
    if alert.state != State::Firing {
        return Wish::NotFiring;
    }
    let reports = |system: &str| alert.source.split(", ").any(|source| source == system);
    let same = |a: &&Alert| a.name == alert.name && alert.label_sets().any(|set| *set == a.labels);
    let mut is_on_its_way = false;
    for (system, all) in routed.iter().filter(|(system, _)| reports(system)) {
        let Some(own) = all.iter().find(|a| same(a) && a.state == State::Firing) else { continue };
        let here = acks.iter().filter(|ack| ack.system == *system && matches(&ack.silence, own));
        match here.filter(|ack| ack.change.is_some() || ack.silence.id.is_empty()).count() {
            0 => return Wish::Silence { system: system.clone(), matchers: exact(own, alert, labels) },
            _ => is_on_its_way = true,
        }
    }
    if is_on_its_way { Wish::OnItsWay } else { Wish::NoSystem }
}

/// Matchers of an alert and nothing else: every label of it as the system has it, but those that only tell replicas of the
/// sender apart.
fn exact(own: &Alert, listed: &Alert, labels: &AlertLabels) -> Vec<Matcher> {
    let is_replica = |name: &str| {
        let was_added = || listed.label_sets().any(|set| set.get(name).is_none());
        labels.replicas.iter().any(|l| l == name)
            || labels.replicas_if_added.iter().any(|l| l == name) && was_added()
    };
    let name = std::iter::once(("alertname", own.name.as_str()));
    let all = name.chain(own.labels.iter()).filter(|(name, value)| !value.is_empty() && !is_replica(name));
    all.map(|(name, value)| Matcher::new(name, Operator::Equal, value)).collect()
}

/// The silence that acknowledges. Times are whole seconds, as the requests say them.
pub fn ack_text(
    matchers: Vec<Matcher>,
    by: &str,
    incident: Option<&str>,
    length: Millis,
    now: Millis,
) -> SilenceText {
    let now = now - now.rem_euclid(SECOND);
    let who = Acknowledged { by: by.trim().into(), since: Some(now), incident: incident.map(Into::into) };
    SilenceText {
        matchers,
        starts: now,
        ends: now + length,
        created_by: who.by.clone(),
        comment: who.comment(),
    }
}

/// The acknowledgements of an alert, to be taken back: each silence once, in the first system that lists it.
pub fn acks_of<'a>(alert: &Alert, acks: &'a [Ack]) -> Vec<&'a Ack> {
    acks.iter().filter(|ack| ack.change.is_none() && matches(&ack.silence, alert)).collect()
}

/// Ends an acknowledgement before its time.
pub fn take_back(ack: &Ack) -> Option<Action> {
    let text = text_of(&ack.silence)?;
    Some(Action::ExpireSilence(SilenceChange { id: ack.silence.id.clone(), text }))
}

/// A system that was restarted knows an alert again when it is sent again, which senders do each minute. An alert that is in
/// no list for less than this may still fire.
const GONE_AFTER: Millis = 75 * SECOND;

/// What is known of a system's alerts at an older moment is nothing to act on.
const HEARD_WITHIN: Millis = 3 * MINUTE;

/// What is due for the acknowledgements of `me`: extended while what they match goes on firing, ended when it does not.
/// `heard` is when each system's alerts were last read. `gone` remembers for silences, by their ids, since when nothing fires;
/// it is kept from one look to the next.
pub fn upkeep(
    (acks, routed, heard): (&[Ack], &[Routed], &BTreeMap<String, Millis>),
    me: &str,
    policy: AckPolicy,
    gone: &mut BTreeMap<String, Millis>,
    now: Millis,
) -> Vec<(String, Action)> {
    gone.retain(|id, _| acks.iter().any(|ack| ack.silence.id == *id));
    let is_own =
        |ack: &&Ack| !me.is_empty() && ack.who.by == me && ack.change.is_none() && !ack.silence.id.is_empty();
    let mut due = Vec::new();
    for ack in acks.iter().filter(is_own) {
        let Some((heard, text)) = heard.get(&ack.system).zip(text_of(&ack.silence)) else { continue };
        let is_over = text.ends <= now || ack.silence.state == "expired";
        if is_over || now - heard > HEARD_WITHIN {
            continue;
        }
        let own = routed.iter().filter(|(system, _)| *system == ack.system).flat_map(|(_, alerts)| alerts);
        let fires = matched(&text.matchers, own).is_ok_and(|found| !found.is_empty());
        let id = ack.silence.id.clone();
        if fires {
            gone.remove(&id);
            // With a third of the time left there is room for a request that has to be sent again.
            if text.ends - now < policy.length / 3 {
                let ends = (now - now.rem_euclid(SECOND)) + policy.length;
                let change = SilenceChange { id, text: SilenceText { ends, ..text } };
                due.push((ack.system.clone(), Action::ExtendSilence(change)));
            }
        } else {
            let since = *gone.entry(id).or_insert(*heard);
            if heard - since >= GONE_AFTER {
                due.extend(take_back(ack).map(|action| (ack.system.clone(), action)));
            }
        }
    }
    due
}

/// Alerts that are active, and how many of them somebody acknowledged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActiveWords {
    /// `2 active (1 acknowledged 3 h ago)`
    pub text: String,
    /// whether an acknowledgement is so old that perhaps nobody works on it any more
    pub is_old: bool,
}

/// `None` while nobody acknowledged anything: then a plain number says all.
pub fn active_words(alerts: &[Alert], policy: AckPolicy, now: Millis) -> Option<ActiveWords> {
    let is_active = |a: &&Alert| matches!(a.state, State::Firing | State::Pending | State::Acknowledged);
    let acknowledged = || alerts.iter().filter(|a| a.state == State::Acknowledged);
    let n = acknowledged().count();
    if n == 0 {
        return None;
    }
    let first = acknowledged().filter_map(|a| a.acknowledged.as_ref()?.since).min();
    let age = first.map(|at| (now - at).max(0));
    let when = match (age.map(ago), n) {
        (None, _) => String::new(),
        (Some(ago), 1) => format!(" {ago}"),
        (Some(ago), _) => format!(", the first {ago}"),
    };
    Some(ActiveWords {
        text: format!("{} active ({n} acknowledged{when})", alerts.iter().filter(is_active).count()),
        is_old: age.is_some_and(|age| age >= policy.old_after),
    })
}

/// `acknowledged by Mia 20 s ago`, and whether that is so long ago that it is a warning.
pub fn ack_words(who: &Acknowledged, policy: AckPolicy, now: Millis) -> (String, bool) {
    let by = if who.by.is_empty() { "somebody" } else { &who.by };
    let age = who.since.map(|at| (now - at).max(0));
    let when = age.map(|age| format!(" {}", ago(age))).unwrap_or_default();
    (format!("acknowledged by {by}{when}"), age.is_some_and(|age| age >= policy.old_after))
}

/// `ApiDown, service api`: what tells an alert from another of the same name.
pub fn named(alert: &Alert) -> String {
    match alert.subject() {
        Some(subject) => format!("{}, {subject}", alert.name),
        None => alert.name.clone(),
    }
}

/// What came of one of many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AckResult {
    Done,
    /// not known yet
    Open,
    Failed {
        name: String,
        why: String,
    },
}

/// What came of many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResultWords {
    /// `2 of 3 acknowledged. Not ApiDown, api: Not allowed`
    pub text: String,
    /// all are done
    pub is_well: bool,
}

pub fn result_words(all: &[AckResult]) -> ResultWords {
    let count = |is: fn(&AckResult) -> bool| all.iter().filter(|r| is(r)).count();
    let n_done = count(|r| *r == AckResult::Done);
    let n_open = count(|r| *r == AckResult::Open);
    let mut text = format!("{n_done} of {} acknowledged", all.len());
    if n_open > 0 {
        text.push_str(&format!(", {n_open} on the way"));
    }
    for result in all {
        if let AckResult::Failed { name, why } = result {
            text.push_str(&format!(". Not {name}: {}", why.trim_end_matches('.')));
        }
    }
    ResultWords { text, is_well: n_done == all.len() }
}

#[cfg(test)]
mod tests;
