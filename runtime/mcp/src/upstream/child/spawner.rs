//! The thread that starts processes. It lives as long as this process: Linux kills a child with a parent-death signal
//! when the thread that started it ends, and threads of a runtime come and go.

use std::io::{Error, Result};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::thread::Builder;

use tokio::process::{Child, Command};
use tokio::runtime::Handle;
use tokio::sync::oneshot;

type Job = Box<dyn FnOnce() + Send>;

/// The channel to the thread, once it has been started.
static SPAWNER: Mutex<Option<Sender<Job>>> = Mutex::new(None);

/// Starts the process. If nobody waits for it any more, it is killed at once, provided the command is set to do so.
pub(super) async fn spawn(mut command: Command) -> Result<Child> {
    let (sender, receiver) = oneshot::channel();
    let runtime = Handle::current();
    let job = move || {
        let _runtime = runtime.enter();
        // If nobody waits, the child is dropped.
        let _ = sender.send(command.spawn());
    };
    send(Box::new(job))?;
    receiver.await.map_err(Error::other)?
}

fn send(job: Job) -> Result<()> {
    let mut spawner = SPAWNER.lock().unwrap_or_else(PoisonError::into_inner);
    let jobs = match spawner.take() {
        Some(jobs) => jobs,
        None => started()?,
    };
    jobs.send(job).map_err(|_| Error::other("the thread that starts processes is gone"))?;
    *spawner = Some(jobs);
    Ok(())
}

fn started() -> Result<Sender<Job>> {
    let (sender, receiver) = channel::<Job>();
    let work = move || receiver.into_iter().for_each(|job| job());
    Builder::new().name("callbox-spawner".to_owned()).spawn(work)?;
    Ok(sender)
}
