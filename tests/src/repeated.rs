//! Large texts in short form, as written in case files: `«1000|a<»` is `a<` a thousand times.
//!
//! In the repeated text, `¤` is the number of the repetition, from 1, and `¢` the previous one.

/// Returns the text that a description stands for.
///
/// # Panics
/// If a `«` has no count, no `|` or no `»`.
pub fn expanded(description: &str) -> String {
    let mut text = String::new();
    let mut rest = description;
    while let Some((before, after)) = rest.split_once('«') {
        let (repeated, after) = after.split_once('»').expect("a `»`");
        let (count, what) = repeated.split_once('|').expect("a `|`");
        text.push_str(before);
        repeat(count.parse().expect("a count"), what, &mut text);
        rest = after;
    }
    text + rest
}

fn repeat(count: usize, what: &str, text: &mut String) {
    if !what.contains(['¤', '¢']) {
        return text.push_str(&what.repeat(count));
    }
    for number in 1..=count {
        text.push_str(&what.replace('¤', &number.to_string()).replace('¢', &(number - 1).to_string()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_repeated_is_numbered() {
        assert_eq!(expanded("a«3|b»c«2|d¤=d¢;»"), "abbbcd1=d0;d2=d1;");
        assert_eq!(expanded("plain"), "plain");
    }
}
