//! What a guest's panic says. A panic carries nothing but its message and place, so its message decides whether memory
//! ran out; tests hold the standard library and the pinned crates to these words.

/// Returns the message and place of a panic, without the folders of the machine that built the guest.
pub fn text(panic: &std::panic::PanicHookInfo<'_>) -> String {
    let what = panic.payload_as_str().unwrap_or("a panic without a message");
    let Some(at) = panic.location() else { return what.to_owned() };
    let file = at.file().rsplit('/').next().unwrap_or_default();
    format!("{what} ({file}:{})", at.line())
}

/// Checks whether a panic means that memory ran out: an allocator says so, or a length lies beyond the address space.
pub fn is_out_of_memory(text: &str) -> bool {
    const WORDS: [&str; 4] = [
        // `std`: a collection.
        "capacity overflow",
        // `boa_string`: a text.
        "overflow during string allocation",
        // `oxc_allocator`: the arena, and a vector in it.
        "out of memory",
        "encountered allocation error",
    ];
    WORDS.iter().any(|words| text.contains(words))
}

#[cfg(test)]
mod tests {
    use super::is_out_of_memory;

    #[test]
    fn the_standard_library_says_what_is_expected() {
        let too_long = [
            std::panic::catch_unwind(|| drop(Vec::<u64>::with_capacity(usize::MAX))),
            std::panic::catch_unwind(|| drop("ab".repeat(usize::MAX))),
        ];
        for panic in too_long {
            let payload = panic.expect_err("no such length exists");
            let text = payload.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| payload.downcast_ref::<&str>().copied());
            assert!(text.is_some_and(is_out_of_memory), "{text:?}");
        }
    }

    #[test]
    fn other_panics_are_bugs() {
        for text in
            ["index out of bounds: the len is 0 but the index is 0", "called `Option::unwrap()` on a `None` value"]
        {
            assert!(!is_out_of_memory(text), "{text}");
        }
    }
}
