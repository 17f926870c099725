#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# setup.sh: Gradescope runs this once, when it makes the image in which submissions are graded: Debian
# 12, as root.  Installs what the kit needs and builds all that no student writes; the kernels take
# some ten minutes.

set -e
: "${AUTOGRADER:=/autograder}"
export CACHE="${CACHE:-$AUTOGRADER/cache}"
cd "$AUTOGRADER/source/kit"
./install-packages
make provisions
