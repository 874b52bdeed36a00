//! What was deployed when, and how many errors it logged: the source of deployments and log lines.

use crate::demo::minute::Minute;

/// One deployment and what its version logs.
pub(in crate::demo) struct Release {
    pub(in crate::demo) id: u32,
    pub(in crate::demo) service: &'static str,
    pub(in crate::demo) version: &'static str,
    pub(in crate::demo) author: &'static str,
    pub(in crate::demo) live_from: Minute,
    pub(in crate::demo) rolled_back: bool,
    /// Number of its log lines that are errors.
    pub(in crate::demo) errors: u32,
    /// The message of those errors.
    pub(in crate::demo) fault: &'static str,
    /// What the version changes, in one sentence.
    pub(in crate::demo) changes: &'static str,
}

impl Release {
    const fn rolled_back(self) -> Self {
        Self { rolled_back: true, ..self }
    }

    const fn fails(self, errors: u32, fault: &'static str) -> Self {
        Self { errors, fault, ..self }
    }
}

const fn release(
    id: u32,
    service: &'static str,
    version: &'static str,
    author: &'static str,
    live_from: Minute,
    changes: &'static str,
) -> Release {
    Release { id, service, version, author, live_from, rolled_back: false, errors: 0, fault: "", changes }
}

const fn at(day: u32, hour: u32, minute: u32) -> Minute {
    Minute::at(day, hour, minute)
}

/// Deployments, by time; ids increase with it. Five per service, at least three hours apart.
#[rustfmt::skip] // one row per line
pub(in crate::demo) const DEPLOYMENTS: &[Release] = &[
    release(101, "accounts", "2.0.0", "andersen", at(2, 7, 5), "Moves sessions to the new store."),
    release(102, "checkout", "7.3.0", "moreau", at(2, 8, 0), "Adds gift cards to the cart.").fails(1, "gift card `null` has no balance"),
    release(103, "gateway", "3.1.4", "sato", at(2, 8, 30), "Renews certificates a week earlier."),
    release(104, "inventory", "1.12.0", "jansen", at(2, 9, 15), "Counts stock per warehouse.").fails(2, "warehouse `LX2` is unknown"),
    release(105, "invoices", "5.0.2", "kowalski", at(2, 10, 0), "Prints the tax number of companies."),
    release(106, "notifications", "4.4.0", "weber", at(2, 10, 40), "Sends receipts in the buyer's language."),
    release(107, "payments", "4.8.0", "okafor", at(2, 11, 20), "Retries declined cards once."),
    release(108, "search", "9.1.0", "tran", at(2, 12, 0), "Ranks items in stock first."),
    release(109, "accounts", "2.0.1", "rossi", at(3, 7, 45), "Forgets tokens after a password change.").fails(1, "session store answered after 5 s"),
    release(110, "checkout", "7.3.1", "petrov", at(3, 8, 10), "Ignores gift cards without a balance."),
    release(111, "gateway", "3.2.0", "sato", at(3, 9, 0), "Limits requests per client.").fails(5, "client `mobile-2` over limit"),
    release(112, "inventory", "1.12.1", "nakamura", at(3, 9, 40), "Adds the missing warehouses."),
    release(113, "invoices", "5.1.0", "dubois", at(3, 10, 20), "Sends invoices as one archive.").fails(3, "archive of 0 files"),
    release(114, "notifications", "4.5.0", "abebe", at(3, 11, 0), "Reads templates from the content store.").fails(8, "template `receipt.sv` has no field `total`"),
    release(115, "payments", "4.8.1", "kowalski", at(3, 12, 30), "Opens a connection per attempt.").fails(13, "connection pool exhausted").rolled_back(),
    release(116, "search", "9.2.0", "petrov", at(3, 13, 10), "Splits the index into eight shards.").fails(7, "shard 6 timed out after 2 s"),
    release(117, "accounts", "2.1.0", "andersen", at(4, 7, 30), "Lets people merge two accounts."),
    release(118, "checkout", "7.4.0", "moreau", at(4, 8, 20), "Shows delivery dates.").fails(2, "no delivery date for zone 9"),
    release(119, "gateway", "3.2.1", "lindqvist", at(4, 9, 10), "Doubles the limit of mobile clients."),
    release(120, "inventory", "1.13.0", "jansen", at(4, 10, 0), "Reserves items for ten minutes."),
    release(121, "invoices", "5.1.1", "kowalski", at(4, 10, 30), "Stops sending empty archives."),
    release(122, "notifications", "4.5.1", "weber", at(4, 11, 15), "Falls back to the English template.").fails(6, "template `refund.fi` has no field `total`"),
    release(123, "payments", "4.8.0", "okafor", at(4, 12, 0), "Goes back to 4.8.0.").fails(1, "card network answered after 9 s"),
    release(124, "search", "9.2.1", "tran", at(4, 13, 20), "Waits longer for a slow shard.").fails(6, "shard 6 timed out after 4 s"),
    release(125, "accounts", "2.1.1", "andersen", at(5, 8, 0), "Keeps the older name in a merge."),
    release(126, "checkout", "7.4.1", "ivanova", at(5, 8, 45), "Shows delivery dates as a range."),
    release(127, "gateway", "3.3.0", "sato", at(5, 9, 30), "Adds HTTP/3.").fails(2, "handshake with client `tv-1` failed"),
    release(128, "inventory", "1.13.1", "castillo", at(5, 10, 5), "Frees reservations when a cart is emptied.").fails(1, "reservation 8812 is gone"),
    release(129, "invoices", "5.2.0", "kowalski", at(5, 10, 50), "Rounds tax per line."),
    release(130, "notifications", "4.6.0", "abebe", at(5, 11, 30), "Checks templates before they are sent.").fails(4, "template `welcome.sv` was refused"),
    release(131, "payments", "4.9.0", "okafor", at(5, 12, 10), "Shares one pool between attempts.").fails(9, "connection pool exhausted"),
    release(132, "search", "9.3.0", "petrov", at(5, 13, 0), "Moves shard 6 to a machine of its own.").fails(2, "shard 6 timed out after 4 s"),
    release(133, "accounts", "2.2.0", "rossi", at(6, 7, 20), "Asks for a second factor on new devices.").fails(1, "clock of device is 4 min ahead"),
    release(134, "checkout", "7.5.0", "petrov", at(6, 8, 15), "Remembers the last payment method."),
    release(135, "gateway", "3.3.1", "sato", at(6, 9, 20), "Offers HTTP/3 only to browsers."),
    release(136, "inventory", "1.14.0", "nakamura", at(6, 10, 10), "Reorders items that run out."),
    release(137, "invoices", "5.2.1", "dubois", at(6, 11, 0), "Rounds halves to even.").fails(1, "total differs from sum by 0.01"),
    release(138, "notifications", "4.6.1", "weber", at(6, 11, 40), "Repairs the Swedish templates.").fails(3, "template `refund.fi` was refused"),
    release(139, "payments", "4.9.1", "haddad", at(6, 12, 20), "Returns connections after a refused card.").fails(5, "connection pool exhausted"),
    release(140, "search", "9.3.1", "tran", at(6, 13, 30), "Warms shards before they serve."),
];
