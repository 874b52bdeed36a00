//! The job queue, run one job at a time so that the caller can inspect state between jobs.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::Future;
use std::pin::pin;
use std::rc::Rc;
use std::task::{Poll, Waker};

use boa_engine::job::{Job, JobExecutor, NativeAsyncJob};
use boa_engine::{Context, JsResult};

/// Jobs in the order they were queued.
#[derive(Default)]
pub(crate) struct Jobs(RefCell<VecDeque<Job>>);

/// Maximum number of polls of an asynchronous job of the engine. All of these (module loading) are ready at once,
/// because no module can be loaded.
const POLLS_MAX: usize = 64;

impl Jobs {
    /// Runs the oldest job; `None` if there is none.
    pub(crate) fn run_one(&self, context: &mut Context) -> Option<JsResult<()>> {
        let job = self.0.borrow_mut().pop_front()?;
        Some(run(job, context))
    }

    /// Discards all jobs.
    pub(crate) fn clear(&self) {
        self.0.borrow_mut().clear();
    }
}

fn run(job: Job, context: &mut Context) -> JsResult<()> {
    match job {
        Job::PromiseJob(job) => job.call(context).map(drop),
        Job::GenericJob(job) => job.call(context).map(drop),
        Job::AsyncJob(job) => poll(job, context),
        // callbox has its own timers, and runs are too short for finalization registries to need a cleanup.
        _ => Ok(()),
    }
}

fn poll(job: NativeAsyncJob, context: &mut Context) -> JsResult<()> {
    let context = RefCell::new(context);
    let mut future = pin!(job.call(&context));
    let mut waker = std::task::Context::from_waker(Waker::noop());
    for _ in 0..POLLS_MAX {
        if let Poll::Ready(result) = future.as_mut().poll(&mut waker) {
            return result.map(drop);
        }
    }
    Ok(())
}

impl JobExecutor for Jobs {
    fn enqueue_job(self: Rc<Self>, job: Job, _context: &mut Context) {
        self.0.borrow_mut().push_back(job);
    }

    fn run_jobs(self: Rc<Self>, context: &mut Context) -> JsResult<()> {
        while let Some(result) = self.run_one(context) {
            result?;
        }
        Ok(())
    }
}
