"""A call that takes longer than the script will wait, beside one that does not."""

import callbox


def run(input):
    slow = callbox.start("s", "linger", {"ms": 2000})
    try:
        first = slow.result(timeout=0.1)
    except TimeoutError:
        first = "late"
    quick = callbox.call("s", "linger", {"ms": 1})
    assert not slow.done()
    return [first, quick, slow.result(timeout=60)]


WitWorld = callbox.script(run)
