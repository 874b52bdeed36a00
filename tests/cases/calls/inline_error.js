/* case
{"servers": [], "tools": [{"server": "db", "name": "query", "error": {"code": "server_died", "message": "the server ended", "retryable": true}}]}
*/
await tools.db.query({ sql: 'select 1' });
/* transcript
threw: ToolError: the server ended [server_died]
at: 4:16 in top level
call: 0 db.query({"sql":"select 1"}) failed, server_died: the server ended
*/
