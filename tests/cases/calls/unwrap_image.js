/* case
{}
*/
return await tools.kit.image({});
/* transcript
returned: [{"type":"text","text":"a picture"},{"type":"image","data":"aGk=","mimeType":"image/png"}]
call: 0 kit.image({}) finished, 90 bytes
*/
