//! Real catalogues: a component that imports everything from one links against it, with both forms of functions.

use callbox::End;
use callbox_bindings::WitCalls;

use super::{Done, Tools, catalogue_files, component, run};

#[test]
fn all_of_a_real_catalogue_links() -> Done {
    for catalogue in catalogue_files::catalogues()? {
        let name = catalogue.name;
        let tools = Tools::new(catalogue.servers, |_, _| unreachable!("nothing is called"));
        let mut count = 0;
        for calls in [WitCalls::Plain, WitCalls::Async] {
            let all = |imported: &[component::Imported]| {
                count = imported.len();
                component::nothing(imported)
            };
            let component = component::component(&tools.wit().text(calls), all)?;
            let outcome = run(&tools.catalog, component)?;
            assert!(matches!(outcome.end, End::Returned(_)), "{name}: {}", outcome.transcript());
        }
        assert_eq!(count, tools.catalog.tool_count(), "{name}");
    }
    Ok(())
}
