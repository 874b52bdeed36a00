//! Divides bytes among the members of an array or object: how many members are shown, and how much each gets.

use serde_json::Value;

use super::OUTLINE_BYTES;
use super::size::within;

/// A member, and the size of what accompanies its value.
pub(super) struct Member<'v> {
    pub(super) label_bytes: u64,
    pub(super) value: &'v Value,
}

/// The bytes that one member gets for its value.
pub(super) struct Share {
    /// If the value is whole, its size.
    pub(super) bytes: u64,
    pub(super) is_whole: bool,
}

/// The members that are shown.
pub(super) struct Shares {
    members: Vec<Need>,
    /// Bytes for cut values that have not been taken yet.
    pool: u64,
    cut_left: u64,
    /// The largest size of a whole member, label included.
    level: u64,
}

struct Need {
    label_bytes: u64,
    /// Size of label and value, or more than the available room.
    bytes: u64,
}

impl Shares {
    /// Selects as many of the first members as can get `least` each, or what they need; `None` if not even one can. If
    /// some are left out, `mark_bytes` are reserved for the mark that says so.
    pub(super) fn of<'v>(
        members: impl ExactSizeIterator<Item = Member<'v>> + Clone,
        room: u64,
        mark_bytes: u64,
        least: u64,
    ) -> Option<Self> {
        let all = members.len();
        Self::without_mark(members.clone(), room, least)
            .filter(|shares| shares.members.len() == all)
            .or_else(|| Self::without_mark(members, room.checked_sub(mark_bytes)?, least))
    }

    fn without_mark<'v>(members: impl Iterator<Item = Member<'v>>, room: u64, least: u64) -> Option<Self> {
        let (mut needs, mut spent) = (Vec::new(), 0_u64);
        for member in members {
            let bytes = within(member.value, room).map_or(room.saturating_add(1), |bytes| bytes + member.label_bytes);
            spent += bytes.min(least.max(OUTLINE_BYTES) + member.label_bytes);
            if spent > room {
                break;
            }
            needs.push(Need { label_bytes: member.label_bytes, bytes });
        }
        if needs.is_empty() {
            return None;
        }
        let level = level(&needs, room);
        let whole: u64 = needs.iter().map(|need| need.bytes).filter(|bytes| *bytes <= level).sum();
        let cut_left = needs.iter().filter(|need| need.bytes > level).count() as u64;
        Some(Self { members: needs, pool: room.saturating_sub(whole), cut_left, level })
    }

    /// Returns how many members are shown.
    pub(super) fn shown(&self) -> usize {
        self.members.len()
    }

    /// Returns the share of a member; call in order.
    pub(super) fn of_member(&self, at: usize) -> Share {
        let Some(need) = self.members.get(at) else { return Share { bytes: 0, is_whole: false } };
        if need.bytes <= self.level {
            return Share { bytes: need.bytes.saturating_sub(need.label_bytes), is_whole: true };
        }
        let bytes = self.pool / self.cut_left.max(1);
        Share { bytes: bytes.saturating_sub(need.label_bytes), is_whole: false }
    }

    /// Records what the member's value took; the rest goes to the members after it.
    pub(super) fn take(&mut self, at: usize, bytes: u64) {
        let Some(need) = self.members.get(at).filter(|need| need.bytes > self.level) else { return };
        self.pool = self.pool.saturating_sub(bytes + need.label_bytes);
        self.cut_left = self.cut_left.saturating_sub(1);
    }
}

/// Returns how much each member may take so that together they fill the room: what a small member leaves goes to the
/// others.
fn level(needs: &[Need], room: u64) -> u64 {
    let mut sorted: Vec<_> = needs.iter().map(|need| need.bytes).collect();
    sorted.sort_unstable();
    let (mut left, mut members) = (room, sorted.len() as u64);
    for bytes in sorted {
        let share = left / members.max(1);
        if bytes > share {
            return share;
        }
        left -= bytes;
        members -= 1;
    }
    u64::MAX
}
