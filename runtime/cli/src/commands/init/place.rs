//! Where each host keeps its lists of servers. Only folder names are read here.
//!
//! Sources, read in November 2026:
//!
//! * Claude Desktop: <https://modelcontextprotocol.io/docs/develop/connect-local-servers>; as a package of
//!   Windows <https://github.com/anthropics/claude-code/issues/26073>.
//! * Claude Code: <https://code.claude.com/docs/en/mcp>, "MCP installation scopes"; the local scope is
//!   `projects.<folder>.mcpServers` of the user's file, for exactly that folder.
//! * Cursor: <https://cursor.com/docs/context/mcp>, "Configuration locations".
//! * VS Code: <https://code.visualstudio.com/docs/copilot/reference/mcp-configuration>; the user's folder
//!   is from `src/vs/platform/environment/node/userDataPath.ts` of microsoft/vscode.
//! * Codex: <https://developers.openai.com/codex/mcp>; fields from `codex-rs/config/src/mcp_types.rs` of
//!   openai/codex.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{args::Host, environment::Folders};

/// A file in which a host may list servers.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Place {
    pub(super) host: Host,
    pub(super) file: PathBuf,
    pub(super) layout: Layout,
    /// Whether it applies to the user rather than to one folder.
    pub(super) of_user: bool,
}

/// Where a file holds the servers.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Layout {
    /// JSON, with servers under this key.
    Json(&'static str),
    /// Claude Code's JSON: `mcpServers` at the top level, and one folder's under `projects`.
    ClaudeUser {
        /// The folder.
        folder: PathBuf,
    },
    /// Codex's TOML: tables `mcp_servers.NAME`.
    Codex,
}

/// The kinds of system that hosts run on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum System {
    Linux,
    MacOs,
    Windows,
}

impl System {
    pub(super) fn here() -> Self {
        match () {
            () if cfg!(windows) => Self::Windows,
            () if cfg!(target_os = "macos") => Self::MacOs,
            () => Self::Linux,
        }
    }
}

/// Returns the places of all hosts. Those of the working folder come first, so that their names win.
pub(super) fn places(folders: &Folders, system: System) -> Vec<Place> {
    let mut places = of_folder(&folders.working);
    places.extend(of_user(folders, system));
    places
}

fn of_folder(folder: &Path) -> Vec<Place> {
    let place = |host, file: &str, layout| Place { host, file: folder.join(file), layout, of_user: false };
    vec![
        place(Host::ClaudeCode, ".mcp.json", Layout::Json("mcpServers")),
        place(Host::Cursor, ".cursor/mcp.json", Layout::Json("mcpServers")),
        place(Host::VsCode, ".vscode/mcp.json", Layout::Json("servers")),
        place(Host::Codex, ".codex/config.toml", Layout::Codex),
    ]
}

fn of_user(folders: &Folders, system: System) -> Vec<Place> {
    let mut places = Vec::new();
    let mut add = |host, file: PathBuf, layout| places.push(Place { host, file, layout, of_user: true });
    if let Some(folder) = folders.claude_config.as_ref().or(folders.home.as_ref()) {
        let layout = Layout::ClaudeUser { folder: folders.working.clone() };
        add(Host::ClaudeCode, folder.join(".claude.json"), layout);
    }
    if let Some(home) = &folders.home {
        add(Host::Cursor, home.join(".cursor/mcp.json"), Layout::Json("mcpServers"));
    }
    let config = config_folder(folders, system);
    for product in ["Code", "Code - Insiders"] {
        let file = config.as_ref().map(|config| config.join(product).join("User/mcp.json"));
        file.into_iter().for_each(|file| add(Host::VsCode, file, Layout::Json("servers")));
    }
    let codex = folders.codex_home.clone().or_else(|| Some(folders.home.as_ref()?.join(".codex")));
    codex.into_iter().for_each(|codex| add(Host::Codex, codex.join("config.toml"), Layout::Codex));
    let packaged = folders.local_app_data.as_deref().filter(|_| system == System::Windows);
    for folder in packaged.map(packages).unwrap_or_default().into_iter().chain(config) {
        add(Host::ClaudeDesktop, folder.join("Claude/claude_desktop_config.json"), Layout::Json("mcpServers"));
    }
    places
}

/// Returns the folder in which desktop programs keep their settings.
fn config_folder(folders: &Folders, system: System) -> Option<PathBuf> {
    let in_home = |path: &str| Some(folders.home.as_ref()?.join(path));
    match system {
        System::Linux => folders.xdg_config.clone().or_else(|| in_home(".config")),
        System::MacOs => in_home("Library/Application Support"),
        System::Windows => folders.app_data.clone().or_else(|| in_home("AppData/Roaming")),
    }
}

/// Windows gives a packaged Claude Desktop its own roaming folder; the package's full name varies.
fn packages(local_app_data: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(local_app_data.join("Packages")).into_iter().flatten().flatten();
    let packages = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with("Claude_"));
    let mut folders: Vec<_> = packages.map(|entry| entry.path().join("LocalCache/Roaming")).collect();
    folders.sort();
    folders
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(folders: &Folders, system: System, host: Host) -> Vec<String> {
        let places = places(folders, system).into_iter().filter(|place| place.host == host && place.of_user);
        places.map(|place| place.file.display().to_string().replace('\\', "/")).collect()
    }

    fn user() -> Folders {
        Folders { working: "/w".into(), home: Some("/u".into()), ..Folders::default() }
    }

    #[test]
    fn each_system_has_its_folders() {
        for (system, folder) in [
            (System::Linux, "/u/.config"),
            (System::MacOs, "/u/Library/Application Support"),
            (System::Windows, "/u/AppData/Roaming"),
        ] {
            let desktop = [format!("{folder}/Claude/claude_desktop_config.json")];
            assert_eq!(files(&user(), system, Host::ClaudeDesktop), desktop);
            let code = ["Code", "Code - Insiders"].map(|product| format!("{folder}/{product}/User/mcp.json"));
            assert_eq!(files(&user(), system, Host::VsCode), code);
            assert_eq!(files(&user(), system, Host::ClaudeCode), ["/u/.claude.json"]);
            assert_eq!(files(&user(), system, Host::Cursor), ["/u/.cursor/mcp.json"]);
            assert_eq!(files(&user(), system, Host::Codex), ["/u/.codex/config.toml"]);
        }
    }

    #[test]
    fn variables_move_them() {
        let folders = Folders {
            xdg_config: Some("/x".into()),
            app_data: Some("/a".into()),
            claude_config: Some("/c".into()),
            codex_home: Some("/o".into()),
            ..user()
        };
        assert_eq!(files(&folders, System::Linux, Host::ClaudeDesktop), ["/x/Claude/claude_desktop_config.json"]);
        assert_eq!(files(&folders, System::Windows, Host::ClaudeDesktop), ["/a/Claude/claude_desktop_config.json"]);
        assert_eq!(files(&folders, System::Linux, Host::ClaudeCode), ["/c/.claude.json"]);
        assert_eq!(files(&folders, System::Linux, Host::Codex), ["/o/config.toml"]);
    }

    #[test]
    fn a_packaged_claude_desktop_is_found() {
        let local = tempfile::tempdir().expect("a folder");
        std::fs::create_dir_all(local.path().join("Packages/Claude_x1y2")).expect("a folder");
        std::fs::create_dir_all(local.path().join("Packages/Other_x1y2")).expect("a folder");
        let folders = Folders { local_app_data: Some(local.path().to_owned()), ..user() };
        let found = files(&folders, System::Windows, Host::ClaudeDesktop);
        assert!(found[0].ends_with("Packages/Claude_x1y2/LocalCache/Roaming/Claude/claude_desktop_config.json"));
        assert_eq!(found.len(), 2);
        assert_eq!(files(&folders, System::Linux, Host::ClaudeDesktop).len(), 1);
    }

    #[test]
    fn without_a_home_only_the_working_folder_is_looked_at() {
        let folders = Folders { working: "/w".into(), ..Folders::default() };
        assert!(places(&folders, System::Linux).iter().all(|place| place.file.starts_with("/w")));
    }
}
