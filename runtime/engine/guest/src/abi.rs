//! The exports and the import of the guest, and the only `unsafe` in it; what they do stands elsewhere.
#![allow(unsafe_code, reason = "exported names and the imported log function are an unsafe matter")]

use std::cell::RefCell;

use crate::codec::{self, Malformed, Message};
use crate::engine::{Builtins, Engine};
use crate::frames::{INBOX_BYTES_KEPT, Step};
use crate::steps;

thread_local! {
    static ENGINE: RefCell<Option<Engine>> = const { RefCell::new(None) };
    /// What the host wrote, until the message is read.
    static INBOX: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    /// What the host reads, until the next call.
    static OUTBOX: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// The level of a line that reports a bug of ours.
const PANIC: u32 = 5;

#[cfg(target_arch = "wasm32")]
#[link(wasm_import_module = "callbox")]
unsafe extern "C" {
    #[link_name = "log"]
    fn host_log(level: u32, text: *const u8, len: usize);
}

/// Hands one line of console output to the host.
pub(crate) fn log(level: u32, text: &str) {
    #[cfg(target_arch = "wasm32")]
    // SAFETY: the host only reads `len` bytes from `text`, which are borrowed for the call.
    unsafe {
        host_log(level, text.as_ptr(), text.len());
    }
    #[cfg(not(target_arch = "wasm32"))]
    let _ = (level, text);
}

/// Ends the guest because of a bug in it or in the engine, and says so.
pub(crate) fn bug(what: &str) -> ! {
    log(PANIC, what);
    std::process::abort()
}

/// Starts the engine with the built-ins of our own.
#[unsafe(no_mangle)]
pub extern "C" fn boot() {
    boot_with(Builtins::Own);
}

/// Starts the engine with the built-ins it came with, to compare against.
#[unsafe(no_mangle)]
pub extern "C" fn boot_stock() {
    boot_with(Builtins::Stock);
}

fn boot_with(builtins: Builtins) {
    std::panic::set_hook(Box::new(|panic| panicked(&panic_text(panic))));
    match Engine::boot(builtins) {
        Ok(engine) => ENGINE.set(Some(engine)),
        Err(error) => bug(&format!("the engine does not boot: {error}")),
    }
}

/// What a panic says and where, without the folders of the machine that built the engine.
fn panic_text(panic: &std::panic::PanicHookInfo<'_>) -> String {
    let what = panic.payload_as_str().unwrap_or("a panic without a message");
    let Some(at) = panic.location() else { return what.to_owned() };
    let file = at.file().rsplit('/').next().unwrap_or_default();
    format!("{what} ({file}:{})", at.line())
}

fn panicked(what: &str) {
    // A length that no address can reach is a want of memory like any other, but the engine and the
    // standard library panic at it.
    if what.contains("overflow during string allocation") || what.contains("capacity overflow") {
        want_all_memory();
    }
    bug(what)
}

/// Asks for more than there can be, so that the host's memory limit sees it and names itself.
fn want_all_memory() {
    #[cfg(target_arch = "wasm32")]
    if std::arch::wasm32::memory_grow::<0>(PAGES_MAX) == usize::MAX {
        std::process::abort();
    }
}

/// 4 GiB in pages of 64 KiB: never granted beside what is there.
#[cfg(target_arch = "wasm32")]
const PAGES_MAX: usize = 1 << 16;

/// Room for a message of `len` bytes. Room for a small one ([`INBOX_BYTES_KEPT`]) stays where it is
/// for every small message after it.
#[unsafe(no_mangle)]
pub extern "C" fn alloc(len: usize) -> *mut u8 {
    INBOX.with_borrow_mut(|inbox| {
        *inbox = vec![0; len.max(INBOX_BYTES_KEPT)];
        inbox.as_mut_ptr()
    })
}

/// Begins the run with the `Start` message of `len` bytes that was written where `alloc` said.
#[unsafe(no_mangle)]
pub extern "C" fn start(len: usize) -> u64 {
    step(len, steps::start)
}

/// Goes on with the `Resume` message of `len` bytes that was written where `alloc` said.
#[unsafe(no_mangle)]
pub extern "C" fn resume(len: usize) -> u64 {
    step(len, steps::resume)
}

fn step<M: Message>(len: usize, take: impl FnOnce(&mut Engine, M) -> Step) -> u64 {
    OUTBOX.take();
    let message = match INBOX.with_borrow_mut(|inbox| read(inbox, len)) {
        Ok(message) => message,
        Err(malformed) => bug(&malformed.to_string()),
    };
    let step = ENGINE.with_borrow_mut(|engine| engine.as_mut().map(|engine| take(engine, message)));
    match step {
        Some(step) => post(codec::encode(&step)),
        None => bug("the guest was never booted"),
    }
}

/// The bytes of a large message are let go before it is acted on, so that a large result is held once.
fn read<M: Message>(inbox: &mut Vec<u8>, len: usize) -> Result<M, Malformed> {
    let message = codec::decode(inbox.get(..len).unwrap_or_default());
    if len > INBOX_BYTES_KEPT {
        inbox.clear();
        inbox.shrink_to_fit();
    }
    message
}

/// Keeps `bytes` for the host; the answer is where they lie, and their number.
fn post(bytes: Vec<u8>) -> u64 {
    let place = (bytes.as_ptr() as u64) << 32 | bytes.len() as u64;
    OUTBOX.set(bytes);
    place
}
