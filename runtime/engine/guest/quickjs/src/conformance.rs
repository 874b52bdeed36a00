//! The globals that conformance tests expect from the host: `print` and `$262`. Ordinary scripts never see them.

use callbox_engine_guest::abi;
use callbox_engine_guest::console::{self, level};

use crate::engine::{CONFORMANCE, QuickJs, SCRIPT_PATH};
use crate::sys::{self, Goal, Realm, Result, Value, attributes};

const PRINT: u32 = 0;
const CREATE_REALM: u32 = 1;
const DETACH_ARRAY_BUFFER: u32 = 2;
const EVAL_SCRIPT: u32 = 3;
const GC: u32 = 4;

/// Defines both globals in a realm.
pub(crate) fn install(realm: Realm) -> Result<()> {
    let print = realm.function("print", 1, (CONFORMANCE, PRINT, 0));
    realm.define(&realm.global(), &realm.atom("print"), print, attributes::HIDDEN)?;
    host_object(realm).map(drop)
}

fn host_object(realm: Realm) -> Result<Value> {
    let host = realm.object();
    let methods = [
        ("createRealm", CREATE_REALM),
        ("detachArrayBuffer", DETACH_ARRAY_BUFFER),
        ("evalScript", EVAL_SCRIPT),
        ("gc", GC),
    ];
    for (name, number) in methods {
        let method = realm.function(name, 0, (CONFORMANCE, number, 0));
        realm.define(&host, &realm.atom(name), method, attributes::HIDDEN)?;
    }
    realm.define(&host, &realm.atom("global"), realm.global(), attributes::HIDDEN)?;
    realm.define(&realm.global(), &realm.atom("$262"), host.clone(), attributes::HIDDEN)?;
    Ok(host)
}

/// Calls one of these functions.
pub(crate) fn called(realm: Realm, number: u32, arguments: &[Value]) -> Result<Value> {
    match (number, arguments.first()) {
        (PRINT, _) => abi::log(level::LOG, &console::line(&mut QuickJs::of(realm), arguments)),
        (CREATE_REALM, _) => return host_object(Realm::new()),
        (DETACH_ARRAY_BUFFER, Some(buffer)) if buffer.is_object() => {
            realm.detach(buffer);
            return Ok(Value::NULL);
        }
        (EVAL_SCRIPT, Some(source)) => {
            let source = realm.with_text(&realm.to_text(source)?, str::to_owned);
            let compiled = realm.compile(&source, SCRIPT_PATH, Goal::Script)?;
            return realm.run(compiled);
        }
        _ => sys::collect_garbage(),
    }
    Ok(Value::UNDEFINED)
}
