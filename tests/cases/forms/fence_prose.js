/* case
{"about": "text around the only fence is left out"}
*/
Here is the script:

```javascript
return tools.kit.add({ a: 1, b: 1 });
```

It adds.
/* transcript
returned: 2
call: 0 kit.add({"a":1,"b":1}) finished, 1 bytes
*/
