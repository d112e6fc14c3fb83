//! Silences as they are shown: what each holds back now, what one would hold back, and what is on its way to them.

use crate::domain::action::{Action, SilenceText};
use crate::domain::alert::{Alert, Silence, State};
use crate::domain::labels::Labels;
use crate::domain::matcher::{Matcher, MatcherFault, Matchers, Operator};
use crate::domain::time::Millis;
use crate::poll::outbox::{Entry, EntryId, State as Sent};

/// A silence of a system, with what is on its way to change it.
#[derive(Clone, Debug, PartialEq)]
pub struct ShownSilence {
    pub system: String,
    pub silence: Silence,
    /// the newest action on it that the system's answer does not show yet
    pub change: Option<Change>,
}

/// An action that a silence is waiting for.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    pub entry: EntryId,
    /// `being created`, `being extended`, `being expired`
    pub word: &'static str,
}

/// The silences of one system's last answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Answered {
    pub system: String,
    pub silences: Vec<Silence>,
    /// when it was asked for; `None`: never answered
    pub asked: Option<Millis>,
}

/// What the systems said, with what was done since laid over it. Only what may have been or will be done counts: what was
/// refused or taken back leaves no trace.
pub fn overlay(answers: &[Answered], pending: &[&Entry]) -> Vec<ShownSilence> {
    let mut shown: Vec<ShownSilence> = Vec::new();
    for answer in answers {
        let of_system = |silence: &Silence| ShownSilence {
            system: answer.system.clone(),
            silence: silence.clone(),
            change: None,
        };
        let mut own: Vec<ShownSilence> = answer.silences.iter().map(of_system).collect();
        for entry in pending.iter().filter(|e| e.target.system == answer.system && is_news(e, answer.asked)) {
            lay_over(&mut own, entry);
        }
        shown.extend(own.into_iter().filter(|s| s.silence.state != "expired"));
    }
    shown
}

/// Whether an answer that was asked for at `asked` cannot show it yet.
fn is_news(entry: &Entry, asked: Option<Millis>) -> bool {
    match &entry.state {
        Sent::Waiting { .. } | Sent::Sending { .. } | Sent::Unknown { .. } => true,
        Sent::Done { at, .. } => asked.is_none_or(|asked| asked <= *at),
        Sent::Refused { .. } | Sent::Withdrawn { .. } => false,
    }
}

fn lay_over(own: &mut Vec<ShownSilence>, entry: &Entry) {
    let is_done = matches!(entry.state, Sent::Done { .. });
    let change = |word| (!is_done).then(|| Change { entry: entry.id.clone(), word });
    match &entry.action {
        Action::CreateSilence(text) => {
            let id = match &entry.state {
                Sent::Done { receipt, .. } => receipt.reference.clone().unwrap_or_default(),
                _ => String::new(),
            };
            if id.is_empty() || own.iter().all(|s| s.silence.id != id) {
                own.push(ShownSilence {
                    system: entry.target.system.clone(),
                    silence: silence_of(text, id),
                    change: change("being created"),
                });
            }
        }
        Action::ExtendSilence(wanted) => {
            for shown in own.iter_mut().filter(|s| s.silence.id == wanted.id) {
                shown.silence.ends = Some(wanted.text.ends);
                shown.change = change("being extended");
            }
        }
        Action::ExpireSilence(wanted) => {
            for shown in own.iter_mut().filter(|s| s.silence.id == wanted.id) {
                if is_done {
                    shown.silence.state = "expired".into();
                }
                shown.change = change("being expired");
            }
        }
        _ => {}
    }
}

fn silence_of(text: &SilenceText, id: String) -> Silence {
    Silence {
        id,
        matchers: text.matchers.clone(),
        starts: Some(text.starts),
        ends: Some(text.ends),
        created_by: text.created_by.clone(),
        comment: text.comment.clone(),
        state: "active".into(),
    }
}

/// What a silence says, to change its end. `None` where its times cannot be read: then nothing can be said of them.
pub fn text_of(silence: &Silence) -> Option<SilenceText> {
    Some(SilenceText {
        matchers: silence.matchers.clone(),
        starts: silence.starts?,
        ends: silence.ends?,
        created_by: silence.created_by.clone(),
        comment: silence.comment.clone(),
    })
}

/// The alerts of one system that matchers match, by name. `alerts` are that system's own, as it has their labels.
pub fn matched<'a>(
    matchers: &[Matcher],
    alerts: impl IntoIterator<Item = &'a Alert>,
) -> Result<Vec<&'a Alert>, MatcherFault> {
    let matchers = Matchers::new(matchers)?;
    let counts = |a: &&Alert| a.is_active() && a.state != State::Pending;
    let mut all: Vec<&Alert> =
        alerts.into_iter().filter(counts).filter(|a| matchers.match_all(&labels_of(a))).collect();
    all.sort_by(|a, b| a.name.cmp(&b.name).then_with(|| a.labels.cmp(&b.labels)));
    Ok(all)
}

/// All labels that the system has of an alert.
fn labels_of(alert: &Alert) -> Labels {
    alert.labels.with("alertname", &alert.name)
}

/// Matchers that match an alert and little else: each label with its value.
pub fn matchers_of(alert: &Alert) -> Vec<Matcher> {
    let name = std::iter::once(("alertname", alert.name.as_str()));
    let all = name.chain(alert.labels.iter()).filter(|(_, value)| !value.is_empty());
    all.map(|(name, value)| Matcher::new(name, Operator::Equal, value)).collect()
}

/// What a preview says: `2 alerts fire now and would be silenced`.
pub fn preview_words(n_firing: usize, n_all: usize) -> String {
    let alerts = |n: usize| if n == 1 { "1 alert".to_string() } else { format!("{n} alerts") };
    match (n_firing, n_all - n_firing) {
        (0, 0) => "No alert matches now. The silence would hold back alerts that fire later.".into(),
        (0, held) => format!("{} matched now, held back already.", alerts(held)),
        (n, 0) => format!("{} firing now would be silenced:", alerts(n)),
        (n, held) => {
            format!("{} firing now would be silenced ({held} more matched, held back already):", alerts(n))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::action::{Receipt, Safety, SilenceChange};
    use crate::poll::outbox::{Outbox, Target};
    use crate::sources::actions::Performed;

    fn alert(name: &str, labels: &str, state: State) -> Alert {
        let labels = labels.split_whitespace().filter_map(|l| l.split_once('=')).collect();
        Alert { name: name.into(), labels, state, ..Alert::default() }
    }

    fn text(ends: Millis) -> SilenceText {
        SilenceText {
            matchers: vec![Matcher::new("service", Operator::Equal, "api")],
            starts: 0,
            ends,
            created_by: "ana".into(),
            comment: "deploy".into(),
        }
    }

    fn silence(id: &str, state: &str) -> Silence {
        Silence { state: state.into(), ..silence_of(&text(100), id.into()) }
    }

    #[test]
    fn a_preview_counts_what_the_matchers_match() {
        let alerts = [
            alert("Down", "service=api", State::Firing),
            alert("Slow", "service=api", State::Silenced),
            alert("Down", "service=web", State::Firing),
            alert("Old", "service=api", State::Resolved),
            // Alertmanager does not have it yet.
            alert("Soon", "service=api", State::Pending),
        ];
        let names = |matchers: &[Matcher]| -> Vec<String> {
            let found = matched(matchers, &alerts).unwrap();
            found.iter().map(|a| format!("{} {:?}", a.name, a.labels.get("service").unwrap())).collect()
        };
        assert_eq!(
            names(&[Matcher::new("service", Operator::Equal, "api")]),
            [r#"Down "api""#, r#"Slow "api""#]
        );
        assert_eq!(
            names(&[Matcher::new("alertname", Operator::Equal, "Down")]),
            [r#"Down "api""#, r#"Down "web""#]
        );
        assert_eq!(names(&matchers_of(&alerts[2])), [r#"Down "web""#]);
        assert_eq!(matched(&[], &alerts), Err(MatcherFault::None));
        assert!(preview_words(0, 0).contains("No alert matches now"));
        assert!(preview_words(1, 1).starts_with("1 alert firing now would be silenced:"));
        assert!(preview_words(2, 3).contains("(1 more matched"));
    }

    /// The outbox with one action in a state.
    fn outbox(action: Action, ended: Option<Performed>) -> Outbox {
        let mut outbox = Outbox::new("tab");
        let target = Target { system: "am".into(), subject: action.subject() };
        let id = outbox.push(target, action, Safety::AskFirst, 10);
        let batch = outbox.poll_store(10).unwrap();
        outbox.on_stored(batch.apply(&Default::default()).1, 10);
        outbox.poll_send(10).unwrap();
        if let Some(result) = ended {
            outbox.on_result(&id, 1, result, 20);
        }
        outbox
    }

    fn shown(asked: Millis, silences: Vec<Silence>, outbox: &Outbox) -> Vec<String> {
        let answer = Answered { system: "am".into(), silences, asked: Some(asked) };
        overlay(&[answer], &outbox.pending())
            .iter()
            .map(|s| {
                let word = s.change.as_ref().map_or("", |c| c.word);
                format!("{} {} {word}", s.silence.id, s.silence.ends.unwrap()).trim().to_string()
            })
            .collect()
    }

    #[test]
    fn what_was_done_is_seen_before_the_system_says_so() {
        let done = |id: &str| Some(Performed::Done(Receipt::of(Some(id.into()))));
        let no = || {
            let error = crate::sources::SourceError::Status { status: 400, excerpt: "no".into() };
            Some(Performed::Refused { error, is_conflict: false })
        };
        let change = |ends| SilenceChange { id: "s".into(), text: text(ends) };
        let active = || vec![silence("s", "active")];

        let create = |ended| outbox(Action::CreateSilence(text(50)), ended);
        assert_eq!(shown(5, active(), &create(None)), ["s 100", "50 being created"]);
        assert_eq!(shown(5, active(), &create(done("new"))), ["s 100", "new 50"]);
        assert_eq!(shown(5, active(), &create(done("s"))), ["s 100"], "the answer has it");
        assert_eq!(shown(21, active(), &create(done("new"))), ["s 100"], "a newer answer is right");
        assert_eq!(shown(5, active(), &create(no())), ["s 100"]);

        let extend = |ended| outbox(Action::ExtendSilence(change(300)), ended);
        assert_eq!(shown(5, active(), &extend(None)), ["s 300 being extended"]);
        assert_eq!(shown(5, active(), &extend(done("s"))), ["s 300"]);
        assert_eq!(shown(5, active(), &extend(no())), ["s 100"]);

        let expire = |ended| outbox(Action::ExpireSilence(change(100)), ended);
        assert_eq!(shown(5, active(), &expire(None)), ["s 100 being expired"]);
        assert!(shown(5, active(), &expire(done("s"))).is_empty());
        assert_eq!(shown(21, active(), &expire(done("s"))), ["s 100"]);
        assert!(
            shown(5, vec![silence("x", "expired")], &outbox(Action::CreateSilence(text(1)), no())).is_empty()
        );
    }
}
