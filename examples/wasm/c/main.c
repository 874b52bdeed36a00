// The time in two places at once, and in one that does not exist. The input is passed on unchanged: this script writes
// JSON but does not parse it.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "script.h"

typedef callbox_script_types_tool_error_t tool_error_t;

static script_string_t text(const char *literal) {
    return (script_string_t){(uint8_t *)literal, strlen(literal)};
}

static callbox_script_tools_own_call_t ask(script_string_t arguments) {
    script_string_t names[] = {text("time"), text("get_current_time")};
    return callbox_script_tools_start_call(&names[0], &names[1], &arguments);
}

// Returns the error of a call as the script's own.
static bool fail(tool_error_t *error, script_error_t *failure) {
    *failure = (script_error_t){.message = error->message, .code = {.is_some = true, .val = error->code}};
    return false;
}

bool exports_script_run(script_json_t *input, script_json_t *value, script_error_t *failure) {
    callbox_script_tools_own_call_t begun[] = {
        ask(*input), ask(text("{\"timezone\": \"Asia/Tokyo\"}")), ask(text("{\"timezone\": \"Nowhere/Land\"}"))};
    script_string_t here, there, nothing;
    tool_error_t error;
    if (!callbox_script_tools_await_call(begun[0], &here, &error)) return fail(&error, failure);
    if (!callbox_script_tools_await_call(begun[1], &there, &error)) return fail(&error, failure);
    if (callbox_script_tools_await_call(begun[2], &nothing, &error)) error.code = text("none");

    script_string_t line = text("all three have ended");
    callbox_script_console_log(CALLBOX_SCRIPT_CONSOLE_LEVEL_LOG, &line);

    size_t room = here.len + there.len + error.code.len + 64;
    char *json = malloc(room);
    int length = snprintf(json, room, "{\"here\":%.*s,\"there\":%.*s,\"refused\":\"%.*s\"}", (int)here.len,
                          (char *)here.ptr, (int)there.len, (char *)there.ptr, (int)error.code.len,
                          (char *)error.code.ptr);
    *value = (script_json_t){(uint8_t *)json, (size_t)length};
    return true;
}
