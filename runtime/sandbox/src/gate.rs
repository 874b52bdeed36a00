//! The gate in front of the tools: asked once before each call is sent.

use futures::future::BoxFuture;
use serde_json::Value;

use crate::{host::Caller, tool_error::ToolError};

/// Decides about each call of a tool before it is sent: it may write the call down, ask somebody, wait, or deny it.
///
/// The arguments have been checked against the tool's input schema. Functions of the host are not tools, and are not
/// gated. A gate that panics fails the call.
///
/// ```
/// use callbox::{BoxFuture, CallGate, GatedCall, ToolError};
///
/// struct ReadOnly;
///
/// impl CallGate for ReadOnly {
///     fn check<'a>(&'a self, call: GatedCall<'a>) -> BoxFuture<'a, Result<(), ToolError>> {
///         let reads = call.tool.starts_with("get_") || call.tool.starts_with("list_");
///         let denied = ToolError::failed(format!("`{}` may not be called", call.tool));
///         Box::pin(std::future::ready(if reads { Ok(()) } else { Err(denied) }))
///     }
/// }
/// ```
pub trait CallGate: Send + Sync + 'static {
    /// Returns `Ok` to send the call, or the error that the script gets instead. Dropping the future abandons the call.
    ///
    /// The time it takes counts towards the run's wall time, but not towards the time for the call;
    /// [`Caller::hold_clock`] pauses the run's clock while a user is asked.
    fn check<'a>(&'a self, call: GatedCall<'a>) -> BoxFuture<'a, Result<(), ToolError>>;
}

/// A call that is about to be sent.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct GatedCall<'a> {
    /// The server's name.
    pub server: &'a str,
    /// The tool's exact name on the wire.
    pub tool: &'a str,
    /// The arguments, a JSON object.
    pub arguments: &'a Value,
    /// On whose behalf it is made.
    pub caller: &'a Caller,
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use serde_json::json;

    use super::*;
    use crate::{Catalog, End, Event, Outcome, RunObserver, RunRequest, Sandbox, tool_error::ToolErrorCode};

    /// Writes down what it is asked; denies `two` and panics at `three`.
    #[derive(Clone, Default)]
    struct Noting(Arc<Mutex<Vec<String>>>);

    impl CallGate for Noting {
        fn check<'a>(&'a self, call: GatedCall<'a>) -> BoxFuture<'a, Result<(), ToolError>> {
            Box::pin(async move {
                tokio::task::yield_now().await;
                let asked = format!("{} {}.{} {}", call.caller.call_id, call.server, call.tool, call.arguments);
                self.0.lock().expect("a list").push(asked);
                assert_ne!(call.tool, "three", "a gate with a bug");
                let denied = ToolError::new(ToolErrorCode::Protocol, "not today");
                if call.tool == "two" { Err(denied) } else { Ok(()) }
            })
        }
    }

    impl RunObserver for Noting {
        fn event(&self, event: &Event) {
            if let Event::CallEnded { name, result, .. } = event {
                self.0.lock().expect("a list").push(format!("{name} {}", result.is_ok()));
            }
        }

        fn ended(&self, outcome: &Outcome) {
            self.0.lock().expect("a list").push(format!("ended {}", outcome.end.kind()));
        }
    }

    fn catalog() -> Catalog {
        let mut builder = Catalog::builder();
        for name in ["one", "two", "three"] {
            builder = builder.function("math", name, "A number.", |(): ()| async { Ok::<_, ToolError>(7) });
        }
        builder.build()
    }

    async fn ran(request: RunRequest) -> serde_json::Value {
        let outcome = Sandbox::new().expect("a sandbox").run(&catalog(), request).await.expect("a run");
        let End::Returned(returned) = outcome.end else { panic!("{}", outcome.transcript()) };
        returned.value
    }

    #[tokio::test]
    async fn the_gate_is_asked_once_for_each_call_and_may_deny_it() {
        let gate = Noting::default();
        let script = r#"
            const said = call => call.catch(error => `${error.code}: ${error.message}`);
            return [await said(tools.math.one()), await said(tools.math.two()), await said(tools.math.three())];
        "#;
        let value = ran(RunRequest::new(script).gate(gate.clone())).await;
        assert_eq!(value, json!([7, "protocol: not today", "tool_failed: the gate in front of the tools panicked"]));
        assert_eq!(*gate.0.lock().expect("a list"), ["0 math.one {}", "1 math.two {}", "2 math.three {}"]);
    }

    #[tokio::test]
    async fn arguments_that_do_not_fit_do_not_reach_the_gate() {
        let gate = Noting::default();
        let script = "return tools.math.one(5).catch(error => error.code)";
        assert_eq!(ran(RunRequest::new(script).gate(gate.clone())).await, json!("invalid_arguments"));
        assert!(gate.0.lock().expect("a list").is_empty());
    }

    #[tokio::test]
    async fn observers_hear_everything_in_order_and_the_end_once() {
        let observer = Noting::default();
        let request = RunRequest::new("await tools.math.one(); return 1").observer(Arc::new(observer.clone()));
        let request = request.observer(Arc::new(observer.clone()));
        assert_eq!(ran(request).await, json!(1));
        let heard = observer.0.lock().expect("a list");
        assert_eq!(*heard, ["math.one true", "math.one true", "ended returned", "ended returned"]);
    }
}
