// expect: [500,7998000]
class Account {
  #total = 0;
  add(amount) { this.#total += amount; return this; }
  get total() { return this.#total; }
}
const accounts = new Map();
for (let i = 0; i < 4000; i++) {
  const key = `k${i % 500}`;
  if (!accounts.has(key)) accounts.set(key, new Account());
  accounts.get(key).add(i);
}
let sum = 0;
for (const account of accounts.values()) sum += account.total;
return [accounts.size, sum];
