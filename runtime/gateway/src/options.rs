//! What varies from gateway to gateway, with its defaults.

use callbox::Limits;

use crate::pattern::ToolPattern;
use crate::result_store::ResultStoreLimits;
use crate::trace::Traces;

/// The settings of a gateway.
#[derive(Debug, Clone)]
pub struct GatewayOptions {
    /// The limits of each run. Default [`Limits::default`]. A client can lower some for one run, and raise
    /// none.
    pub limits: Limits,
    /// What one run may put into the model's context, tokens (o200k). Default 4,000. A longer result is
    /// shortened and kept whole.
    pub result_tokens_max: usize,
    /// What one answer of `search_tools` or `describe_tools` may take, tokens. Default 6,000.
    pub describe_tokens_max: usize,
    /// The context window that `inline_percent_max` is a part of, tokens. Default 200,000.
    pub window_tokens: usize,
    /// Where all declarations together take no more than this part of the window, they stand in the
    /// description of `run_script`, and there is no search. Default 3; 0 switches it off. The specification
    /// names 1 to 5 % as the point from which searching pays off.
    pub inline_percent_max: u8,
    /// Tools that clients see beside the gateway's own. Default none.
    pub direct: Vec<ToolPattern>,
    /// Whether clients may run WebAssembly components beside JavaScript. Default no.
    pub components: bool,
    /// What is kept of results.
    pub result_store: ResultStoreLimits,
    /// How long after the gateway's start a question waits for servers that are still starting, milliseconds.
    /// Default 8,000: hosts give up on a server after 10 s or more.
    pub start_ms_max: u64,
    /// Makes the spans of runs and tool calls. Default none: the trace of a request goes on to the servers as it
    /// came.
    pub traces: Option<Traces>,
    /// Whether the `baggage` of a request goes on to the servers, too. Default no: it may say who a client's users
    /// are, and servers are third parties.
    pub forward_baggage: bool,
    /// For how long persons are asked in the course of one run or direct call, milliseconds. Default 300,000. The
    /// run's other clocks stand still meanwhile; past it the run is stopped. 0: nobody is asked.
    pub person_ms_max: u64,
    /// Requests that wait for their client to come back with a person's answers, at once, of all clients. Default
    /// 256; past it questions are declined.
    pub parked_max: usize,
    /// The same of one principal. Default 64.
    pub principal_parked_max: usize,
    /// Runs and passed-through calls of one principal at once. Default 64; further ones wait, as long as a run may
    /// take.
    pub principal_runs_max: usize,
    /// Runs and calls of one principal that wait for one of these. Default 256; further ones fail.
    pub principal_waiting_max: usize,
    /// A request that takes longer becomes a task, if its client has declared the tasks extension, milliseconds.
    /// Default 2,000.
    pub task_after_ms: u64,
    /// How often such a client is told to look, milliseconds. Default 1,000.
    pub task_poll_ms: u64,
    /// What is not done in that time after it became a task is ended, and what is done is kept as long again,
    /// milliseconds. Default 600,000.
    pub task_ttl_ms: u64,
    /// Tasks that are kept, of all clients. Default 256; past it clients wait for their answers.
    pub tasks_max: usize,
    /// The same of one principal. Default 64.
    pub principal_tasks_max: usize,
}

impl Default for GatewayOptions {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            result_tokens_max: 4_000,
            describe_tokens_max: 6_000,
            window_tokens: 200_000,
            inline_percent_max: 3,
            direct: Vec::new(),
            components: false,
            result_store: ResultStoreLimits::default(),
            start_ms_max: 8_000,
            traces: None,
            forward_baggage: false,
            person_ms_max: 300_000,
            parked_max: 256,
            principal_parked_max: 64,
            principal_runs_max: 64,
            principal_waiting_max: 256,
            task_after_ms: 2_000,
            task_poll_ms: 1_000,
            task_ttl_ms: 600_000,
            tasks_max: 256,
            principal_tasks_max: 64,
        }
    }
}
