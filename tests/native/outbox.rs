//! The outbox under a simulated network, storage and several tabs: nothing is lost, nothing is done twice, and each
//! target's actions keep their order.
//!
//! `OUTBOX_HISTORIES=100000` for more random histories than a build runs; `OUTBOX_SEED=7` for one.

use fourlights::domain::action::{Action, Receipt, Safety, SilenceText};
use fourlights::domain::time::{Millis, SECOND};
use fourlights::poll::outbox::{Batch, Entry, EntryId, Outbox, SETTLE, State, Step, Stored, Target, Task};
use fourlights::sources::SourceError;
use fourlights::sources::actions::{Found, Performed};
use std::collections::BTreeMap;

/// splitmix64
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: u64) -> u64 {
        self.roll() % n.max(1)
    }

    /// once in `n` times
    fn once_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    fn millis(&mut self, most: Millis) -> Millis {
        self.below(most.unsigned_abs() + 1).cast_signed()
    }
}

/// A system that does what it is told, and remembers it. An action is known by its tag.
#[derive(Default)]
struct Server {
    /// in the order in which they were performed
    effects: Vec<(Target, String)>,
}

impl Server {
    fn has(&self, tag: &str) -> bool {
        self.effects.iter().any(|(_, t)| t == tag)
    }

    fn perform(
        &mut self,
        target: &Target,
        tag: &str,
        safety: Safety,
        dice: &mut Dice,
        is_calm: bool,
    ) -> Performed {
        let no = |status: u16| SourceError::Status { status, excerpt: "no".into() };
        if !is_calm && dice.once_in(20) {
            return Performed::Refused { error: no(403), is_conflict: false };
        }
        if !is_calm && dice.once_in(30) {
            return Performed::NotNow { error: no(429), retry_after: None };
        }
        if safety == Safety::Keyed && self.has(tag) {
            return Performed::Refused { error: no(409), is_conflict: true };
        }
        self.effects.push((target.clone(), tag.into()));
        if !is_calm && dice.once_in(20) {
            // It did it, and its proxy lost the response.
            return Performed::Unknown(no(502));
        }
        Performed::Done(Receipt::of(Some(tag.into())))
    }
}

struct Tab {
    outbox: Outbox,
    asleep_until: Millis,
    /// written and confirmed in this order
    batches: Vec<(Millis, Batch)>,
    reports: Vec<(Millis, Stored)>,
}

enum Event {
    /// A request reaches the server.
    Arrives {
        tab: String,
        task: Task,
        sent: Millis,
        is_duplicate: bool,
    },
    /// The server's word reaches the tab, or the tab gives up.
    Result {
        tab: String,
        id: EntryId,
        attempt: u32,
        result: Performed,
    },
    Found {
        tab: String,
        id: EntryId,
        found: Found,
    },
}

struct World {
    now: Millis,
    dice: Dice,
    store: BTreeMap<String, String>,
    tabs: BTreeMap<String, Tab>,
    n_tabs: u32,
    n_pushed: u32,
    server: Server,
    events: Vec<(Millis, Event)>,
    safety: BTreeMap<String, Safety>,
    /// what was pushed, in order: tab, target, tag
    pushed: Vec<(String, Target, String)>,
    /// how often a person had it sent again while it was not known
    words: BTreeMap<String, usize>,
    /// storage and network work
    is_calm: bool,
}

fn tag_of(action: &Action) -> String {
    let Action::CreateSilence(text) = action else { panic!("one kind is used") };
    text.comment.clone()
}

impl World {
    fn new(seed: u64) -> Self {
        let mut world = Self {
            now: 1_000_000,
            dice: Dice(seed),
            store: BTreeMap::new(),
            tabs: BTreeMap::new(),
            n_tabs: 0,
            n_pushed: 0,
            server: Server::default(),
            events: Vec::new(),
            safety: BTreeMap::new(),
            pushed: Vec::new(),
            words: BTreeMap::new(),
            is_calm: false,
        };
        world.open();
        world
    }

    fn open(&mut self) {
        self.n_tabs += 1;
        let name = format!("tab{}", self.n_tabs);
        let outbox = Outbox::new(&name);
        self.tabs.insert(name, Tab { outbox, asleep_until: 0, batches: Vec::new(), reports: Vec::new() });
    }

    fn any_tab(&mut self) -> Option<String> {
        let n = self.dice.below(self.tabs.len() as u64);
        self.tabs.keys().nth(usize::try_from(n).unwrap()).cloned()
    }

    /// Something a person, a browser or a machine does.
    fn happen(&mut self) {
        let Some(name) = self.any_tab() else { return self.open() };
        match self.dice.below(12) {
            0..=3 if self.n_pushed < 5 => self.push(&name),
            4 if self.tabs.len() < 3 => self.open(),
            5 => self.close(&name),
            6 => {
                let wake = self.now + self.dice.millis(90 * SECOND);
                self.tabs.get_mut(&name).unwrap().asleep_until = wake;
            }
            7 => self.decide(&name),
            _ => {}
        }
    }

    fn push(&mut self, name: &str) {
        self.n_pushed += 1;
        let tag = format!("action{}", self.n_pushed);
        let safety = [Safety::Idempotent, Safety::Keyed, Safety::AskFirst, Safety::AskFirst]
            [usize::try_from(self.dice.below(4)).unwrap()];
        let target = Target { system: "am".into(), subject: format!("{}", self.dice.below(2)) };
        let action = Action::CreateSilence(SilenceText {
            matchers: Vec::new(),
            starts: 0,
            ends: 0,
            created_by: String::new(),
            comment: tag.clone(),
        });
        self.safety.insert(tag.clone(), safety);
        self.pushed.push((name.into(), target.clone(), tag));
        self.tabs.get_mut(name).unwrap().outbox.push(target, action, safety, self.now);
    }

    /// A tab goes: by the person, who lets it say so, or by a crash. What it was writing is written or not.
    fn close(&mut self, name: &str) {
        let mut tab = self.tabs.remove(name).unwrap();
        let says_so = self.dice.once_in(2) && tab.asleep_until <= self.now;
        let last = says_so.then(|| tab.outbox.release(self.now));
        for batch in tab.batches.into_iter().map(|(_, batch)| batch).chain(last) {
            if self.dice.once_in(3) {
                break;
            }
            self.write(&batch);
        }
        if self.dice.once_in(2) {
            // A reload.
            self.open();
        }
    }

    /// A person retries or withdraws something.
    fn decide(&mut self, name: &str) {
        let now = self.now;
        let withdraws = self.dice.once_in(2);
        let outbox = &mut self.tabs.get_mut(name).unwrap().outbox;
        let ids: Vec<(EntryId, String, bool)> = outbox
            .pending()
            .iter()
            .map(|e| (e.id.clone(), tag_of(&e.action), matches!(e.state, State::Unknown { .. })))
            .collect();
        for (id, tag, is_unknown) in ids {
            if withdraws {
                outbox.withdraw(&id, now);
            } else if outbox.retry(&id, now) {
                // One that was refused is asked for anew, which doubles nothing.
                *self.words.entry(tag).or_default() += usize::from(is_unknown);
            }
        }
    }

    fn write(&mut self, batch: &Batch) -> Stored {
        let (writes, report) = batch.apply(&self.store);
        for (key, text) in writes {
            match text {
                Some(text) => self.store.insert(key, text),
                None => self.store.remove(&key),
            };
        }
        report
    }

    /// What each tab that is awake does at this moment.
    fn run_tabs(&mut self) {
        let now = self.now;
        for name in self.tabs.keys().cloned().collect::<Vec<_>>() {
            let mut tab = self.tabs.remove(&name).unwrap();
            if tab.asleep_until <= now {
                if tab.reports.first().is_some_and(|(at, _)| *at <= now) {
                    let (_, report) = tab.reports.remove(0);
                    tab.outbox.on_stored(report, now);
                }
                if tab.batches.first().is_some_and(|(at, _)| *at <= now) {
                    let (_, batch) = tab.batches.remove(0);
                    if !self.is_calm && self.dice.once_in(30) {
                        tab.outbox.on_store_failed(now);
                    } else {
                        let report = self.write(&batch);
                        let late = if self.is_calm { 0 } else { self.dice.millis(2 * SECOND) };
                        tab.reports.push((now + late, report));
                    }
                }
                if let Some(batch) = tab.outbox.poll_store(now) {
                    let late = match self.dice.below(4) {
                        _ if self.is_calm => 0,
                        0 => self.dice.millis(8 * SECOND),
                        _ => self.dice.millis(SECOND / 2),
                    };
                    tab.batches.push((now + late, batch));
                }
                while let Some(task) = tab.outbox.poll_send(now) {
                    self.send(&name, task);
                }
            }
            self.tabs.insert(name, tab);
        }
    }

    fn send(&mut self, name: &str, task: Task) {
        const DEADLINE: Millis = 15 * SECOND;
        let tab = name.to_string();
        let lost = SourceError::TimedOut { after: DEADLINE };
        let gives_up = match task.step {
            Step::Perform => {
                let result = Performed::Unknown(lost);
                Event::Result { tab: tab.clone(), id: task.id.clone(), attempt: task.attempt, result }
            }
            Step::Reconcile => {
                Event::Found { tab: tab.clone(), id: task.id.clone(), found: Found::Unanswered(lost) }
            }
        };
        self.at(DEADLINE, gives_up);
        if !self.is_calm && self.dice.once_in(6) {
            return;
        }
        let late = match self.dice.below(5) {
            _ if self.is_calm => 1,
            0 => self.dice.millis(SETTLE - 1),
            _ => self.dice.millis(SECOND),
        };
        let sent = self.now;
        self.at(late, Event::Arrives { tab, task, sent, is_duplicate: false });
    }

    fn at(&mut self, later: Millis, event: Event) {
        self.events.push((self.now + later, event));
    }

    fn deliver(&mut self) {
        loop {
            let due = self.events.iter().enumerate().filter(|(_, (at, _))| *at <= self.now);
            let Some((first, _)) = due.min_by_key(|(i, (at, _))| (*at, *i)) else { return };
            let (_, event) = self.events.remove(first);
            match event {
                Event::Arrives { tab, task, sent, is_duplicate } => {
                    self.arrive(tab, &task, sent, is_duplicate)
                }
                Event::Result { tab, id, attempt, result } => {
                    if let Some(outbox) = self.awake(&tab) {
                        let now = outbox.1;
                        outbox.0.on_result(&id, attempt, result, now);
                    }
                }
                Event::Found { tab, id, found } => {
                    if let Some(outbox) = self.awake(&tab) {
                        let now = outbox.1;
                        outbox.0.on_found(&id, found, now);
                    }
                }
            }
        }
    }

    fn awake(&mut self, tab: &str) -> Option<(&mut Outbox, Millis)> {
        Some((&mut self.tabs.get_mut(tab)?.outbox, self.now))
    }

    fn arrive(&mut self, tab: String, task: &Task, sent: Millis, is_duplicate: bool) {
        let tag = tag_of(&task.action);
        let id = task.id.clone();
        let back = if self.is_calm { 1 } else { self.dice.millis(4 * SECOND) };
        let is_heard = !is_duplicate && (self.is_calm || !self.dice.once_in(5));
        match task.step {
            Step::Perform => {
                let safety = self.safety[&tag];
                let result = self.server.perform(&task.target, &tag, safety, &mut self.dice, self.is_calm);
                // A proxy that heard nothing asks again what it may: before it answers, or for nobody.
                let performed = matches!(result, Performed::Done(_) | Performed::Unknown(_));
                if performed
                    && safety != Safety::AskFirst
                    && !is_duplicate
                    && !self.is_calm
                    && self.dice.once_in(6)
                {
                    let latest = if is_heard { back } else { sent + SETTLE - 1 - self.now };
                    let later = self.dice.millis(latest.max(0));
                    self.at(
                        later,
                        Event::Arrives { tab: tab.clone(), task: task.clone(), sent, is_duplicate: true },
                    );
                }
                if is_heard {
                    let again = self.dice.once_in(8).then(|| result.clone());
                    for result in std::iter::once(result).chain(again) {
                        let (tab, id) = (tab.clone(), id.clone());
                        self.at(back, Event::Result { tab, id, attempt: task.attempt, result });
                    }
                }
            }
            Step::Reconcile if is_heard => {
                let found = match self.server.has(&tag) {
                    true => Found::Done(Receipt::of(Some(tag))),
                    false => Found::NotDone,
                };
                // Also one that takes long: what it says was true when it was asked.
                let back =
                    if !self.is_calm && self.dice.once_in(4) { self.dice.millis(14 * SECOND) } else { back };
                self.at(back, Event::Found { tab, id, found });
            }
            Step::Reconcile => {}
        }
    }

    fn step(&mut self) {
        self.deliver();
        self.run_tabs();
        // Twice: what was stored at once may be sent at once.
        self.run_tabs();
        let next = self.tabs.values().flat_map(|t| {
            let own = t.outbox.poll_timeout(self.now);
            let stored =
                t.batches.first().map(|(at, _)| *at).into_iter().chain(t.reports.first().map(|(at, _)| *at));
            own.into_iter().chain(stored).map(|at| at.max(t.asleep_until))
        });
        let next = next.chain(self.events.iter().map(|(at, _)| *at)).min();
        let longest = if self.is_calm { 60 * SECOND } else { 1 + self.dice.millis(5 * SECOND) };
        self.now = next.unwrap_or(Millis::MAX).clamp(self.now + 1, self.now + longest);
    }

    fn entries(&self) -> BTreeMap<String, Entry> {
        self.store
            .iter()
            .map(|(key, text)| Entry::read(key, text).expect("an entry"))
            .map(|e| (tag_of(&e.action), e))
            .collect()
    }

    /// Network and storage work again, and somebody looks after what is unknown until all is over.
    fn calm_down(&mut self) {
        self.is_calm = true;
        for tab in self.tabs.values_mut() {
            tab.asleep_until = 0;
        }
        if self.tabs.is_empty() {
            self.open();
        }
        for _ in 0..400 {
            self.step();
            let open: Vec<&Tab> = self.tabs.values().filter(|t| t.outbox.is_busy()).collect();
            let stored = self.store.len();
            let is_over = open.is_empty() && self.events.is_empty();
            if is_over && self.entries().values().all(|e| e.state.is_final()) && stored == self.store.len() {
                return;
            }
            for tab in self.tabs.values_mut() {
                let known: Vec<EntryId> = tab
                    .outbox
                    .pending()
                    .iter()
                    .filter(|e| {
                        let looked =
                            matches!(e.state, State::Unknown { not_there: Some(_), refusal: None, .. });
                        looked && e.attempts >= 3 && e.doubt.is_none()
                    })
                    .map(|e| e.id.clone())
                    .collect();
                for id in known {
                    tab.outbox.retry(&id, self.now);
                }
            }
        }
        let open: Vec<String> = self.entries().values().map(|e| format!("{} {:?}", e.id, e.state)).collect();
        panic!("it never ends ({} events, at {}): {open:#?}", self.events.len(), self.now);
    }

    fn check(&self) {
        let entries = self.entries();
        let n_effects = |tag: &str| self.server.effects.iter().filter(|(_, t)| t == tag).count();
        for (tag, safety) in &self.safety {
            let (n, words) = (n_effects(tag), self.words.get(tag).copied().unwrap_or(0));
            if *safety != Safety::Idempotent {
                assert!(n <= 1 + words, "{tag} ({safety:?}) was done {n} times, after {words} words");
            }
            // Its tab died before anything of it was stored, and so before anything was sent.
            let Some(entry) = entries.get(tag) else {
                assert_eq!(n, 0, "{tag} was done and is not known");
                continue;
            };
            match &entry.state {
                State::Done { .. } => assert!(n >= 1, "{tag} is said to be done"),
                State::Withdrawn { was_sent: true, .. } => {}
                State::Refused { .. } if words > 0 => {}
                State::Refused { .. } | State::Withdrawn { .. } => {
                    assert_eq!(n, 0, "{tag} was done and is said not to be: {:?}", entry.log);
                }
                other => panic!("{tag} is not over: {other:?}"),
            }
        }
        for (tag, entry) in &entries {
            let known = self.pushed.iter().any(|(_, target, t)| t == tag && *target == entry.target);
            assert!(known, "{tag} came from nowhere");
            assert_eq!(entry.log.last().map(|l| l.to.as_str()), Some(entry.state.word()));
        }
        self.check_order(&entries);
    }

    /// Per tab and target, in the order of pushing, whoever sent it in the end. What a person had sent again comes when the
    /// person said so.
    fn check_order(&self, entries: &BTreeMap<String, Entry>) {
        let place = |tag: &str| self.pushed.iter().position(|(_, _, t)| t == tag).expect("pushed");
        let words = |tag: &str| self.words.contains_key(tag);
        let mut last: BTreeMap<(&str, &Target), usize> = BTreeMap::new();
        for (target, tag) in self.server.effects.iter().filter(|(_, tag)| !words(tag)) {
            let at = place(tag);
            let before = last.entry((self.pushed[at].0.as_str(), target)).or_insert(at);
            let logs = || {
                entries
                    .iter()
                    .map(|(tag, e)| format!("{tag} {:?} {:#?}", e.safety, e.log))
                    .collect::<String>()
            };
            assert!(*before <= at, "{tag} came after {}: {}", self.pushed[*before].2, logs());
            *before = at;
        }
    }
}

fn history(seed: u64) {
    let mut world = World::new(seed);
    for _ in 0..30 {
        world.happen();
        world.step();
    }
    world.calm_down();
    world.check();
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn whatever_happens_nothing_is_lost_nothing_is_doubled_and_order_is_kept() {
    if let Some(seed) = number("OUTBOX_SEED") {
        return history(seed);
    }
    let n = number("OUTBOX_HISTORIES").unwrap_or(1_000);
    let n_threads = std::thread::available_parallelism().map_or(1, usize::from) as u64;
    let fails = |seed: u64| std::panic::catch_unwind(|| history(seed)).is_err();
    let failed: Vec<u64> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..n_threads)
            .map(|first| {
                scope.spawn(move || (first..n).step_by(n_threads as usize).find(|seed| fails(*seed)))
            })
            .collect();
        threads.into_iter().filter_map(|t| t.join().expect("a thread")).collect()
    });
    assert!(failed.is_empty(), "OUTBOX_SEED={} fails", failed[0]);
}
