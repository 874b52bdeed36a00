//! The job queue, run one job at a time so that whoever drives it can look between two jobs.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::Future;
use std::pin::pin;
use std::rc::Rc;
use std::task::{Poll, Waker};

use boa_engine::job::{Job, JobExecutor, NativeAsyncJob};
use boa_engine::{Context, JsResult};

/// Jobs in the order they came.
#[derive(Default)]
pub(crate) struct Jobs(RefCell<VecDeque<Job>>);

/// How often an asynchronous job of the engine is polled. All of them (module loading) are ready at
/// once, because no module can be loaded.
const POLLS_MAX: usize = 64;

impl Jobs {
    /// Runs the oldest job; `None` when there is none.
    pub(crate) fn run_one(&self, context: &mut Context) -> Option<JsResult<()>> {
        let job = self.0.borrow_mut().pop_front()?;
        Some(run(job, context))
    }

    /// Forgets all jobs.
    pub(crate) fn clear(&self) {
        self.0.borrow_mut().clear();
    }
}

fn run(job: Job, context: &mut Context) -> JsResult<()> {
    match job {
        Job::PromiseJob(job) => job.call(context).map(drop),
        Job::GenericJob(job) => job.call(context).map(drop),
        Job::AsyncJob(job) => poll(job, context),
        // Timers are ours, and registries need never be cleaned up in a run this short.
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
