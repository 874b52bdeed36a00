//! The tools that test scripts call: each shows one behaviour of a server, and none touches the machine.

mod canned;
mod kit;
mod odd;
mod rendezvous;

use std::sync::Arc;

use callbox::{Tool, ToolHost};
use serde_json::{Value, json};

pub use canned::{Canned, InlineTool};
pub use kit::Kit;
pub use odd::Odd;

/// A server's name, its tools and their host.
pub type Fixture = (&'static str, Vec<Tool>, Arc<dyn ToolHost>);

/// Every behaviour that a script may meet, in one server: echoes, failures, waits, sizes, forms of reply.
#[must_use]
pub fn kit() -> Fixture {
    ("kit", kit::tools(), Arc::new(Kit::default()))
}

/// Tools with tricky names; each answers with the name by which it was called.
#[must_use]
pub fn odd() -> Fixture {
    ("odd", odd::tools(), Arc::new(Odd))
}

/// The same under a server name that is not an identifier.
#[must_use]
pub fn dashed() -> Fixture {
    ("my-server", odd::tools(), Arc::new(Odd))
}

/// Makes a tool from its name and schemas.
pub(crate) fn tool(name: &str, input: &Value, output: Option<&Value>) -> Tool {
    let mut entry = json!({ "name": name, "inputSchema": input });
    if let Some(output) = output {
        entry["outputSchema"] = output.clone();
    }
    Tool::from_json(&entry).expect("a fixture is a tool")
}
