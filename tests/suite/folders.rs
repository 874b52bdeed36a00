//! Granted folders under attack: whatever a script in either language does with paths and links, nothing outside the
//! folder is read, written, created or removed.

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

use callbox::{Catalog, End, Folder, Limits, Outcome, RunRequest};
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

/// The parts of WASI that act on paths, with the granted folder as descriptor 3.
const WASI: &str = r#"
    (import "wasi_snapshot_preview1" "path_open"
      (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_pwrite" (func $fd_pwrite (param i32 i32 i32 i64 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_seek" (func $fd_seek (param i32 i64 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "path_filestat_set_times"
      (func $set_times (param i32 i32 i32 i32 i64 i64 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_filestat_set_size" (func $set_size (param i32 i64) (result i32)))
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

/// Returns the error number of opening a path, following links; the descriptor is stored at 600.
fn open(path: &str, flags: u32, rights: u64) -> String {
    format!(
        "(call $path_open (i32.const 3) (i32.const 1) {path} (i32.const {flags}) (i64.const {rights})
          (i64.const {rights}) (i32.const 0) (i32.const 600))"
    )
}

/// Reads a file: returns `"refused"`, or the text.
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

/// Repeats an act that returns an error number: 1 if any attempt succeeded.
fn doing(times: u32, wat: Wat, act: &str) -> String {
    repeating(times, wat, act, "(i32.ne (local.get 3) (i32.const 0))")
}

/// The same up to nine times: returns how many attempts succeeded.
fn counting(times: u32, wat: Wat, act: &str) -> String {
    repeating(times, wat, act, "(local.get 3)")
}

fn repeating(times: u32, wat: Wat, act: &str, result: &str) -> String {
    let body = format!(
        "(local.set 2 (i32.const {times}))
         (loop $again
           (if (i32.eqz {act}) (then (local.set 3 (i32.add (local.get 3) (i32.const 1)))))
           (br_if $again (local.tee 2 (i32.sub (local.get 2) (i32.const 1)))))
         (i32.store8 (i32.const 3000) (i32.add (i32.const 48) {result}))
         (call $ok (i32.const 3000) (i32.const 1))"
    );
    wasi(WASI, wat, &body)
}

/// What a script does to paths in its folder.
#[derive(Debug, Clone, Copy)]
enum Act {
    Write(&'static str),
    Create(&'static str),
    MakeFolder(&'static str),
    RemoveFolder(&'static str),
    Unlink(&'static str),
    Symlink(&'static str, &'static str),
    Link(&'static str, &'static str),
    /// Hard-links the target of the first path, a symbolic link.
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

/// Returns the error number of opening; closes what was opened.
fn opened_and_closed(path: &str, flags: u32, rights: u64) -> String {
    format!(
        "(if (result i32) {open} (then (i32.const 1)) (else (call $fd_close (i32.load (i32.const 600)))))",
        open = open(path, flags, rights)
    )
}

/// A folder with a secret next to it, and everything that may lead there.
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

    /// Everything outside the folder is unchanged.
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
    assert!(value(&outcome)[1].as_str().is_some_and(|text| text.contains("read-only")), "{}", outcome.transcript());
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

/// The grant is for the folder that was opened, whatever is at its path by now.
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

/// Alternates links to both places at `race`, until stopped.
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

/// Duration of a race, unless it has shown both outcomes before.
const RACE: Duration = Duration::from_secs(10);

/// A file, and a component of a path, that alternately lead inside and outside the folder.
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

/// A reader sees either the old or the new text, whole; nothing is left next to the file.
#[test]
fn a_file_is_replaced_at_once() {
    const BYTES: usize = 4 << 20;
    let trap = Trap::new();
    let (file, done) = (trap.granted.join("a.txt"), Arc::new(AtomicBool::new(false)));
    fs::write(&file, "a".repeat(BYTES)).expect("a file");
    let (reads, over) = (file.clone(), Arc::clone(&done));
    let reader = std::thread::spawn(move || {
        let mut torn = None;
        while !over.load(Relaxed) {
            let text = fs::read(&reads).expect("it is there all the time");
            let first = text.first().copied();
            if text.len() != BYTES || text.iter().any(|byte| Some(*byte) != first) {
                torn = Some(text.len());
            }
        }
        torn
    });
    let script = "for (let i = 0; i < 12; i++) await files.write('/data/a.txt', 'ab'[i % 2].repeat(4 * 1024 * 1024));
        return (await files.list('/data')).length";
    let limits =
        Limits { argument_bytes_max: 8 << 20, cpu_ms_max: 60_000, memory_bytes_max: 256 << 20, ..Limits::default() };
    let outcome = run(RunRequest::new(script).folder(trap.writable()).limits(limits));
    done.store(true, Relaxed);
    assert_eq!(reader.join().expect("it reads"), None, "a text in the middle of being written");
    assert_eq!(*value(&outcome), json!(6));
    assert_eq!(fs::read(&file).expect("the file")[0], b'b');
}

#[test]
fn a_file_that_is_replaced_keeps_its_permissions_and_a_link_leads_on() {
    use std::os::unix::fs::PermissionsExt;
    let trap = Trap::new();
    let file = trap.granted.join("a.txt");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).expect("its permissions");
    let script = "await files.write('/data/within', 'by the link'); await files.write('/data/a.txt', 'new');
        return await files.read('/data/within')";
    assert_eq!(*value(&run(RunRequest::new(script).folder(trap.writable()))), json!("new"));
    assert_eq!(fs::metadata(&file).expect("the file").permissions().mode() & 0o777, 0o640);
    assert!(trap.granted.join("within").is_symlink());
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

/// Opening a pipe would block until its other end is opened.
#[test]
fn a_pipe_in_a_folder_is_not_opened() {
    let trap = Trap::new();
    let pipe = trap.granted.join("pipe");
    rustix::fs::mkfifoat(rustix::fs::CWD, &pipe, rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR).expect("a pipe");
    symlink("pipe", trap.granted.join("to-pipe")).expect("a link");
    for path in ["pipe", "to-pipe"] {
        assert_eq!(*value(&run(request(&reading(path)).folder(trap.read_only()))), json!("refused"));
        let script = format!("try {{ return await files.read('/data/{path}') }} catch (e) {{ return e.code }}");
        assert_eq!(*value(&run(RunRequest::new(script).folder(trap.read_only()))), json!("tool_failed"));
        let mut wat = Wat::default();
        let path = wat.text(path);
        let now =
            format!("(call $set_times (i32.const 3) (i32.const 1) {path} (i64.const 0) (i64.const 0) (i32.const 8))");
        assert_eq!(*value(&run(request(&counting(1, wat, &now)).folder(trap.writable()))), json!(0));
    }
}

/// Writes four KiB at a time to an open file; twice that fits, beside what opening counts.
#[test]
fn what_a_component_writes_is_bounded() {
    let limits = Limits { file_bytes_max: 3 * 4096 + 4095, ..Limits::default() };
    let (file, bytes) = ("(i32.load (i32.const 600))", "(i32.const 512) (i32.const 1)");
    // 0 the first time.
    let at = "(i64.extend_i32_u (i32.mul (i32.sub (i32.const 5) (local.get 2)) (i32.const 4096)))";
    let twice_as_far = format!("(i64.mul (i64.const 2) {at})");
    let to = |at: &str| format!("(drop (call $fd_seek {file} {at} (i32.const 0) (i32.const 608)))");
    let write = format!("(call $fd_write {file} {bytes} (i32.const 604))");
    let write_at = |at: &str| format!("(call $fd_pwrite {file} {bytes} {at} (i32.const 604))");
    let far = "(i64.const 0x10000000000)";
    // Whether to append, the act, how often it succeeds, and the final length of the file.
    let writes = [
        (0, write.clone(), 2, 2 * 4096),
        (1, write.clone(), 2, 2 * 4096),
        (0, write_at(at), 2, 2 * 4096),
        (0, format!("(call $set_size {file} (i64.add {at} (i64.const 4096)))"), 2, 2 * 4096),
        // Gaps count as written.
        (0, write_at(&twice_as_far), 1, 4096),
        (0, write_at(far), 0, 0),
        (0, format!("(block (result i32) {} {write})", to(&twice_as_far)), 1, 4096),
        (0, format!("(block (result i32) {} {write})", to(far)), 0, 0),
        // Overwriting counts too.
        (0, write_at("(i64.const 0)"), 2, 4096),
    ];
    for (append, write, times, length) in writes {
        let trap = Trap::new();
        let mut wat = Wat::default();
        let end = "(i32.const 0) (i32.const 600))";
        let opened = open(&wat.text("new"), CREATE, READ | WRITE);
        let opened = opened.replace(end, &end.replacen('0', &append.to_string(), 1));
        // Only the first time.
        let act = format!(
            "(block (result i32)
               (if (i32.eq (local.get 2) (i32.const 5))
                 (then (if {opened} (then unreachable))
                   (i32.store (i32.const 512) (i32.const 8192)) (i32.store (i32.const 516) (i32.const 4096))))
               {write})"
        );
        let outcome = run(request(&counting(5, wat, &act)).folder(trap.writable()).limits(limits.clone()));
        assert_eq!(*value(&outcome), json!(times), "{write}");
        let length_now = fs::metadata(trap.granted.join("new")).expect("a file").len();
        assert_eq!(length_now, length, "{write}");
    }
}

/// Everything created has its price: here a folder, a link of either kind, a file.
#[test]
fn what_a_component_makes_is_bounded() {
    let limits = Limits { file_bytes_max: 2 * 4096 + 4095, ..Limits::default() };
    let acts: [fn(&mut Wat) -> String; 4] = [
        |wat| format!("(call $mkdir (i32.const 3) {})", wat.text("folder")),
        |wat| format!("(call $symlink {} (i32.const 3) {})", wat.text("a.txt"), wat.text("made")),
        |wat| {
            format!("(call $link (i32.const 3) (i32.const 0) {} (i32.const 3) {})", wat.text("a.txt"), wat.text("made"))
        },
        |wat| opened_and_closed(&wat.text("made"), CREATE, READ | WRITE),
    ];
    for act in acts {
        let trap = Trap::new();
        let mut wat = Wat::default();
        let (made, removed) = (act(&mut wat), wat.text("made"));
        let (unlinked, folder) = (format!("(call $unlink (i32.const 3) {removed})"), wat.text("folder"));
        let removed = format!("(drop {unlinked}) (drop (call $rmdir (i32.const 3) {folder}))");
        let act = format!("(block (result i32) {removed} {made})");
        let outcome = run(request(&counting(5, wat, &act)).folder(trap.writable()).limits(limits.clone()));
        assert_eq!(*value(&outcome), json!(2), "{made}");
    }
}

#[test]
fn what_javascript_writes_is_bounded() {
    let trap = Trap::new();
    let limits = Limits { file_bytes_max: 3 * 4096 + 4095, ..Limits::default() };
    let script = "const done = [];
        for (const name of ['one', 'two']) {
          await files.write(`/data/${name}`, 'x'.repeat(4096)).then(() => done.push(name), (e) => done.push(e.message));
        }
        return done;";
    let outcome = run(RunRequest::new(script).folder(trap.writable()).limits(limits));
    let refused =
        "`files.write` of `/data/two`: a run may write no more than 16383 bytes to its folders (`file_bytes_max`)";
    assert_eq!(*value(&outcome), json!(["one", refused]));
    assert!(!trap.granted.join("two").exists(), "nothing was made");
}

/// Open files are descriptors of the process, and handles like calls: fewer are available when a folder is granted. The
/// adapter between a core module and WASI has even less room for files.
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
