//! A user with a browser: opens a URL and follows redirects.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// Longer than any page takes.
const PATIENCE: Duration = Duration::from_secs(120);

/// Opens a URL, follows redirects, and returns the status of the last page.
///
/// # Panics
///
/// If there is no server, or it does not speak HTTP.
pub fn visit(url: &str) -> u16 {
    visit_changed(url, |location| location)
}

/// Like [`visit`], but changes each URL on the way.
///
/// # Panics
///
/// If there is no server, or it does not speak HTTP.
pub fn visit_changed(url: &str, change: impl Fn(String) -> String) -> u16 {
    let mut url = url.to_owned();
    for _ in 0..5 {
        let page = get(&url);
        match page.lines().find_map(location) {
            Some(location) => url = change(location.to_owned()),
            None => return page.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0),
        }
    }
    0
}

fn location(line: &str) -> Option<&str> {
    let (name, value) = line.split_once(": ")?;
    name.eq_ignore_ascii_case("location").then_some(value)
}

fn get(url: &str) -> String {
    let (host, path) = url.strip_prefix("http://").and_then(|rest| rest.split_once('/')).expect("a plain address");
    let mut stream = TcpStream::connect(host).expect("a connection");
    stream.set_read_timeout(Some(PATIENCE)).expect("a time limit");
    write!(stream, "GET /{path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n").expect("the request is sent");
    let mut page = String::new();
    stream.read_to_string(&mut page).expect("a page");
    page
}
