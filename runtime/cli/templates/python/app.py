"""A script for callbox: two calls in flight together, one that fails, and one value back."""

import callbox


def run(input):
    begun = [callbox.start("tracker", "get_issue", input), callbox.start("tracker", "list_comments", input)]
    issue, comments = [call.result() for call in begun]
    print(f"{issue['title']} has {len(comments['comments'])} comments")
    try:
        callbox.call("tracker", "get_issue", {"number": 0})
    except callbox.ToolError as error:
        refused = error.code
    return {"issue": issue, "comments": comments, "refused": refused}


WitWorld = callbox.script(run)
