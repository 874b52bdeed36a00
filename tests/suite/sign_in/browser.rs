//! A person with a browser: goes to an address and wherever it is sent from there.

use std::io::{Read, Write};
use std::net::TcpStream;

use crate::upstreams::PATIENCE;

/// Goes to an address, follows redirects, and gives the status of the last page.
pub fn visit(url: &str) -> u16 {
    visit_changed(url, |location| location)
}

/// The same, with each address that it is sent to changed on the way.
pub fn visit_changed(url: &str, change: impl Fn(String) -> String) -> u16 {
    let mut url = url.to_owned();
    for _ in 0..5 {
        let page = get(&url);
        match page.lines().find_map(|line| line.strip_prefix("location: ")) {
            Some(location) => url = change(location.to_owned()),
            None => return page.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0),
        }
    }
    0
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
