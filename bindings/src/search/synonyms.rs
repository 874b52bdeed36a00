//! Words of general English that are said for one another; nothing about any server.

/// Each line is words that may stand for one another in a request to a program.
const GROUPS: &[&str] = &[
    "get fetch retrieve read show view list display see",
    "create add new make insert build generate",
    "delete remove drop erase clear discard",
    "update edit change modify set adjust",
    "search find query lookup locate look",
    "send post submit deliver",
    "run execute start launch trigger",
    "stop end cancel abort terminate halt",
    "move relocate transfer",
    "rename name",
    "copy duplicate clone",
    "upload attach",
    "download export save",
    "convert transform translate",
    "check verify validate test",
    "combine merge join",
    "split divide separate",
    "open load",
    "press click tap push",
    "choose select pick",
    "compute calculate evaluate",
    "explain describe summarize",
    "picture image photo",
    "folder directory",
    "mail email message",
    "meeting appointment event",
    "customer client contact",
    "bill invoice",
    "cost price",
    "person people user member",
    "site website",
    "page webpage",
    "chart graph plot diagram",
    "comment remark reply",
    "repository repo",
    "database db",
    "document doc",
    "information info details",
    "configuration config settings",
    "bug issue ticket",
    "task todo",
    "money payment",
    "route directions",
    "history past",
    "latest newest recent current",
    "error failure fail",
    "all every entire",
];

/// The words that may stand for this one.
pub(super) fn synonyms(word: &str) -> impl Iterator<Item = &'static str> {
    let groups = GROUPS.iter().filter(move |group| group.split(' ').any(|known| known == word));
    groups.flat_map(|group| group.split(' '))
}

/// Words that say nothing of what is wanted.
pub(super) fn is_stop_word(word: &str) -> bool {
    STOP_WORDS.binary_search(&word).is_ok()
}

/// In alphabetical order.
const STOP_WORDS: &[&str] = &[
    "a", "about", "all", "am", "an", "and", "any", "anyone", "are", "as", "at", "be", "been", "by", "can", "could",
    "did", "do", "does", "doing", "don", "for", "from", "had", "has", "have", "he", "help", "her", "his", "how", "i",
    "if", "in", "into", "is", "it", "its", "just", "let", "ll", "m", "may", "me", "my", "need", "of", "on", "onto",
    "or", "our", "please", "re", "s", "she", "should", "so", "some", "t", "than", "that", "the", "their", "them",
    "then", "there", "these", "they", "this", "those", "to", "up", "us", "ve", "want", "was", "we", "were", "what",
    "when", "where", "which", "who", "whom", "whose", "why", "will", "with", "would", "you", "your",
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
