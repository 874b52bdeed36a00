//! Finds the list of servers that belongs to a folder. It does not read it.

use std::path::{Path, PathBuf};

/// The nearest `.mcp.json` from `folder` upward, `folder` itself first.
#[must_use]
pub fn find_upward(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().map(|ancestor| ancestor.join(".mcp.json")).find(|file| file.is_file())
}
