//! Reads text named on the command line, from a file or standard input; only checks that it is UTF-8.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use crate::error::CliError;

/// Reads the text of a file, or standard input for `-`.
///
/// Reads at most `bytes_max + 1` bytes, so that the caller can tell that the limit is exceeded.
pub(crate) fn read(file: &Path, bytes_max: u64) -> Result<String, CliError> {
    text(file, read_bytes(file, bytes_max)?, bytes_max)
}

/// Reads any bytes in the same way.
pub(crate) fn read_bytes(file: &Path, bytes_max: u64) -> Result<Vec<u8>, CliError> {
    let bytes = match file.to_str() {
        Some("-") => take(io::stdin().lock(), bytes_max),
        _ => File::open(file).and_then(|open| take(open, bytes_max)),
    };
    bytes.map_err(|error| CliError::file(format!("cannot read {}: {error}", name(file))))
}

/// Converts a file's bytes to text.
pub(crate) fn text(file: &Path, bytes: Vec<u8>, bytes_max: u64) -> Result<String, CliError> {
    let shown = name(file);
    let cut = bytes.len() as u64 > bytes_max;
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text),
        // The cut may fall inside a character.
        Err(error) if cut => Ok(String::from_utf8_lossy(error.as_bytes()).into_owned()),
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            Err(CliError::file(format!("{shown} is not UTF-8 text: byte {at} is the first invalid one")))
        }
    }
}

/// Names a file in messages.
fn name(file: &Path) -> String {
    if file == Path::new("-") { "standard input".to_owned() } else { format!("`{}`", file.display()) }
}

fn take(source: impl Read, bytes_max: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    source.take(bytes_max.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(bytes)
}
