//! The exports and the import of the guest, and the only `unsafe` in it; what they do stands elsewhere.
#![allow(unsafe_code, reason = "exported names and the imported log function are an unsafe matter")]

use std::cell::RefCell;

use crate::question::{self, Checked};

thread_local! {
    /// What the host wrote, until the message is read.
    static INBOX: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    /// What the host reads, until the next call.
    static OUTBOX: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    /// The value that was found wrong.
    static CHECKED: RefCell<Option<Checked>> = const { RefCell::new(None) };
}

/// The level of a line that reports a bug of ours.
const PANIC: u32 = 5;

#[cfg(target_arch = "wasm32")]
#[link(wasm_import_module = "callbox")]
unsafe extern "C" {
    #[link_name = "log"]
    fn host_log(level: u32, text: *const u8, len: usize);
}

fn log(level: u32, text: &str) {
    #[cfg(target_arch = "wasm32")]
    // SAFETY: the host only reads `len` bytes from `text`, which are borrowed for the call.
    unsafe {
        host_log(level, text.as_ptr(), text.len());
    }
    #[cfg(not(target_arch = "wasm32"))]
    let _ = (level, text);
}

/// Gets everything ready that does not depend on a question.
#[unsafe(no_mangle)]
pub extern "C" fn boot() {
    std::panic::set_hook(Box::new(|panic| panicked(&panic_text(panic))));
    question::warm_up();
}

/// What a panic says and where, without the folders of the machine that built the guest.
fn panic_text(panic: &std::panic::PanicHookInfo<'_>) -> String {
    let what = panic.payload_as_str().unwrap_or("a panic without a message");
    let Some(at) = panic.location() else { return what.to_owned() };
    let file = at.file().rsplit('/').next().unwrap_or_default();
    format!("{what} ({file}:{})", at.line())
}

/// A length that no address can reach is a want of memory, which the host knows by an abort without a word.
fn panicked(what: &str) {
    if !what.contains("capacity overflow") {
        log(PANIC, what);
    }
    std::process::abort()
}

/// Room for a message of `len` bytes, until the next call.
#[unsafe(no_mangle)]
pub extern "C" fn alloc(len: usize) -> *mut u8 {
    INBOX.with_borrow_mut(|inbox| {
        *inbox = vec![0; len];
        inbox.as_mut_ptr()
    })
}

/// The verdict on the question of `len` bytes that was written where `alloc` said.
#[unsafe(no_mangle)]
pub extern "C" fn check(len: usize) -> u64 {
    let mut message = INBOX.take();
    message.truncate(len);
    let (verdict, checked) = question::check(message);
    CHECKED.set(checked);
    post(verdict.encode())
}

/// The first thing that is wrong with the value; no text where that is not found.
#[unsafe(no_mangle)]
pub extern "C" fn first(_len: usize) -> u64 {
    say(Checked::first)
}

/// The first few things that are wrong with the value, and how many more.
#[unsafe(no_mangle)]
pub extern "C" fn all(_len: usize) -> u64 {
    say(Checked::all)
}

fn say(what: impl FnOnce(&mut Checked) -> Option<String>) -> u64 {
    let said = CHECKED.with_borrow_mut(|checked| checked.as_mut().and_then(what));
    post(said.unwrap_or_default().into_bytes())
}

/// Keeps `bytes` for the host; the answer is where they lie, and their number.
fn post(bytes: Vec<u8>) -> u64 {
    let place = (bytes.as_ptr() as u64) << 32 | bytes.len() as u64;
    OUTBOX.set(bytes);
    place
}
