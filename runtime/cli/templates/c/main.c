// A script for callbox: two calls in flight together, one that fails, and one value back.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "script.h"

typedef callbox_script_tools_own_call_t call_t;

static script_string_t text(const char *literal) {
    return (script_string_t){(uint8_t *)literal, strlen(literal)};
}

static call_t start(const char *server, const char *tool, script_string_t *arguments) {
    script_string_t names[] = {text(server), text(tool)};
    return callbox_script_tools_start_call(&names[0], &names[1], arguments);
}

// Returns the error of a call as the script's error.
static bool fail(callbox_script_types_tool_error_t *error, script_error_t *failure) {
    *failure = (script_error_t){.message = error->message, .code = {.is_some = true, .val = error->code}};
    return false;
}

// The world's `run`: takes JSON text, and returns JSON text or an error.
bool exports_script_run(script_string_t *input, script_json_t *value, script_error_t *failure) {
    call_t issue = start("tracker", "get_issue", input);
    call_t comments = start("tracker", "list_comments", input);
    callbox_script_types_tool_error_t error;
    script_string_t first, second;
    if (!callbox_script_tools_await_call(issue, &first, &error)) return fail(&error, failure);
    if (!callbox_script_tools_await_call(comments, &second, &error)) return fail(&error, failure);

    script_string_t names[] = {text("tracker"), text("get_issue"), text("{\"number\": 0}")}, unused;
    if (callbox_script_tools_call_tool(&names[0], &names[1], &names[2], &unused, &error)) error.code = text("nothing");

    script_string_t line = text("both calls have ended");
    callbox_script_console_log(CALLBOX_SCRIPT_CONSOLE_LEVEL_INFO, &line);

    size_t room = first.len + second.len + error.code.len + 64;
    char *json = malloc(room);
    int length = snprintf(json, room, "{\"issue\":%.*s,\"comments\":%.*s,\"refused\":\"%.*s\"}", (int)first.len,
                          (char *)first.ptr, (int)second.len, (char *)second.ptr, (int)error.code.len,
                          (char *)error.code.ptr);
    *value = (script_json_t){(uint8_t *)json, (size_t)length};
    return true;
}
