/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * check_kit.c - tests of what a student is given and hands in: the archive to hand in, BASE=ref,
 * what make says to a mistake, and the student kit in use.
 *
 * Runs from the project's root with everything built from both trees.  A test types a command line
 * and looks at its exit status and its output.
 */
#define _GNU_SOURCE
#include "check_run.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- mistakes of the first hour: each gets an answer ---- */

static const struct {
	const char *command, *says;
} mistakes[] = {
	{"make lba1", "nothing makes lba1; make help lists the targets"},
	{"make lab1 TREE=skelton", "TREE=skelton: there are reference skeleton"},
	{"make grade LAB=lab2", "LAB=lab2: there are labs 1 2 3 4, as in LAB=3"},
	{"make lab1 BASE=reference", "there is BASE=ref, or none"},
	{"make lab1 BASE=ref", "there is no lab before lab 1"},
	{"make -C skeleton/vmm lab9", "lab9: there is no such lab"},
	{"make -C labs lab9", "lab9: there is no such lab"},
	{"cd labs/lab2-* && make lab9", "lab9: there is no such lab"},
	{"mkdir -p 'build/test/a b' && cp Makefile build/test/a' 'b && make -C build/test/a' 'b",
		"has a blank in it"},
	{"mkdir -p build/test/a,b && cp Makefile build/test/a,b && make -C build/test/a,b",
		"has a character in it that the kernel's makefiles cannot work with"},
	{"make grade JAIL=maybe SUBMISSION=x", "JAIL=maybe: there is JAIL=none, or nothing"},
	{"make grade SUBMISSION=/nowhere.tar.gz", "nowhere.tar.gz is not graded: No such file"},
};

START_TEST(mistakes_get_an_answer)
{
	ck_assert_int_eq(run(mistakes[_i].command), 2);
	expect_text(mistakes[_i].says);
}
END_TEST

/* What the compiler writes down for the next make does not stop it, whatever is included. */
START_TEST(odd_include_stops_no_make)
{
	expect_status("rm -rf build/test/tree build/test/a:b && mkdir -p build/test/tree "
		      "build/test/a:b &&"
		      " git ls-files -z | xargs -0 cp --parents -t build/test/tree &&"
		      " : >build/test/a:b/x.h && cd build/test/tree &&"
		      " echo '#include \"../../../a:b/x.h\"' >>skeleton/vmm/main.c &&"
		      " make -s build/skeleton/main.o && touch skeleton/vmm/main.c &&"
		      " make -s build/skeleton/main.o && make -s clean",
		0);
}
END_TEST

/* What nobody can write to is said in a line, and is no student's fault. */
START_TEST(foreign_build_is_refused)
{
	/* Root may write anywhere. */
	expect_status(
		"rm -rf build/test/tree && mkdir -p build/test/tree/build/skeleton &&"
		" git ls-files -z | xargs -0 cp --parents -t build/test/tree &&"
		" chmod 555 build/test/tree/build/skeleton && [ $(id -u) != 0 ] || as='setpriv"
		" --reuid=65534 --regid=65534 --clear-groups' && chmod 777 build/test/tree"
		" build/test/tree/build && cd build/test/tree && $as make grade LAB=1"
		" REPORT=json:x",
		2);
	expect_text("nothing can be built: build/skeleton belongs to somebody else");
	expect_no_text("Score");
}
END_TEST

/* ---- what is handed in ---- */

/* A submission in build/test/handin, which each test spoils in its way. */
static const struct {
	const char *spoil; /* a shell command; $d is where vmm/ and monitor/ are */
	int status;
	const char *says;
} packs[] = {
	{"true", 0, "monitor/main.c"},
	{"echo hours: 3 >$d/vmm/notes.txt", 0, "vmm/notes.txt stays behind"},
	{"ln -sf /etc/passwd $d/vmm/main.c", 1, "vmm/main.c cannot be handed in: it is a link"},
	{"mkdir $d/vmm/more.c", 1, "vmm/more.c cannot be handed in: it is a link or no regular"},
	{"mkfifo $d/vmm/more.c", 1, "vmm/more.c cannot be handed in: it is a link or no regular"},
	{": >\"$d/vmm/my file.c\"", 1, "vmm/my file.c cannot be handed in: a name is letters"},
	{": >$d/vmm/-o.c", 1, "vmm/-o.c cannot be handed in: a name is letters"},
	{": >$d/vmm/fast.S", 1, "vmm/fast.S cannot be handed in: a name is"},
	{"truncate -s 1M $d/monitor/more.c", 1, "monitor/more.c cannot be handed in: it is too"},
	{"for i in $(seq 250); do : >$d/vmm/f$i.c; done", 1, "there are too many files"},
};

START_TEST(only_sources_are_packed)
{
	char command[800];

	snprintf(command, sizeof(command),
		"d=build/test/handin; rm -rf $d && mkdir -p $d && cp -r skeleton/vmm "
		"skeleton/monitor $d && %s && build/kit/handin pack 2 own none $d >$d.tar",
		packs[_i].spoil);
	expect_status(command, packs[_i].status);
	expect_text(packs[_i].says);
	if (packs[_i].status)
		return;
	expect_status("tar -tf build/test/handin.tar | grep -vxE 'HANDIN|(vmm|monitor)/[a-z_]+"
		      "[.][chS]'",
		1);
}
END_TEST

/* An archive of a stranger's: built by tar from a folder with HANDIN and vmm/main.c. */
static const struct {
	const char *make; /* a shell command in that folder, which makes ../taken.tar */
	const char *says; /* NULL: it is taken */
} archives[] = {
	{"tar --format=ustar -cf ../taken.tar HANDIN vmm/main.c", NULL},
	{": >../taken.tar", "it is no archive"},
	{"echo nothing >../taken.tar", "it is no archive"},
	{"head -c 5000 /dev/urandom >../taken.tar", "this was not made by `make handin`"},
	{"tar --format=ustar -cf ../taken.tar vmm/main.c", "HANDIN: it is missing"},
	{"tar --format=ustar -cf - HANDIN vmm/main.c | head -c 1600 >../taken.tar",
		"it ends too early"},
	{"echo lab 9 >HANDIN; tar --format=ustar -cf ../taken.tar HANDIN vmm/main.c",
		"it does not say which lab"},
	{"printf 'lab 1\\nbase own\\nkit none\\nlab --eval=$(id)\\n' >HANDIN;"
	 " tar --format=ustar -cf ../taken.tar HANDIN vmm/main.c",
		"it says more than lab, base and kit"},
	{"printf 'lab 1\\nbase own\\nkit none\\nbase ref' >HANDIN;"
	 " tar --format=ustar -cf ../taken.tar HANDIN vmm/main.c",
		"it says more than lab, base and kit"},
	{"printf 'lab 1\\nbase  own\\nkit none\\n' >HANDIN;"
	 " tar --format=ustar -cf ../taken.tar HANDIN vmm/main.c",
		"it says more than lab, base and kit"},
	{"printf 'lab 1\\nbase own\\nkit none' >HANDIN;"
	 " tar --format=ustar -cf ../taken.tar HANDIN vmm/main.c",
		"it says more than lab, base and kit"},
	{"printf 'lab 12\\nbase own\\nkit none\\n' >HANDIN;"
	 " tar --format=ustar -cf ../taken.tar HANDIN vmm/main.c",
		"it does not say which lab"},
	{"tar --format=ustar -cf ../taken.tar HANDIN vmm/main.c HANDIN --hard-dereference",
		"HANDIN: it is there twice"},
	{"tar --format=ustar -cf ../taken.tar HANDIN vmm/main.c; echo x >>../taken.tar",
		"there is something behind its end"},
	{"mkdir monitor; : >monitor/monitor.c;"
	 " tar --format=ustar -cf ../taken.tar HANDIN monitor/monitor.c",
		"the module has that name already"},
	{"for i in $(seq 20); do head -c 250000 /dev/zero >vmm/f$i.c; done;"
	 " tar --format=ustar -cf ../taken.tar HANDIN vmm/*.c",
		"there are too many files"},
	{"printf 'lab 1\\nbase own\\nkit $(id)\\n' >HANDIN;"
	 " tar --format=ustar -cf ../taken.tar HANDIN vmm/main.c",
		"it does not say which lab"},
	{"tar --format=ustar -cf ../taken.tar HANDIN vmm", "vmm/: only regular files"},
	{"tar --format=ustar -P --transform 's,vmm,/tmp,' -cf ../taken.tar HANDIN vmm/main.c",
		"/tmp/main.c: only files of vmm/"},
	{"tar --format=ustar -P --transform 's,vmm,vmm/..,' -cf ../taken.tar HANDIN vmm/main.c",
		"vmm/../main.c: a name is letters"},
	{"tar --format=ustar -P --transform 's,vmm,../vmm,' -cf ../taken.tar HANDIN vmm/main.c",
		"../vmm/main.c: only files of vmm/"},
	{"ln -s /etc/passwd vmm/p.c; tar --format=ustar -cf ../taken.tar HANDIN vmm/p.c",
		"vmm/p.c: only regular files"},
	{"ln vmm/main.c vmm/p.c; tar --format=ustar -cf ../taken.tar HANDIN vmm/main.c vmm/p.c",
		"vmm/p.c: only regular files"},
	{"cp vmm/main.c vmm/.h.c; tar --format=ustar -cf ../taken.tar HANDIN vmm/.h.c",
		"a name is letters"},
	{": >vmm/Makefile; tar --format=ustar -cf ../taken.tar HANDIN vmm/Makefile",
		"vmm/Makefile: a name is letters"},
	{"mkdir monitor; : >monitor/Kbuild; tar --format=ustar -cf ../taken.tar monitor/Kbuild",
		"monitor/Kbuild: a name is letters"},
	{"truncate -s 1G vmm/z.c; tar --format=gnu -S -cf ../taken.tar HANDIN vmm/z.c",
		"vmm/z.c: only regular files"},
	{"truncate -s 9M vmm/z.c; tar --format=ustar -cf ../taken.tar HANDIN vmm/z.c",
		"vmm/z.c: it is too large"},
	{"tar --format=ustar -cf ../taken.tar HANDIN vmm/main.c vmm/main.c --hard-dereference",
		"vmm/main.c: it is there twice"},
	{"for i in $(seq 250); do : >vmm/f$i.c; done;"
	 " tar --format=ustar -cf ../taken.tar HANDIN vmm/*.c",
		"there are too many files"},
	{"mkdir -p $(printf 'x%.0s' $(seq 90)); cp vmm/main.c x*/; "
	 "tar --format=ustar --transform "
	 "'s,^x,monitor/../../../../../../x,' -P -cf ../taken.tar HANDIN x*/main.c",
		"this was not made by `make handin`"},
};

START_TEST(strange_archives_are_refused)
{
	char command[1200];

	snprintf(command, sizeof(command),
		"cd build/test && rm -rf stranger taken taken.tar && mkdir -p stranger/vmm &&"
		" cd stranger && printf 'lab 1\\nbase own\\nkit none\\n' >HANDIN &&"
		" echo 'int x;' >vmm/main.c && { %s; } && cd .. &&"
		" ../kit/handin unpack taken <taken.tar",
		archives[_i].make);
	expect_status(command, archives[_i].says ? 1 : 0);
	if (archives[_i].says)
		expect_text(archives[_i].says);
	expect_status("cd build/test && find taken ! -type d ! -type f | grep .", 1);
}
END_TEST

/* What a person should look at; what the skeleton has as well is nothing new. */
START_TEST(odd_lines_are_shown)
{
	expect_status("cd build/test && rm -rf looked && cp -r ../../skeleton looked &&"
		      " echo 'void f(void) { outb(1, 0x378); }' >>looked/monitor/main.c &&"
		      " echo 'static char m[] = \"/dev/mem\";' >>looked/vmm/main.c &&"
		      " TMPDIR=. ../../kit/look ../skeleton-new looked 2",
		0);
	expect_text("files, ");
	expect_text("; 2 differ from the skeleton's: vmm/main.c 1, monitor/main.c 1\n");
	expect_text("odd: monitor/main.c:");
	expect_text(": outb(\n");
	expect_text("odd: vmm/main.c:");
	expect_text(": /dev/mem\n");
	expect_status("cd build/test && rm -rf looked && cp -r ../../skeleton looked &&"
		      " TMPDIR=. ../../kit/look ../skeleton-new looked 2 | grep odd",
		1);
	/* A student's own way to write a hole is not odd. */
	expect_status("cd build/test && rm -rf looked && cp -r ../../reference looked &&"
		      " TMPDIR=. ../../kit/look ../skeleton-new looked 4",
		0);
}
END_TEST

START_TEST(what_is_handed_in_is_graded)
{
	expect_status("make -s handin LAB=1 && test -f handin-lab1.tar.gz", 0);
	expect_text("not written yet: lab1.1 lab1.2");
	expect_text("handin-lab1.tar.gz is what to hand in: lab 1");
	expect_status("mv handin-lab1.tar.gz build/test &&"
		      " make grade SUBMISSION=build/test/handin-lab1.tar.gz TESTS=hello",
		2);
	expect_text("== lab1:");
	expect_text("lab1.1 is not written yet");
}
END_TEST

/* ---- BASE=ref ---- */

/* The lab's holes are open, and those of the labs before it are not. */
START_TEST(base_fills_the_labs_before)
{
	int lab = _i + 2;
	char command[300];

	snprintf(command, sizeof(command),
		"make lab%d BASE=ref && make -s grade TESTS=hello; r=$?; make -s lab1; exit $r",
		lab);
	run(command);
	snprintf(command, sizeof(command), "not written yet: lab%d.1 lab%d.2", lab, lab);
	expect_text(command);
	expect_text("; base: ref ==");
	for (int before = 1; before < lab; before++) {
		snprintf(command, sizeof(command), "lab%d.1 is not written yet", before);
		expect_no_text(command);
	}
}
END_TEST

START_TEST(base_says_what_is_not_the_students)
{
	expect_status("rm -rf build/test/changed && cp -r skeleton build/test/changed &&"
		      " echo '/* mine */' >>build/test/changed/monitor/monitor.h &&"
		      " CC=i686-linux-gnu-gcc CROSS=i686-linux-gnu- KERNEL=build/host/kbuild"
		      " FLAGS=\"-I$PWD/vm-images/include -I$PWD/vm-images/host/include"
		      " -Wno-unused\" labs/build-on-base build/base/on-3 build/test/changed 3"
		      " build/test/changed/built",
		0);
	expect_text("note: BASE=ref takes the reference's monitor/monitor.h, which have no hole");
}
END_TEST

/* Nothing of the lab itself, no source, no debug information, no name that is nobody else's
 * business. */
START_TEST(base_holds_no_source)
{
	expect_status("find build/base -name '*.[cS]' | grep .", 1);
	expect_status("for o in build/base/*/*.o; do objdump -h $o; done | grep debug", 1);
	expect_status("nm build/base/*/*.o | grep -E '^[0-9a-f]+ [td] [a-z]'", 1);
	/* Each function of a lab's own files is missing in its base, and is in the next one. */
	expect_status(
		"for lab in 2 3; do for file in $(grep -l \"BEGIN lab$lab\" reference/*/*.c); do"
		" part=$(basename $(dirname $file)); dir=$part; [ $part = vmm ] && dir=.;"
		" for f in $(nm build/reference/$dir/$(basename $file .c).o |"
		" sed -n 's/.* T //p'); do"
		" nm build/base/on-$lab/$part.o | grep -q \" T $f\\$\" && echo $f is in on-$lab;"
		" nm build/base/on-$((lab + 1))/$part.o | grep -q \" T $f\\$\" ||"
		" echo $f is not in on-$((lab + 1)); done; done; done | grep .",
		1);
}
END_TEST

static const struct {
	const char *command, *says;
} early[] = {
	{"make dist LABS=3 BASE_FOR=4", "that would hand out objects of a lab in LABS=3"},
	{"make dist LABS='2 4' BASE_FOR='2 4'", "that would hand out objects of a lab in"},
	{"make dist BASE_FOR=1", "labs of 2 3 4"},
};

START_TEST(objects_do_not_come_too_early)
{
	ck_assert_int_eq(run(early[_i].command), 2);
	expect_text(early[_i].says);
}
END_TEST

/* ---- the kit ---- */

START_TEST(kit_is_usable)
{
	expect_status("make dist-test-short", 0);
}
END_TEST

/* The same twice, and from another place. */
START_TEST(kit_is_the_same_each_time)
{
	expect_status("cp build/typetwo-kit.tar build/test/kit.tar &&"
		      " make -s build/typetwo-kit.tar && cmp build/typetwo-kit.tar "
		      "build/test/kit.tar",
		0);
	expect_status("rm build/test/kit.tar; ! grep -qaF \"$PWD\" build/typetwo-kit.tar", 0);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("kit");
	TCase *fast = tcase_create("fast"), *slow = tcase_create("slow");
	SRunner *runner;
	int failed;

	tcase_set_timeout(fast, 300);
	tcase_set_timeout(slow, 1200);
	tcase_add_loop_test(fast, mistakes_get_an_answer, 0, sizeof(mistakes) / sizeof(*mistakes));
	tcase_add_loop_test(fast, only_sources_are_packed, 0, sizeof(packs) / sizeof(*packs));
	tcase_add_loop_test(
		fast, strange_archives_are_refused, 0, sizeof(archives) / sizeof(*archives));
	tcase_add_test(fast, base_holds_no_source);
	tcase_add_loop_test(fast, objects_do_not_come_too_early, 0, sizeof(early) / sizeof(*early));
	tcase_add_test(fast, base_says_what_is_not_the_students);
	tcase_add_test(fast, odd_lines_are_shown);
	tcase_add_test(fast, odd_include_stops_no_make);
	tcase_add_test(fast, foreign_build_is_refused);
	tcase_add_test(slow, what_is_handed_in_is_graded);
	tcase_add_loop_test(slow, base_fills_the_labs_before, 0, 3);
	tcase_add_test(slow, kit_is_usable);
	tcase_add_test(slow, kit_is_the_same_each_time);
	suite_add_tcase(suite, fast);
	suite_add_tcase(suite, slow);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
