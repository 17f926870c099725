#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# setup.sh: Gradescope runs this once, when it makes the image in which submissions are graded: Debian
# 12, as root.  Installs what the kit needs and builds all that no student writes; kernels that the
# kit does not bring along take some ten minutes.

set -e
: "${AUTOGRADER:=/autograder}"
export CACHE="${CACHE:-$AUTOGRADER/cache}"
cd "$AUTOGRADER/source"
mkdir -p kit
tar --strip-components=1 --no-same-owner -C kit -xf kit.tar
cd kit
GRADING=1 setup/install
make provisions grading
