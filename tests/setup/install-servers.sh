#!/usr/bin/env bash
# Installs the real MCP servers and clients that the tests start, and the TypeScript compiler that they use, at
# pinned versions, into the folder CALLBOX_TEST_SERVERS (default: target/test-servers of this
# repository). Does nothing if they are already there. Needs npm and python3.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
folder=${CALLBOX_TEST_SERVERS:-${CARGO_TARGET_DIR:-$here/../../target}/test-servers}
manifests=${CALLBOX_TEST_MANIFESTS:-$here}
wanted=$(cat "$manifests/package.json" "$manifests/package-lock.json" "$manifests/requirements.txt" | sha256sum | cut -d' ' -f1)

if [ -f "$folder/installed" ] && [ "$(cat "$folder/installed")" = "$wanted" ]; then
    exit 0
fi
mkdir -p "$folder"
rm -f "$folder/installed"
cp "$manifests/package.json" "$manifests/package-lock.json" "$folder/"
npm ci --prefix "$folder" --no-audit --no-fund --loglevel=error
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$manifests/requirements.txt"
echo "$wanted" > "$folder/installed"
echo "installed into $folder: $(sed -n 's/^  "name": "callbox-\(.*\)",/\1/p' "$manifests/package.json")"
