//! `tools` and its server objects: objects of a class whose behaviour is in [`tools`].

use callbox_engine_guest::catalog::Namespace;
use callbox_engine_guest::tools;

use crate::boot;
use crate::engine::QuickJs;
use crate::sys::{Exotic, Realm, Result, Value};

/// The operations of these objects.
pub(crate) const EXOTIC: Exotic = Exotic {
    get: |realm, number, name| tools::get(&mut QuickJs::of(realm), namespace(number), name),
    own: |realm, number, name| tools::own(&mut QuickJs::of(realm), namespace(number), name),
    names: |realm, number| tools::names(&QuickJs::of(realm), namespace(number)),
};

/// Creates the object for a list of names.
pub(crate) fn object(namespace: Namespace, realm: Realm) -> Result<Value> {
    let number = match namespace {
        Namespace::Servers => 0,
        Namespace::Tools(server) => server + 1,
    };
    realm.exotic(boot::namespace_class(), number)
}

fn namespace(number: u32) -> Namespace {
    match number.checked_sub(1) {
        None => Namespace::Servers,
        Some(server) => Namespace::Tools(server),
    }
}
