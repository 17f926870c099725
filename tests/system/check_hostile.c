/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * check_hostile.c - submissions that want to get out of where they are read and built, to stay
 * there for ever, to break the grading of others, or to have it look like the grader's fault.  What
 * they do in the machine that they run in is check_cheats.c's.
 *
 * Beside each stands a canary, outside of the jail: nobody may open, write or run it.  And after
 * each one the same tree grades an honest submission, with the same result as before.
 *
 * Runs from the project's root with everything built.  LONG=1 in the environment kills more
 * gradings.
 */
#define _GNU_SOURCE
#include "tests/system/check_run.h"

#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PLACE "build/test/hostile"
#define SECRET "the-canary-was-read-4711"

static char grading[4096]; /* the command line with which make grades $SUBMISSION */
static int canary = -1; /* hears of all that is done to it */

/* ---- the canary ---- */

static void
put_canary(void)
{
	expect_status("mkdir -p " PLACE "/canary && echo '" SECRET "' >" PLACE "/canary/secret &&"
		      " printf '#!/bin/sh\\n: >" PLACE "/canary/ran\\n' >" PLACE "/canary/run &&"
		      " chmod 755 " PLACE "/canary/run && echo '#error " SECRET "' >" PLACE
		      "/canary/secret.h",
		0);
	canary = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	ck_assert_int_ge(inotify_add_watch(canary, PLACE "/canary", IN_ALL_EVENTS | IN_ONLYDIR), 0);
}

/* What was done to it since somebody asked; "" if nothing. */
static const char *
canary_sang(void)
{
	static char events[8192];
	ssize_t n = read(canary, events, sizeof(events));
	const struct inotify_event *event = (const struct inotify_event *)events;

	return n <= 0 ? "" : event->len ? event->name : "itself";
}

static void
canary_is_well(void)
{
	const char *name = canary_sang();

	ck_assert_msg(!*name, "something was done to the canary: %s\n%s", name, last_words());
	expect_no_text(SECRET);
}

/* ---- gradings ---- */

static void
run_for_lab_1(void)
{
	char command[sizeof(grading) + 16], *end = strstr(grading, " -- ");

	ck_assert_ptr_nonnull(end);
	snprintf(command, sizeof(command), "%.*s --lab=1%s", (int)(end - grading), grading, end);
	expect_status(command, 1);
}

/* Everything is as it was: an honest submission has its points. */
static void
honest_has_its_points(void)
{
	int status;

	setenv("SUBMISSION", PLACE "/honest.tar.gz", 1);
	status = run(grading);
	ck_assert_msg(status == 0, "the honest one: status %d\n%s", status, last_words());
	expect_text("hello: OK");
	expect_text("honest.tar.gz, SHA-256 ");
	expect_status("ls -d build/graded/work-* build/graded/*/*/*.boot | grep .", 1);
}

static void
set_up(void)
{
	char *end;

	expect_status("rm -rf " PLACE " && mkdir -p " PLACE, 0);
	/* One honest archive, of the reference, for lab 1. */
	expect_status("build/kit/handin pack 1 own none reference >" PLACE "/honest.tar &&"
		      " gzip -n <" PLACE "/honest.tar >" PLACE "/honest.tar.gz",
		0);
	/* make's own last line, so that its quotes are tried, too. */
	expect_status(
		"MAKEFLAGS= make -n grade SUBMISSION=x TESTS=hello BASE_FOR=2 V=1 2>/dev/null |"
		" sed -n '/submission --build/,$p' | grep -v '^make'",
		0);
	end = strrchr(output, '\n');
	ck_assert_ptr_nonnull(end);
	*end = '\0';
	ck_assert_uint_lt(strlen(output), sizeof(grading));
	strcpy(grading, output);
	put_canary();
}

/* Pack what is in the folder hostile/ with a note; a row may do it in its own way. */
#define PACK "tar --format=ustar --owner=0 --group=0 -cf ../a.tar HANDIN vmm/* && gzip -n ../a.tar"
#define PACK_MODULE "tar --format=ustar -cf ../a.tar HANDIN vmm/* monitor/*.[chS]; gzip -n ../a.tar"
#define ASM(text) "echo 'asm(\"" text "\");' >>vmm/main.c"

/*
 * Each is made by a shell command in a folder with HANDIN, of lab 1, and the skeleton's vmm/ and
 * monitor/; $canary is the canary's folder.  status is what submission ends with.
 */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers" /* most rows have no more */
static const struct hostile {
	const char *make;
	int status;
	const char *says, *more;
	const char *pack;
} hostile[] = {
	/* ---- the note ---- */
	{"echo 'lab --eval=$(shell $canary/run)' >>HANDIN", 2,
		"it says more than lab, base and kit"},
	{"echo base ref >>HANDIN", 2, "it says more than lab, base and kit"},
	{"printf 'lab 1\\nbase own\\nkit `$canary/run`\\n' >HANDIN", 2, "which lab this is"},
	{"printf 'lab 1\\nbase own\\nkit a;b\\n' >HANDIN", 2, "it says more than lab"},
	{"printf 'lab 1;id\\nbase own\\nkit a\\n' >HANDIN", 2, "which lab this is"},
	{"printf 'lab 1\\0\\nbase own\\nkit a\\n' >HANDIN", 2, "which lab this is"},
	{"printf 'lab 1\\nbase own\\nkit a\\n\\n' >HANDIN", 2, "it says more than lab"},
	{"printf 'lab 1\\nbase ref\\nkit a\\n' >HANDIN", 2, "there is no lab before lab 1"},
	/* ---- the archive ---- */
	{"ln -s $canary/secret vmm/secret.h", 2, "vmm/secret.h: only regular files"},
	{"ln -s $canary vmm2; rm -r vmm; mv vmm2 vmm", 2, "vmm/run: a name is"},
	{"mkfifo vmm/pipe.h", 2, "vmm/pipe.h: only regular files"},
	{":", 2, "only files of vmm/", NULL,
		"tar -P --transform 's,vmm,'$canary, --format=ustar -cf ../a.tar HANDIN vmm/main.c;"
		" gzip -n ../a.tar"},
	{":", 2, "a name is letters", NULL,
		"tar -P --transform 's,vmm,vmm/../../canary,' --format=ustar -cf ../a.tar HANDIN"
		" vmm/main.c; gzip -n ../a.tar"},
	{"echo '$(shell $canary/run)' >vmm/Makefile", 2, "vmm/Makefile: a name is letters"},
	{"cp vmm/main.c 'vmm/$(id).c'", 2, "a name is letters"},
	{"cp vmm/main.c vmm/-oout.c", 2, "a name is letters"},
	{":", 2, "it is larger than anything that `make handin` makes", NULL,
		"head -c 20M /dev/urandom >../a.tar.gz"},
	{":", 2, "there are too many files", NULL,
		"for i in $(seq 180); do head -c 262144 /dev/zero >vmm/f$i.h; done; " PACK},
	{":", 2, "there is something behind its end", NULL,
		"{ cat ../honest.tar; head -c 1G /dev/zero; } | gzip -1n >../a.tar.gz"},
	{":", 2, "cannot be read", NULL, "head -c 3000 ../honest.tar.gz >../a.tar.gz"},
	{":", 2, "it is no archive", NULL, ": >../a.tar.gz"},
	{":", 2, "it is no archive", NULL, "echo nothing >../a.tar.gz"},
	{":", 2, "it is no regular file", NULL, "mkfifo ../a.tar.gz"},
	{":", 2, "it is no regular file", NULL, "ln -s /dev/zero ../a.tar.gz"},
	{":", 2, "there is more than one archive", NULL,
		"mkdir ../a.tar.gz; cp ../honest.tar.gz ../a.tar.gz; ln -s $canary/secret"
		" ../a.tar.gz/b.tar.gz"},
	{":", 2, "cannot be opened, or is a link", NULL,
		"mkdir ../a.tar.gz; ln -s $canary/secret ../a.tar.gz/b.tar.gz"},
	{"cp vmm/main.c vmm/monitor.h.gch", 2, "vmm/monitor.h.gch: a name is letters"},
	{"cp vmm/main.c 'vmm/a\nb.c'", 2, "vmm/a?b.c: a name is letters"},
	{"ln vmm/main.c vmm/same.c", 2, "vmm/same.c: only regular files"},
	{"truncate -s 9G vmm/z.h", 2, "vmm/z.h: it is too large", NULL,
		"tar --format=gnu -cf - HANDIN vmm/z.h | head -c 99999 | gzip -n >../a.tar.gz"},
	{"truncate -s 2G vmm/z.h", 2, "vmm/z.h: it is too large", NULL,
		"tar --format=ustar -cf - HANDIN vmm/z.h | head -c 99999 | gzip -n >../a.tar.gz"},
	{":", 2, "it is larger than anything", NULL, "truncate -s 100G ../a.tar.gz"},
	/* ---- what reads a file of the grader's while it is compiled ---- */
	{"echo \"#include \\\"$canary/secret.h\\\"\" >>vmm/main.c", 1,
		"this line cannot be handed in: an #include names a file"},
	{"echo '#include \"../../canary/secret.h\"' >>vmm/main.c", 1, "cannot be handed in"},
	{ASM(".incbin \\\"/etc/passwd\\\""), 1, "no other file becomes part of yours"},
	{"printf '#define FILE \"%s/secret.h\"\\n#include FILE\\n' $canary >>vmm/main.c", 1,
		"no test was started: the code cannot be built", "No such file or directory"},
	{"printf '#define IN \".inc\" \"bin\"\\nasm(IN \" \\\\\"%s/secret\\\\\"\");\\n' $canary"
	 " >>vmm/main.c",
		1, "the code cannot be built", "secret"},
	{"printf '#if __has_include(\"%s/secret.h\")\\n#error it is there\\n#else\\n#error it is "
	 "not\\n"
	 "#endif\\n' $canary >>vmm/main.c",
		1, "#error it is not"},
	{"printf '#define FILE \"%s/../../../reference/vmm/monitor.c\"\\n#include FILE\\n' $canary"
	 " >>vmm/main.c",
		1, "No such file or directory"},
	{"printf '#define FILE \"/proc/self/environ\"\\n#include FILE\\n#error end\\n' "
	 ">>vmm/main.c",
		1, "the code cannot be built"},
	/* ---- what has tools start others, or write where they should not ---- */
	{"printf 'asm(\".section .gnu.lto_.opts,\\\\\"e\\\\\",@progbits\\\\n.asciz"
	 " \\\\\"-fplugin=%s/run -wrapper %s/run\\\\\"\\\\n.text\");\\n' $canary $canary "
	 ">>vmm/main.c",
		1, "hello: FAIL"},
	{"echo '#pragma GCC optimize(\"plugin=/tmp/x\")' >>vmm/main.c", 1, "hello: FAIL"},
	{ASM(".section .interp,\\\"a\\\"\\n.asciz \\\"/tmp/x\\\"\\n.text"), 1, "hello: FAIL"},
	{"printf 'asm(\".section .gnu.warning.main\\\\n.asciz \\\\\"\\033[31m%%s$(id)\\\\\""
	 "\\\\n.text\");\\n' >>vmm/main.c",
		1, "warning: ?[31m%s$(id)", "hello: FAIL"},
	{ASM(".section .gnu.linkonce.t.main,\\\"ax\\\"\\n.globl other\\nother: ret\\n.text"), 1,
		"hello: FAIL"},
	{"echo 'INPUT(/etc/passwd)' >vmm/x.h; echo '#include \"x.h\"' >>vmm/main.c", 1,
		"the code cannot be built"},
	{"echo '#pragma GCC dependency \"'$canary'/secret.h\"' >>vmm/main.c", 1, "No such file"},
	/* ---- what has no end ---- */
	{"echo '#define FILE \"/dev/zero\"\n#include FILE' >>vmm/main.c", 1,
		"the code cannot be built"},
	{"echo '#include \"x.h\"' >vmm/x.h; cp vmm/x.h vmm/x.c", 1, "the code cannot be built"},
	{"echo 'char large[0xf0000000] = {1};' >>vmm/main.c", 1, "the code cannot be built"},
	{"echo 'char large[0x40000000] = {1};' >>vmm/main.c", 1, "the code cannot be built"},
	{ASM(".rept 2000000000\\n.quad 1\\n.endr"), 1, "the code cannot be built"},
	{ASM(".fill 0x7fffffff,1,1"), 1, "the code cannot be built"},
	{"printf '#define A(x) x x x x x x x x\\n#define B(x) A(A(A(A(A(x)))))\\nint i = 0 "
	 "B(B(B(+1)));\\n'"
	 " >>vmm/main.c",
		1, "the code cannot be built"},
	{"i=0; while [ $i -lt 2500 ]; do echo \"#warning $(printf %080d $i)\"; i=$((i + 1)); done"
	 " >vmm/w.h; for i in 1 2 3 4 5 6 7 8 9; do echo '#include \"w.h\"'; done >vmm/v.c;"
	 " echo '#error end' >>vmm/v.c",
		1, "the code cannot be built", "#warning 0000"},
	/* ---- whose fault it is ---- */
	{"echo '#error killed: out of memory, no space left on device' >>vmm/main.c", 1,
		"#error killed"},
	{"echo 'int twice;' >vmm/a.c; echo 'int twice;' >vmm/b.c", 1, "multiple definition"},
	{"rm vmm/main.c; echo 'int x;' >vmm/main.c", 1, "the code cannot be built"},
	{"printf '#error \\033[31m\\033]0;title\\007 red\\n' >>vmm/main.c", 1,
		"#error ?[31m?]0;title? red"},
	{"echo '#line 1 \"a:b: c:\"\nint x = y;' >>vmm/main.c", 1, "a:b: c:"},
	{"echo '# 7 \"../../vmm$(id): x\"\nint x = y;' >>vmm/main.c", 1,
		"the code cannot be built"},
	{"{ echo 'int t[] = {'; seq 2000 | tr '\\n' ','; echo '};'; } >vmm/t.c", 1,
		"this much data is no source"},
	/* ---- the module's build ---- */
	{"printf 'lab 2\\nbase own\\nkit a\\n' >HANDIN; sed -i /MODULE_LICENSE/d monitor/main.c", 1,
		"missing MODULE_LICENSE", "hello: FAIL",
		"tar --format=ustar -cf ../a.tar HANDIN vmm/* monitor/*.[chS]; gzip -n ../a.tar"},
	{"printf 'lab 2\\nbase own\\nkit a\\n' >HANDIN; echo 'all: ; $canary/run' >monitor/Kbuild",
		2, "monitor/Kbuild: a name is", NULL,
		"tar --format=ustar -cf ../a.tar HANDIN vmm/* monitor/Kbuild; gzip -n ../a.tar"},
	{"printf 'lab 2\\nbase own\\nkit a\\n' >HANDIN; printf 'MODULE_INFO(depends,"
	 " \"../../evil,$(id)\");\\nMODULE_ALIAS(\"x\\\\n#include </etc/passwd>\");\\n"
	 "MODULE_INFO(vermagic, \"9.9\");\\n' >>monitor/main.c",
		1, "monitor.ko cannot be loaded", NULL, PACK_MODULE},
	{"printf 'lab 2\\nbase own\\nkit a\\n' >HANDIN; printf 'asm(\".section"
	 " ___ksymtab+evil,\\\\\"a\\\\\"\\\\n.globl __ksymtab_evil\\\\n__ksymtab_evil: .long -1,"
	 " 0x7fffffff, 0x80000000\\\\n.text\");\\n' >>monitor/main.c",
		1, "hello: FAIL", NULL, PACK_MODULE},
	/* ---- what stands on the reference's objects, with and without a right to them ---- */
	{"printf 'lab 3\\nbase ref\\nkit a\\n' >HANDIN", 1,
		"and that is not meant for lab 3: make it on labs of your own",
		"grade with BASE_FOR=3, or with their kit", PACK_MODULE},
	{"printf 'lab 2\\nbase ref\\nkit a\\n' >HANDIN", 1, "lab2.1 is not written yet",
		"base: ref", PACK_MODULE},
	{"printf 'lab 2\\nbase ref\\nkit a\\n' >HANDIN; echo '#error no' >>monitor/crossings.c", 1,
		"the code cannot be built", "#error no", PACK_MODULE},
	/* ---- from here on only in the long form: all of the time that it may have ---- */
	{"printf '#include \"x.h\"\\n#include \"x.h\"\\n' >vmm/x.h; cp vmm/x.h vmm/x.c", 1,
		"#include nested depth"},
	{ASM(".rept 100000\\n.rept 100000\\n#\\n.endr\\n.endr"), 1,
		"the code cannot be built: it took more than 60 s of the processors"},
	{"printf '#define FILE \"/dev/ptmx\"\n#include FILE\n' >>vmm/main.c", 1,
		"it waited 60 s for what never came"},
	{"printf '#define FILE \"/proc/self/fd/2\"\n#include FILE\n' >>vmm/main.c", 1,
		"it waited 60 s for what never came"},
};

#define LONG_ONES 4

START_TEST(hostile_submission)
{
	const struct hostile *one = &hostile[_i];
	char command[4096];
	int status;

	snprintf(command, sizeof(command),
		"canary=$PWD/" PLACE "/canary; cd " PLACE
		" && rm -rf hostile a.tar* && mkdir hostile &&"
		" cp -r ../../../skeleton/vmm ../../../skeleton/monitor hostile && cd hostile &&"
		" rm -f vmm/Makefile monitor/Makefile &&"
		" printf 'lab 1\\nbase own\\nkit none\\n' >HANDIN && { %s\n} && { %s\n}",
		one->make, one->pack ? one->pack : PACK);
	run(command);
	canary_sang(); /* what it takes to make it is no harm */
	setenv("SUBMISSION", PLACE "/a.tar.gz", 1);
	status = run(grading);
	ck_assert_msg(status == one->status, "%s: expected status %d, got %d:\n%s", one->make,
		one->status, status, last_words());
	expect_text(one->says);
	if (one->more)
		expect_text(one->more);
	/* Whoever says which lab it is gets a result for it, whatever is in it. */
	if (status == 2) {
		run_for_lab_1();
		expect_text("hello: FAIL");
		expect_text(one->says);
	}
	expect_no_text("GRADER ERROR");
	expect_no_text("\033");
	ck_assert_uint_lt(strlen(output), 100000);
	ck_assert_msg(!one->status || !strstr(output, "hello: OK"), "%s", last_words());
	canary_is_well();
	expect_status("! grep -rq " SECRET " build/graded", 0);
	honest_has_its_points();
	canary_is_well();
}
END_TEST

/* ---- a name is only a name ---- */

static const char *const names[] = {"$(shell touch ran).tar.gz", "`touch ran`.tar.gz",
	"O'Brien handin.tar.gz", "\"; touch ran; \".tar.gz", "-rf.tar.gz", "--eval=x.tar.gz",
	"$HOME ${HOME} $$ $@.tar.gz", "a\nb: ; touch ran\n.tar.gz", "\303\244\377\376.tar.gz",
	"a#b%c\\d&e|f<g>h*.tar.gz", "=", "TESTS=none.tar.gz"};

START_TEST(any_name_is_graded)
{
	char from[PATH_MAX];

	snprintf(from, sizeof(from), "%s/" PLACE "/%s", get_current_dir_name(), names[_i]);
	setenv("FROM", from, 1);
	setenv("NAME", names[_i], 1);
	expect_status("cp -- " PLACE "/honest.tar.gz \"$FROM\"", 0);
	canary_sang();
	expect_status("make -s grade \"SUBMISSION=$FROM\" TESTS=hello J=1"
		      "",
		0);
	expect_text("hello: OK");
	canary_is_well();
	/* As it is typed by who is where it lies. */
	expect_status(
		"cd " PLACE
		" && f=\"$NAME\" && cp -- \"$FROM\" \"../../../$f\" 2>/dev/null; cd ../../.. &&"
		" make -s grade \"SUBMISSION=$NAME\" TESTS=hello J=1"
		"; s=$?;"
		" rm -f -- \"$NAME\"; exit $s",
		0);
	expect_text("hello: OK");
	canary_is_well();
	expect_status("ls ran " PLACE "/ran " PLACE "/canary/ran 2>/dev/null | grep .", 1);
}
END_TEST

/* ---- several at once, and ends that nobody expects ---- */

/* A grading on its way; its output goes to a file. */
static pid_t
begin(const char *submission, const char *log)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	setenv("SUBMISSION", submission, 1);
	ck_assert(freopen(log, "w", stdout) && dup2(1, 2) == 2);
	/* Itself, to be killed, and no shell in front of it. */
	snprintf(output, sizeof(output), "exec %s", grading);
	execl("/bin/sh", "sh", "-c", output, NULL);
	_exit(127);
}

static int
ended(pid_t pid)
{
	int status;

	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

START_TEST(two_at_once_do_not_meet)
{
	pid_t honest, other, same;

	expect_status(
		"cd " PLACE
		" && rm -rf hostile && mkdir hostile && cp -r ../../../skeleton/vmm hostile &&"
		" rm hostile/vmm/Makefile && cd hostile && printf 'lab 1\\nbase own\\nkit none\\n' "
		">HANDIN && "
		"rm -f ../a.tar* && " PACK,
		0);
	honest = begin(PLACE "/honest.tar.gz", PLACE "/log1");
	other = begin(PLACE "/a.tar.gz", PLACE "/log2");
	usleep(700000);
	same = begin(PLACE "/honest.tar.gz", PLACE "/log3");
	/* It waits for the first one, unless that is over. */
	ck_assert_int_eq(ended(same), 0);
	ck_assert_int_eq(ended(honest), 0);
	ck_assert_int_eq(ended(other), 1);
	expect_status("cat " PLACE "/log3", 0);
	expect_status("grep -h . " PLACE "/log1 | grep -q 'hello: OK'", 0);
	expect_status("grep -h . " PLACE "/log2 | grep -q 'lab1.1 is not written yet'", 0);
	/* Each result says whose it is. */
	expect_status(
		"for f in honest a; do sum=$(sha256sum <" PLACE "/$f.tar.gz | cut -c 1-64) &&"
		" grep -q \"\\\"sha256\\\": \\\"$sum\\\"\" build/graded/$(echo $sum | cut -c 1-16)"
		"/lab1-some.json || exit 1; done",
		0);
}
END_TEST

/* For lab 1 there is no base, whatever an archive of another lab says: it is graded all the same.
 */
START_TEST(another_labs_archive_is_graded)
{
	expect_status("cd " PLACE " && ../../../build/kit/handin pack 2 ref none ../../../reference"
		      " 2>/dev/null | gzip -n >other.tar.gz",
		0);
	expect_status("make -s grade SUBMISSION=" PLACE "/other.tar.gz LAB=1 TESTS=hello", 0);
	expect_text("note: it was handed in for lab 2");
	expect_text("hello: OK");
}
END_TEST

/* No result of an older grading, or of somebody else's, is left where one is asked for. */
START_TEST(old_result_goes_first)
{
	expect_status("echo old >" PLACE "/report.json; sum=$(sha256sum <" PLACE
		      "/honest.tar.gz | cut -c 1-16);"
		      " mkdir -p build/graded/$sum && echo old >build/graded/$sum/lab1-some.json;"
		      " echo score >build/graded/$sum/lab1.json;"
		      " QEMU=/bin/false make -s grade SUBMISSION=" PLACE
		      "/honest.tar.gz TESTS=hello"
		      " REPORT=json:" PLACE "/report.json",
		2);
	expect_status("grep -lx old " PLACE "/report.json build/graded/*/lab1-some.json", 1);
	/* A look at some tests takes no score away. */
	expect_status("old=$(grep -lx score build/graded/*/lab1.json) && rm $old", 0);
}
END_TEST

/* Nobody fills the disk by handing in often; and nobody's result goes for that. */
START_TEST(old_logs_go_and_results_stay)
{
	expect_status("for i in $(seq 110); do d=build/graded/old-$i; mkdir -p $d/lab1 &&"
		      " echo log >$d/lab1/hello.console.log && echo old >$d/lab1.json &&"
		      " touch -d @$i $d || exit 1; done",
		0);
	setenv("SUBMISSION", PLACE "/honest.tar.gz", 1);
	expect_status(grading, 0);
	expect_text(" older gradings are gone: build/graded keeps those of the last 100");
	expect_status("for i in $(seq 10); do test -f build/graded/old-$i/lab1.json -a ! -e"
		      " build/graded/old-$i/lab1 || exit 1; done;"
		      " test -e build/graded/old-110/lab1/hello.console.log",
		0);
	honest_has_its_points();
	expect_status("rm -rf build/graded/old-*", 0);
}
END_TEST

START_TEST(killed_gradings_leave_nothing)
{
	const char *seed = getenv("SEED");
	int kills = getenv("LONG") ? 20 : 4;

	srand(seed ? atoi(seed) : 1);
	for (int i = 0; i < kills; i++) {
		pid_t pid = begin(PLACE "/honest.tar.gz", PLACE "/log");
		/* sh is the grading itself only if it became that. */
		int wait = rand() % 5000;

		usleep(wait * 1000);
		kill(pid, SIGKILL);
		ended(pid);
		/* Its children are told by the kernel. */
		expect_status("left() { for p in $(pgrep -f '[b]uild/graded/work-'); do"
			      " [ \"$(readlink /proc/$p/cwd)\" != \"$PWD\" ] || return 0; done; "
			      "return 1; };"
			      " for i in $(seq 100); do left || exit 0; sleep 0.1; done; exit 1",
			0);
	}
	honest_has_its_points();
	expect_status("find build/graded -name '*.boot' -o -name 'work-*' | grep .", 1);
}
END_TEST

/* ---- the jail itself ---- */

#define JAIL "build/bin/jail --cpu=5 --seconds=60 --memory=300 --processes=40 --output=16 "

static const struct {
	const char *command;
	int status;
	const char *says;
} jails[] = {
	{JAIL "-- true", 0, ""},
	{JAIL "-- sh -c 'exit 7'", 7, ""},
	{JAIL "-- sh -c 'exit 125'", 119, ""},
	{JAIL "-- sh -c 'exit 120'", 119, ""},
	{JAIL "-- sh -c 'kill -9 $$'", 118, ""},
	{JAIL "-- sh -c 'while :; do :; done'", 120, "more than 5 s of the processors"},
	{JAIL "-- sh -c 'for i in 1 2 3 4 5 6; do (while :; do :; done) & done; wait'", 120,
		"more than 5 s of the processors"},
	{JAIL "-- sh -c 'for i in $(seq 60); do sleep 50 & done; wait'; s=$?;"
	      " [ $s = 2 ] || [ $s = 120 ]",
		0, ""},
	{"build/bin/jail --seconds=1 -- sleep 50", 120, "it had no end within 1 s"},
	{JAIL "-- sh -c 'head -c 1G /dev/zero | tail -n 1 | wc -c'", 0, "memory exhausted"},
	{JAIL "--file=1 -- sh -c 'head -c 9M /dev/zero >x'", 118, ""},
	{JAIL "--tmp=1 -- sh -c 'for i in 1 2 3; do head -c 900000 /dev/zero >$i || exit 9; done'",
		9, "No space left"},
	{JAIL "-- sh -c 'yes | head -c 1M'", 0, "there is more of this"},
	{JAIL "-- sh -c 'printf \"\\033[2Jx\\007\\n\"'", 0, "?[2Jx?"},
	{JAIL "-- cat " PLACE "/canary/secret", 1, "No such file"},
	{JAIL "-- sh -c 'ls /root /home /sys /etc/passwd; test $(ls -d /proc/[0-9]* | wc -l) -lt 6 "
	      "&& echo few'",
		0, "few"},
	{JAIL "-- sh -c 'echo x >/usr/bin/x; echo x >/x; echo x >/proc/sys/kernel/core_pattern; "
	      "cat /proc/sys/kernel/core_pattern'",
		0, "core_pattern: Read-only file system"},
	{JAIL "-- unshare -Um true", 1, "Operation not permitted"},
	{JAIL "-- mount -t tmpfs x /job/tmp", 32, ""},
	{JAIL "-- ipcmk -M 1000", 1, "Operation not permitted"},
	{JAIL "-- perl -MSocket -e 'socketpair(A, B, AF_UNIX, SOCK_STREAM, 0) or die \"none: $!\"'",
		1, "none: Operation not permitted"},
	/* Who is killed has not failed to be put into a jail. */
	{"build/bin/jail --seconds=60 -- sleep 50 & sleep 1;"
	 " kill -9 $(cat /proc/$!/task/$!/children); wait $!",
		118, "it was killed"},
	{JAIL "-- sh -c 'grep -h ^Cap.*[1-9a-f] /proc/self/status; grep NoNewPrivs "
	      "/proc/self/status'",
		0, "NoNewPrivs:\t1"},
	{JAIL "-- bash -c 'exec 9<>/dev/tcp/127.0.0.1/22'; " JAIL "-- cat /proc/net/dev", 0, "lo:"},
	{JAIL "-- sh -c 'env | grep -v -E \"^(PATH|HOME|TMPDIR|LC_ALL|PWD)=\"'", 1, ""},
	/* Nor what bubblewrap was started with, which is process 1 in there. */
	{"TOKEN=" SECRET " " JAIL "-- sh -c 'cat /proc/1/environ && cat /proc/*/environ'", 0, ""},
	{"exec 8<" PLACE "/canary/; " JAIL "-- ls /proc/self/fd/8/", 2, "No such file"},
	/* What comes out is a file of the grader's own. */
	{JAIL "--out=" PLACE "/out -- sh -c 'echo it >&3; chmod 6777 /proc/self/fd/3'; ls -l " PLACE
	      "/out",
		0, "-rw-"},
	{"ln -sf canary/secret " PLACE "/link; " JAIL "--out=" PLACE "/link -- sh -c 'echo it >&3';"
	 " test -f " PLACE "/link -a ! -L " PLACE "/link",
		0, ""},
	{JAIL "--out=" PLACE "/none -- sh -c 'echo it >&3; exit 1'; test ! -e " PLACE "/none", 0,
		""},
	/* There is none: one line, and what to do.  In a container parts of /proc are hidden. */
	{"unshare -rm sh -c 'mount --bind /dev/null /proc/version && ! build/bin/jail --check"
	 " >" PLACE "/said 2>&1' && test $(wc -l <" PLACE "/said) = 1 && cat " PLACE "/said",
		0,
		"(bwrap: Can't mount proc on /newroot/proc: Operation not permitted); JAIL=none"},
	{"unshare -rm sh -c 'mount --bind /dev/null /proc/version && make -s grade "
	 "SUBMISSION=" PLACE "/honest.tar.gz TESTS=hello'",
		2, "cannot put a submission into a jail"},
	{"unshare -rm sh -c 'mount --bind /dev/null /proc/version && JAIL=none"
	 " build/bin/jail --check'",
		0, ""},
	{"PATH=/nowhere build/bin/jail --check", 2, "bubblewrap"},
	{"mkdir -p " PLACE
	 "/bin && printf '#!/bin/sh\\necho bwrap: No permissions >&2; exit 1\\n' >" PLACE
	 "/bin/bwrap && chmod 755 " PLACE "/bin/bwrap && PATH=$PWD/" PLACE
	 "/bin:$PATH build/bin/jail --check",
		2, "JAIL=none grades without one"},
	{"PATH=$PWD/" PLACE "/bin:$PATH make -s grade SUBMISSION=" PLACE
	 "/honest.tar.gz TESTS=hello",
		2, "cannot put a submission into a jail"},
	{"JAIL=some build/bin/jail --check", 125, "there is JAIL=none, or nothing"},
};

START_TEST(jail_holds)
{
	int status;

	canary_sang();
	status = run(jails[_i].command);
	ck_assert_msg(status == jails[_i].status, "%s: expected status %d, got %d:\n%s",
		jails[_i].command, jails[_i].status, status, last_words());
	expect_text(jails[_i].says);
	expect_no_text(SECRET);
}
END_TEST

/* Without a jail the same submission reaches the canary, which shows that it can sing; and each
 * result says so. */
START_TEST(without_a_jail_it_sings)
{
	expect_status(
		"canary=$PWD/" PLACE "/canary; cd " PLACE
		" && rm -rf hostile a.tar* && mkdir hostile &&"
		" cp -r ../../../skeleton/vmm hostile && cd hostile && rm vmm/Makefile &&"
		" printf 'lab 1\\nbase own\\nkit none\\n' >HANDIN &&"
		" printf '#define FILE \"%s/secret.h\"\\n#include FILE\\n' $canary >>vmm/main.c "
		"&& " PACK,
		0);
	canary_sang();
	run("JAIL=none make -s grade SUBMISSION=" PLACE "/a.tar.gz TESTS=hello REPORT='json:" PLACE
	    "/json tap:" PLACE "/tap junit:" PLACE "/junit'");
	expect_text("; jail: none");
	expect_text(SECRET);
	ck_assert_str_eq(canary_sang(), "secret.h");
	expect_status("cd " PLACE
		      " && grep -q '\"jail\": \"none\"' json && grep -q 'jail: none' tap &&"
		      " grep -q 'jail: none' junit; cd ../../.. && rm -rf $(grep -l " SECRET
		      " build/graded/*/* | xargs dirname)",
		0);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("hostile");
	TCase *cases[] = {tcase_create("jail"), tcase_create("submissions"), tcase_create("names"),
		tcase_create("several")};
	SRunner *runner;
	int failed;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		tcase_add_unchecked_fixture(cases[i], set_up, NULL);
		tcase_set_timeout(cases[i], 1800);
		suite_add_tcase(suite, cases[i]);
	}
	tcase_add_loop_test(cases[0], jail_holds, 0, sizeof(jails) / sizeof(*jails));
	tcase_add_test(cases[0], without_a_jail_it_sings);
	tcase_add_loop_test(cases[1], hostile_submission, 0,
		sizeof(hostile) / sizeof(*hostile) - (getenv("LONG") ? 0 : LONG_ONES));
	tcase_add_loop_test(cases[2], any_name_is_graded, 0, sizeof(names) / sizeof(*names));
	tcase_add_test(cases[3], two_at_once_do_not_meet);
	tcase_add_test(cases[3], another_labs_archive_is_graded);
	tcase_add_test(cases[3], old_result_goes_first);
	tcase_add_test(cases[3], old_logs_go_and_results_stay);
	tcase_add_test(cases[3], killed_gradings_leave_nothing);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
