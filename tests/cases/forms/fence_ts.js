/* case
{}
*/
```typescript
const x: number = 4;
return x;
```
/* transcript
returned: 4
*/
