#!/bin/sh
# Makes script.wasm of app.py; installs componentize-py into .venv first, if there is none.
set -eu
cd "$(dirname "$0")"
[ -d .venv ] || { python3 -m venv .venv && .venv/bin/pip install --quiet --requirement requirements.txt; }
# Without WASI: the interpreter names sockets, which callbox does not have. callbox.py gives `time.time`, `random`,
# `secrets` and `uuid` the run's own; what else asks for the time, as `datetime.now` and `time.sleep`, ends the run.
.venv/bin/componentize-py --quiet --wit-path wit --world script componentize --stub-wasi app --output script.wasm
