/* case
{"limits": {"json_depth_max": 3}}
*/
await tools.kit.deep({ levels: 5 });
