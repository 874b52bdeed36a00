#!/bin/sh
# rustdoc that writes JSON: the stable one can, but only with RUSTC_BOOTSTRAP, which here changes no build of cargo.
RUSTC_BOOTSTRAP=1 exec rustdoc "$@" -Z unstable-options --output-format json
