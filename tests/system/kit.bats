# SPDX-License-Identifier: GPL-2.0-only
# What a student is given: BASE=ref, which stands on the reference, and the kit in use.

load ../shell

# The lab's holes are open, and those of the labs before it are not.
on_base() { # LAB
	run timeout 1200 bash -c "exec 2>&1 </dev/null; make lab$1 BASE=ref && make -s grade TESTS=hello; make -s lab1"
	says "not written yet: lab$1.1 lab$1.2"
	says "; base: ref =="
	for before in $(seq $(($1 - 1))); do
		hides "lab$before.1 is not written yet"
	done
}

@test "BASE=ref fills the labs before lab 2" { on_base 2; }
@test "BASE=ref fills the labs before lab 3" { on_base 3; }
@test "BASE=ref fills the labs before lab 4" { on_base 4; }

@test "BASE=ref says what is not the student's" {
	rm -rf build/test/changed
	cp -r skeleton build/test/changed
	echo '/* mine */' >>build/test/changed/monitor/monitor.h
	expect 0 "CC='${CROSS}gcc $includes' KERNEL=build/host/kbuild FLAGS='$includes -Wno-unused' \
		labs/build-on-base build/base/on-3 build/test/changed 3 build/test/changed/built"
	says "note: BASE=ref takes the reference's monitor/monitor.h, which have no hole"
}

# Nothing of the lab itself, no source, no debug information, no name that is nobody else's business.
@test "a base gives no source away" {
	nothing "find build/base -name '*.[cS]'"
	nothing "for o in build/base/*/*.o; do objdump -h \$o; done | grep debug"
	nothing "nm build/base/*/*.o | grep -E '^[0-9a-f]+ [td] [a-z]'"
}

# Each function of a lab's own files is missing in its base, and is in the next one.
@test "a base has the functions of the labs before, and no other's" {
	for lab in 2 3; do
		for file in $(grep -l "BEGIN lab$lab" reference/*/*.c); do
			part=$(basename "$(dirname "$file")")
			object=build/reference/${part#vmm}/$(basename "$file" .c).o
			for f in $(nm "$object" | sed -n 's/.* T //p'); do
				nothing "nm build/base/on-$lab/$part.o | grep ' T $f\$'"
				expect 0 "nm build/base/on-$((lab + 1))/$part.o | grep -q ' T $f\$'"
			done
		done
	done
}

@test "the kit is usable" {
	expect 0 "make dist-test-short"
}

@test "the kit is the same each time, and from any place" {
	expect 0 "cp build/typetwo-kit.tar build/test/kit.tar && make -s build/typetwo-kit.tar &&
		cmp build/typetwo-kit.tar build/test/kit.tar"
	expect 0 "rm build/test/kit.tar; ! grep -qaF \"\$PWD\" build/typetwo-kit.tar"
}
