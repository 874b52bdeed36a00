/* case
{}
*/
```js
return 'fenced';
```
