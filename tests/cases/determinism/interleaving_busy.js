/* case
{"twice": true}
*/
const log = [];
await Promise.all([1, 2, 3, 4].map(async (i) => {
  for (let k = 0; k < 3; k++) {
    await tools.kit.echo({ value: i });
    for (let turn = 0; turn < 200_000; turn++);
    log.push(i * 10 + k);
  }
}));
return log;
/* transcript
returned: [10,20,30,40,11,21,31,41,12,22,32,42]
call: 0 kit.echo({"value":1}) finished, 1 bytes
call: 1 kit.echo({"value":2}) finished, 1 bytes
call: 2 kit.echo({"value":3}) finished, 1 bytes
call: 3 kit.echo({"value":4}) finished, 1 bytes
call: 4 kit.echo({"value":1}) finished, 1 bytes
call: 5 kit.echo({"value":2}) finished, 1 bytes
call: 6 kit.echo({"value":3}) finished, 1 bytes
call: 7 kit.echo({"value":4}) finished, 1 bytes
call: 8 kit.echo({"value":1}) finished, 1 bytes
call: 9 kit.echo({"value":2}) finished, 1 bytes
call: 10 kit.echo({"value":3}) finished, 1 bytes
call: 11 kit.echo({"value":4}) finished, 1 bytes
*/
