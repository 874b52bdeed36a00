//! Comments on issues.

use crate::demo::{minute::Minute, tracker::Comment};

/// Comments, by issue, oldest first.
#[rustfmt::skip] // one row per line
pub(in crate::demo) const COMMENTS: &[Comment] = &[
    comment(301, "lindqvist", Minute::at(2, 8, 10), "Old cookies are now read once more and replaced."),
    comment(304, "moreau", Minute::at(2, 9, 0), "Fixed in 7.3.1."),
    comment(306, "nakamura", Minute::at(3, 9, 50), "All warehouses are known since 1.12.1."),
    comment(307, "castillo", Minute::at(2, 10, 30), "Lorries have numbers; we could treat each as a warehouse."),
    comment(310, "haddad", Minute::at(2, 13, 0), "Let us cut the first attempt at two seconds."),
    comment(310, "okafor", Minute::at(3, 9, 15), "That halves it. The rest is the network."),
    comment(313, "andersen", Minute::at(3, 8, 45), "Tokens are forgotten since 2.0.1, but only new ones."),
    comment(313, "rossi", Minute::at(4, 9, 30), "Then old ones need a sweep."),
    comment(315, "lindqvist", Minute::at(3, 10, 10), "Doubling the limit helps for now."),
    comment(315, "sato", Minute::at(4, 9, 25), "Done in 3.2.1. A limit per person would be right."),
    comment(318, "kowalski", Minute::at(4, 10, 35), "Empty archives are no longer sent."),
    comment(319, "abebe", Minute::at(3, 12, 0), "`total` is called `sum` in the content store."),
    comment(319, "mbeki", Minute::at(3, 14, 20), "Support sends receipts by hand until then."),
    comment(319, "weber", Minute::at(6, 11, 45), "Repaired in 4.6.1."),
    comment(320, "mbeki", Minute::at(3, 13, 0), "The log may name the order, never the buyer."),
    comment(321, "okafor", Minute::at(3, 13, 0), "Going back is the quickest."),
    comment(321, "haddad", Minute::at(3, 13, 20), "Agreed; see 337 for that."),
    comment(321, "kowalski", Minute::at(5, 12, 20), "4.9.0 shares one pool. Watch it for an hour."),
    comment(322, "okafor", Minute::at(4, 9, 0), "A queue for each network costs little."),
    comment(323, "tran", Minute::at(3, 14, 5), "Placing items by number would even it out."),
    comment(323, "petrov", Minute::at(5, 13, 5), "Shard 6 has a machine of its own now."),
    comment(323, "tran", Minute::at(6, 13, 35), "No time-out since 9.3.1."),
    comment(324, "petrov", Minute::at(4, 8, 30), "Moving all items takes a night."),
    comment(327, "petrov", Minute::at(4, 10, 0), "The islands get a date by post code."),
    comment(328, "moreau", Minute::at(5, 8, 50), "Live since 7.4.1; keep it open until support has seen it."),
    comment(335, "abebe", Minute::at(4, 13, 10), "Same cause as the Swedish receipts."),
    comment(337, "okafor", Minute::at(4, 12, 25), "4.8.0 is live again."),
    comment(338, "haddad", Minute::at(4, 15, 0), "Down should mean three failures in a minute."),
    comment(339, "petrov", Minute::at(5, 9, 0), "We should answer without the slow shard and say so."),
    comment(341, "lindqvist", Minute::at(5, 9, 5), "The older account has to win."),
    comment(344, "lindqvist", Minute::at(5, 11, 0), "Offer HTTP/3 to browsers only."),
    comment(346, "jansen", Minute::at(5, 11, 40), "I can take it."),
    comment(348, "mbeki", Minute::at(5, 13, 15), "Three attempts are enough."),
    comment(350, "haddad", Minute::at(5, 12, 50), "A refused card leaves its connection open. Test to follow."),
    comment(350, "okafor", Minute::at(6, 12, 25), "4.9.1 returns them. Still five errors in two hours."),
    comment(351, "haddad", Minute::at(5, 13, 30), "Nobody deploys a debug log until this is closed."),
    comment(352, "tran", Minute::at(5, 14, 0), "See 339: the page must say that it is incomplete."),
    comment(355, "moreau", Minute::at(6, 9, 30), "Off until it asks."),
    comment(358, "kowalski", Minute::at(6, 13, 0), "Halves to even makes it rare, not right."),
    comment(359, "mbeki", Minute::at(6, 14, 0), "I asked a Finnish writer to look at all of them."),
];

const fn comment(issue: u32, author: &'static str, written_at: Minute, body: &'static str) -> Comment {
    Comment { issue, author, written_at, body }
}
