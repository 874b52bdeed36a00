/* case
{"servers": [], "tools": [{"server": "github", "name": "list_issues", "input": {"type": "object", "properties": {"repo": {"type": "string"}, "state": {"enum": ["open", "closed"]}}, "required": ["repo"]}, "output": {"type": "array"}, "reply": [{"number": 1, "labels": ["bug"]}, {"number": 2, "labels": []}]}]}
*/
const issues = await tools.github.list_issues({ repo: 'callbox', state: 'open' });
return issues.filter((i) => i.labels.includes('bug')).map((i) => i.number);
/* transcript
returned: [1]
call: 0 github.list_issues({"repo":"callbox","state":"open"}) finished, 56 bytes
*/
