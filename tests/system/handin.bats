# SPDX-License-Identifier: GPL-2.0-only
# What is handed in: what is packed, what is taken, and what a person is told about it.

load ../shell

packed() { # STATUS SAYS SPOIL
	d=build/test/handin
	expect "$1" "d=$d; rm -rf \$d && mkdir -p \$d && cp -r skeleton/vmm skeleton/monitor \$d && $3 &&
		build/kit/handin pack 2 own none \$d >\$d.tar" && says "$2" || return
	[ "$1" = 0 ] || return 0
	nothing "tar -tf build/test/handin.tar | grep -vxE 'HANDIN|(vmm|monitor)/[a-z_]+[.][chS]'"
}

@test "only sources are packed" {
	rows packed <<-'END'
		0	monitor/main.c	true
		0	vmm/notes.txt stays behind	echo hours: 3 >$d/vmm/notes.txt
		1	vmm/main.c cannot be handed in: it is a link	ln -sf /etc/passwd $d/vmm/main.c
		1	vmm/more.c cannot be handed in: it is a link or no regular	mkdir $d/vmm/more.c
		1	vmm/more.c cannot be handed in: it is a link or no regular	mkfifo $d/vmm/more.c
		1	vmm/my file.c cannot be handed in: a name is letters	: >"$d/vmm/my file.c"
		1	vmm/-o.c cannot be handed in: a name is letters	: >$d/vmm/-o.c
		1	vmm/fast.S cannot be handed in: a name is	: >$d/vmm/fast.S
		1	monitor/more.c cannot be handed in: it is too	truncate -s 1M $d/monitor/more.c
		1	there are too many files	for i in $(seq 250); do : >$d/vmm/f$i.c; done
	END
}

# taken STATUS SAYS COMMANDS: they make ../taken.tar in a stranger's folder with HANDIN and vmm/main.c.
taken() {
	expect "$1" "t='tar --format=ustar -cf ../taken.tar'
		cd build/test && rm -rf stranger taken taken.tar && mkdir -p stranger/vmm && cd stranger &&
		printf 'lab 1\\nbase own\\nkit none\\n' >HANDIN && echo 'int x;' >vmm/main.c && { $3; } &&
		cd .. && ../kit/handin unpack taken <taken.tar" && says "$2" &&
		nothing "cd build/test && find taken ! -type d ! -type f"
}

@test "an archive is taken" {
	taken 0 "" "\$t HANDIN vmm/main.c"
}

@test "a strange archive is refused" {
	rows "taken 1" <<-'END'
		it is no archive	: >../taken.tar
		it is no archive	echo nothing >../taken.tar
		this was not made by `make handin`	head -c 5000 /dev/urandom >../taken.tar
		HANDIN: it is missing	$t vmm/main.c
		it ends too early	tar --format=ustar -cf - HANDIN vmm/main.c | head -c 1600 >../taken.tar
		it does not say which lab	echo lab 9 >HANDIN; $t HANDIN vmm/main.c
		it says more than lab, base and kit	printf 'lab 1\nbase own\nkit none\nlab --eval=$(id)\n' >HANDIN; $t HANDIN vmm/main.c
		it says more than lab, base and kit	printf 'lab 1\nbase own\nkit none\nbase ref' >HANDIN; $t HANDIN vmm/main.c
		it says more than lab, base and kit	printf 'lab 1\nbase  own\nkit none\n' >HANDIN; $t HANDIN vmm/main.c
		it says more than lab, base and kit	printf 'lab 1\nbase own\nkit none' >HANDIN; $t HANDIN vmm/main.c
		it does not say which lab	printf 'lab 12\nbase own\nkit none\n' >HANDIN; $t HANDIN vmm/main.c
		it does not say which lab	printf 'lab 1\nbase own\nkit $(id)\n' >HANDIN; $t HANDIN vmm/main.c
		HANDIN: it is there twice	$t HANDIN vmm/main.c HANDIN --hard-dereference
		there is something behind its end	$t HANDIN vmm/main.c; echo x >>../taken.tar
		the module has that name already	mkdir monitor; : >monitor/monitor.c; $t HANDIN monitor/monitor.c
		there are too many files	for i in $(seq 20); do head -c 250000 /dev/zero >vmm/f$i.c; done; $t HANDIN vmm/*.c
		there are too many files	for i in $(seq 250); do : >vmm/f$i.c; done; $t HANDIN vmm/*.c
		vmm/: only regular files	$t HANDIN vmm
		/tmp/main.c: only files of vmm/	$t -P --transform 's,vmm,/tmp,' HANDIN vmm/main.c
		vmm/../main.c: a name is letters	$t -P --transform 's,vmm,vmm/..,' HANDIN vmm/main.c
		../vmm/main.c: only files of vmm/	$t -P --transform 's,vmm,../vmm,' HANDIN vmm/main.c
		vmm/p.c: only regular files	ln -s /etc/passwd vmm/p.c; $t HANDIN vmm/p.c
		vmm/p.c: only regular files	ln vmm/main.c vmm/p.c; $t HANDIN vmm/main.c vmm/p.c
		a name is letters	cp vmm/main.c vmm/.h.c; $t HANDIN vmm/.h.c
		vmm/Makefile: a name is letters	: >vmm/Makefile; $t HANDIN vmm/Makefile
		monitor/Kbuild: a name is letters	mkdir monitor; : >monitor/Kbuild; $t monitor/Kbuild
		vmm/z.c: only regular files	truncate -s 1G vmm/z.c; tar --format=gnu -S -cf ../taken.tar HANDIN vmm/z.c
		vmm/z.c: it is too large	truncate -s 9M vmm/z.c; $t HANDIN vmm/z.c
		vmm/main.c: it is there twice	$t HANDIN vmm/main.c vmm/main.c --hard-dereference
		this was not made by `make handin`	mkdir -p $(printf 'x%.0s' $(seq 90)); cp vmm/main.c x*/; $t --transform 's,^x,monitor/../../../../../../x,' -P HANDIN x*/main.c
	END
}

# What a person should look at; what the skeleton has as well is nothing new.
@test "odd lines are shown" {
	look="rm -rf looked && cp -r ../../TREE looked && EDIT && TMPDIR=. ../../kit/look ../skeleton-new looked"
	looked() { # TREE EDIT LAB
		local line=${look/TREE/$1}
		expect 0 "cd build/test && ${line/EDIT/$2} $3"
	}
	looked skeleton "echo 'void f(void) { outb(1, 0x378); }' >>looked/monitor/main.c \&\&
		echo 'static char m[] = \"/dev/mem\";' >>looked/vmm/main.c" 2
	says "files, "
	says "; 2 differ from the skeleton's: vmm/main.c 1, monitor/main.c 1"
	says "odd: monitor/main.c:"
	says ": outb("
	says "odd: vmm/main.c:"
	says ": /dev/mem"
	looked skeleton true 2
	hides odd
	# A student's own way to write a hole is not odd.
	looked reference true 4
}

@test "what is handed in is graded" {
	expect 0 "make -s handin LAB=1 && mv handin-lab1.tar.gz build/test"
	says "not written yet: lab1.1 lab1.2"
	says "handin-lab1.tar.gz is what to hand in: lab 1"
	expect 2 "make grade SUBMISSION=build/test/handin-lab1.tar.gz TESTS=hello"
	says "== lab1:"
	says "lab1.1 is not written yet"
}

# It may have a student's file name in it.
@test "a report's name is never a word of a command" {
	rm -f build/test/canary*
	for name in '$(shell touch build/test/canary1)' "x';touch build/test/canary2;'" '`touch build/test/canary3`'; do
		run make -s grade SUBMISSION=build/test/handin-lab1.tar.gz TESTS=hello "REPORT=json:build/test/$name"
		says "made with kit none"
	done
	nothing "ls build/test/canary*  2>/dev/null"
}
