"""What a script in Python can see of its run, and what it cannot."""

import logging
import os
import random
import secrets
import sys
import threading
import time
import traceback
import uuid
from datetime import date, datetime, timezone

import callbox

logging.basicConfig(level=logging.INFO, format="%(message)s")
# Modules are loaded on the build machine.
print("built at", datetime.now(), os.stat(__file__).st_size > 0, secrets.token_hex(8))


def clock():
    return [
        time.time(),
        time.monotonic_ns(),
        time.clock_gettime(time.CLOCK_REALTIME),
        time.gmtime().tm_sec,
        time.localtime(61).tm_sec,
        time.strftime("%H:%M:%S"),
        time.asctime(),
        datetime.now().isoformat(),
        datetime.now(timezone.utc).strftime("%d %B %f"),
        str(date.today()),
        str(datetime.strptime("1.2.2026", "%d.%m.%Y")),
    ]


def drawn():
    numbers = [random.random(), random.Random().random()]
    random.seed(1)
    return numbers + [secrets.token_hex(8), str(uuid.uuid4())]


def absent():
    return [
        raised(lambda: open("/x")),
        raised(lambda: os.listdir("/")),
        os.path.exists("/"),
        raised(lambda: __import__("csv")),
        raised(input),
        raised(threading.Thread(target=print).start),
        raised(lambda: time.sleep(-1)),
    ]


def raised(function):
    try:
        return function()
    except Exception as error:
        return type(error).__name__


def trace():
    try:
        return 1 / 0
    except ZeroDivisionError:
        return traceback.format_exc().splitlines()[-1]


def run(input):
    time.sleep(0.3)
    logging.info("logged")
    print("printed", file=sys.stdout)
    print("no", "end", sys.stdout.isatty(), sep="\n", end="")
    random.seed(1)
    seeded = random.random()
    random.seed()
    return {"clock": clock(), "drawn": drawn(), "seeded": seeded, "absent": absent(), "trace": trace()}


WitWorld = callbox.script(run)
