//! Granted folders under attack: whatever a script of either language does with paths and links, nothing beside the
//! folder is read, written, made or removed.

use std::{
    collections::BTreeSet,
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use callbox::{Catalog, End, Folder, Limit, Limits, Outcome, RunRequest, Stopped};
use callbox_tests::{
    component::{Wat, request, wasi},
    stage,
};
use serde_json::{Value, json};

use crate::cli::Place;

fn run(request: RunRequest) -> Outcome {
    stage::run(&Catalog::default(), request)
}

#[track_caller]
fn value(outcome: &Outcome) -> &Value {
    match &outcome.end {
        End::Returned(returned) => &returned.value,
        _ => panic!("it did not return: {}", outcome.transcript()),
    }
}

/// What of WASI acts on paths, with the granted folder as descriptor 3.
const WASI: &str = r#"
    (import "wasi_snapshot_preview1" "path_open"
      (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_close" (func $fd_close (param i32) (result i32)))
    (import "wasi_snapshot_preview1" "path_create_directory" (func $mkdir (param i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "path_remove_directory" (func $rmdir (param i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "path_unlink_file" (func $unlink (param i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "path_symlink" (func $symlink (param i32 i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "path_link"
      (func $link (param i32 i32 i32 i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "path_rename" (func $rename (param i32 i32 i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "path_filestat_get" (func $stat (param i32 i32 i32 i32 i32) (result i32)))"#;

const READ: u64 = 2;
const WRITE: u64 = 64;
const CREATE: u32 = 1;
const CREATE_AND_TRUNCATE: u32 = 1 | 8;

/// The error number of opening a path, links followed; the descriptor is at 600.
fn open(path: &str, flags: u32, rights: u64) -> String {
    format!(
        "(call $path_open (i32.const 3) (i32.const 1) {path} (i32.const {flags}) (i64.const {rights})
          (i64.const {rights}) (i32.const 0) (i32.const 600))"
    )
}

/// Reads a file: `"refused"`, or the text.
fn reading(path: &str) -> String {
    let mut wat = Wat::default();
    let (path, refused) = (wat.text(path), wat.text("\"refused\""));
    let body = format!(
        "(if {open} (then (return (call $ok {refused}))))
         (i32.store (i32.const 512) (i32.const 3001)) (i32.store (i32.const 516) (i32.const 60))
         (if (call $fd_read (i32.load (i32.const 600)) (i32.const 512) (i32.const 1) (i32.const 604))
           (then (return (call $ok {refused}))))
         (i32.store8 (i32.const 3000) (i32.const 34))
         (i32.store8 (i32.add (i32.const 3001) (i32.load (i32.const 604))) (i32.const 34))
         (call $ok (i32.const 3000) (i32.add (i32.const 2) (i32.load (i32.const 604))))",
        open = open(&path, 0, READ),
    );
    wasi(WASI, wat, &body)
}

/// Does what gives an error number, so many times, and counts the times at which it gave none.
fn doing(times: u32, wat: Wat, act: &str) -> String {
    let body = format!(
        "(local.set 2 (i32.const {times}))
         (loop $again
           (if (i32.eqz {act}) (then (local.set 3 (i32.add (local.get 3) (i32.const 1)))))
           (br_if $again (local.tee 2 (i32.sub (local.get 2) (i32.const 1)))))
         (i32.store8 (i32.const 3000) (i32.add (i32.const 48) (i32.ne (local.get 3) (i32.const 0))))
         (call $ok (i32.const 3000) (i32.const 1))"
    );
    wasi(WASI, wat, &body)
}

/// What a script does to paths of its folder.
#[derive(Debug, Clone, Copy)]
enum Act {
    Write(&'static str),
    Create(&'static str),
    MakeFolder(&'static str),
    RemoveFolder(&'static str),
    Unlink(&'static str),
    Symlink(&'static str, &'static str),
    Link(&'static str, &'static str),
    /// Of what the first path, a link, leads to.
    LinkFollowed(&'static str, &'static str),
    Rename(&'static str, &'static str),
    Stat(&'static str),
}

impl Act {
    fn component(self) -> String {
        let mut wat = Wat::default();
        let mut two = |from: &str, to: &str| (wat.text(from), wat.text(to));
        let act = match self {
            Self::Write(path) => opened_and_closed(&wat.text(path), CREATE_AND_TRUNCATE, READ | WRITE),
            Self::Create(path) => opened_and_closed(&wat.text(path), CREATE, READ | WRITE),
            Self::MakeFolder(path) => format!("(call $mkdir (i32.const 3) {})", wat.text(path)),
            Self::RemoveFolder(path) => format!("(call $rmdir (i32.const 3) {})", wat.text(path)),
            Self::Unlink(path) => format!("(call $unlink (i32.const 3) {})", wat.text(path)),
            Self::Stat(path) => format!("(call $stat (i32.const 3) (i32.const 1) {} (i32.const 4096))", wat.text(path)),
            Self::Symlink(to, at) => {
                let (to, at) = two(to, at);
                format!("(call $symlink {to} (i32.const 3) {at})")
            }
            Self::Link(from, to) => {
                let (from, to) = two(from, to);
                format!("(call $link (i32.const 3) (i32.const 0) {from} (i32.const 3) {to})")
            }
            Self::LinkFollowed(from, to) => {
                let (from, to) = two(from, to);
                format!("(call $link (i32.const 3) (i32.const 1) {from} (i32.const 3) {to})")
            }
            Self::Rename(from, to) => {
                let (from, to) = two(from, to);
                format!("(call $rename (i32.const 3) {from} (i32.const 3) {to})")
            }
        };
        doing(1, wat, &act)
    }
}

/// The error number of opening; what was opened is closed again.
fn opened_and_closed(path: &str, flags: u32, rights: u64) -> String {
    format!(
        "(if (result i32) {open} (then (i32.const 1)) (else (call $fd_close (i32.load (i32.const 600)))))",
        open = open(path, flags, rights)
    )
}

/// A folder with a secret beside it, and everything that may lead there.
struct Trap {
    place: tempfile::TempDir,
    granted: PathBuf,
}

impl Trap {
    fn new() -> Self {
        let place = tempfile::tempdir().expect("a temporary folder");
        let granted = place.path().join("granted");
        fs::create_dir_all(granted.join("sub")).expect("a folder");
        fs::create_dir(place.path().join("beside")).expect("a folder");
        fs::write(place.path().join("secret"), "secret").expect("a file");
        fs::write(granted.join("a.txt"), "inside").expect("a file");
        let link = |to: &Path, name: &str| symlink(to, granted.join(name)).expect("a link");
        link(Path::new("../secret"), "up");
        link(&place.path().join("secret"), "absolute");
        link(Path::new("a.txt"), "within");
        link(Path::new(".."), "parent");
        Self { place, granted }
    }

    fn read_only(&self) -> Folder {
        Folder::read_only(&self.granted, "/data").expect("it is a folder")
    }

    fn writable(&self) -> Folder {
        Folder::writable(&self.granted, "/data").expect("it is a folder")
    }

    /// What is beside the folder is as it was.
    #[track_caller]
    fn holds(&self) {
        let names = |folder: &Path| {
            let entries = fs::read_dir(folder).expect("a folder");
            entries.map(|entry| entry.expect("an entry").file_name()).collect::<BTreeSet<_>>()
        };
        assert_eq!(names(self.place.path()), ["beside", "granted", "secret"].map(Into::into).into());
        assert_eq!(names(&self.place.path().join("beside")), BTreeSet::new());
        assert_eq!(fs::read_to_string(self.place.path().join("secret")).expect("the secret"), "secret");
    }
}

const OUTSIDE: [&str; 9] =
    ["../secret", "sub/../../secret", "/etc/passwd", "up", "absolute", "parent/secret", "sub/../up", "up/", "/"];

#[test]
fn a_component_reads_its_folder_and_nothing_beside_it() {
    let trap = Trap::new();
    let read = |path: &str| value(&run(request(&reading(path)).folder(trap.read_only()))).clone();
    for path in ["a.txt", "within", "sub/../a.txt", "./a.txt"] {
        assert_eq!(read(path), json!("inside"), "{path}");
    }
    for path in OUTSIDE {
        assert_eq!(read(path), json!("refused"), "{path}");
    }
    assert_eq!(*value(&run(request(&reading("a.txt")))), json!("refused"), "nothing is granted");
}

#[test]
fn javascript_reads_its_folder_and_nothing_beside_it() {
    let trap = Trap::new();
    let script = "const read = async path => { try { return await files.read(path) } catch (e) { return e.code } };
        return await Promise.all(input.map(read));";
    let read = |paths: &[String]| {
        let request = RunRequest::new(script).input(json!(paths)).folder(trap.read_only());
        value(&run(request)).as_array().expect("a list").clone()
    };
    let within = ["a.txt", "within", "sub/../a.txt"].map(|path| format!("/data/{path}"));
    assert_eq!(read(&within), vec![json!("inside"); within.len()]);
    let mut outside: Vec<_> = OUTSIDE.iter().map(|path| format!("/data/{path}")).collect();
    outside
        .extend(["/etc/passwd", "/database/a.txt", "a.txt", "../data/a.txt", "", "/data\0/a.txt"].map(str::to_owned));
    assert_eq!(read(&outside), vec![json!("tool_failed"); outside.len()]);
    let text = "const seen = (await files.list('/data')).map(it => it.name + ':' + it.kind);
        let refused; try { await files.write('/data/new', 'x') } catch (e) { refused = e.message }
        return [seen, refused];";
    let outcome = run(RunRequest::new(text).folder(trap.read_only()));
    let listed = json!(["a.txt:file", "absolute:link", "parent:link", "sub:folder", "up:link", "within:link"]);
    assert_eq!(value(&outcome)[0], listed);
    assert!(value(&outcome)[1].as_str().is_some_and(|text| text.contains("reading only")), "{}", outcome.transcript());
    assert_eq!(*value(&run(RunRequest::new("return typeof files"))), json!("undefined"));
}

#[test]
fn javascript_writes_to_its_folder_and_nothing_beside_it() {
    let trap = Trap::new();
    let text = "await files.write('/data/sub/n', 'ab'); await files.write('/data/sub/n', 'c');
        let out = 0; for (const path of ['up', '../new', 'sub', 'absolute', 'parent/new', 'parent/secret', 'up/'])
          try { await files.write('/data/' + path, 'x') } catch { out++ }
        return [await files.read('/data/sub/n'), out];";
    let outcome = run(RunRequest::new(text).folder(trap.writable()));
    assert_eq!(*value(&outcome), json!(["c", 7]));
    trap.holds();
}

#[test]
fn a_component_changes_its_folder_and_nothing_beside_it() {
    use Act::{Create, Link, LinkFollowed, MakeFolder, RemoveFolder, Rename, Stat, Symlink, Unlink, Write};
    let trap = Trap::new();
    let done = |folder: Folder, act: Act| *value(&run(request(&act.component()).folder(folder))) == json!(1);
    for act in [
        Write("../new"),
        Write("up"),
        Write("absolute"),
        Write("parent/secret"),
        Create("parent/new"),
        Create("sub/../../new"),
        MakeFolder("../new"),
        MakeFolder("parent/new"),
        RemoveFolder("../beside"),
        RemoveFolder("parent/beside"),
        Unlink("../secret"),
        Unlink("parent/secret"),
        Symlink("/etc/passwd", "passwd"),
        Symlink("a.txt", "../new"),
        Symlink("a.txt", "parent/new"),
        Link("../secret", "hard"),
        LinkFollowed("absolute", "hard"),
        LinkFollowed("up", "hard"),
        Link("parent/secret", "hard"),
        Link("a.txt", "../new"),
        Link("a.txt", "parent/new"),
        Rename("a.txt", "../new"),
        Rename("a.txt", "parent/new"),
        Rename("../secret", "mine"),
        Rename("parent/secret", "mine"),
        Stat("../secret"),
        Stat("up"),
        Stat("absolute"),
        Stat("parent"),
    ] {
        assert!(!done(trap.writable(), act), "{act:?}");
        trap.holds();
    }
    let inside = [
        Write("new"),
        MakeFolder("made"),
        RemoveFolder("made"),
        Symlink("../secret", "leads/out"),
        MakeFolder("leads"),
        Symlink("../../secret", "leads/out"),
        Link("a.txt", "hard"),
        Rename("hard", "sub/hard"),
        Unlink("sub/hard"),
        Stat("a.txt"),
    ];
    let done: Vec<_> = inside.iter().map(|act| done(trap.writable(), *act)).collect();
    assert_eq!(done, [true, true, true, false, true, true, true, true, true, true]);
    assert_eq!(*value(&run(request(&reading("leads/out")).folder(trap.writable()))), json!("refused"));
    trap.holds();
}

#[test]
fn a_component_changes_nothing_in_a_folder_that_is_for_reading() {
    use Act::{Create, Link, MakeFolder, RemoveFolder, Rename, Symlink, Unlink, Write};
    let trap = Trap::new();
    for act in [
        Write("a.txt"),
        Create("new"),
        MakeFolder("new"),
        RemoveFolder("sub"),
        Unlink("a.txt"),
        Symlink("a.txt", "new"),
        Link("a.txt", "new"),
        Rename("a.txt", "new"),
    ] {
        let outcome = run(request(&act.component()).folder(trap.read_only()));
        assert_eq!(*value(&outcome), json!(0), "{act:?}");
    }
    assert_eq!(fs::read_to_string(trap.granted.join("a.txt")).expect("the file"), "inside");
    assert_eq!(fs::read_dir(&trap.granted).expect("the folder").count(), 6);
}

/// What was opened is what is granted, whatever stands at its path by now.
#[cfg(target_os = "linux")]
#[test]
fn a_grant_is_of_the_folder_and_not_of_its_path() {
    let trap = Trap::new();
    let folder = trap.read_only();
    fs::rename(&trap.granted, trap.place.path().join("moved")).expect("a new name");
    let decoy = trap.place.path().join("decoy");
    fs::create_dir(&decoy).expect("a folder");
    fs::write(decoy.join("a.txt"), "decoy").expect("a file");
    symlink(&decoy, &trap.granted).expect("a link");
    assert_eq!(*value(&run(request(&reading("a.txt")).folder(folder.clone()))), json!("inside"));
    let script = RunRequest::new("return await files.read('/data/a.txt')");
    assert_eq!(*value(&run(script.folder(folder))), json!("inside"));
}

/// Puts links to both places in turn at `race`, until it is told to stop.
struct Race(Arc<AtomicBool>, JoinHandle<()>);

impl Race {
    fn between(granted: &Path, places: [&'static str; 2]) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let (stopped, fresh, name) = (Arc::clone(&stop), granted.join("fresh"), granted.join("race"));
        let racing = std::thread::spawn(move || {
            while !stopped.load(Relaxed) {
                for to in places {
                    let _ = symlink(to, &fresh);
                    let _ = fs::rename(&fresh, &name);
                }
            }
        });
        Self(stop, racing)
    }

    fn end(self) {
        self.0.store(true, Relaxed);
        self.1.join().expect("the thread ends");
    }
}

/// For how long a race is run, unless it has shown both of its ends before.
const RACE: Duration = Duration::from_secs(10);

/// A file, and a part of the path to one, that lead in and out of the folder in turn.
#[test]
fn a_link_made_in_a_race_leads_nowhere() {
    for (places, path) in [(["a.txt", "../secret"], "race"), ([".", ".."], "race/secret")] {
        let trap = Trap::new();
        fs::write(trap.granted.join("secret"), "inside").expect("a file");
        let race = Race::between(&trap.granted, places);
        let script = format!(
            "const seen = new Set();
             for (let i = 0; i < 200; i++) try {{ seen.add(await files.read('/data/{path}')) }} catch {{}}
             return [...seen];"
        );
        let javascript = run(RunRequest::new(script).folder(trap.read_only()));
        let (mut seen, began) = (BTreeSet::new(), Instant::now());
        while seen.len() < 2 && began.elapsed() < RACE {
            seen.insert(value(&run(request(&reading(path)).folder(trap.read_only()))).to_string());
        }
        race.end();
        assert_eq!(*value(&javascript), json!(["inside"]), "{}", javascript.transcript());
        assert!(seen.contains("\"inside\""), "{path}: {seen:?}");
        assert!(seen.iter().all(|text| text == "\"inside\"" || text == "\"refused\""), "{path}: {seen:?}");
    }
}

#[test]
fn nothing_is_written_through_a_link_made_in_a_race() {
    let trap = Trap::new();
    let race = Race::between(&trap.granted, ["sub", "../beside"]);
    let script = "let done = 0;
        for (let i = 0; i < 200; i++) try { await files.write('/data/race/new', 'x'); done++ } catch {}
        return done > 0;";
    let javascript = run(RunRequest::new(script).folder(trap.writable()));
    let mut wat = Wat::default();
    let create = opened_and_closed(&wat.text("race/planted"), CREATE_AND_TRUNCATE, READ | WRITE);
    let component = doing(2_000, wat, &create);
    let limits = Limits { cpu_ms_max: 60_000, ..Limits::default() };
    let component = run(request(&component).folder(trap.writable()).limits(limits));
    race.end();
    trap.holds();
    assert_eq!((value(&javascript), value(&component)), (&json!(true), &json!(1)), "some were written inside");
}

/// Opening a pipe waits for its other end. The run ends with its time, and so does JavaScript's reading at once.
#[test]
fn a_pipe_in_a_folder_holds_up_no_run() {
    let trap = Trap::new();
    let pipe = trap.granted.join("pipe");
    rustix::fs::mkfifoat(rustix::fs::CWD, &pipe, rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR).expect("a pipe");
    let limits = Limits { wall_ms_max: 300, ..Limits::default() };
    let outcome = run(request(&reading("pipe")).folder(trap.read_only()).limits(limits));
    assert!(
        matches!(outcome.end, End::Stopped(Stopped::Limit { limit: Limit::WallMs, .. })),
        "{}",
        outcome.transcript()
    );
    // Lets go of the thread that waits.
    let _writer = fs::OpenOptions::new().read(true).write(true).open(&pipe).expect("both ends");
    let script = "try { return await files.read('/data/pipe') } catch (e) { return e.code }";
    assert_eq!(*value(&run(RunRequest::new(script).folder(trap.read_only()))), json!("tool_failed"));
}

/// Files that are open are descriptors of the process, and handles as calls are: there are fewer beside a folder. What
/// stands between a core module and WASI has less room for files still.
#[test]
fn handles_beside_a_folder_are_bounded() {
    let trap = Trap::new();
    let mut wat = Wat::default();
    let (call, null) = (wat.call("no", "such", "{}"), wat.text("null"));
    let begun = wat.script(&format!(
        "(local.set 2 (i32.const 400))
         (loop $again (drop (call $start-call {call}))
           (br_if $again (local.tee 2 (i32.sub (local.get 2) (i32.const 1)))))
         (call $ok {null})"
    ));
    assert_eq!(*value(&run(request(&begun))), Value::Null);
    let outcome = run(request(&begun).folder(trap.read_only()));
    assert!(
        matches!(&outcome.end, End::Threw(thrown) if thrown.code.as_deref() == Some("trap")),
        "{}",
        outcome.transcript()
    );
}

#[test]
fn the_program_grants_folders_and_variables() {
    let trap = Trap::new();
    let place = Place::new(&[
        ("js.js", "return [await files.read('/data/a.txt'), (await files.list('/data')).length];"),
        ("read.wat", &reading("a.txt")),
    ]);
    let dir = format!("{}::/data:ro", trap.granted.display());
    assert_eq!(place.run(&["run", "js.js", "--allow-dir", &dir]).ends(0).json(), json!(["inside", 6]));
    assert_eq!(place.run(&["run", "read.wat", "--allow-dir", &dir]).ends(0).out, "inside\n");
    assert_eq!(place.run(&["run", "read.wat", "--env", "A=b"]).ends(0).out, "refused\n");
    place.run(&["run", "js.js"]).ends(1).says(&["files"]);
    place.run(&["run", "js.js", "--allow-dir", "/nowhere::/data"]).ends(2).says(&["/nowhere"]);
    place.run(&["run", "js.js", "--allow-dir", "nonsense"]).ends(2).says(&["HOST::GUEST"]);
}
