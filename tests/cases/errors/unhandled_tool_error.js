/* case
{}
*/
tools.kit.fail({ message: 'nobody looks' });
return 1;
/* transcript
returned: 1
call: 0 kit.fail({"message":"nobody looks"}) failed, tool_failed: nobody looks
note: a promise was rejected and nothing handled it: ToolError: nobody looks
*/
