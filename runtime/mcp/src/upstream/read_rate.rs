//! Limits how fast unsolicited data of a server is read: a server that never stops sending would keep a core busy for
//! as long as it is connected.

use std::sync::{Mutex, PoisonError};

use tokio::time::{Duration, Instant, sleep};

/// Bytes that may come at once besides the longest reply. Logs and progress stay far below this.
const BURST_BYTES: u64 = 16 << 20;

/// Rate beyond that, which takes a small part of a core.
const BYTES_PER_SECOND: u64 = 4 << 20;

/// Cost of a message, a request and the opening of a stream, besides their bytes. It allows some thousand of the
/// smallest messages to be read per second, and some hundred requests to be answered.
const MESSAGE_BYTES: u64 = 512;
const REQUEST_BYTES: u64 = 16 << 10;
const STREAM_BYTES: u64 = 64 << 10;

/// The bytes read from one pipe, one request's stream, or all other streams of one connection, less what elapsed time
/// has paid for. Reading waits while too much is owed.
#[derive(Debug)]
pub(crate) struct ReadRate {
    burst_bytes: u64,
    owed: Mutex<Owed>,
}

#[derive(Debug)]
struct Owed {
    bytes: u64,
    at: Instant,
}

impl ReadRate {
    /// A reply of up to `reply_bytes_max` passes without a wait.
    pub(crate) fn new(reply_bytes_max: usize) -> Self {
        let owed = Owed { bytes: 0, at: Instant::now() };
        Self { burst_bytes: BURST_BYTES.saturating_add(reply_bytes_max as u64), owed: Mutex::new(owed) }
    }

    /// Waits until more may be read.
    pub(crate) async fn until_free(&self) {
        let excess = self.with(|owed| owed.bytes).saturating_sub(self.burst_bytes);
        if excess > 0 {
            sleep(Duration::from_micros(excess.saturating_mul(1_000_000) / BYTES_PER_SECOND)).await;
        }
    }

    /// Books what was read.
    pub(crate) fn book(&self, bytes: usize, messages: usize) {
        self.add(bytes as u64 + messages as u64 * MESSAGE_BYTES);
    }

    /// Books the extra cost of a request, which is answered.
    pub(crate) fn book_request(&self) {
        self.add(REQUEST_BYTES);
    }

    /// Books the opening of a stream.
    pub(crate) fn book_stream(&self) {
        self.add(STREAM_BYTES);
    }

    /// Takes back what was booked for a message that turned out to be a reply.
    pub(crate) fn take_back(&self, bytes: usize) {
        self.with(|owed| owed.bytes = owed.bytes.saturating_sub(bytes as u64 + MESSAGE_BYTES));
    }

    #[cfg(test)]
    pub(crate) fn owed_bytes(&self) -> u64 {
        self.with(|owed| owed.bytes)
    }

    fn add(&self, bytes: u64) {
        self.with(|owed| owed.bytes = owed.bytes.saturating_add(bytes));
    }

    fn with<T>(&self, act: impl FnOnce(&mut Owed) -> T) -> T {
        let mut owed = self.owed.lock().unwrap_or_else(PoisonError::into_inner);
        owed.pay(Instant::now());
        act(&mut owed)
    }
}

impl Owed {
    fn pay(&mut self, now: Instant) {
        let paid = now.saturating_duration_since(self.at).as_micros() * u128::from(BYTES_PER_SECOND) / 1_000_000;
        // Fractions of a byte stay owed.
        if paid > 0 {
            self.bytes = self.bytes.saturating_sub(u64::try_from(paid).unwrap_or(u64::MAX));
            self.at = now;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_pays_what_was_booked() {
        let began = Instant::now();
        let mut owed = Owed { bytes: 40 << 20, at: began };
        owed.pay(began + Duration::from_secs(4));
        assert_eq!(owed.bytes, 24 << 20);
        owed.pay(began + Duration::from_millis(4500));
        assert_eq!(owed.bytes, 22 << 20);
        owed.pay(began + Duration::from_secs(60));
        assert_eq!(owed.bytes, 0, "nothing is saved up");
    }

    #[tokio::test]
    async fn reading_waits_from_the_burst_on() {
        let pace = ReadRate::new(1 << 20);
        pace.book(17 << 20, 0);
        let began = Instant::now();
        pace.until_free().await;
        assert!(began.elapsed() < Duration::from_secs(2), "a reply and the burst pass");
        pace.book(0, 16 << 10);
        let began = Instant::now();
        pace.until_free().await;
        assert!(began.elapsed() > Duration::from_secs(1), "16,384 messages cost 2 s: {:?}", began.elapsed());
    }
}
