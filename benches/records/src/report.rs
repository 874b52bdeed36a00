//! The work of the script, and of the benchmark that runs it without a sandbox: groups and sorts records parsed from
//! JSON. `report.js` does the same.

use std::{cmp::Reverse, collections::HashMap};

use serde::{Deserialize, Serialize};

/// An order.
#[derive(Deserialize)]
pub struct Record {
    id: u32,
    customer: String,
    region: String,
    cents: u64,
    paid: bool,
    tags: Vec<String>,
}

/// Amounts due, by region and customer.
#[derive(Serialize)]
pub struct Report {
    regions: Vec<Region>,
    /// Customers with the largest unpaid amounts.
    debtors: Vec<(String, u64)>,
    /// A checksum over every tenth record in order of amount, weighted by position, so that a wrong order changes it.
    order: u64,
}

#[derive(Serialize)]
struct Region {
    name: String,
    records: usize,
    cents: u64,
    urgent: usize,
    /// The three largest.
    largest: Vec<u32>,
}

/// Computes the report on the records.
#[must_use]
pub fn report(records: &[Record]) -> Report {
    let mut by_region: HashMap<&str, Vec<&Record>> = HashMap::new();
    let mut by_customer: HashMap<&str, u64> = HashMap::new();
    for record in records {
        by_region.entry(&record.region).or_default().push(record);
        if !record.paid {
            *by_customer.entry(&record.customer).or_default() += record.cents;
        }
    }
    let mut regions: Vec<_> = by_region.into_iter().map(|(name, records)| region(name, records)).collect();
    regions.sort_by(|a, b| b.cents.cmp(&a.cents).then_with(|| a.name.cmp(&b.name)));
    let mut debtors: Vec<_> = by_customer.into_iter().map(|(name, cents)| (name.to_owned(), cents)).collect();
    debtors.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    debtors.truncate(10);
    Report { regions, debtors, order: order(records) }
}

fn region(name: &str, mut records: Vec<&Record>) -> Region {
    records.sort_by_key(|record| (Reverse(record.cents), record.id));
    Region {
        name: name.to_owned(),
        records: records.len(),
        cents: records.iter().map(|record| record.cents).sum(),
        urgent: records.iter().filter(|record| record.tags.iter().any(|tag| tag == "urgent")).count(),
        largest: records.iter().take(3).map(|record| record.id).collect(),
    }
}

fn order(records: &[Record]) -> u64 {
    let mut sorted: Vec<&Record> = records.iter().collect();
    sorted.sort_by(|a, b| b.cents.cmp(&a.cents).then_with(|| a.customer.cmp(&b.customer)).then(a.id.cmp(&b.id)));
    sorted.iter().zip(1..).step_by(10).map(|(record, place)| u64::from(record.id) * place).sum()
}
