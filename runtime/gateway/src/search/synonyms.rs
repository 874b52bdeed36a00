//! Interchangeable words of general English, not specific to any server.

/// Verbs for looking at something.
pub(super) const READ: &[&str] = &["get", "fetch", "retrieve", "read", "show", "view", "list", "display", "see"];

/// Verbs for creating something.
pub(super) const MAKE: &[&str] = &["create", "add", "new", "make", "insert", "build", "generate", "put"];

/// Verbs for removing something.
pub(super) const REMOVE: &[&str] = &["delete", "remove", "drop", "erase", "clear", "discard", "forget"];

/// Verbs for changing something.
pub(super) const CHANGE: &[&str] = &["update", "edit", "change", "modify", "set", "adjust"];

/// Words that are interchangeable in a request to a program.
const GROUPS: &[&[&str]] = &[
    READ,
    MAKE,
    REMOVE,
    CHANGE,
    &["search", "find", "query", "lookup", "locate", "look"],
    &["send", "post", "submit", "deliver"],
    &["run", "execute", "start", "launch", "trigger", "begin"],
    &["stop", "end", "cancel", "abort", "terminate", "halt", "pause"],
    &["move", "relocate", "transfer"],
    &["rename", "name"],
    &["copy", "duplicate", "clone", "twice"],
    &["upload", "attach"],
    &["download", "export", "save"],
    &["save", "write", "store", "remember"],
    &["convert", "transform", "translate", "turn"],
    &["check", "verify", "validate", "test"],
    &["combine", "merge", "join"],
    &["split", "divide", "separate"],
    &["open", "load"],
    &["press", "click", "tap", "push", "hit"],
    &["choose", "select", "pick"],
    &["compute", "calculate", "evaluate"],
    &["explain", "describe", "summarize"],
    &["buy", "purchase", "order"],
    &["book", "reserve", "schedule", "plan", "arrange"],
    &["answer", "reply", "respond", "comment", "remark"],
    &["give", "assign", "grant"],
    &["jot", "note", "write"],
    &["talk", "chat", "speak"],
    &["picture", "image", "photo"],
    &["folder", "directory"],
    &["mail", "email", "message"],
    &["meeting", "appointment", "event"],
    &["customer", "client", "contact"],
    &["bill", "invoice"],
    &["cost", "price", "worth"],
    &["person", "people", "user", "member"],
    &["site", "website", "webpage", "page", "web"],
    &["chart", "graph", "plot", "diagram"],
    &["repository", "repo"],
    &["database", "db"],
    &["document", "doc"],
    &["information", "info", "details"],
    &["configuration", "config", "settings"],
    &["bug", "issue", "ticket", "problem"],
    &["task", "todo"],
    &["money", "payment", "currency"],
    &["route", "directions", "drive"],
    &["history", "past", "log"],
    &["latest", "newest", "recent", "current"],
    &["error", "failure", "fail"],
    &["all", "every", "entire", "everything"],
    &["tag", "label", "keyword"],
    &["version", "release"],
    &["fast", "speed", "quick", "performance"],
    &["size", "big", "large", "length"],
    &["weather", "rain", "temperature", "forecast"],
    &["phone", "telephone", "call"],
    &["pr", "pull"],
];

/// Returns the words interchangeable with this one, including itself if there are any.
pub(super) fn synonyms(word: &str) -> impl Iterator<Item = &'static str> {
    GROUPS.iter().filter(move |group| group.contains(&word)).flat_map(|group| group.iter().copied())
}

/// Whether a word says nothing about what is wanted.
pub(super) fn is_stop_word(word: &str) -> bool {
    STOP_WORDS.binary_search(&word).is_ok()
}

/// Whether a verb takes its meaning from what follows.
pub(super) fn is_light(word: &str) -> bool {
    LIGHT_VERBS.contains(&word)
}

const LIGHT_VERBS: &[&str] = &[
    "bring", "get", "give", "go", "keep", "know", "look", "make", "put", "see", "show", "take", "tell", "turn", "use",
];

/// In alphabetical order.
const STOP_WORDS: &[&str] = &[
    "a", "about", "all", "also", "am", "an", "and", "any", "anyone", "are", "as", "at", "be", "been", "by", "can",
    "could", "did", "do", "does", "doing", "don", "for", "from", "had", "has", "have", "he", "help", "her", "his",
    "how", "i", "if", "in", "into", "is", "it", "its", "just", "let", "ll", "m", "may", "me", "my", "need", "of", "on",
    "onto", "or", "our", "please", "re", "s", "she", "should", "so", "some", "t", "than", "that", "the", "their",
    "them", "then", "there", "these", "they", "this", "those", "to", "up", "us", "ve", "want", "was", "we", "were",
    "what", "when", "where", "which", "who", "whom", "whose", "why", "will", "with", "would", "you", "your",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_in_order() {
        assert!(STOP_WORDS.is_sorted());
        assert!(synonyms("fetch").any(|word| word == "list"));
        assert_eq!(synonyms("zebra").count(), 0);
        assert!(is_stop_word("the") && !is_stop_word("issue"));
    }
}
