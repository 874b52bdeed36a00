const records = input;
const group = (map, key, made) => map.get(key) ?? (map.set(key, made), made);
const byRegion = new Map(), byCustomer = new Map();
for (const record of records) {
  group(byRegion, record.region, []).push(record);
  if (!record.paid) byCustomer.set(record.customer, (byCustomer.get(record.customer) ?? 0) + record.cents);
}
const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
const region = ([name, records]) => {
  records.sort((a, b) => b.cents - a.cents || a.id - b.id);
  return {
    name,
    records: records.length,
    cents: records.reduce((sum, record) => sum + record.cents, 0),
    urgent: records.filter(record => record.tags.includes("urgent")).length,
    largest: records.slice(0, 3).map(record => record.id),
  };
};
const regions = [...byRegion].map(region).sort((a, b) => b.cents - a.cents || compare(a.name, b.name));
const debtors = [...byCustomer].sort((a, b) => b[1] - a[1] || compare(a[0], b[0])).slice(0, 10);
const sorted = [...records].sort((a, b) => b.cents - a.cents || compare(a.customer, b.customer) || a.id - b.id);
let order = 0;
for (let at = 0; at < sorted.length; at += 10) order += sorted[at].id * (at + 1);
return { regions, debtors, order };
