//! Fictional teams and people.

use crate::demo::people::{Person, Team};

/// Teams, by name. `messaging` has no rota, so asking who is on call for it fails.
#[rustfmt::skip] // one row per line
pub(in crate::demo) const TEAMS: &[Team] = &[
    Team { name: "messaging", lead: "mbeki", services: &["notifications"], on_call: None },
    Team { name: "payments", lead: "haddad", services: &["payments", "invoices"], on_call: Some("okafor") },
    Team { name: "platform", lead: "lindqvist", services: &["accounts", "gateway"], on_call: Some("sato") },
    Team { name: "storefront", lead: "moreau", services: &["checkout", "search"], on_call: Some("petrov") },
    Team { name: "supply", lead: "castillo", services: &["inventory"], on_call: Some("nakamura") },
];

/// People, by login.
#[rustfmt::skip] // one row per line
pub(in crate::demo) const PEOPLE: &[Person] = &[
    person("abebe", "Selam Abebe", "engineer", "messaging", "Nairobi", "abebe@shop.example"),
    person("andersen", "Freja Andersen", "engineer", "platform", "Aarhus", "andersen@shop.example"),
    person("castillo", "Lucia Castillo", "engineering lead", "supply", "Valencia", "castillo@shop.example"),
    person("dubois", "Emile Dubois", "product manager", "payments", "Lyon", "dubois@shop.example"),
    person("haddad", "Noor Haddad", "engineering lead", "payments", "Lisbon", "haddad@shop.example"),
    person("ivanova", "Daria Ivanova", "designer", "storefront", "Riga", "ivanova@shop.example"),
    person("jansen", "Bram Jansen", "engineer", "supply", "Utrecht", "jansen@shop.example"),
    person("kowalski", "Ola Kowalski", "engineer", "payments", "Krakow", "kowalski@shop.example"),
    person("lindqvist", "Axel Lindqvist", "engineering lead", "platform", "Uppsala", "lindqvist@shop.example"),
    person("mbeki", "Thandi Mbeki", "engineering lead", "messaging", "Durban", "mbeki@shop.example"),
    person("moreau", "Claire Moreau", "engineering lead", "storefront", "Nantes", "moreau@shop.example"),
    person("nakamura", "Yui Nakamura", "engineer", "supply", "Osaka", "nakamura@shop.example"),
    person("okafor", "Chidi Okafor", "engineer", "payments", "Lagos", "okafor@shop.example"),
    person("petrov", "Mila Petrov", "engineer", "storefront", "Sofia", "petrov@shop.example"),
    person("rossi", "Gaia Rossi", "security engineer", "platform", "Turin", "rossi@shop.example"),
    person("sato", "Ren Sato", "site reliability engineer", "platform", "Sapporo", "sato@shop.example"),
    person("tran", "Linh Tran", "data engineer", "storefront", "Da Nang", "tran@shop.example"),
    person("weber", "Jonas Weber", "engineer", "messaging", "Leipzig", "weber@shop.example"),
];

const fn person(
    login: &'static str,
    name: &'static str,
    role: &'static str,
    team: &'static str,
    city: &'static str,
    email: &'static str,
) -> Person {
    Person { login, name, role, team, city, email }
}
