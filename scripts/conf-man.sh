#!/bin/sh
# SPDX-License-Identifier: ISC
#
# Prints docs/consciousness.conf.5 with its keys as shared/base/conf.def has them now:
#
#	scripts/conf-man.sh >new && mv new docs/consciousness.conf.5
set -eu
cd "$(dirname "$0")/.."
awk -v keys="$(awk -f scripts/lib/conf-man.awk shared/base/conf.def | sed 's/\\/\\\\/g')" '
    !skip { print }
    /^\.\\" keys: / { print keys; skip = 1 }
    /^\.\\" end of keys/ && skip { print; skip = 0 }' docs/consciousness.conf.5
