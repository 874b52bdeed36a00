//! One tokio runtime and one loaded sandbox for a whole test binary, as an embedder would have.

use std::{future::Future, sync::LazyLock};

use callbox::{Catalog, Outcome, RunRequest, Sandbox};
use tokio::runtime::{Builder, Runtime};

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    let built = Builder::new_multi_thread().worker_threads(2).enable_all().build();
    built.expect("a tokio runtime")
});

static SANDBOX: LazyLock<Sandbox> = LazyLock::new(|| Sandbox::new().expect("a sandbox"));

/// The sandbox of this process.
#[must_use]
pub fn sandbox() -> &'static Sandbox {
    &SANDBOX
}

/// Drives `future` on the runtime of this process.
pub fn wait<F: Future>(future: F) -> F::Output {
    RUNTIME.block_on(future)
}

/// Starts `future` on the runtime of this process.
pub fn spawn<F>(future: F) -> tokio::task::JoinHandle<F::Output>
where
    F: Future<Output: Send + 'static> + Send + 'static,
{
    RUNTIME.spawn(future)
}

/// Makes one run, driven by a worker thread of the runtime.
#[must_use]
pub fn run(catalog: &Catalog, request: RunRequest) -> Outcome {
    let catalog = catalog.clone();
    let running = RUNTIME.spawn(async move { sandbox().run(&catalog, request).await });
    let outcome = wait(running).expect("a run does not take its task down");
    outcome.expect("the machine can run it")
}
