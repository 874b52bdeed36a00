"""Makes the interpreter, which is built without WASI, use the run's clock, random numbers and logs instead of WASI's.

It is imported before any module of the script, because a module may keep references to functions of `time` and
`datetime`. Modules are loaded while the script is built; calls at their top level are served by the build machine.
"""

import _pydatetime
import _strptime  # `strptime` would import it on its first call.
import builtins
import codecs
import datetime
import errno
import importlib.machinery
import io
import math
import os
import random
import sys
import time

from wit_world.imports import console, environment

_begun = False
_seed_of_build = random.Random.seed

# Encodings are otherwise looked up on first use.
_ENCODINGS = "ascii cp1252 latin-1 utf-8-sig utf-16 utf-32".split()

# The functions of `os` that access files.
_ON_FILES = (
    "access chdir link listdir lstat mkdir open readlink remove rename replace rmdir scandir stat symlink truncate "
    "unlink utime"
).split()


def begin():
    """Switches the interpreter from build to run."""
    global _begun
    _begun = True
    random.seed()
    sys.meta_path[:] = [finder for finder in sys.meta_path if finder is not importlib.machinery.PathFinder]
    sys.meta_path.append(_NoModules)


def end():
    """Logs output that does not end with a newline."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, _Logs):
            stream.end_line()


def _take_over():
    for name in ("time", "monotonic", "perf_counter", "process_time", "thread_time"):
        _put(time, name, _seconds)
        _put(time, f"{name}_ns", _nanoseconds)
    _put(time, "clock_gettime", lambda clock: _seconds())
    _put(time, "clock_gettime_ns", lambda clock: _nanoseconds())
    _put(time, "sleep", _sleep)
    for name in ("gmtime", "localtime", "ctime"):
        setattr(time, name, _by_default(time.time, getattr(time, name)))
    time.asctime = _by_default(time.localtime, time.asctime)
    strftime = time.strftime
    time.strftime = lambda form, *parts: strftime(form, *(parts or (time.localtime(),)))
    # The Python implementation calls `time`, unlike the C implementation.
    vars(datetime).update((name, getattr(_pydatetime, name)) for name in datetime.__all__)
    # `secrets` and `uuid` call `os.urandom`.
    _put(os, "urandom", _urandom)
    random._urandom = os.urandom
    _put(random.Random, "seed", _seed)
    random.seed = random._inst.seed
    for name in _ON_FILES:
        _put(os, name, _no_files)
    _put(builtins, "open", _no_files)
    _put(io, "open", _no_files)
    # Tracebacks read the lines of source files.
    _put(importlib.machinery.SourceFileLoader, "get_data", _no_files)
    for encoding in _ENCODINGS:
        codecs.lookup(encoding)
    sys.stdin = io.StringIO()
    sys.stdout, sys.stderr = _Logs(console.Level.LOG, sys.stdout), _Logs(console.Level.ERROR, sys.stderr)


def _put(module, name, in_run):
    """Replaces a function by `in_run` once a run has begun."""
    before = getattr(module, name, None)
    if before is not None:
        setattr(module, name, lambda *given, **named: (in_run if _begun else before)(*given, **named))


def _by_default(now, function):
    return lambda given=None: function(now() if given is None else given)


def _seconds():
    return environment.clock() / 1000


def _nanoseconds():
    return environment.clock() * 1_000_000


def _sleep(seconds):
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    environment.sleep(math.ceil(seconds * 1000))


def _urandom(size):
    words = (environment.random().to_bytes(8, "little") for _ in range(0, size, 8))
    return b"".join(words)[:size]


def _seed(generator, a=None, version=2):
    _seed_of_build(generator, environment.random() if a is None else a, version)


def _no_files(*_, **__):
    raise FileNotFoundError(errno.ENOENT, "a script has no files")


class _NoModules:
    """The last finder on `sys.meta_path`."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        raise ModuleNotFoundError(f"`{name}` is not there: modules are imported at the top of a file", name=name)


class _Logs(io.TextIOBase):
    """A stream that writes its lines as log entries, because a script has no standard output."""

    def __init__(self, level, build):
        self._level, self._build, self._line = level, build, ""

    def write(self, text):
        if not _begun:
            return self._build.write(text)
        *lines, self._line = (self._line + text).split("\n")
        for line in lines:
            console.log(self._level, line)
        return len(text)

    def flush(self):
        if not _begun:
            self._build.flush()

    def end_line(self):
        if self._line:
            self.write("\n")


_take_over()
