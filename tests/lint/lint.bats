# SPDX-License-Identifier: GPL-2.0-only
# What can be said of the sources without building an image.

load ../shell

@test "every file has a licence, of those in LICENSES" {
	expect 0 "reuse lint"
	nothing "git ls-files | grep -vxE 'COPYING|LICENSES/.*|.gitignore|skeleton/SUMS|.reuse/dep5|.*/etc/(group|passwd)|tests/fuzz/corpus/.*' |
		while read -r f; do
			head -5 \"\$f\" | grep -qE 'SPDX-License-Identifier: (GPL-2.0-only|CC-BY-SA-4.0)' || echo \"\$f\"
		done"
}

@test "C is formatted" {
	nothing "git ls-files 'vm-images/include/*.h' 'reference/vmm/*.[ch]' 'labs/hole/vmm/*' 'grader/*.[ch]' 'bench/*.[ch]' \
		'kit/*.c' 'tests/*.[ch]' 'vm-images/guests/*.[ch]' 'vm-images/disk/*.[ch]' 'vm-images/host/*.c' ':!vm-images/host/refuse' |
		xargs clang-format --dry-run -Werror 2>&1 | grep error:"
}

@test "C is clean under cppcheck" {
	expect 0 "cppcheck --quiet --error-exitcode=1 --std=c11 --inline-suppr -j $(nproc) \
		--suppress=missingIncludeSystem --enable=warning,portability \
		--suppress=comparePointers:vm-images/guests/lib/fault.c \
		--suppress=arrayIndexOutOfBounds:vm-images/guests/attack.c \
		--suppress=arrayIndexOutOfBoundsCond:vm-images/guests/attack.c \
		--suppress=unknownMacro:bench/report.c \
		-I. -Ivm-images/include -Ivm-images/guests/lib reference/vmm labs/hole/vmm grader bench kit tests vm-images/guests"
}

@test "shell is clean under shellcheck" {
	expect 0 "git ls-files | xargs grep -lE '^#!/bin/sh' | xargs shellcheck -S warning -e SC1091,SC2048"
}

@test "the machine's contract includes nothing, and is C and assembly" {
	nothing "grep -n '#include' vm-images/include/typetwo/*.h"
	expect 0 "for h in vm-images/include/typetwo/*.h; do
		echo \"#include \\\"\$PWD/\$h\\\"\" |
			${CROSS}gcc -x assembler-with-cpp -c -o /dev/null - || exit; done"
}

@test "what a student writes knows nothing of the rest, and guests know no Monitor" {
	nothing "grep -nE '(vm-images|reference|grader)/' reference/vmm/*.[ch] reference/monitor/*.[chS]"
	nothing "grep -nE '(reference|skeleton|grader)/|ptrace|mprotect' \
		vm-images/guests/*.[chS] vm-images/guests/lib/*.[chS] | grep -v __NR_"
}

# The goal is 510 lines and 160 of assembly.  Both are missed; what is not shorter yet is not to get
# longer.  It did: 11 and 9 are for what TCG takes for virtual 8086 mode, 43 for a struct a mechanism and a
# hook an event, where chains of if and an enum were.
@test "the Monitor is short" {
	expect 0 reference/count-lines
	[[ $output =~ total\ ([0-9]+) ]]
	[ "${BASH_REMATCH[1]}" -gt 500 ]
	[ "${BASH_REMATCH[1]}" -le 1017 ]
	[[ $output =~ assembly\ ([0-9]+) ]]
	[ "${BASH_REMATCH[1]}" -gt 100 ]
	[ "${BASH_REMATCH[1]}" -le 169 ]
}

@test "the skeleton is what the reference is without the solutions" {
	expect 0 "make -s build/skeleton-new/SUMS && diff -r build/skeleton-new skeleton"
}

@test "make skeleton writes over nobody's work" {
	copy_of_tree lint
	expect 0 "cd build/test/lint && make -s skeleton"
	expect 2 "cd build/test/lint && echo '/* mine */' >>skeleton/vmm/monitor.c && make -s skeleton"
	says monitor.c
	expect 0 "grep -c mine build/test/lint/skeleton/vmm/monitor.c"
}

@test "the cache of images keeps its promises" {
	expect 0 tests/system/check-cached
}

@test "each hole alone is what a student finds, and all else is the solution" {
	ids=$(grep -rhoE 'BEGIN lab[1-4]\.[0-9]+' reference --include=*.[chS] | sed 's/BEGIN //' | sort -u)
	[ "$(wc -l <<<"$ids")" -gt 20 ]
	for id in $ids; do
		expect 0 "rm -rf build/test/alone && labs/put-holes build/test/alone $id"
		nothing "grep -rhoE 'BEGIN lab[1-4]\.[0-9]+:' build/test/alone | grep -v 'BEGIN $id:'"
		nothing "for f in reference/vmm/* reference/monitor/*; do
			grep -q 'BEGIN $id[ -]' \$f || cmp \$f build/test/alone/\${f#reference/}; done"
	done
}

@test "a file that says its name at its top has that name" {
	nothing "git ls-files '*.[chS]' | grep -v '^skeleton/' | while read -r f; do
		name=\$(sed -n '1,4s/^\\( \\* \\|\\/\\* \\)\\([A-Za-z0-9_.-]*\\.[chS]\\) - .*/\\2/p' \"\$f\" | head -n 1)
		[ -z \"\$name\" ] || [ \"\$name\" = \"\${f##*/}\" ] || echo \"\$f: \$name\"
	done"
}
