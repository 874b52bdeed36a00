//! The settings of a gateway, with their defaults.

use callbox::Limits;

use crate::pattern::ToolPattern;
use crate::result_store::ResultStoreLimits;
use crate::trace::Traces;

/// The settings of a gateway.
#[derive(Debug, Clone)]
pub struct GatewayOptions {
    /// The limits of each run. Default [`Limits::default`]. A client can lower some of them for one run, but never
    /// raise them.
    pub limits: Limits,
    /// Tokens (o200k) that one run may put into the model's context. Default 4,000. A longer result is shortened, and
    /// stored whole.
    pub result_tokens_max: usize,
    /// Tokens of one answer of `search_tools` or `describe_tools`. Default 6,000.
    pub describe_tokens_max: usize,
    /// The context window that `inline_percent_max` refers to, tokens. Default 200,000.
    pub window_tokens: usize,
    /// If all declarations together take no more than this share of the window, they go into the description of
    /// `run_script`, and there is no search. Default 3; 0 switches it off. The specification names 1 to 5 % as the
    /// point from which searching pays off.
    pub inline_percent_max: u8,
    /// Tools that clients see besides the gateway's own. Default none.
    pub direct: Vec<ToolPattern>,
    /// Whether clients may run WebAssembly components besides JavaScript. Default no.
    pub components: bool,
    /// Limits of the result store.
    pub result_store: ResultStoreLimits,
    /// How long after the gateway's start a request waits for servers that are still starting, milliseconds.
    /// Default 8,000: hosts give up on a server after 10 s or more.
    pub start_ms_max: u64,
    /// Makes the spans of runs and tool calls. Default none: a request's trace context is forwarded to the servers
    /// unchanged.
    pub traces: Option<Traces>,
    /// Whether the `baggage` of a request is also forwarded to the servers. Default no: it may identify a client's
    /// users, and servers are third parties.
    pub forward_baggage: bool,
    /// Total time for questions to the user in one run or direct call, milliseconds. Default 300,000. The run's other
    /// clocks pause meanwhile; beyond it the run is stopped. 0: the user is never asked.
    pub person_ms_max: u64,
    /// Maximum suspended requests, waiting for their client to return with a user's answers, for all clients. Default
    /// 256; beyond that questions are declined.
    pub parked_max: usize,
    /// Maximum suspended requests of one principal. Default 64.
    pub principal_parked_max: usize,
    /// Runs and passed-through calls of one principal at once. Default 64; further ones wait, for as long as a run may
    /// take.
    pub principal_runs_max: usize,
    /// Maximum waiting runs and calls of one principal. Default 256; further ones fail.
    pub principal_waiting_max: usize,
    /// Time after which a request becomes a task, if its client has declared the tasks extension, milliseconds.
    /// Default 2,000.
    pub task_after_ms: u64,
    /// Polling interval that such a client is told, milliseconds. Default 1,000.
    pub task_poll_ms: u64,
    /// Lifetime of a task, milliseconds. Default 600,000. A task that is not done by then is ended; the result of one
    /// that is done is stored for as long again.
    pub task_ttl_ms: u64,
    /// Maximum tasks of all clients. Default 256; beyond that clients wait for their answers.
    pub tasks_max: usize,
    /// Maximum tasks of one principal. Default 64.
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
