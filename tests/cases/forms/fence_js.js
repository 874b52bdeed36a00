/* case
{}
*/
```js
return 'fenced';
```
/* transcript
returned: "fenced"
*/
