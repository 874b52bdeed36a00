//! Finds the list of servers that belongs to a folder. Does not read it.

use std::path::{Path, PathBuf};

/// Returns the nearest `.mcp.json` from `folder` upward, starting with `folder` itself.
#[must_use]
pub fn find_upward(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().map(|ancestor| ancestor.join(".mcp.json")).find(|file| file.is_file())
}
