//! Decides which servers a script needs, before any is started.

use callbox::{
    CancellationToken, ComponentSource, End, Limits, Program, Sandbox, Script, Stopped, component::CompileError,
    internal::ToolUse, outcome::DiagnosticCode,
};

use crate::{
    environment::{self, Found},
    error::CliError,
    settings::Source,
    toolbox::{ConfiguredNames, ServerNames, Wanted},
};

/// The result of the decision.
pub(crate) enum Need {
    /// The script cannot run, whatever the servers offer.
    Ended(Box<End>),
    /// The script uses no tools, or the sandbox will reject it.
    Nothing,
    /// The script uses servers' tools.
    Servers(Box<Servers>),
}

/// The servers that a script may use.
pub(crate) struct Servers {
    pub(crate) found: Found,
    /// The servers to start.
    pub(crate) wanted: Wanted,
    /// The servers that the script cannot do without.
    pub(crate) needed: Vec<String>,
}

/// Compiles a script and judges it. Returns the compiled program, or the text if it did not compile.
pub(crate) async fn of_text(
    source: &Source,
    sandbox: &Sandbox,
    text: String,
    limits: &Limits,
    cancel: &CancellationToken,
) -> Result<(Program, Need), CliError> {
    match compile(sandbox, &text, limits, cancel).await {
        Ok(script) => {
            let need = judge(source, &script)?;
            Ok((script.into(), need))
        }
        Err(end) => Ok((text.into(), Need::Ended(end))),
    }
}

/// Compiles a script, unless cancelled. The error says how compilation ended.
pub(crate) async fn compile(
    sandbox: &Sandbox,
    text: &str,
    limits: &Limits,
    cancel: &CancellationToken,
) -> Result<Script, Box<End>> {
    let cancelled = cancel.run_until_cancelled(sandbox.compile(text, limits)).await;
    cancelled.unwrap_or_else(|| Err(Box::new(End::Stopped(Stopped::Cancelled))))
}

/// Judges a compiled script. Reads the list of servers only if the script uses tools.
pub(crate) fn judge(source: &Source, script: &Script) -> Result<Need, CliError> {
    if script.diagnostics().iter().any(|diagnostic| diagnostic.code == DiagnosticCode::TooDeep) {
        return Ok(Need::Nothing);
    }
    let uses_tools = script.dynamic() || !script.tools_named().is_empty();
    let found = if uses_tools { source.config_if_any()? } else { None };
    let names = found.as_ref().map(|found| ServerNames::of_config(&found.config));
    let (wanted, needed) = wanted(script, names.as_ref());
    if let Err(diagnostics) = script.check(&ConfiguredNames { servers: names.as_ref() }) {
        return Ok(Need::Ended(Box::new(End::Rejected(diagnostics))));
    }
    match found {
        _ if !uses_tools => Ok(Need::Nothing),
        None => Err(environment::no_config()),
        Some(found) => Ok(Need::Servers(Box::new(Servers { found, wanted, needed }))),
    }
}

/// Compiles and judges a component. One that calls tools by name gets all servers, since the names are not visible; one
/// with only typed functions gets the servers that these name.
pub(crate) async fn of_component(
    source: &Source,
    sandbox: &Sandbox,
    component: &ComponentSource,
    limits: &Limits,
    cancel: &CancellationToken,
) -> Result<Need, CliError> {
    let anatomy = match sandbox.anatomy(component, limits, cancel).await {
        Ok(anatomy) if anatomy.diagnostics.is_empty() => anatomy,
        Ok(anatomy) => return Ok(Need::Ended(Box::new(End::Rejected(anatomy.diagnostics)))),
        Err(CompileError::Ended(end)) => return Ok(Need::Ended(end)),
        Err(CompileError::Failed(error)) => return Err(error.into()),
    };
    let calls = anatomy.calls_by_name() || anatomy.servers_named().next().is_some();
    let Some(found) = (if calls { source.config_if_any()? } else { None }) else { return Ok(Need::Nothing) };
    let names = ServerNames::of_config(&found.config);
    let needed: Vec<String> =
        anatomy.servers_named().filter_map(|name| names.of_interface(name)).map(str::to_owned).collect();
    let wanted = if anatomy.calls_by_name() { Wanted::All } else { Wanted::Named(needed.clone()) };
    Ok(Need::Servers(Box::new(Servers { found, wanted, needed })))
}

fn wanted(script: &Script, names: Option<&ServerNames>) -> (Wanted, Vec<String>) {
    let uses = script.tools_named();
    let named = listed(uses.iter(), names);
    let wanted = if script.dynamic() { Wanted::All } else { Wanted::Named(named) };
    (wanted, listed(uses.iter().filter(|used| !used.probed), names))
}

/// Returns the listed names of the servers used, without duplicates.
fn listed<'a>(uses: impl Iterator<Item = &'a ToolUse>, names: Option<&ServerNames>) -> Vec<String> {
    let mut listed = Vec::new();
    for name in uses.filter_map(|used| names?.wire(&used.server)) {
        if !listed.iter().any(|other| other == name) {
            listed.push(name.to_owned());
        }
    }
    listed
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn compiled(text: &str) -> Script {
        let sandbox = Sandbox::with_runs_at_once(1).expect("a sandbox");
        sandbox.compile(text, &Limits::default()).await.expect("it is compiled")
    }

    async fn check(text: &str, all: bool, named: &[&str], needed: &[&str]) {
        let names = ServerNames::new(["github", "my-server"].map(str::to_owned).to_vec());
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let expected = if all { Wanted::All } else { Wanted::Named(owned(named)) };
        assert_eq!(wanted(&compiled(text).await, Some(&names)), (expected, owned(needed)), "{text}");
    }

    #[tokio::test]
    async fn only_servers_that_are_named_are_wanted() {
        check("return 1", false, &[], &[]).await;
        check("return tools.github.a() + tools.github.b()", false, &["github"], &["github"]).await;
        check("return tools.my_server.a()", false, &["my-server"], &["my-server"]).await;
        check("return tools['my-server'].a()", false, &["my-server"], &["my-server"]).await;
        check("return tools[input.name].a() + tools.github.b()", true, &[], &["github"]).await;
    }

    #[tokio::test]
    async fn without_a_list_a_script_that_uses_no_tool_needs_nothing() {
        let source = Source::Servers(vec!["/nowhere/mcp.json".into()]);
        let need = judge(&source, &compiled("return 1").await);
        assert!(matches!(need, Ok(Need::Nothing)));
        assert!(judge(&source, &compiled("return tools.a.b()").await).is_err());
    }

    #[tokio::test]
    async fn a_wrong_script_is_rejected_before_anything_is_read() {
        let need = judge(&Source::Demo, &compiled("let a = ;").await);
        let Ok(Need::Ended(end)) = need else { panic!("it was not judged") };
        assert!(matches!(*end, End::Rejected(diagnostics) if diagnostics.len() == 1));
    }
}
