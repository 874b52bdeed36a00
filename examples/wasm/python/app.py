"""The time in two places at once, and in one that does not exist."""

import callbox


def run(input):
    zones = [input["timezone"], "Asia/Tokyo"]
    begun = [callbox.start("time", "get_current_time", {"timezone": zone}) for zone in zones]
    here, there = [time(call.result()) for call in begun]
    callbox.log(f"{here['datetime']} and {there['datetime']}")
    try:
        callbox.call("time", "get_current_time", {"timezone": "Nowhere/Land"})
    except callbox.ToolError as error:
        refused = error.code
    return {"here": here, "there": there, "refused": refused}


def time(result):
    return {field: result[field] for field in ("timezone", "datetime")}


WitWorld = callbox.script(run)
