//! Tracks the sessions, their principals and which of them are awake, and picks the ones to end when there are too
//! many. It starts and ends nothing itself.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rmcp::transport::streamable_http_server::session::SessionId;

use crate::http::rejection::LimitReached;
use crate::open_requests::OpenRequests;

/// Limits on sessions.
#[derive(Debug, Clone, Copy)]
pub(super) struct SessionLimits {
    pub(super) sessions_max: usize,
    pub(super) principal_sessions_max: usize,
    /// Idle time after which a session is forgotten.
    pub(super) idle: Duration,
    /// Maximum idle sessions awake.
    pub(super) awake_max: usize,
    pub(super) principal_awake_max: usize,
    /// Idle time after which a session sleeps.
    pub(super) awake: Duration,
}

/// The sessions; `L` is the life of an awake session, which ends when dropped.
pub(super) struct Table<L> {
    limits: SessionLimits,
    sessions: HashMap<SessionId, Session<L>>,
    lives: u64,
}

struct Session<L> {
    principal: Arc<str>,
    /// The parameters of its `initialize`, as JSON.
    kept: Option<Box<[u8]>>,
    awake: Option<AwakeSession<L>>,
    /// Requests and answers in progress.
    visits: usize,
    idle_since: Instant,
}

/// The parts that a session has only while it is awake.
pub(super) struct AwakeSession<L> {
    /// Distinguishes the lives of a session.
    pub(super) number: u64,
    pub(super) open: OpenRequests,
    pub(super) life: L,
}

impl<L> Session<L> {
    fn is_idle(&self) -> bool {
        self.visits == 0 && self.awake.as_ref().is_none_or(|awake| awake.open.is_empty())
    }
}

impl<L> Table<L> {
    pub(super) fn new(limits: SessionLimits) -> Self {
        Self { limits, sessions: HashMap::new(), lives: 0 }
    }

    /// Adds a new session with one visit, ending an idle one if needed. Returns whether it is the only session.
    pub(super) fn begin(&mut self, id: SessionId, principal: &str) -> Result<bool, LimitReached> {
        self.make_room(principal)?;
        let session =
            Session { principal: principal.into(), kept: None, awake: None, visits: 1, idle_since: Instant::now() };
        self.sessions.insert(id, session);
        Ok(self.sessions.len() == 1)
    }

    /// Begins a visit to a session. Returns false if the session is not the principal's.
    pub(super) fn visit(&mut self, id: &str, principal: &str) -> bool {
        let Some(session) = self.sessions.get_mut(id).filter(|session| *session.principal == *principal) else {
            return false;
        };
        session.visits += 1;
        true
    }

    /// Ends a visit.
    pub(super) fn leave(&mut self, id: &str, now: Instant) {
        let Some(session) = self.sessions.get_mut(id) else { return };
        session.visits = session.visits.saturating_sub(1);
        session.idle_since = now;
        let principal = Arc::clone(&session.principal);
        self.calm(&principal);
    }

    pub(super) fn life(&self, id: &str) -> Option<&L> {
        self.sessions.get(id)?.awake.as_ref().map(|awake| &awake.life)
    }

    /// Returns the number of the next life.
    pub(super) fn next_life(&mut self) -> u64 {
        self.lives += 1;
        self.lives
    }

    /// Marks a session as awake.
    pub(super) fn wake(&mut self, id: &str, awake: AwakeSession<L>) {
        if let Some(session) = self.sessions.get_mut(id) {
            session.awake = Some(awake);
        }
    }

    /// Records that a life has ended by itself; a later life of the session continues.
    pub(super) fn lose(&mut self, id: &str, number: u64) {
        let Some(session) = self.sessions.get_mut(id) else { return };
        session.awake.take_if(|awake| awake.number == number);
    }

    /// Stores the parameters of `initialize`.
    pub(super) fn keep(&mut self, id: &str, said: Box<[u8]>) {
        if let Some(session) = self.sessions.get_mut(id) {
            session.kept = Some(said);
        }
    }

    pub(super) fn kept(&self, id: &str) -> Option<Box<[u8]>> {
        self.sessions.get(id)?.kept.clone()
    }

    pub(super) fn end(&mut self, id: &str) {
        self.sessions.remove(id);
    }

    /// Puts to sleep or forgets sessions that have been idle for too long. Returns whether any is left.
    pub(super) fn sweep(&mut self, now: Instant) -> bool {
        let SessionLimits { idle, awake, .. } = self.limits;
        let for_longer =
            |session: &Session<L>, time| session.is_idle() && now.saturating_duration_since(session.idle_since) > time;
        self.sessions.retain(|_, session| !for_longer(session, idle));
        let slept = self.sessions.values_mut().filter(|session| for_longer(session, awake));
        slept.for_each(|session| session.awake = None);
        self.sessions.shrink_to(self.sessions.len() * 2);
        !self.sessions.is_empty()
    }

    /// Limits the number of idle sessions that are awake.
    fn calm(&mut self, principal: &str) {
        let SessionLimits { awake_max, principal_awake_max, .. } = self.limits;
        if self.sessions.len() <= principal_awake_max.min(awake_max) {
            return;
        }
        self.calm_down(principal_awake_max, |session| *session.principal == *principal);
        self.calm_down(awake_max, |_| true);
    }

    fn calm_down(&mut self, max: usize, counts: impl Fn(&Session<L>) -> bool) {
        let idle = self.sessions.values_mut();
        let mut idle: Vec<_> = idle.filter(|found| found.awake.is_some() && found.is_idle() && counts(found)).collect();
        if idle.len() <= max {
            return;
        }
        idle.sort_by_key(|session| session.idle_since);
        let too_many = idle.len() - max;
        idle.into_iter().take(too_many).for_each(|session| session.awake = None);
    }

    /// Ends an idle session if a limit is reached: the principal's oldest for its own limit, otherwise the oldest of
    /// the principal with the most sessions.
    fn make_room(&mut self, principal: &str) -> Result<(), LimitReached> {
        let SessionLimits { sessions_max, principal_sessions_max, .. } = self.limits;
        let of_principal = self.sessions.values().filter(|session| *session.principal == *principal).count();
        if of_principal >= principal_sessions_max {
            let reached = LimitReached { limit: "principal_sessions_max", max: principal_sessions_max };
            return self.forget_oldest(principal).ok_or(reached);
        }
        if self.sessions.len() >= sessions_max {
            let reached = LimitReached { limit: "sessions_max", max: sessions_max };
            let greediest = self.greediest().ok_or(reached)?;
            return self.forget_oldest(&greediest).ok_or(reached);
        }
        Ok(())
    }

    fn forget_oldest(&mut self, principal: &str) -> Option<()> {
        let idle = self.sessions.iter().filter(|(_, found)| *found.principal == *principal && found.is_idle());
        let oldest = idle.min_by_key(|(_, session)| session.idle_since).map(|(id, _)| SessionId::clone(id))?;
        self.sessions.remove(&oldest).map(drop)
    }

    fn greediest(&self) -> Option<Arc<str>> {
        let mut numbers: HashMap<&Arc<str>, usize> = HashMap::new();
        for session in self.sessions.values() {
            *numbers.entry(&session.principal).or_default() += 1;
        }
        numbers.into_iter().max_by_key(|(_, number)| *number).map(|(principal, _)| Arc::clone(principal))
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{AwakeSession, LimitReached, OpenRequests, SessionLimits, Table};

    const LIMITS: SessionLimits = SessionLimits {
        sessions_max: 4,
        principal_sessions_max: 3,
        idle: Duration::from_secs(100),
        awake_max: 3,
        principal_awake_max: 2,
        awake: Duration::from_secs(10),
    };

    fn table() -> Table<()> {
        Table::new(LIMITS)
    }

    /// Begins a session that is awake, with its first visit over.
    fn begun(table: &mut Table<()>, id: &str, principal: &str) {
        in_use(table, id, principal).expect("there is room");
        table.leave(id, Instant::now());
    }

    fn in_use(table: &mut Table<()>, id: &str, principal: &str) -> Result<(), LimitReached> {
        table.begin(id.into(), principal)?;
        wakes(table, id);
        table.keep(id, (*b"{}").into());
        Ok(())
    }

    fn wakes(table: &mut Table<()>, id: &str) -> u64 {
        let number = table.next_life();
        table.wake(id, AwakeSession { number, open: OpenRequests::default(), life: () });
        number
    }

    #[test]
    fn a_principal_that_has_its_share_loses_its_own_oldest() {
        let mut table = table();
        begun(&mut table, "b", "boris");
        for id in ["a1", "a2", "a3", "a4"] {
            begun(&mut table, id, "anna");
        }
        assert!(!table.visit("a1", "anna") && table.visit("a2", "anna") && table.visit("b", "boris"));
        assert!(!table.visit("b", "anna"), "another's");
    }

    #[test]
    fn where_all_are_too_many_the_greediest_loses() {
        let mut table = table();
        begun(&mut table, "b", "boris");
        for id in ["a1", "a2", "a3"] {
            begun(&mut table, id, "anna");
        }
        begun(&mut table, "c", "clara");
        assert!(table.visit("b", "boris") && table.visit("c", "clara") && !table.visit("a1", "anna"));
    }

    #[test]
    fn sessions_in_use_stay_and_the_new_one_is_refused() {
        let mut table = table();
        for id in ["a1", "a2", "a3"] {
            in_use(&mut table, id, "anna").expect("there is room");
        }
        let refused = in_use(&mut table, "a4", "anna").expect_err("all are in use");
        assert_eq!(refused, LimitReached { limit: "principal_sessions_max", max: 3 });
        assert!(table.life("a1").is_some(), "in use, and so awake");
    }

    #[test]
    fn idle_sessions_sleep_and_then_are_forgotten() {
        let mut table = table();
        begun(&mut table, "a", "anna");
        in_use(&mut table, "u", "anna").expect("there is room");
        let later = |seconds| Instant::now() + Duration::from_secs(seconds);
        assert!(table.sweep(later(11)));
        assert!(table.life("a").is_none() && table.kept("a").is_some() && table.life("u").is_some());
        assert!(table.sweep(later(101)), "one is in use");
        assert!(!table.visit("a", "anna"));
        table.leave("u", Instant::now());
        assert!(!table.sweep(later(101)), "none is left");
    }

    #[test]
    fn few_sessions_are_awake_for_nothing() {
        let mut table = table();
        for id in ["a1", "a2", "a3"] {
            begun(&mut table, id, "anna");
        }
        let awake = ["a1", "a2", "a3"].map(|id| table.life(id).is_some());
        assert_eq!(awake, [false, true, true]);
    }

    #[test]
    fn the_end_of_an_earlier_life_does_not_end_a_later_one() {
        let mut table = table();
        begun(&mut table, "a", "anna");
        let number = wakes(&mut table, "a");
        table.lose("a", number - 1);
        assert!(table.life("a").is_some());
        table.lose("a", number);
        assert!(table.life("a").is_none());
    }
}
