/* case
{"folder": true, "limits": {"file_bytes_max": 8300}}
*/
// A write counts 4,096 bytes more, for it may make a file.
const written = await files.write('/data/a', 'x'.repeat(100));
const refused = await files.write('/data/b', 'x'.repeat(100)).catch((error) => [error.code, error.message]);
return [written, refused, await files.write('/data/c', 'xxxxxxxx'), (await files.list('/data')).map((entry) => entry.name)];
/* transcript
returned: [100,["tool_failed","`files.write` of `/data/b`: a run may write no more than 8300 bytes to its folders (`file_bytes_max`)"],8,["a","c"]]
call: 0 files.write({"arguments":["/data/a","xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"]}) finished, 3 bytes
call: 1 files.write({"arguments":["/data/b","xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"]}) failed, tool_failed: `files.write` of `/data/b`: a run may write no more than 8300 bytes to its folders (`file_bytes_max`)
call: 2 files.write({"arguments":["/data/c","xxxxxxxx"]}) finished, 1 bytes
call: 3 files.list({"arguments":["/data"]}) finished, 77 bytes
*/
