//! The connection to a child process: one JSON-RPC message per line, both ways, as a transport of `rmcp`.
//!
//! Replaces `rmcp`'s own, which silently drops a line that is too long or cannot be parsed, so that the call hangs
//! until its timeout. Here such a line fails the call it answers. It does not start or end the process.

mod health;
mod ledger;
mod lines;
mod message;
mod probe;
mod reply_id;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use rmcp::RoleClient;
use rmcp::model::{ClientJsonRpcMessage, ServerJsonRpcMessage};
use rmcp::transport::Transport;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::sync::{Mutex, Notify, watch};
use tokio::time::{Instant, sleep_until, timeout};

pub(super) use health::Health;
use ledger::Ledger;
use lines::{Line, Lines};
pub(super) use message::{Awaited, Instead, UNREADABLE, error_in, id_of_reply, is_request, read_result};
use message::{BeingRead, Read};
use probe::Probe;

use super::child::Exit;
use super::peer_requests::PeerRequests;

/// How long output is still read after the process has ended: what it wrote is in the pipe already, but a grandchild
/// may hold the pipe open forever.
const DRAIN: Duration = Duration::from_millis(200);

/// How long closing waits for a write that is stuck.
const CLOSE: Duration = Duration::from_millis(100);

/// A running child's standard input and output.
pub(super) struct Pipe<R, W> {
    lines: Lines<R>,
    input: Arc<Mutex<Option<W>>>,
    input_broken: Arc<Notify>,
    ledger: Ledger,
    probe: Probe,
    exit: watch::Receiver<Option<Exit>>,
    drained_at: Option<Instant>,
    peer_requests: PeerRequests,
    /// A message being read on a worker thread; later ones wait.
    reading: Option<BeingRead>,
    health: Arc<Health>,
}

impl<R: AsyncRead + Unpin, W> Pipe<R, W> {
    /// `probe_ms_max` limits how long `server/discover` may go unanswered before the server is taken for a legacy one
    /// (protocol before 2026-07-28); `None` waits forever.
    pub(super) fn new(
        output: R,
        input: W,
        exit: watch::Receiver<Option<Exit>>,
        health: Arc<Health>,
        reply_bytes_max: usize,
        probe_ms_max: Option<u64>,
    ) -> Self {
        Self {
            lines: Lines::new(output, reply_bytes_max),
            input: Arc::new(Mutex::new(Some(input))),
            input_broken: Arc::default(),
            ledger: Ledger::default(),
            probe: Probe::new(probe_ms_max.map(Duration::from_millis)),
            exit,
            drained_at: None,
            peer_requests: PeerRequests::default(),
            reading: None,
            health,
        }
    }

    /// Returns the message being read on a worker thread, if any. Dropping the future loses nothing.
    async fn read_aside(&mut self) -> Option<ServerJsonRpcMessage> {
        let read = self.reading.as_mut()?.await;
        self.reading = None;
        read.inspect_err(|_| self.health.lost("reading it was aborted")).ok().flatten()
    }

    /// Waits for the next event on the pipe. Dropping the future loses nothing.
    ///
    /// Stops reading from a server that does not take the answers to its own requests: each request would be kept.
    async fn next(&mut self) -> Event {
        let draining = self.drained_at;
        let probing = self.probe.deadline();
        let has_room = self.peer_requests.has_room();
        self.health.held_up(!has_room);
        tokio::select! {
            biased;
            () = self.peer_requests.freed(), if !has_room => Event::ReplyRoom,
            line = self.lines.next(), if has_room => Event::Line(line),
            () = at(draining) => Event::Line(Line::End),
            () = ended(&mut self.exit), if draining.is_none() => Event::Ending,
            () = self.input_broken.notified(), if draining.is_none() => Event::Ending,
            () = at(probing) => Event::ProbeTimeout,
        }
    }

    fn on(&mut self, event: Event) -> Step {
        match event {
            Event::Line(Line::End) => Step::End,
            Event::Line(Line::Whole(line)) => self.on_line(&line),
            Event::Line(Line::TooLong { id }) => self.on_too_long(id.as_ref()),
            Event::Ending => {
                self.lines.hurry();
                self.drained_at = Some(Instant::now() + DRAIN);
                Step::Wait
            }
            Event::ReplyRoom => Step::Wait,
            Event::ProbeTimeout => self.probe.give_up().map_or(Step::Wait, Step::message),
        }
    }

    fn on_line(&mut self, line: &[u8]) -> Step {
        let open = self.ledger.len();
        let read = message::read(line, &mut self.ledger, &mut self.probe, &self.health);
        if self.ledger.len() < open {
            self.lines.was_asked_for(line);
        }
        if matches!(&read, Read::Message(message) if matches!(**message, ServerJsonRpcMessage::Request(_))) {
            self.lines.was_request();
        }
        match read {
            Read::Message(message) => Step::Message(message),
            Read::Nothing => Step::Wait,
            Read::Aside(reading) => {
                self.reading = Some(reading);
                Step::Wait
            }
        }
    }

    fn admits(&self, message: &ServerJsonRpcMessage) -> bool {
        let admitted = self.peer_requests.admit(message);
        admitted.inspect_err(|refused| self.health.refused(&refused.reason())).is_ok()
    }

    fn on_too_long(&mut self, id: Option<&serde_json::Value>) -> Step {
        let reason = format!("the reply has more than {} bytes", self.lines.bytes_max());
        let open = id.and_then(ledger::request_id).and_then(|id| self.ledger.settle(&id));
        self.lines.was_too_long(open.is_some());
        match open {
            Some((id, _)) => Step::message(message::refusal(id, reason)),
            None => {
                self.health.lost(&reason);
                Step::Wait
            }
        }
    }
}

enum Event {
    Line(Line),
    /// Another request of the server may come in.
    ReplyRoom,
    Ending,
    ProbeTimeout,
}

enum Step {
    Message(Box<ServerJsonRpcMessage>),
    Wait,
    End,
}

impl Step {
    fn message(message: ServerJsonRpcMessage) -> Self {
        Self::Message(Box::new(message))
    }
}

/// Waits until that time; forever, if there is none.
async fn at(time: Option<Instant>) {
    match time {
        Some(time) => sleep_until(time).await,
        None => std::future::pending().await,
    }
}

/// Waits until the process has ended.
async fn ended(exit: &mut watch::Receiver<Option<Exit>>) {
    if exit.wait_for(Option::is_some).await.is_err() {
        std::future::pending::<()>().await;
    }
}

impl<R, W> Transport<RoleClient> for Pipe<R, W>
where
    R: AsyncRead + Send + Unpin,
    W: AsyncWrite + Send + Unpin + 'static,
{
    type Error = io::Error;

    fn send(&mut self, item: ClientJsonRpcMessage) -> impl Future<Output = Result<(), Self::Error>> + Send + 'static {
        let goes_out = self.probe.lets_out(&item);
        self.ledger.note(&item);
        let leaving = self.peer_requests.leave(&item);
        let (input, broken) = (Arc::clone(&self.input), Arc::clone(&self.input_broken));
        async move {
            // A server that stopped reading may have said why on its output, so that is still read, and the end of the
            // output ends the connection.
            if goes_out && write(&input, &item).await.is_err() {
                broken.notify_one();
            }
            drop(leaving);
            Ok(())
        }
    }

    async fn receive(&mut self) -> Option<ServerJsonRpcMessage> {
        loop {
            if let Some(message) = self.read_aside().await
                && self.admits(&message)
            {
                return Some(message);
            }
            let event = self.next().await;
            match self.on(event) {
                Step::Message(message) if self.admits(&message) => return Some(*message),
                Step::Message(_) | Step::Wait => {}
                Step::End => {
                    self.health.read_out();
                    return None;
                }
            }
        }
    }

    async fn close(&mut self) -> Result<(), Self::Error> {
        if let Ok(mut input) = timeout(CLOSE, self.input.lock()).await {
            drop(input.take());
        }
        Ok(())
    }
}

async fn write<W: AsyncWrite + Unpin>(input: &Mutex<Option<W>>, item: &ClientJsonRpcMessage) -> io::Result<()> {
    let mut line = serde_json::to_vec(item)?;
    line.push(b'\n');
    let mut input = input.lock().await;
    let input = input.as_mut().ok_or(io::ErrorKind::NotConnected)?;
    input.write_all(&line).await?;
    input.flush().await
}

#[cfg(test)]
mod tests;
