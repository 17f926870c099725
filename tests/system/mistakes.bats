# SPDX-License-Identifier: GPL-2.0-only
# What people type wrong: each gets an answer of one line, and status 2.

load ../shell

# A kernel of 64 bits may be told to run no i386 program; where it does not, QEMU does.  The launcher
# starts itself again where addresses are random, and QEMU cannot do that.
setup_file() {
	: >build/test/empty
	head -c 5000 build/guests/hello >build/test/truncated
	head -c 60 build/guests/hello >build/test/header
	runner=
	build/reference/vmm --help >/dev/null 2>&1 || [ $? != 126 ] || runner='setarch -R qemu-i386'
	export runner
}

refused() { # ARGUMENTS SAYS
	expect 2 "$runner build/reference/vmm $1" && says "$2" && [ ${#lines[@]} = 1 ]
}

@test "the launcher refuses what it cannot do before it starts anything" {
	refused "" "no GUEST given"
	rows refused <<-'END'
		--lab=9 build/guests/hello	--lab=9: this vmm has: 1 2 3 4
		--protect=magic build/guests/hello	this vmm has: none mprotect segments supervisor
		--mem=12 build/guests/hello	--mem=12: give whole pages
		--mem=64Mx build/guests/hello	--mem=64Mx: give whole pages
		--mem=99999999999999999999G build/guests/hello	give whole pages
		--intercept=ptrace --protect=segments build/guests/hello	none or mprotect
		--fast build/guests/hello	--fast needs
		--lab=2 build/guests/hello	insmod monitor.ko
		build/guests/nobody	cannot open this guest
		Makefile	not an ELF file
		/dev/null	not an ELF file
		build/bin/grade	not for i386
		build/reference/vmm	lies outside RAM
		build/reference/main.o	not a statically linked executable
		build/test/truncated	truncated
		build/test/header	program headers are damaged
		--initrd=/nowhere build/guests/hello	cannot open this initrd
		--initrd=/dev/null build/guests/hello	an initrd is a file of 1 to
		--disk=/nowhere build/guests/hello	cannot open this device file
		--disk=/dev/null build/guests/hello	a disk is a regular file or a block device
		--disk=build/test/empty build/guests/hello	too small for a disk
		--mem=1M build/guest-linux/linux	too small a --mem
	END
}

answered() { # COMMAND SAYS
	expect 2 "$1" && says "$2"
}

@test "make answers a slip of the pen" {
	mkdir -p 'build/test/a b' build/test/a,b
	cp Makefile 'build/test/a b'
	cp Makefile build/test/a,b
	rows answered <<-'END'
		make lba1	nothing makes lba1; make help lists the targets
		make lab9	lab9
		make lab1 TREE=skelton	TREE=skelton: there are reference skeleton
		make grade LAB=lab2	LAB=lab2: there are labs 1 2 3 4, as in LAB=3
		make grade LAB=9	LAB=9
		make run GUEST=nobody	nobody
		make lab1 BASE=reference	there is BASE=ref, or none
		make lab1 BASE=ref	there is no lab before lab 1
		make -C skeleton/vmm lab9	lab9: there is no such lab
		make -C labs lab9	lab9: there is no such lab
		cd labs/lab2-* && make lab9	lab9: there is no such lab
		make -C 'build/test/a b'	has a blank in it
		make -C build/test/a,b	has a character in it that the kernel's makefiles cannot work with
		make grade JAIL=maybe SUBMISSION=x	JAIL=maybe: there is JAIL=none, or nothing
		make grade SUBMISSION=/nowhere.tar.gz	nowhere.tar.gz is not graded: No such file
		make dist LABS=3 BASE_FOR=4	that would hand out objects of a lab in LABS=3
		make dist LABS='2 4' BASE_FOR='2 4'	that would hand out objects of a lab in
		make dist BASE_FOR=1	labs of 2 3 4
	END
}

# What the compiler writes down for the next make does not stop it, whatever is included.
@test "an include with an odd path stops no make" {
	copy_of_tree odd
	rm -rf build/test/a:b
	mkdir -p build/test/a:b
	: >build/test/a:b/x.h
	echo '#include "../../../a:b/x.h"' >>build/test/odd/skeleton/vmm/main.c
	expect 0 "cd build/test/odd && make -s build/skeleton/main.o && touch skeleton/vmm/main.c &&
		make -s build/skeleton/main.o && make -s clean"
}

@test "a build/ that nobody can write to is said in a line, and is no student's fault" {
	copy_of_tree foreign
	mkdir -p build/test/foreign/build/skeleton
	chmod 555 build/test/foreign/build/skeleton
	chmod 777 build/test/foreign build/test/foreign/build
	as=
	[ "$(id -u)" != 0 ] || as='setpriv --reuid=65534 --regid=65534 --clear-groups'
	expect 2 "cd build/test/foreign && $as make grade LAB=1 REPORT=json:x"
	says "nothing can be built: build/skeleton belongs to somebody else"
	hides Score
}

@test "an error in the module names the student's file" {
	rm -rf build/test/student
	mkdir -p build/test/student/monitor
	cp reference/monitor/* build/test/student/monitor
	echo 'int x = y;' >>build/test/student/monitor/remap.c
	expect 2 "labs/build-module build/host/kbuild build/test/student/monitor build/test/student/built '$includes'"
	[[ $output == build/test/student/monitor/remap.c:* ]]
}

# -ENOSYS is what the contract says; assembly labels are declared where they are used.
@test "the module is in the kernel's style" {
	expect 0 "perl build/host/kbuild/scripts/checkpatch.pl --no-tree --terse \
		--ignore=ENOSYS,AVOID_EXTERNS -f reference/monitor/*.[chS] labs/hole/monitor/*"
}
