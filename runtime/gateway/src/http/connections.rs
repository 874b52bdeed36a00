//! The connection limits: a number in total, a number per remote address, and a few reserved for health checks.

use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;

use super::HttpOptions;
use super::permits::{Holder, Permit, Permits};

/// Connections reserved for `/healthz` and `/readyz` when all others are taken.
const HEALTH_CONNECTIONS_MAX: usize = 16;

/// All open connections.
pub(super) struct Connections {
    all: Arc<Permits<ConnectionClass>>,
    health: Arc<Permits<ConnectionClass>>,
    of_address: Arc<Permits<IpAddr>>,
}

/// Whether a connection is an ordinary one or one of those reserved for health checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum ConnectionClass {
    All,
    Health,
}

/// An admitted connection.
pub(super) struct AdmittedConnection {
    pub(super) holder: Holder,
    pub(super) part: ConnectionClass,
    /// Its slots, to be dropped with it.
    pub(super) permits: (Permit<ConnectionClass>, Option<Permit<IpAddr>>),
}

impl Connections {
    pub(super) fn new(options: &HttpOptions) -> Self {
        Self {
            all: Permits::new(options.connections_max),
            health: Permits::new(HEALTH_CONNECTIONS_MAX),
            of_address: Permits::new(options.address_connections_max),
        }
    }

    /// Admits a connection from that address, if there is a slot.
    pub(super) fn admit(&self, from: IpAddr) -> Option<AdmittedConnection> {
        let holder = Holder::default();
        let of_address = match share_of(from) {
            Some(address) => Some(self.of_address.take(&address, &holder)?),
            None => None,
        };
        let (part, permit) = match self.all.take(&ConnectionClass::All, &holder) {
            Some(permit) => (ConnectionClass::All, permit),
            None => (ConnectionClass::Health, self.health.take(&ConnectionClass::Health, &holder)?),
        };
        Some(AdmittedConnection { holder, part, permits: (permit, of_address) })
    }
}

/// Returns the address whose share a connection counts against. For IPv6 it is the /64 network, in which a client can
/// pick its addresses freely. Loopback has no share: all local clients and all behind a local proxy come from it.
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

    fn at_work(connections: &Connections, from: &str) -> Option<AdmittedConnection> {
        let admitted = connections.admit(from.parse().expect("an address"))?;
        admitted.holder.is_at_work(true);
        Some(admitted)
    }

    fn connections() -> Connections {
        Connections::new(&HttpOptions { connections_max: 3, address_connections_max: 2, ..HttpOptions::default() })
    }

    #[test]
    fn one_address_takes_its_share_alone() {
        let connections = connections();
        let _greedy: Vec<_> =
            (1..=2).map(|n| at_work(&connections, &format!("2001:db8::{n}")).expect("a permit")).collect();
        assert!(at_work(&connections, "2001:db8::9").is_none(), "one network");
        assert_eq!(at_work(&connections, "192.0.2.1").expect("a permit").part, ConnectionClass::All);
    }

    #[test]
    fn health_has_places_of_its_own() {
        let connections = connections();
        let _all: Vec<_> = (0..3).map(|_| at_work(&connections, "127.0.0.1").expect("a permit")).collect();
        assert_eq!(at_work(&connections, "127.0.0.1").expect("a permit").part, ConnectionClass::Health);
        let silent = connections.admit("::1".parse().expect("an address")).expect("a permit");
        let _more: Vec<_> = (0..16).map(|_| at_work(&connections, "127.0.0.1").expect("a permit")).collect();
        drop(silent);
        assert!(at_work(&connections, "127.0.0.1").is_none());
    }
}
