#!/bin/sh
# Builds script.wasm from main.c, a core module that callbox turns into a component. Installs zig, whose C compiler
# includes a libc for WASI, into .venv if it is missing.
set -eu
cd "$(dirname "$0")"
[ -d .venv ] || { python3 -m venv .venv && .venv/bin/pip install --quiet --requirement requirements.txt; }
.venv/bin/python -m ziglang cc -target wasm32-wasi -mexec-model=reactor -Os -s -Wall -Werror \
    main.c bindings/script.c bindings/script_component_type.o -Ibindings -o script.wasm
