//! The loopback address that a browser is sent back to. It takes one answer and closes; the answer is judged
//! elsewhere.

use std::future::ready;
use std::net::Ipv4Addr;
use std::time::Duration;

use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, REFERRER_POLICY};
use http::{Method, Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use reqwest::Url;
use subtle::ConstantTimeEq as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until, timeout};

use super::error::{SignInCode, SignInError};
use crate::config::Secret;

/// The path that the browser is sent to.
const PATH: &str = "/callback";

/// Maximum bytes of a request's head, which hyper reads; an answer takes less than two thousand.
const HEAD_BYTES_MAX: usize = 16 * 1024;

/// Longest time for one request. Browsers open connections that they do not use.
const TALK: Duration = Duration::from_secs(10);

/// Maximum concurrent connections.
const TALKS_MAX: usize = 8;

/// Answers to other sign-ins before they are taken for an attack.
const STRAYS_MAX: u32 = 32;

/// A listener that has accepted nothing yet.
#[derive(Debug)]
pub(super) struct Redirect {
    listener: TcpListener,
    port: u16,
}

/// The answer that the browser brought.
#[derive(Debug)]
pub(super) struct AuthorizationResponse {
    /// The code, or what the authorization server says instead.
    pub(super) code: Result<Secret, String>,
    pub(super) issuer: Option<String>,
}

/// The outcome of one connection.
#[derive(Debug)]
enum RedirectRequest {
    AuthorizationResponse(AuthorizationResponse),
    /// The answer to another sign-in, or a forged one.
    Stray,
    Nothing,
}

impl Redirect {
    /// Listens on the port, or on any free one.
    pub(super) async fn open(port: Option<u16>) -> Result<Self, SignInError> {
        let bound = TcpListener::bind((Ipv4Addr::LOCALHOST, port.unwrap_or(0))).await;
        let listened = bound.and_then(|listener| Ok((listener.local_addr()?.port(), listener)));
        match listened {
            Ok((port, listener)) => Ok(Self { listener, port }),
            Err(error) => {
                let port = port.map_or_else(String::new, |port| format!(" on port {port}"));
                let message = format!("no browser can be sent back to this machine{port}: {error}");
                Err(SignInError::new(SignInCode::Redirect, message))
            }
        }
    }

    /// Returns the address to send the browser to.
    pub(super) fn uri(&self) -> String {
        format!("http://127.0.0.1:{}{PATH}", self.port)
    }

    /// Waits for the answer that carries `state`.
    pub(super) async fn answer(self, state: &Secret, wait: Duration) -> Result<AuthorizationResponse, SignInError> {
        let deadline = Instant::now() + wait;
        let (mut talks, mut strays) = (JoinSet::new(), 0);
        loop {
            tokio::select! {
                () = sleep_until(deadline) => return Err(timed_out(wait, strays)),
                Some(talked) = talks.join_next() => match talked {
                    Ok(RedirectRequest::AuthorizationResponse(answer)) => return Ok(answer),
                    Ok(RedirectRequest::Stray) => strays += 1,
                    Ok(RedirectRequest::Nothing) | Err(_) => {}
                },
                accepted = self.listener.accept(), if talks.len() < TALKS_MAX => if let Ok((stream, _)) = accepted {
                    talks.spawn(talk(stream, state.clone(), self.port));
                },
            }
            if strays >= STRAYS_MAX {
                return Err(wrong_state(strays));
            }
        }
    }
}

fn timed_out(wait: Duration, strays: u32) -> SignInError {
    match strays {
        0 => SignInError::new(SignInCode::TimedOut, format!("nobody signed in within {} s", wait.as_secs())),
        strays => wrong_state(strays),
    }
}

fn wrong_state(strays: u32) -> SignInError {
    let message = format!("{strays} answers arrived, but none for this sign-in (wrong `state`)");
    SignInError::new(SignInCode::WrongState, message).with_hint("Use the address that was printed last.")
}

/// Answers one request on the connection.
async fn talk(stream: TcpStream, state: Secret, port: u16) -> RedirectRequest {
    let (sender, mut judged) = mpsc::channel(1);
    let service = service_fn(|request: Request<Incoming>| {
        let heard = judge(&request, &state, port);
        let page = page(&heard);
        // There is one request to a connection, so there is room.
        let _ = sender.try_send(heard);
        ready(page)
    });
    let mut builder = http1::Builder::new();
    let connection =
        builder.keep_alive(false).max_buf_size(HEAD_BYTES_MAX).serve_connection(TokioIo::new(stream), service);
    // The browser may be gone, which does not affect the answer.
    let _ = timeout(TALK, connection).await;
    judged.try_recv().unwrap_or(RedirectRequest::Nothing)
}

fn judge<B>(request: &Request<B>, state: &Secret, port: u16) -> RedirectRequest {
    match parameters(request, port) {
        None => RedirectRequest::Nothing,
        Some(found) if !found.state.as_deref().is_some_and(|given| is_same(given, state.reveal())) => {
            RedirectRequest::Stray
        }
        Some(Parameters { error: Some(error), description, issuer, .. }) => {
            let said = description.map_or_else(|| error.clone(), |words| format!("{error}: {words}"));
            RedirectRequest::AuthorizationResponse(AuthorizationResponse { code: Err(said), issuer })
        }
        Some(Parameters { code: Some(code), issuer, .. }) => {
            RedirectRequest::AuthorizationResponse(AuthorizationResponse { code: Ok(Secret::new(code)), issuer })
        }
        Some(_) => RedirectRequest::Nothing,
    }
}

#[derive(Default)]
struct Parameters {
    state: Option<String>,
    code: Option<String>,
    error: Option<String>,
    description: Option<String>,
    issuer: Option<String>,
}

/// Returns the parameters of a request for our path and host; `None` for others, or if a parameter is repeated.
fn parameters<B>(request: &Request<B>, port: u16) -> Option<Parameters> {
    let host = request.headers().get(HOST)?.to_str().ok()?;
    let is_ours = [format!("127.0.0.1:{port}"), format!("localhost:{port}")].iter().any(|ours| ours == host);
    let target = request.uri().path_and_query()?;
    let url = Url::parse(&format!("http://127.0.0.1{target}")).ok()?;
    if request.method() != Method::GET || !is_ours || url.path() != PATH {
        return None;
    }
    let mut found = Parameters::default();
    for (name, value) in url.query_pairs() {
        let slot = match name.as_ref() {
            "state" => &mut found.state,
            "code" => &mut found.code,
            "error" => &mut found.error,
            "error_description" => &mut found.description,
            "iss" => &mut found.issuer,
            _ => continue,
        };
        if slot.replace(value.into_owned()).is_some() {
            return None;
        }
    }
    Some(found)
}

/// Compares in constant time.
fn is_same(given: &str, expected: &str) -> bool {
    given.as_bytes().ct_eq(expected.as_bytes()).into()
}

/// Returns the page that the user sees; it contains nothing of the request.
fn page(heard: &RedirectRequest) -> http::Result<Response<String>> {
    let (status, words) = match heard {
        RedirectRequest::AuthorizationResponse(AuthorizationResponse { code: Ok(_), .. }) => {
            (StatusCode::OK, "callbox has the answer. You can close this page and go back to the terminal.")
        }
        RedirectRequest::AuthorizationResponse(_) => {
            (StatusCode::OK, "The sign-in was refused. The terminal says why.")
        }
        RedirectRequest::Stray => (StatusCode::BAD_REQUEST, "This answer belongs to another sign-in."),
        RedirectRequest::Nothing => (StatusCode::NOT_FOUND, "There is nothing here."),
    };
    Response::builder()
        .status(status)
        .header(CONTENT_TYPE, "text/html; charset=utf-8")
        .header(CACHE_CONTROL, "no-store")
        .header(REFERRER_POLICY, "no-referrer")
        .header(CONTENT_SECURITY_POLICY, "default-src 'none'")
        .body(format!("<!doctype html><meta charset=\"utf-8\"><title>callbox</title><p>{words}</p>\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(target: &str, host: &str) -> RedirectRequest {
        let request = Request::builder().uri(target).header(HOST, host).body(()).expect("a request");
        judge(&request, &Secret::new("s3cret"), 80)
    }

    #[test]
    fn the_answer_with_our_state_is_taken() {
        let heard = heard("/callback?code=a%20b&state=s3cret&iss=https%3A%2F%2Fh", "127.0.0.1:80");
        let RedirectRequest::AuthorizationResponse(AuthorizationResponse { code: Ok(code), issuer }) = heard else {
            panic!("{heard:?}")
        };
        assert_eq!((code.reveal(), issuer.as_deref()), ("a b", Some("https://h")));
    }

    #[test]
    fn a_refusal_is_an_answer() {
        let heard = heard("/callback?error=access_denied&error_description=no&state=s3cret", "127.0.0.1:80");
        assert!(
            matches!(&heard, RedirectRequest::AuthorizationResponse(AuthorizationResponse { code: Err(said), .. }) if said == "access_denied: no")
        );
    }

    #[test]
    fn another_state_or_none_is_a_stray() {
        for target in ["/callback?code=a&state=s3creT", "/callback?code=a", "/callback?error=e&state="] {
            assert!(matches!(heard(target, "127.0.0.1:80"), RedirectRequest::Stray), "{target}");
        }
    }

    #[test]
    fn strays_are_told_when_time_is_over() {
        let code = |strays| timed_out(Duration::from_secs(1), strays).code;
        assert_eq!([code(0), code(1)], [SignInCode::TimedOut, SignInCode::WrongState]);
    }

    #[test]
    fn what_is_no_answer_is_nothing() {
        let asked = "/callback?code=a&state=s3cret";
        for (target, host) in [
            ("/favicon.ico", "127.0.0.1:80"),
            ("/callback/x?code=a&state=s3cret", "127.0.0.1:80"),
            ("/callback?code=a&code=b&state=s3cret", "127.0.0.1:80"),
            ("/callback?state=s3cret", "127.0.0.1:80"),
            (asked, "evil.example:80"),
            (asked, "127.0.0.1:81"),
        ] {
            assert!(matches!(heard(target, host), RedirectRequest::Nothing), "{target} {host}");
        }
        let posted = Request::builder().method(Method::POST).uri(asked).header(HOST, "127.0.0.1:80").body(());
        let judged = judge(&posted.expect("a request"), &Secret::new("s3cret"), 80);
        assert!(matches!(judged, RedirectRequest::Nothing));
    }
}
