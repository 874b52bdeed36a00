/* case
{"about": "lines count from the top of the whole text"}
*/
Some text.

```ts
const a: number = 1;
throw new Error('in a fence');
```
/* transcript
threw: Error: in a fence
at: 8:7 in top level
*/
