#!/bin/sh
# Builds script.wasm from app.py. Installs componentize-py into .venv if it is missing.
set -eu
cd "$(dirname "$0")"
[ -d .venv ] || { python3 -m venv .venv && .venv/bin/pip install --quiet --requirement requirements.txt; }
# Without WASI: the interpreter imports sockets, which callbox does not have. interpreter.py gives it the run's clock,
# random numbers and logs instead.
.venv/bin/componentize-py --quiet --wit-path wit --world script componentize --stub-wasi entry --output script.wasm
