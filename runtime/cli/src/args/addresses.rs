//! Parses addresses, hosts and origins from the command line, before anything listens.

use std::net::SocketAddr;

/// Parses a listen address; `localhost` means 127.0.0.1.
pub(crate) fn listening(text: &str) -> Result<SocketAddr, String> {
    let named = text.strip_prefix("localhost:").map(|port| format!("127.0.0.1:{port}"));
    let address = named.as_deref().unwrap_or(text).parse();
    address.map_err(|_| format!("expected an IP address and a port such as `127.0.0.1:8723`, found `{text}`"))
}

/// Parses a host name by which clients address the server.
pub(crate) fn host(text: &str) -> Result<String, String> {
    match text.is_empty() || text.contains(['/', '@', '?', '#', ' ']) {
        true => Err(format!("expected a name such as `gateway.example.com`, with or without a port, found `{text}`")),
        false => Ok(text.to_owned()),
    }
}

/// Parses an origin of web pages.
pub(crate) fn origin(text: &str) -> Result<String, String> {
    let host = text.split_once("://").map_or("", |(_, host)| host);
    match text == "null" || self::host(host).is_ok() {
        true => Ok(text.to_owned()),
        false => Err(format!("expected an origin such as `https://app.example.com:443`, found `{text}`")),
    }
}

#[cfg(test)]
mod tests {
    use super::{host, listening, origin};

    #[test]
    fn addresses_are_told_from_names() {
        assert_eq!(listening("localhost:80"), listening("127.0.0.1:80"));
        assert!(listening("[::1]:80").is_ok());
        for text in ["localhost", "example.com:80", "80", ""] {
            assert!(listening(text).is_err(), "{text}");
        }
        for text in ["gateway.example.com", "10.0.0.1:8723", "[::1]"] {
            assert!(host(text).is_ok() && host(&format!("http://{text}")).is_err(), "{text}");
            assert!(origin(text).is_err() && origin(&format!("http://{text}")).is_ok(), "{text}");
            assert!(origin("null").is_ok() && origin(&format!("http://{text}/page")).is_err(), "{text}");
        }
    }
}
