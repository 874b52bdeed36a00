//! `tools` and its server objects: objects of a class whose behaviour is in [`tools`].

use callbox_engine_guest::catalog::Shelf;
use callbox_engine_guest::tools;

use crate::boot;
use crate::engine::QuickJs;
use crate::sys::{Exotic, Realm, Result, Value};

/// The operations of these objects.
pub(crate) const EXOTIC: Exotic = Exotic {
    get: |realm, number, name| tools::get(&mut QuickJs::of(realm), shelf(number), name),
    own: |realm, number, name| tools::own(&mut QuickJs::of(realm), shelf(number), name),
    names: |realm, number| tools::names(&QuickJs::of(realm), shelf(number)),
};

/// Creates the object for a list of names.
pub(crate) fn object(shelf: Shelf, realm: Realm) -> Result<Value> {
    let number = match shelf {
        Shelf::Servers => 0,
        Shelf::Tools(server) => server + 1,
    };
    realm.exotic(boot::shelf_class(), number)
}

fn shelf(number: u32) -> Shelf {
    match number.checked_sub(1) {
        None => Shelf::Servers,
        Some(server) => Shelf::Tools(server),
    }
}
