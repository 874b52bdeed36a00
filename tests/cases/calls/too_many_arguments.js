/* case
{}
*/
return await tools.kit.add(1, 2);
/* transcript
threw: ToolError: arguments must be one object, found 2 arguments [invalid_arguments]
at: 4:24 in top level
*/
