# SPDX-License-Identifier: GPL-2.0-only
# The walls between rooms hold, and the check that says so sees who walks through one.

setup() {
	here=$BATS_TEST_DIRNAME
	cd "$here/../.." || return
	place=$BATS_TEST_TMPDIR
	mkdir -p "$place/grader/lib" "$place/attic"
	cp "$here/may-include" "$place/table"
}

@test "no room includes what it may not" {
	run tests/walls/check
	[ "$status" = 0 ] && [ -z "$output" ]
}

@test "an include through a wall is told, with its line" {
	cd "$place"
	printf '\n#include "grader/judge/judge.h"\n' >grader/lib/args.c
	run "$OLDPWD/tests/walls/check" table grader/lib/args.c
	[ "$status" = 1 ]
	[ "$output" = "grader/lib/args.c:2: grader/lib may not include grader/judge/judge.h" ]
}

@test "a room that the table does not know is told" {
	cd "$place"
	echo >attic/old.c
	run "$OLDPWD/tests/walls/check" table attic/old.c
	[ "$status" = 1 ]
	[ "$output" = "attic/old.c: nothing is known of this room" ]
}
