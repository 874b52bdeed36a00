// expect: 19999900000
let total = 0;
for (let i = 0; i < 200_000; i++) total += i;
return total;
