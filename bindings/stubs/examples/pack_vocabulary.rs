//! Packs a vocabulary, as published by tiktoken, into `bindings/artefacts/o200k.br`.
//!
//! ```console
//! $ cargo run -p callbox-bindings --example pack_vocabulary -- o200k_base.tiktoken
//! ```
//!
//! A test compares the packed tokens with the hash of the published file.

use std::io::Read as _;
use std::{env, fs, path::Path};

use base64::prelude::{BASE64_STANDARD, Engine as _};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Brotli's effort, and its window size as a power of two.
const QUALITY: u32 = 11;
const WINDOW_BITS: u32 = 24;

const BUFFER_BYTES: usize = 64 << 10;

fn main() -> Result<()> {
    let file = fs::read_to_string(env::args().nth(1).ok_or("which file?")?)?;
    let tokens = file.lines().map(token).collect::<Result<Vec<_>>>()?;
    let mut bytes = tokens.iter().map(|token| u8::try_from(token.len())).collect::<std::result::Result<Vec<_>, _>>()?;
    bytes.push(0);
    bytes.extend(tokens.into_iter().flatten());
    let mut packed = Vec::new();
    brotli::CompressorReader::new(bytes.as_slice(), BUFFER_BYTES, QUALITY, WINDOW_BITS).read_to_end(&mut packed)?;
    fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join("artefacts/o200k.br"), packed)?;
    Ok(())
}

/// Decodes the token of a line, which holds base64 and the rank; lines are in order of rank.
fn token(line: &str) -> Result<Vec<u8>> {
    let token = line.split(' ').next().ok_or("a line without a token")?;
    Ok(BASE64_STANDARD.decode(token)?)
}
