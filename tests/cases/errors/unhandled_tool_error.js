/* case
{}
*/
tools.kit.fail({ message: 'nobody looks' });
return 1;
/* transcript
returned: 1
call: 0 kit.fail({"message":"nobody looks"}) failed, tool_failed: nobody looks
note: nothing handled this error at 4:11: ToolError: nobody looks
*/
