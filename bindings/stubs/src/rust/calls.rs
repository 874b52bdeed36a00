//! Generates the functions that call a server's tools through the crate `callbox-guest`.

use super::{RustServer, RustTool, text::comment, text::string};

pub(super) fn functions(server: &RustServer) -> String {
    server.tools.iter().map(|tool| function(&server.wire, tool)).collect()
}

fn function(server: &str, tool: &RustTool) -> String {
    let RustTool { function, wire, arguments, result, doc } = tool;
    let (server, tool) = (string(server), string(wire));
    format!(
        "\n{}    pub async fn {function}(arguments: {arguments}) -> Result<{result}, ::callbox::ToolError> {{\n        \
         ::callbox::call({server}, {tool}, &arguments).await\n    }}\n",
        comment(doc, 1)
    )
}
