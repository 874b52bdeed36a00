// expect: 499999500000
let total = 0;
for (let i = 0; i < 1_000_000; i++) total += i;
return total;
