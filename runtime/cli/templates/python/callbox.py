"""The world `script` of wit/ as a script would like it: values in the place of JSON text, errors that are raised.

Import it first: it puts the run's clock and random numbers into `time`, `random` and `os`.
"""

import json
import os
import random
import sys
import time

import wit_world
from componentize_py_types import Err
from wit_world.imports import console, environment, tools, types

__all__ = ["ToolError", "call", "log", "script", "start"]


class ToolError(Exception):
    """Why a call failed: `code`, `tool`, `message`, `retryable`, `data`."""

    def __init__(self, error):
        super().__init__(error.message)
        self.code, self.tool, self.message, self.retryable = error.code, error.tool, error.message, error.retryable
        self.data = None if error.data is None else json.loads(error.data)


class Begun:
    """A call under way."""

    def __init__(self, call):
        self._call = call

    def result(self):
        """Waits for the result, once."""
        return _settled(lambda: tools.await_call(self._call))


def call(server, tool, arguments={}):
    """Calls a tool and waits for its result."""
    return _settled(lambda: tools.call_tool(server, tool, json.dumps(arguments)))


def start(server, tool, arguments={}):
    """Begins a call. Calls that were begun are in flight together."""
    return Begun(tools.start_call(server, tool, json.dumps(arguments)))


def log(text, level="log"):
    """Writes an entry of the logs: `debug`, `log`, `info`, `warn` or `error`."""
    console.log(console.Level[level.upper()], text)


def script(main):
    """The world of a function from the input to the value it returns."""

    class WitWorld(wit_world.WitWorld):
        def run(self, input: str) -> str:
            _begin()
            try:
                return json.dumps(main(json.loads(input)), allow_nan=False)
            except ToolError as error:
                data = None if error.data is None else json.dumps(error.data)
                raise Err(types.Error(error.message, error.code, data)) from None
            except Exception as error:
                raise Err(types.Error(f"{type(error).__name__}: {error}", None, None)) from error

    return WitWorld


def _settled(wait):
    try:
        return json.loads(wait())
    except Err as error:
        raise ToolError(error.value) from None


class _Logs:
    """A stream whose lines are log entries: a script has no standard output."""

    def __init__(self, level):
        self._level, self._begun = level, ""

    def write(self, text):
        *lines, self._begun = (self._begun + text).split("\n")
        for line in lines:
            console.log(self._level, line)
        return len(text)

    def flush(self):
        pass


def _begin():
    """Gives the run its random numbers: those that the interpreter began with are from when the script was built."""
    random.seed(environment.random())


def _seconds():
    return environment.clock() / 1000


def _urandom(size):
    words = (environment.random().to_bytes(8, "little") for _ in range(0, size, 8))
    return b"".join(words)[:size]


# What the interpreter would ask WASI for; `secrets` and `uuid` ask `os.urandom`.
time.time = time.monotonic = time.perf_counter = _seconds
time.time_ns = time.monotonic_ns = time.perf_counter_ns = lambda: environment.clock() * 1_000_000
os.urandom = random._urandom = _urandom
sys.stdout, sys.stderr = _Logs(console.Level.LOG), _Logs(console.Level.ERROR)
