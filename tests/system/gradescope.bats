# SPDX-License-Identifier: GPL-2.0-only
# Gradescope: the archive, unpacked where Gradescope would, and some submissions.

load ../shell

autograder=$PWD/build/test/autograder
export AUTOGRADER=$autograder

setup_file() {
	make -s handin LAB=1
	mv handin-lab1.tar.gz build/test
	make gradescope LAB=1
	rm -rf "$autograder"
	mkdir -p "$autograder/source"
	cd "$autograder/source"
	unzip -q ../../../gradescope-lab1.zip
	cp run_autograder ..
	./setup.sh >../setup.log 2>&1
	test ! -e kit/reference
}

# graded COMMANDS SAYS...: what the commands make, in a folder of their own, is graded with this result.
graded() {
	local commands=$1
	shift
	rm -rf "$autograder/submission"
	mkdir -p "$autograder/submission"
	expect 0 "kit=\$PWD; cd $autograder/submission && $commands && $autograder/run_autograder"
	output=$(cat "$autograder/results/results.json")
	for text; do
		says "$text"
	done
}

@test "a folder without code has no points, and the reason" {
	graded "echo nothing >README" '"score": 0,' "there is no archive of \`make handin\` in it, and no folder vmm"
}

@test "only code is taken of a folder" {
	graded "mkdir -p skeleton/vmm skeleton/monitor && cd skeleton && echo 'int x = y;' >vmm/protect.c &&
		echo '\$(error \$(shell touch x))' >monitor/Kbuild" \
		'"score": 0,' "submission/vmm/protect.c:1:9: error: "
}

@test "an archive is one of make handin, and there is one" {
	graded "cp \$kit/build/test/handin-lab1.tar.gz a.tar.gz && ln -s a.tar.gz b.tar.gz" \
		'"score": 0,' "there is more than one archive"
	graded "ln -s /etc/passwd handin.tar.gz" '"score": 0,' "its archive cannot be opened, or is a link"
	graded "mkdir vmm && echo 'int x;' >vmm/x.c && tar -czf a.tar.gz vmm" \
		'"score": 0,' "this was not made by \`make handin\`"
	graded "cp \$kit/build/test/handin-lab1.tar.gz ." "lab1.1 is not written yet"
}

@test "the grader's own trouble gives no points and takes none" {
	rm -rf "$autograder/submission"
	mkdir -p "$autograder/submission"
	cp -R reference/vmm "$autograder/submission"
	expect 1 "QEMU=/bin/false $autograder/run_autograder"
	says "no result: the grader broke down"
	[ ! -e "$autograder/results/results.json" ]
}

@test "the reference has all points, in one more directory, as archives are" {
	graded "mkdir mine && cp -R \$kit/reference/vmm mine" '"score": 100,'
}
