//! The house keeps its order: crates depend on each other as ARCHITECTURE draws it, and modules do not go round in
//! circles.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

const ARCHITECTURE: &str = include_str!("../../runtime/ARCHITECTURE.md");

/// The crates that are published, with their folders.
const CRATES: [(&str, &str); 7] = [
    ("callbox-bindings", "bindings/stubs"),
    ("callbox-artefacts-boa", "runtime/engine/artefacts/boa"),
    ("callbox-engine", "runtime/engine"),
    ("callbox", "runtime/sandbox"),
    ("callbox-mcp", "runtime/mcp"),
    ("callbox-gateway", "runtime/gateway"),
    ("callbox-cli", "runtime/cli"),
];

/// Modules that need each other, other than a parent and its child: at most this many.
const CIRCLE_MAX: usize = 3;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Returns the lines `crate -> crate, crate` that the manifests amount to.
fn manifest_graph() -> BTreeSet<String> {
    let lines = CRATES.map(|(name, folder)| {
        let text = fs::read_to_string(root().join(folder).join("Cargo.toml")).expect("a manifest");
        let manifest: toml::Table = text.parse().expect("TOML");
        let tables = ["dependencies", "build-dependencies"].map(|key| manifest.get(key).and_then(|it| it.as_table()));
        let names = tables.into_iter().flatten().flat_map(|table| table.keys());
        let ours: BTreeSet<&str> = names.map(String::as_str).filter(|name| name.starts_with("callbox")).collect();
        (!ours.is_empty()).then(|| format!("{name} -> {}", ours.into_iter().collect::<Vec<_>>().join(", ")))
    });
    lines.into_iter().flatten().collect()
}

#[test]
fn the_graph_of_crates_is_the_one_that_is_drawn() {
    let drawn: BTreeSet<String> = ARCHITECTURE
        .lines()
        .filter(|line| line.starts_with("callbox") && line.contains(" -> "))
        .map(str::to_owned)
        .collect();
    assert_eq!(drawn, manifest_graph());
}

/// A module as its path within the crate; the root is empty.
type Module = Vec<String>;

/// The source of each module of a crate, without comments and tests.
fn modules(source: &Path) -> BTreeMap<Module, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![(source.to_owned(), Module::new())];
    while let Some((folder, path)) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
            let stem = entry.file_stem().and_then(|stem| stem.to_str()).expect("a name").to_owned();
            let mut module = path.clone();
            if entry.is_dir() {
                module.push(stem);
                folders.push((entry, module));
            } else if entry.extension().is_some_and(|extension| extension == "rs") {
                if !["lib", "main", "mod"].contains(&stem.as_str()) {
                    module.push(stem);
                }
                found.insert(module, code(&fs::read_to_string(&entry).expect("a source")));
            }
        }
    }
    found
}

fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// The paths that a `use` declaration brings in.
fn paths(tree: &str) -> Vec<Vec<String>> {
    let Some((head, rest)) = tree.split_once('{') else {
        let path = tree.split(" as ").next().unwrap_or_default();
        return vec![path.split("::").map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()];
    };
    let body = rest.rsplit_once('}').map_or(rest, |(body, _)| body);
    let (mut parts, mut depth) = (vec![String::new()], 0);
    for char in body.chars() {
        depth += i32::from(char == '{') - i32::from(char == '}');
        match char {
            ',' if depth == 0 => parts.push(String::new()),
            char => parts.last_mut().expect("a part").push(char),
        }
    }
    let tails = parts.iter().filter(|part| !part.trim().is_empty()).flat_map(|part| paths(part));
    tails.map(|tail| paths(head).remove(0).into_iter().chain(tail).collect()).collect()
}

/// The declarations `use …;` of a source: whether they are public, and their paths.
fn uses(source: &str) -> impl Iterator<Item = (bool, Vec<Vec<String>>)> {
    source.split(';').filter_map(|piece| {
        let at = piece.match_indices("use ").map(|(at, _)| at).filter(|at| is_start(piece, *at)).last()?;
        let line = piece[..at].rsplit('\n').next().unwrap_or_default();
        Some((line.trim_start().starts_with("pub"), paths(piece[at + 4..].trim())))
    })
}

fn is_start(text: &str, at: usize) -> bool {
    let before = text[..at].rsplit('\n').next().unwrap_or_default().trim();
    before.is_empty() || before.starts_with("pub")
}

/// Follows a path as far as it leads through modules, and one re-export further.
fn resolve(
    from: &Module,
    path: &[String],
    modules: &BTreeMap<Module, String>,
    exported: &BTreeMap<(Module, String), Module>,
) -> Option<Module> {
    let supers = path.iter().take_while(|part| *part == "super").count();
    let (mut at, rest) = match path.first()?.as_str() {
        "crate" => (Module::new(), &path[1..]),
        "self" => (from.clone(), &path[1..]),
        "super" => (from[..from.len().checked_sub(supers)?].to_vec(), &path[supers..]),
        first => {
            let child: Module = from.iter().cloned().chain([first.to_owned()]).collect();
            modules.contains_key(&child).then_some((from.clone(), path))?
        }
    };
    for part in rest {
        let child: Module = at.iter().cloned().chain([part.clone()]).collect();
        if modules.contains_key(&child) {
            at = child;
        } else {
            return Some(exported.get(&(at.clone(), part.clone())).cloned().unwrap_or(at));
        }
    }
    Some(at)
}

/// Which modules each module needs, other than its ancestors and descendants.
fn needs(modules: &BTreeMap<Module, String>) -> BTreeMap<Module, BTreeSet<Module>> {
    let declared: Vec<(&Module, bool, Vec<String>)> = modules
        .iter()
        .flat_map(|(module, source)| uses(source).map(move |(public, paths)| (module, public, paths)))
        .flat_map(|(module, public, paths)| paths.into_iter().map(move |path| (module, public, path)))
        .collect();
    let mut exported = BTreeMap::new();
    for _ in 0..3 {
        for (module, _, path) in declared.iter().filter(|(_, public, _)| *public) {
            let target = resolve(module, path, modules, &exported).filter(|target| target != *module);
            if let (Some(target), Some(name)) = (target, path.last()) {
                exported.insert(((*module).clone(), name.clone()), target);
            }
        }
    }
    let mut needs: BTreeMap<Module, BTreeSet<Module>> = BTreeMap::new();
    for (module, _, path) in declared {
        let target = resolve(module, &path, modules, &exported);
        needs.entry(module.clone()).or_default().extend(target.filter(|target| !is_family(module, target)));
    }
    needs
}

fn is_family(one: &Module, other: &Module) -> bool {
    one.starts_with(other) || other.starts_with(one)
}

fn reaches(from: &Module, needs: &BTreeMap<Module, BTreeSet<Module>>) -> BTreeSet<Module> {
    let (mut seen, mut open) = (BTreeSet::new(), vec![from.clone()]);
    while let Some(module) = open.pop() {
        let next = needs.get(&module).into_iter().flatten().filter(|next| !seen.contains(*next));
        open.extend(next.cloned().collect::<Vec<_>>());
        seen.insert(module);
    }
    seen
}

#[test]
fn no_circle_of_modules_is_large() {
    for (name, folder) in CRATES {
        let modules = modules(&root().join(folder).join("src"));
        let needs = needs(&modules);
        let reached: BTreeMap<&Module, BTreeSet<Module>> =
            needs.keys().map(|module| (module, reaches(module, &needs))).collect();
        for (module, reached_here) in &reached {
            let back = |other: &&Module| reached.get(*other).is_some_and(|theirs| theirs.contains(*module));
            let circle: Vec<String> = reached_here.iter().filter(back).map(|module| module.join("::")).collect();
            assert!(circle.len() <= CIRCLE_MAX, "{name}: {circle:?}");
        }
    }
}
