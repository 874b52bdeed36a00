"""A convenient wrapper around the world `script` in wit/: values instead of JSON text, and exceptions for errors."""

import json

import interpreter
import wit_world
from componentize_py_types import Err
from wit_world.imports import console, tools, types

__all__ = ["ToolError", "call", "log", "script", "start"]


class ToolError(Exception):
    """Why a call failed: `code`, `tool`, `message`, `retryable`, `data`."""

    def __init__(self, error):
        super().__init__(error.message)
        self.code, self.tool, self.message, self.retryable = error.code, error.tool, error.message, error.retryable
        self.data = None if error.data is None else json.loads(error.data)


class Begun:
    """A call in flight."""

    def __init__(self, call):
        self._call = call

    def done(self):
        """Whether it has ended."""
        return self._call.has_ended()

    def result(self, timeout=None):
        """Waits for the result, once. Raises `TimeoutError` after `timeout` seconds; it can then be called again."""
        if timeout is not None and tools.await_any_for([self._call], int(max(timeout, 0) * 1000)) is None:
            raise TimeoutError(f"the call has not ended after {timeout} s")
        return _settled(lambda: tools.await_call(self._call))


def call(server, tool, arguments={}):
    """Calls a tool and waits for its result."""
    return _settled(lambda: tools.call_tool(server, tool, json.dumps(arguments)))


def start(server, tool, arguments={}):
    """Starts a call. Started calls are in flight together."""
    return Begun(tools.start_call(server, tool, json.dumps(arguments)))


def log(text, level="log"):
    """Writes a log entry at level `debug`, `log`, `info`, `warn` or `error`."""
    console.log(console.Level[level.upper()], text)


def script(main):
    """Makes the world from a function that takes the input and returns the value."""

    class WitWorld(wit_world.WitWorld):
        def run(self, input: str) -> str:
            interpreter.begin()
            try:
                return json.dumps(main(json.loads(input)), allow_nan=False)
            except ToolError as error:
                data = None if error.data is None else json.dumps(error.data)
                raise Err(types.Error(error.message, error.code, data)) from None
            except Exception as error:
                raise Err(types.Error(f"{type(error).__name__}: {error}", None, None)) from error
            finally:
                interpreter.end()

    return WitWorld


def _settled(wait):
    try:
        return json.loads(wait())
    except Err as error:
        raise ToolError(error.value) from None
