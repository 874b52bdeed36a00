//! Properties that hold for any tools and any query.

use callbox_bindings::{Server, Tool};
use callbox_gateway::search::{Index, Query};
use proptest::prelude::*;

use crate::behaviour::{server, tool};

/// Few different words, so that tools share them.
fn text() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        "[a-d]{1,6}",
        Just("list".to_owned()),
        Just("issues".to_owned()),
        Just("火车".to_owned()),
        ".{0,4}"
    ];
    proptest::collection::vec(word, 0..6).prop_map(|words| words.join("_"))
}

fn tools() -> impl Strategy<Value = Vec<Tool>> {
    let one = (text(), text()).prop_map(|(name, description)| tool(&name, &description));
    proptest::collection::vec(one, 0..6)
}

fn servers() -> impl Strategy<Value = Vec<Server>> {
    let named = |lists: Vec<Vec<Tool>>| {
        lists.into_iter().enumerate().map(|(number, tools)| server(&format!("server{number}"), tools)).collect()
    };
    proptest::collection::vec(tools(), 1..5).prop_map(named)
}

proptest! {
    #[test]
    fn a_changed_index_answers_as_a_new_one(
        before in servers(), changes in proptest::collection::vec((0_usize..6, tools()), 1..5),
        words in text(), limit in 0_usize..8,
    ) {
        let mut servers = before;
        let mut changed = Index::new(&servers);
        for (number, tools) in changes {
            let name = format!("server{number}");
            changed.replace_server(&name, &tools);
            match servers.iter_mut().find(|known| known.name == name) {
                Some(known) => *known = server(&name, tools),
                None => servers.push(server(&name, tools)),
            }
        }
        let anew = Index::new(&servers);
        for within in [None, Some("server0")] {
            let query = Query { words: &words, server: within, limit };
            prop_assert_eq!(changed.find(&query), anew.find(&query));
        }
    }

    #[test]
    fn answers_are_ordered_counted_and_of_real_tools(servers in servers(), words in "\\PC{0,40}", limit in 0_usize..8) {
        let index = Index::new(&servers);
        let some = index.find(&Query { words: &words, server: None, limit });
        let all = index.find(&Query { words: &words, server: None, limit: usize::MAX });
        prop_assert_eq!(some.hits.len() + some.more, all.hits.len());
        prop_assert_eq!(&some.hits[..], &all.hits[..some.hits.len()]);
        prop_assert!(all.hits.is_sorted_by(|a, b| a.score >= b.score));
        for hit in &all.hits {
            prop_assert!(hit.score.is_finite());
            let server = servers.iter().find(|server| server.name == hit.server);
            prop_assert_eq!(server.map(|server| server.tools[hit.position].name.as_str()), Some(hit.tool));
        }
    }

    #[test]
    fn a_tool_is_found_by_its_name(servers in servers(), pick in any::<prop::sample::Index>()) {
        let tools: Vec<_> = servers.iter().flat_map(|server| &server.tools).collect();
        prop_assume!(!tools.is_empty());
        let name = &tools[pick.index(tools.len())].name;
        prop_assume!(name.chars().filter(char::is_ascii_alphabetic).count() > 1 && name.is_ascii());
        let letters = |name: &str| name.to_lowercase().replace(|char: char| !char.is_alphanumeric(), "");
        let index = Index::new(&servers);
        let found = index.find(&Query { words: name, server: None, limit: 1 });
        prop_assert_eq!(found.hits.first().map(|hit| letters(hit.tool)), Some(letters(name)));
    }
}
