//! Issues. Numbers and times increase together.

use crate::demo::{
    minute::Minute,
    tracker::{
        Issue,
        IssueState::{self, Closed, Open},
    },
};

/// Issues, oldest first.
#[rustfmt::skip] // one row per line
pub(in crate::demo) const ISSUES: &[Issue] = &[
    issue(301, Closed, "accounts", &["bug"], "andersen", at(2, 7, 40), "Login fails after the session move", "People with an old cookie see an empty page. A fresh cookie works.").assigned("lindqvist"),
    issue(302, Closed, "accounts", &["docs"], "rossi", at(2, 7, 55), "Session lifetime is not written down", "Support asks how long a login lasts; nobody knows.").assigned("rossi"),
    issue(303, Open, "checkout", &["feature"], "ivanova", at(2, 8, 20), "Show the gift card's balance in the cart", "Buyers type the code twice to see what is left on it."),
    issue(304, Closed, "checkout", &["bug"], "petrov", at(2, 8, 35), "Gift card without a balance breaks the cart", "The cart shows an error for a card that was never charged.").assigned("petrov"),
    issue(305, Open, "gateway", &["docs"], "sato", at(2, 9, 0), "Describe how certificates are renewed", "Only one person knows the steps."),
    issue(306, Closed, "inventory", &["bug"], "jansen", at(2, 9, 30), "Warehouse `LX2` is unknown", "Counts for Lisbon end in an error since stock is kept per warehouse.").assigned("nakamura"),
    issue(307, Open, "inventory", &["feature"], "castillo", at(2, 9, 50), "Count stock on the way between warehouses", "Goods on a lorry are in no count.").assigned("jansen"),
    issue(308, Closed, "invoices", &["feature"], "dubois", at(2, 10, 15), "Tax number of private buyers", "Some countries want it for large sums.").assigned("kowalski"),
    issue(309, Open, "notifications", &["feature"], "abebe", at(2, 11, 0), "Let buyers choose the hour of newsletters", "Many are sent at night."),
    issue(310, Open, "payments", &["bug", "performance"], "okafor", at(2, 11, 50), "Retry of a declined card takes ten seconds", "The second attempt waits for the first to time out.").assigned("okafor"),
    issue(311, Open, "search", &["feature"], "tran", at(2, 12, 20), "Search by colour", "Half of the queries name one."),
    issue(312, Closed, "search", &["bug"], "moreau", at(2, 12, 45), "Items out of stock still come first", "Ranking reads yesterday's stock.").assigned("tran"),
    issue(313, Open, "accounts", &["security"], "rossi", at(3, 8, 0), "Tokens live on after a password change", "A stolen token works for an hour more.").assigned("andersen"),
    issue(314, Closed, "checkout", &["bug"], "petrov", at(3, 8, 30), "Total jumps when a gift card is removed", "The cart adds the card's value twice.").assigned("petrov"),
    issue(315, Open, "gateway", &["bug"], "sato", at(3, 9, 20), "Mobile clients are refused at noon", "Client `mobile-2` shares one address among thousands of people.").assigned("lindqvist"),
    issue(316, Open, "gateway", &["feature"], "lindqvist", at(3, 9, 45), "Tell clients when they may try again", "A refused client tries at once."),
    issue(317, Closed, "inventory", &["docs"], "nakamura", at(3, 10, 0), "List of warehouses is out of date", "Three are missing.").assigned("nakamura"),
    issue(318, Closed, "invoices", &["bug"], "dubois", at(3, 10, 40), "Archive of invoices is empty", "The archive is built before the invoices are.").assigned("kowalski"),
    issue(319, Open, "notifications", &["bug", "incident"], "weber", at(3, 11, 25), "Swedish receipts arrive without a total", "The template asks for a field that is not there.").assigned("abebe"),
    issue(320, Open, "notifications", &["bug"], "abebe", at(3, 11, 50), "Errors of a template do not say for whom", "The log names the template only."),
    issue(321, Open, "payments", &["bug", "incident"], "haddad", at(3, 12, 50), "Connection pool is exhausted within minutes", "Each attempt opens a connection and none is given back.").assigned("okafor"),
    issue(322, Open, "payments", &["performance"], "kowalski", at(3, 13, 5), "One slow card network holds up all others", "Attempts wait in one queue."),
    issue(323, Open, "search", &["bug", "incident"], "tran", at(3, 13, 30), "Shard 6 times out", "It holds the largest brand and is three times the size of the others.").assigned("petrov"),
    issue(324, Open, "search", &["performance"], "petrov", at(3, 14, 0), "Shards are of uneven size", "Items are placed by brand.").assigned("tran"),
    issue(325, Closed, "accounts", &["feature"], "lindqvist", at(4, 7, 50), "Merge two accounts", "Buyers have one for each address.").assigned("andersen"),
    issue(326, Open, "accounts", &["bug"], "andersen", at(4, 8, 15), "Merged accounts keep two newsletters", "Both settings stay."),
    issue(327, Open, "checkout", &["bug"], "moreau", at(4, 8, 40), "No delivery date for zone 9", "The islands are in no table.").assigned("petrov"),
    issue(328, Open, "checkout", &["feature"], "ivanova", at(4, 9, 0), "Show the date as a range", "A single day promises too much.").assigned("ivanova"),
    issue(329, Closed, "gateway", &["bug"], "sato", at(4, 9, 30), "Limit counts health checks", "Probes use up a client's share.").assigned("lindqvist"),
    issue(330, Open, "gateway", &["performance"], "lindqvist", at(4, 9, 50), "Limits are looked up for each request", "A lookup takes 2 ms."),
    issue(331, Closed, "inventory", &["bug"], "jansen", at(4, 10, 20), "Reservation outlives the cart", "Items stay reserved for a day.").assigned("jansen"),
    issue(332, Open, "inventory", &["performance"], "nakamura", at(4, 10, 35), "Counting one warehouse reads all", "The query has no filter."),
    issue(333, Closed, "invoices", &["bug"], "kowalski", at(4, 10, 50), "Archive is sent twice", "A retry does not see the first.").assigned("kowalski"),
    issue(334, Open, "invoices", &["feature"], "dubois", at(4, 11, 5), "Send invoices to a second address", "Bookkeepers want their own copy."),
    issue(335, Open, "notifications", &["bug"], "weber", at(4, 11, 30), "Finnish refunds fall back to English", "The template of refunds lacks a field as well.").assigned("weber"),
    issue(336, Closed, "notifications", &["docs"], "abebe", at(4, 11, 55), "Say which fields a template may use", "Writers guess.").assigned("abebe"),
    issue(337, Closed, "payments", &["incident"], "haddad", at(4, 12, 15), "Go back to 4.8.0", "4.8.1 refuses one card in five.").assigned("haddad"),
    issue(338, Open, "payments", &["bug"], "okafor", at(4, 12, 40), "A card network that is slow counts as down", "It is skipped for an hour.").assigned("kowalski"),
    issue(339, Open, "search", &["bug"], "tran", at(4, 13, 40), "Waiting longer for shard 6 slows every search", "All wait for the slowest.").assigned("tran"),
    issue(340, Closed, "search", &["docs"], "petrov", at(4, 14, 10), "Describe how items are placed on shards", "New people ask each week.").assigned("petrov"),
    issue(341, Open, "accounts", &["bug"], "andersen", at(5, 8, 20), "A merge keeps the wrong name", "The newer account wins although the older one is the real one.").assigned("rossi"),
    issue(342, Closed, "checkout", &["bug"], "ivanova", at(5, 9, 0), "Range of dates breaks the line on phones", "It is one word too long.").assigned("ivanova"),
    issue(343, Open, "checkout", &["docs"], "moreau", at(5, 9, 15), "Explain delivery zones to support", "They answer from memory."),
    issue(344, Open, "gateway", &["bug"], "sato", at(5, 9, 50), "Old televisions cannot connect", "Client `tv-1` offers a version it does not speak.").assigned("sato"),
    issue(345, Closed, "gateway", &["feature"], "lindqvist", at(5, 10, 5), "Count clients by protocol", "Nobody knows who uses HTTP/3.").assigned("sato"),
    issue(346, Open, "inventory", &["bug"], "castillo", at(5, 10, 25), "Freeing a reservation that is gone is an error", "It should be a no-op.").assigned("castillo"),
    issue(347, Closed, "invoices", &["bug"], "dubois", at(5, 11, 10), "Tax differs by a cent", "Rounding is done on the total.").assigned("kowalski"),
    issue(348, Open, "notifications", &["bug"], "abebe", at(5, 11, 50), "Refused templates are retried for ever", "A receipt that cannot be sent fills the queue.").assigned("abebe"),
    issue(349, Open, "notifications", &["feature"], "weber", at(5, 12, 5), "Preview a template before it goes live", "Mistakes show only in the log."),
    issue(350, Open, "payments", &["bug", "incident"], "kowalski", at(5, 12, 30), "Pool is exhausted again with 4.9.0", "Connections of refused cards are never returned.").assigned("haddad"),
    issue(351, Open, "payments", &["security"], "rossi", at(5, 12, 55), "Card numbers appear in a debug log", "Only when a network refuses the card.").assigned("okafor"),
    issue(352, Open, "search", &["bug"], "petrov", at(5, 13, 20), "Results differ between two pages", "A shard that answers late is left out."),
    issue(353, Open, "accounts", &["bug"], "rossi", at(6, 7, 40), "Second factor is refused when a clock is off", "Four minutes are enough."),
    issue(354, Closed, "accounts", &["docs"], "andersen", at(6, 8, 0), "Describe the second factor", "Support needs pictures.").assigned("andersen"),
    issue(355, Open, "checkout", &["security"], "petrov", at(6, 8, 40), "Last payment method is shown on shared devices", "It should ask who is there.").assigned("moreau"),
    issue(356, Closed, "gateway", &["bug"], "sato", at(6, 9, 40), "HTTP/3 is offered to clients that cannot use it", "Only browsers should see it.").assigned("sato"),
    issue(357, Open, "inventory", &["feature"], "nakamura", at(6, 10, 30), "Reorder items that sell out before noon", "Orders go out at night."),
    issue(358, Open, "invoices", &["bug"], "dubois", at(6, 11, 20), "Total differs from the sum of its lines", "Rounding per line adds up.").assigned("kowalski"),
    issue(359, Open, "notifications", &["bug"], "weber", at(6, 12, 0), "Finnish refunds are still refused", "The Swedish templates were repaired, the Finnish were not."),
    issue(360, Open, "payments", &["performance"], "haddad", at(6, 12, 45), "Returning a connection takes a lock", "Under load attempts wait for each other.").assigned("okafor"),
];

#[allow(clippy::too_many_arguments, reason = "one argument per field of an issue")]
const fn issue(
    number: u32,
    state: IssueState,
    service: &'static str,
    labels: &'static [&'static str],
    author: &'static str,
    opened_at: Minute,
    title: &'static str,
    body: &'static str,
) -> Issue {
    Issue { number, title, state, labels, service, author, assignee: None, opened_at, body }
}

impl Issue {
    const fn assigned(self, login: &'static str) -> Self {
        Self { assignee: Some(login), ..self }
    }
}

const fn at(day: u32, hour: u32, minute: u32) -> Minute {
    Minute::at(day, hour, minute)
}
