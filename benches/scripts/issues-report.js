// expect: {"bug":[334,112],"docs":[333,111],"feature":[333,111]}
// input: issues
const byLabel = {};
for (const issue of input) {
  const [all, open] = (byLabel[issue.label] ??= [0, 0]);
  byLabel[issue.label] = [all + 1, open + (issue.state === "open" ? 1 : 0)];
}
return Object.fromEntries(Object.entries(byLabel).sort(([a], [b]) => a.localeCompare(b)));
