//! Memory limits for large replies: the unread replies of one server may take a fixed number of bytes, however many
//! calls wait. A call keeps its room until it has read its reply, so a busy run cannot fill the memory.
//!
//! Over HTTP a reply waits for its room while its body stays with the server. Over stdio it cannot wait, because what
//! comes after it in the pipe belongs to other calls; there a reply without room fails its call.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

use rmcp::model::ClientRequest;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::{CancellationToken, DropGuard};

/// Size from which on a reply needs room.
pub(super) const LARGE_BYTES_MIN: usize = 1 << 20;

/// Maximum of one server's replies held at once, MiB.
const OF_SERVER_MIB: u32 = 256;

/// Half of it for one principal, so that none takes it all.
const OF_PRINCIPAL_MIB: u32 = OF_SERVER_MIB / 2;

/// Concurrent calls of one principal at one server over HTTP: each has a connection of its own.
const CALLS_OF_PRINCIPAL_MAX: usize = 32;

/// Maximum parsed results of one principal that its calls have not taken yet.
const READ_OF_PRINCIPAL_MAX: usize = 2;

/// A principal's share of the room for large replies, at each server: calls whose contexts hold clones of one share
/// use it together. A call without a context has a share of its own, and is limited only by the server's room.
#[derive(Debug, Clone)]
pub struct ReplyShare {
    /// Turns for reading large results.
    reading: Arc<Semaphore>,
}

impl Default for ReplyShare {
    fn default() -> Self {
        Self { reading: Arc::new(Semaphore::new(READ_OF_PRINCIPAL_MAX)) }
    }
}

impl ReplyShare {
    /// Waits for a turn to parse a large result. It is held until the call takes the value.
    pub(super) async fn turn(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.reading).acquire_owned().await.ok()
    }
}

/// The room for the replies of one server.
#[derive(Debug)]
pub(super) struct LargeReplies {
    all: Arc<Semaphore>,
    /// The shares of the principals that wait for replies now.
    shares: Mutex<HashMap<usize, Share>>,
}

/// One principal's share of the room.
#[derive(Debug)]
struct Share {
    /// Dangling once no call of the principal is left.
    of: Weak<Semaphore>,
    room: Arc<Semaphore>,
    calls: Arc<Semaphore>,
}

impl Default for LargeReplies {
    fn default() -> Self {
        Self { all: semaphore(OF_SERVER_MIB), shares: Mutex::default() }
    }
}

fn semaphore(mib: u32) -> Arc<Semaphore> {
    Arc::new(Semaphore::new(mib as usize))
}

impl LargeReplies {
    /// Returns the room of a call of that principal, to be held until the call has read its reply.
    pub(super) fn room(&self, of: ReplyShare) -> Arc<ReplyRoom> {
        let mut shares = self.shares.lock().unwrap_or_else(PoisonError::into_inner);
        shares.retain(|_, share| share.of.strong_count() > 0);
        let key = Arc::as_ptr(&of.reading).addr();
        let share = shares.entry(key).or_insert_with(|| Share {
            of: Arc::downgrade(&of.reading),
            room: semaphore(OF_PRINCIPAL_MIB),
            calls: Arc::new(Semaphore::new(CALLS_OF_PRINCIPAL_MAX)),
        });
        let (of_principal, calls) = (Arc::clone(&share.room), Arc::clone(&share.calls));
        drop(shares);
        let gone = CancellationToken::new();
        let guard = gone.clone().drop_guard();
        let wanted = [of_principal, Arc::clone(&self.all)];
        Arc::new(ReplyRoom { share: of, calls, wanted, taken: OnceLock::new(), gone, _gone: guard })
    }
}

/// The room of one call.
#[derive(Debug)]
pub(super) struct ReplyRoom {
    pub(super) share: ReplyShare,
    calls: Arc<Semaphore>,
    /// Where room is taken from, in this order: waiting for the principal's part takes none from others.
    wanted: [Arc<Semaphore>; 2],
    taken: OnceLock<[OwnedSemaphorePermit; 2]>,
    gone: CancellationToken,
    _gone: DropGuard,
}

impl ReplyRoom {
    /// Waits until the principal may make one more call at the server.
    pub(super) async fn place(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.calls).acquire_owned().await.ok()
    }

    /// Returns the handle that goes with the request to the receiver of the reply.
    pub(super) fn wanted(self: &Arc<Self>) -> Wanted {
        Wanted { room: Arc::downgrade(self), gone: self.gone.clone() }
    }
}

/// Room for the reply to one request, in case it is large.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    room: Weak<ReplyRoom>,
    gone: CancellationToken,
}

/// Nobody waits for the reply any more.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("nobody waits for the reply any more")]
pub(super) struct CallAbandoned;

/// There is no room for the reply now.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "more than {OF_PRINCIPAL_MIB} MiB of this server's replies have not been read yet; make fewer calls with large results at once"
)]
pub(super) struct NoRoom;

impl Wanted {
    /// Returns the room that a request wants, if it is a call.
    pub(super) fn by(request: &ClientRequest) -> Option<Self> {
        let ClientRequest::CallToolRequest(call) = request else { return None };
        call.extensions.get::<Self>().cloned()
    }

    /// Checks whether nobody waits for the reply any more.
    pub(super) fn is_given_up(&self) -> bool {
        self.room.strong_count() == 0
    }

    /// Waits for room for `bytes`. The call releases it, and takes it at most once.
    pub(super) async fn take(&self, bytes: usize) -> Result<(), CallAbandoned> {
        let [of_principal, all] = {
            let room = self.room.upgrade().ok_or(CallAbandoned)?;
            if room.taken.get().is_some() {
                return Ok(());
            }
            room.wanted.clone()
        };
        let mib = mib(bytes);
        let both =
            async { Some([of_principal.acquire_many_owned(mib).await.ok()?, all.acquire_many_owned(mib).await.ok()?]) };
        let taken = tokio::select! {
            taken = both => taken.ok_or(CallAbandoned)?,
            () = self.gone.cancelled() => return Err(CallAbandoned),
        };
        // If the call has room already, this is released at once.
        let _ = self.room.upgrade().ok_or(CallAbandoned)?.taken.set(taken);
        Ok(())
    }

    /// Takes the room if it is free. Succeeds without taking any if nobody waits any more.
    pub(super) fn take_now(&self, bytes: usize) -> Result<(), NoRoom> {
        let Some(room) = self.room.upgrade().filter(|room| room.taken.get().is_none()) else { return Ok(()) };
        let [of_principal, all] =
            room.wanted.clone().map(|of| of.try_acquire_many_owned(mib(bytes)).map_err(|_| NoRoom));
        let _ = room.taken.set([of_principal?, all?]);
        Ok(())
    }
}

/// Converts to whole MiB, at most a principal's share.
fn mib(bytes: usize) -> u32 {
    u32::try_from(bytes.div_ceil(1 << 20)).unwrap_or(u32::MAX).clamp(1, OF_PRINCIPAL_MIB)
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    const HALF: usize = (OF_PRINCIPAL_MIB as usize) << 19;

    #[tokio::test]
    async fn no_principal_takes_all_room_and_each_call_gives_its_own_back() {
        let rooms = LargeReplies::default();
        let one = ReplyShare::default();
        let other = ReplyShare::default();
        let taken = |room: &Arc<ReplyRoom>| room.wanted().take(HALF).now_or_never();
        let mut of_one: Vec<_> = (0..3).map(|_| rooms.room(one.clone())).collect();
        assert_eq!([taken(&of_one[0]), taken(&of_one[1])], [Some(Ok(())), Some(Ok(()))]);
        assert_eq!(taken(&of_one[0]), Some(Ok(())), "a call takes room once");
        assert_eq!(taken(&of_one[2]), None);
        assert_eq!(of_one[2].wanted().take_now(HALF), Err(NoRoom));
        let of_other: Vec<_> = (0..2).map(|_| rooms.room(other.clone())).collect();
        assert_eq!(of_other[0].wanted().take_now(HALF), Ok(()));
        assert_eq!(taken(&of_other[1]), Some(Ok(())));
        let third = rooms.room(ReplyShare::default());
        assert_eq!(taken(&third), None, "the server has no more");
        assert_eq!(LargeReplies::default().room(one).wanted().take_now(usize::MAX), Ok(()), "another server has");
        drop(of_one.remove(0));
        assert_eq!(taken(&third), Some(Ok(())), "a call that ends makes room");
        drop(of_other);
        assert_eq!(taken(&of_one[1]), Some(Ok(())));
    }

    #[tokio::test]
    async fn a_reply_that_nobody_waits_for_takes_no_room() {
        let (rooms, share) = (LargeReplies::default(), ReplyShare::default());
        let full = rooms.room(share.clone());
        assert_eq!(full.wanted().take(usize::MAX).await, Ok(()));
        let room = rooms.room(share);
        let wanted = room.wanted();
        let waits = tokio::spawn(async move { wanted.take(1).await });
        tokio::task::yield_now().await;
        drop(room);
        assert_eq!(waits.await.expect("it ends"), Err(CallAbandoned));
    }

    #[tokio::test]
    async fn a_principal_has_so_many_calls_at_a_server() {
        let (rooms, one) = (LargeReplies::default(), ReplyShare::default());
        let call = |share: &ReplyShare| rooms.room(share.clone()).place().now_or_never();
        let held: Vec<_> = (0..CALLS_OF_PRINCIPAL_MAX).map(|_| call(&one).expect("a place")).collect();
        assert!(call(&one).is_none());
        assert!(call(&ReplyShare::default()).is_some(), "others have their own");
        drop(held);
        assert!(call(&one).is_some());
    }

    #[test]
    fn what_is_kept_of_principals_goes_with_their_calls() {
        let rooms = LargeReplies::default();
        for _ in 0..1_000 {
            drop(rooms.room(ReplyShare::default()));
        }
        assert!(rooms.shares.lock().expect("no panic").len() <= 1);
    }
}
