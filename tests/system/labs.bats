# SPDX-License-Identifier: GPL-2.0-only
# The labs as a whole: the reference has full marks and keeps its figures, the skeleton has none and says
# why, and an edit is graded in seconds.

load ../shell

# A hole is marked, has a stub that names it, a section in its handout and a test with points.
@test "holes are complete" {
	ids=$(grep -rhoE 'BEGIN lab[1-4]\.[0-9]+' reference --include=*.[chS] | sed 's/BEGIN //' | sort -u)
	[ "$(wc -l <<<"$ids")" -gt 20 ]
	for id in $ids; do
		lab=${id:3:1}
		expect 0 "grep -rqE 'hole.*\"$id\"' skeleton && grep -rqF 'BEGIN $id:' skeleton &&
			grep -rqF 'END $id' skeleton && grep -qx '## Hole $id' labs/lab$lab-*/README.md &&
			build/bin/grade --lab=$lab --list | awk '\$2 == \"$id\" { n += \$3 } END { exit !n }'"
	done
}

@test "an edit is graded in seconds, and builds no kernel" {
	before=$(date +%s%N)
	touch reference/monitor/crossings.c
	expect 0 "make grade LAB=4 TREE=reference TESTS=syscall"
	hides host-kernel
	[ $((($(date +%s%N) - before) / 1000000)) -lt 10000 ]
}

full_marks() { # LAB
	expect 0 "make grade LAB=$1 TREE=reference"
	says "Score: 100/100"
	expect 0 "build/bin/figures $1 build/grade/lab$1.json"
}

@test "the reference has full marks in lab 1, and keeps its figures" { full_marks 1; }
@test "the reference has full marks in lab 2, and keeps its figures" { full_marks 2; }
@test "the reference has full marks in lab 3, and keeps its figures" { full_marks 3; }
@test "the reference has full marks in lab 4, and keeps its figures" { full_marks 4; }

no_marks() { # LAB SAYS
	expect 2 "make grade LAB=$1 TREE=skeleton"
	says "Score: 0/100"
	says "$2"
	hides "GRADER ERROR"
}

@test "the skeleton has no marks in lab 1, and says why" {
	no_marks 1 "lab1.1 is not written yet: labs/lab1-ptrace-vmm, section"
}
@test "the skeleton has no marks in lab 2, and says why" {
	no_marks 2 "lab2.1 is not written yet: labs/lab2-in-kernel-monitor, section"
}
@test "the skeleton has no marks in lab 3, and says why" {
	no_marks 3 "lab2.1 is not written yet: labs/lab2-in-kernel-monitor, section"
}
@test "the skeleton has no marks in lab 4, and says why" {
	no_marks 4 "lab2.1 is not written yet: labs/lab2-in-kernel-monitor, section"
}

@test "every combination of mechanisms runs the guests" {
	expect 0 "make cells TREE=reference"
}
