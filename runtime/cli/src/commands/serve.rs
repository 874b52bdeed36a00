//! `callbox serve`: the gateway, over standard input and output or over HTTP.

use std::{net::SocketAddr, path::Path, sync::Arc, time::Duration};

use callbox::{CancellationToken, Sandbox};
use callbox_gateway::{Gateway, HttpOptions, Scope, Tokens};
use tokio::net::TcpListener;

use crate::{
    args::ServeArgs,
    demo,
    error::CliError,
    exit::ExitCode,
    learned::Learning,
    render,
    settings::{Settings, Source},
    text_file, toolbox,
};

/// Larger than any hand-written list of tokens.
const TOKEN_FILE_BYTES_MAX: u64 = 1024 * 1024;

pub(crate) async fn serve(
    args: &ServeArgs,
    settings: &Settings,
    cancel: CancellationToken,
) -> Result<ExitCode, CliError> {
    let scope = Arc::new(Scope::new("local", args.allow.clone(), args.hide.clone()));
    // Report errors in the command line before any server is started.
    let door = match args.http {
        Some(address) => Some((listener(address, args).await?, http_options(address, args)?)),
        None => None,
    };
    let (gateway, learning) = gateway(args, settings)?;
    match door {
        Some((listener, options)) => {
            render::tell(&format!("serving MCP at http://{}/mcp\n", shown(&listener)));
            gateway.serve_http(listener, &scope, &options, cancel).await;
        }
        None => {
            let drain = Duration::from_millis(args.shutdown_ms);
            let served = gateway.serve_until(scope, tokio::io::stdin(), tokio::io::stdout(), cancel, drain).await;
            served.map_err(|error| {
                CliError::usage(error.to_string()).hint("Let an MCP host start this command and talk to it.")
            })?;
            // If the client is gone, its runs were cancelled; wait for them to log their end.
            gateway.drained(drain).await;
        }
    }
    tokio::join!(gateway.shutdown(), learning.save());
    Ok(ExitCode::Returned)
}

fn gateway(args: &ServeArgs, settings: &Settings) -> Result<(Gateway, Learning), CliError> {
    let builder = Sandbox::builder().engine(args.engine.engine).capacity(args.capacity());
    let sandbox = if args.allow_wasm { super::build_for_components(builder)? } else { builder.build()? };
    let options = args.options(settings.traces.clone());
    if let Source::Demo = settings.source {
        return Ok((Gateway::over(sandbox, demo::catalog(), options), Learning::default()));
    }
    let config = settings.source.config()?.config;
    let learning = settings.learning(&config).with_known();
    let learner = learning.learner();
    let mut connect = toolbox::connect_options(&config);
    connect.connect_ms_max = connect.connect_ms_max.max(args.start_ms);
    Ok((Gateway::start(sandbox, &config, connect, &learner, options), learning))
}

async fn listener(address: SocketAddr, args: &ServeArgs) -> Result<TcpListener, CliError> {
    if !address.ip().is_loopback() && args.token_file.is_none() {
        let message = format!("`{address}` can be reached from other machines, but there is no `--token-file`");
        return Err(CliError::usage(message).hint("Give a token file, or an address such as 127.0.0.1:8723."));
    }
    TcpListener::bind(address).await.map_err(|error| {
        let message = format!("cannot listen on `{address}`: {error}");
        CliError::usage(message).hint("Choose another port, or stop the program that uses it; port 0 picks a free one.")
    })
}

fn http_options(address: SocketAddr, args: &ServeArgs) -> Result<HttpOptions, CliError> {
    let mut options = HttpOptions { drain_ms_max: args.shutdown_ms, ..HttpOptions::default() };
    options.hosts.push(address.ip().to_string());
    options.hosts.extend(args.allow_host.iter().cloned());
    options.origins.extend(args.allow_origin.iter().cloned());
    if args.allow_wasm {
        let component = base64_bytes(args.limits.limits().component_bytes_max);
        options.body_bytes_max = options.body_bytes_max.saturating_add(component);
    }
    if let Some(file) = &args.token_file {
        options.tokens = Some(Arc::new(tokens(file, args)?));
    }
    Ok(options)
}

/// Returns the size of that many bytes in base64.
fn base64_bytes(bytes: u64) -> usize {
    usize::try_from(bytes.div_ceil(3).saturating_mul(4)).unwrap_or(usize::MAX)
}

fn tokens(file: &Path, args: &ServeArgs) -> Result<Tokens, CliError> {
    let text = text_file::read(file, TOKEN_FILE_BYTES_MAX)?;
    Tokens::parse(&text, &args.hide).map_err(|error| {
        CliError::file(format!("`{}`: {error}", file.display()))
            .hint("Write one token per line: `name token [server.tool …]`.")
    })
}

fn shown(listener: &TcpListener) -> String {
    listener.local_addr().map_or_else(|_| "its address".to_owned(), |address| address.to_string())
}
