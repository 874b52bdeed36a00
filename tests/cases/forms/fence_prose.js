/* case
{"about": "text around the only fence is left out"}
*/
Here is the script:

```javascript
return tools.kit.add({ a: 1, b: 1 });
```

It adds.
