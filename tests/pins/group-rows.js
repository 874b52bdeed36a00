// expect: {"bug":334,"docs":333,"feature":333}
const rows = Array.from({ length: 1000 }, (_, i) => ({ number: i, label: ["bug", "docs", "feature"][i % 3] }));
const counts = {};
for (const { label } of rows) counts[label] = (counts[label] ?? 0) + 1;
return counts;
