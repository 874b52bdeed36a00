//! Reads how much address space and memory this process may use. Decisions are left to callers.

/// Returns the address space that this process may still reserve, bytes; `None` if it is unlimited.
#[cfg(unix)]
pub(crate) fn address_space_left_bytes() -> Option<u64> {
    let limit = rustix::process::getrlimit(rustix::process::Resource::As).current?;
    Some(limit.saturating_sub(address_space_used_bytes().unwrap_or_default()))
}

/// Other systems have no known limit of this kind.
#[cfg(not(unix))]
pub(crate) fn address_space_left_bytes() -> Option<u64> {
    None
}

#[cfg(unix)]
fn address_space_used_bytes() -> Option<u64> {
    let pages: u64 = std::fs::read_to_string("/proc/self/statm").ok()?.split(' ').next()?.parse().ok()?;
    Some(pages.saturating_mul(rustix::param::page_size() as u64))
}

/// Returns the memory available to this process, bytes: the machine's, or its control group's limit if lower; `None` if
/// the system does not say.
pub(crate) fn memory_bytes() -> Option<u64> {
    let machine = std::fs::read_to_string("/proc/meminfo").ok().and_then(|text| total_of(&text));
    let group = std::fs::read_to_string("/proc/self/cgroup").ok().and_then(|text| group_bytes(&text));
    machine.into_iter().chain(group).min()
}

/// Reads `MemTotal` from `/proc/meminfo`.
fn total_of(meminfo: &str) -> Option<u64> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib.saturating_mul(1024))
}

/// Returns the lowest limit of this process's control group and its ancestors, for either version of control groups.
fn group_bytes(groups: &str) -> Option<u64> {
    groups.lines().filter_map(limit_files).flatten().filter_map(|file| read_limit(&file)).min()
}

fn read_limit(file: &str) -> Option<u64> {
    // No limit is given as `max`, or as a number larger than any machine.
    std::fs::read_to_string(file).ok()?.trim().parse().ok()
}

/// Returns the files that may limit the group on a line of `/proc/self/cgroup`, innermost first. In a container the
/// path may not exist, because the visible root is the group itself; then the last file is the right one.
fn limit_files(line: &str) -> Option<Vec<String>> {
    let mut parts = line.splitn(3, ':');
    let _ = parts.next()?;
    let controllers = parts.next()?;
    let path = parts.next()?;
    let (root, file) = match controllers {
        "" => ("/sys/fs/cgroup", "memory.max"),
        _ if controllers.split(',').any(|controller| controller == "memory") => {
            ("/sys/fs/cgroup/memory", "memory.limit_in_bytes")
        }
        _ => return None,
    };
    let groups = std::path::Path::new(path).ancestors();
    Some(groups.map(|group| format!("{root}/{}/{file}", group.display().to_string().trim_matches('/'))).collect())
}

#[cfg(test)]
mod tests {
    use super::{limit_files, memory_bytes, total_of};

    #[test]
    fn the_machines_memory_is_read() {
        assert_eq!(total_of("MemFree: 1 kB\nMemTotal:       24625100 kB\n"), Some(24_625_100 << 10));
        assert_eq!(total_of("MemTotal: many kB\n"), None);
    }

    #[test]
    fn every_group_around_the_process_is_asked() {
        assert_eq!(
            limit_files("0::/a.slice/b"),
            Some(vec![
                "/sys/fs/cgroup/a.slice/b/memory.max".to_owned(),
                "/sys/fs/cgroup/a.slice/memory.max".to_owned(),
                "/sys/fs/cgroup//memory.max".to_owned(),
            ])
        );
        let old = limit_files("9:cpu,memory:/x").expect("a group of memory");
        assert_eq!(old[0], "/sys/fs/cgroup/memory/x/memory.limit_in_bytes");
        assert_eq!(limit_files("3:cpu:/x"), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_machine_has_some_memory() {
        assert!(memory_bytes().is_some_and(|bytes| bytes > 64 << 20));
    }
}
