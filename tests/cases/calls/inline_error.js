/* case
{"servers": [], "tools": [{"server": "db", "name": "query", "error": {"code": "server_died", "message": "the server ended", "retryable": true}}]}
*/
await tools.db.query({ sql: 'select 1' });
