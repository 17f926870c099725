# SPDX-License-Identifier: GPL-2.0-only
# tests/run adds up what suites say, and a suite that fails is never counted as one that passes.

load ../shell

# A make of our own, whose suites say and end as the test wants.
setup() {
	mkdir -p "$BATS_TEST_TMPDIR/bin"
	cat >"$BATS_TEST_TMPDIR/bin/make" <<-'END'
		#!/bin/sh
		case $2 in
		check-check) echo "100%: Checks: 41, Failures: 0, Errors: 0" ;;
		check-failing) echo "90%: Checks: 10, Failures: 1, Errors: 0"; exit 2 ;;
		check-crashed) echo "100%: Checks: 10, Failures: 0, Errors: 0"; exit 139 ;;
		check-bats) printf 'ok 1 a\nnot ok 2 b\nok 3 c\n'; exit 1 ;;
		check-silent) echo "nothing found" ;;
		*) exit 2 ;;
		esac
	END
	chmod +x "$BATS_TEST_TMPDIR/bin/make"
	export MAKE=$BATS_TEST_TMPDIR/bin/make LOGS=$BATS_TEST_TMPDIR
}

sums() { # STATUS LAST SUITES
	expect "$1" "tests/run $3" && [ "${lines[-1]}" = "$2" ]
}

@test "tests are added up, and every failure is one" {
	rows sums <<-'END'
		0	41 passed, 0 failed	check
		0	42 passed, 0 failed	check silent
		1	9 passed, 1 failed	failing
		1	10 passed, 1 failed	crashed
		1	2 passed, 1 failed	bats
		1	0 passed, 1 failed	missing
		1	43 passed, 1 failed	check+bats
		1	42 passed, 1 failed	silent check missing
	END
}

@test "no suite is a mistake" {
	expect 2 tests/run
	says "which suites"
}
