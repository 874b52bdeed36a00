//! The connections that are open: so many in all, so many of each address, and a few more for those who only ask how
//! the gateway is.

use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;

use super::HttpOptions;
use super::permits::{Holder, Permit, Permits};

/// Connections kept for `/healthz` and `/readyz` when all others are taken.
const HEALTH_CONNECTIONS_MAX: usize = 16;

/// All connections.
pub(super) struct Connections {
    all: Arc<Permits<ConnectionClass>>,
    health: Arc<Permits<ConnectionClass>>,
    of_address: Arc<Permits<IpAddr>>,
}

/// Whether a connection is one of all, or one of those for health.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum ConnectionClass {
    All,
    Health,
}

/// A connection that is let in.
pub(super) struct AdmittedConnection {
    pub(super) guest: Holder,
    pub(super) part: ConnectionClass,
    /// Its places, to be dropped with it.
    pub(super) places: (Permit<ConnectionClass>, Option<Permit<IpAddr>>),
}

impl Connections {
    pub(super) fn new(options: &HttpOptions) -> Self {
        Self {
            all: Permits::new(options.connections_max),
            health: Permits::new(HEALTH_CONNECTIONS_MAX),
            of_address: Permits::new(options.address_connections_max),
        }
    }

    /// Lets a connection from there in, if there is a place.
    pub(super) fn admit(&self, from: IpAddr) -> Option<AdmittedConnection> {
        let guest = Holder::default();
        let of_address = match share_of(from) {
            Some(address) => Some(self.of_address.take(&address, &guest)?),
            None => None,
        };
        let (part, place) = match self.all.take(&ConnectionClass::All, &guest) {
            Some(place) => (ConnectionClass::All, place),
            None => (ConnectionClass::Health, self.health.take(&ConnectionClass::Health, &guest)?),
        };
        Some(AdmittedConnection { guest, part, places: (place, of_address) })
    }
}

/// Which connections share places with those from there. Whoever has one IPv6 address has as many as he wants of its
/// network. All clients of this machine, and all that come through a proxy on it, have one address, and so no share.
fn share_of(address: IpAddr) -> Option<IpAddr> {
    match address.to_canonical() {
        address if address.is_loopback() => None,
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Some(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into())
        }
        address => Some(address),
    }
}

#[cfg(test)]
mod tests {
    use super::{AdmittedConnection, ConnectionClass, Connections};
    use crate::http::HttpOptions;

    fn at_work(crowd: &Connections, from: &str) -> Option<AdmittedConnection> {
        let admitted = crowd.admit(from.parse().expect("an address"))?;
        admitted.guest.is_at_work(true);
        Some(admitted)
    }

    fn crowd() -> Connections {
        Connections::new(&HttpOptions { connections_max: 3, address_connections_max: 2, ..HttpOptions::default() })
    }

    #[test]
    fn one_address_takes_its_share_alone() {
        let crowd = crowd();
        let _greedy: Vec<_> = (1..=2).map(|n| at_work(&crowd, &format!("2001:db8::{n}")).expect("a place")).collect();
        assert!(at_work(&crowd, "2001:db8::9").is_none(), "one network");
        assert_eq!(at_work(&crowd, "192.0.2.1").expect("a place").part, ConnectionClass::All);
    }

    #[test]
    fn health_has_places_of_its_own() {
        let crowd = crowd();
        let _all: Vec<_> = (0..3).map(|_| at_work(&crowd, "127.0.0.1").expect("a place")).collect();
        assert_eq!(at_work(&crowd, "127.0.0.1").expect("a place").part, ConnectionClass::Health);
        let silent = crowd.admit("::1".parse().expect("an address")).expect("a place");
        let _more: Vec<_> = (0..16).map(|_| at_work(&crowd, "127.0.0.1").expect("a place")).collect();
        drop(silent);
        assert!(at_work(&crowd, "127.0.0.1").is_none());
    }
}
