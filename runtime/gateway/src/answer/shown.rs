//! Finds the part of a returned value that fits a token budget, in a bounded number of steps. Each step costs in
//! proportion to the budget, whatever the size of the value.

use callbox::{Returned, internal::foreign, outcome::Preview};
use callbox_bindings::count_tokens_within;
use serde_json::Value;

use super::page::clipped;

/// Maximum steps of the search; each reduces the error of the previous guess to a few per cent of it.
const STEPS_MAX: usize = 10;
/// A preview that uses this share of its room, per cent, is good enough.
const USED_PERCENT_MIN: usize = 95;
/// Longest token of the vocabulary, bytes: text with more bytes per token is too long, no need to count.
const TOKEN_BYTES_MAX: u64 = 128;
/// A preview of fewer bytes is already an outline.
const BYTES_MIN: u64 = 48;

/// A value, or the preview shown instead.
pub(super) struct Shown {
    pub(super) value: Value,
    pub(super) text: String,
    pub(super) tokens: usize,
    pub(super) is_cut: bool,
    /// Descriptions of what was cut, one per line.
    pub(super) cut: Vec<String>,
}

/// Returns the whole value, `bytes` long, if it fits.
pub(super) fn whole(returned: &Returned, bytes: u64, tokens_max: usize) -> Option<Shown> {
    if bytes > TOKEN_BYTES_MAX.saturating_mul(tokens_max as u64) {
        return None;
    }
    let text = foreign::value(&returned.value);
    let tokens = count_tokens_within(&text, tokens_max)?;
    Some(Shown { value: returned.value.clone(), text, tokens, is_cut: false, cut: Vec::new() })
}

/// Returns as much of the value, `bytes` long, as fits.
pub(super) fn shortened(returned: &Returned, bytes: u64, tokens_max: usize) -> Shown {
    let mut best = None;
    // A token of text usually takes four bytes; the whole does not fit.
    let (mut low, mut high) = (0, bytes.max(1));
    let mut guess = (tokens_max as u64).saturating_mul(4);
    for _ in 0..STEPS_MAX {
        guess = guess.clamp(low + 1, high.saturating_sub(1).max(low + 1));
        let Some(preview) = returned.within(guess) else { break };
        let text = foreign::value(&preview.value);
        // Beyond four times the budget the exact count does not matter.
        let counted = count_tokens_within(&text, tokens_max.saturating_mul(4));
        let tokens = counted.unwrap_or(tokens_max.saturating_mul(4).max(1));
        if tokens <= tokens_max {
            best = Some(shown(preview, text, tokens));
            low = guess;
            if tokens * 100 >= tokens_max * USED_PERCENT_MIN {
                break;
            }
        } else {
            high = guess;
        }
        if high <= BYTES_MIN || high - low <= 1 {
            break;
        }
        guess = next(guess, tokens, tokens_max, low, high);
    }
    best.unwrap_or_else(|| outline(returned, tokens_max))
}

/// Scales the guess by the token count, aiming slightly low; takes the middle if that leaves the possible range.
fn next(guess: u64, tokens: usize, tokens_max: usize, low: u64, high: u64) -> u64 {
    let aim = (tokens_max as u64).saturating_mul(98) / 100;
    let next = guess.saturating_mul(aim) / (tokens.max(1) as u64);
    if next > low && next < high { next } else { low + (high - low) / 2 }
}

/// Cuts the smallest preview as text, for budgets where hardly anything fits.
fn outline(returned: &Returned, tokens_max: usize) -> Shown {
    let (value, cut) = match returned.within(BYTES_MIN) {
        Some(preview) => (preview.value, preview.cut),
        None => (returned.value.clone(), Vec::new()),
    };
    let text = clipped(&foreign::value(&value), tokens_max);
    let tokens = count_tokens_within(&text, tokens_max).unwrap_or(tokens_max);
    Shown { value: text.clone().into(), text, tokens, is_cut: true, cut }
}

fn shown(preview: Preview, text: String, tokens: usize) -> Shown {
    Shown { value: preview.value, text, tokens, is_cut: true, cut: preview.cut }
}

#[cfg(test)]
mod tests {
    use callbox_bindings::count_tokens;
    use serde_json::{Map, json};

    use super::*;

    const TOKENS_MAX: usize = 3_700;

    #[track_caller]
    fn fills(value: Value) {
        let bytes = value.to_string().len() as u64;
        let returned = Returned::whole(value);
        assert!(whole(&returned, bytes, TOKENS_MAX).is_none());
        let shown = shortened(&returned, bytes, TOKENS_MAX);
        let tokens = count_tokens(&shown.text);
        assert_eq!(tokens, shown.tokens);
        assert!((TOKENS_MAX * 85 / 100..=TOKENS_MAX).contains(&tokens), "{tokens} tokens: {:.200}", shown.text);
        for tokens_max in [0, 1, 10, 50, 200] {
            let shown = shortened(&returned, bytes, tokens_max);
            assert!(count_tokens(&shown.text) <= tokens_max, "{tokens_max}: {:.200}", shown.text);
        }
    }

    #[test]
    fn the_budget_is_used_and_kept() {
        fills((0..200_000).map(|i| json!(i)).collect());
        fills((0..20_000).map(|i| json!(f64::from(i) / 7.0)).collect());
        fills(json!("some words of a report, ".repeat(20_000)));
        fills(json!("x".repeat(400_000)));
        fills(json!((0..20_000).map(|i| format!("{i} GET /index.html 200\n")).collect::<String>()));
        fills(json!("漢字と仮名、😀".repeat(20_000)));
        fills(json!("\u{1b}[31mred\u{1b}[0m ".repeat(20_000)));
        fills((0..3_000).map(|i| json!({"i": i, "name": format!("row {i}")})).collect());
        fills((0..300).map(|i| json!({"i": i, "body": "a long text ".repeat(500)})).collect());
        let wide: Map<_, _> = (0..50_000).map(|i| (format!("key {i}"), json!([i]))).collect();
        fills(Value::Object(wide));
        let tree = |inner: Value, level| json!({"level": level, "left": inner, "right": inner});
        fills((0..15).fold(json!("leaf of a tree"), tree));
    }
}
