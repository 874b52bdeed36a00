#!/bin/sh
# Makes script.wasm of main.c, a core module that callbox makes a component of; installs zig, whose C compiler
# brings a libc for WASI, into .venv first, if there is none.
set -eu
cd "$(dirname "$0")"
[ -d .venv ] || { python3 -m venv .venv && .venv/bin/pip install --quiet --requirement requirements.txt; }
.venv/bin/python -m ziglang cc -target wasm32-wasi -mexec-model=reactor -Os -s -Wall -Werror \
    main.c bindings/script.c bindings/script_component_type.o -Ibindings -o script.wasm
