#!/usr/bin/env bash
# Installs the compilers from other languages to components, at the versions that `callbox new` names, into
# the folder CALLBOX_TEST_TOOLCHAINS (default: target/test-toolchains of this repository). Does nothing if
# they are already there. Needs npm and python3.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export CALLBOX_TEST_MANIFESTS="$here/toolchains"
export CALLBOX_TEST_SERVERS=${CALLBOX_TEST_TOOLCHAINS:-${CARGO_TARGET_DIR:-$here/../../target}/test-toolchains}
exec bash "$here/install-servers.sh"
