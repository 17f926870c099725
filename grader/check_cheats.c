/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * check_cheats.c - launchers that do not run a guest and would like the points, and some that only
 * do harm: on the real Host, in QEMU.  A launcher can be a shell script there.
 */
#define _GNU_SOURCE
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char place[64];
static char shown[1 << 20];

static void
set_up(void)
{
	strcpy(place, "/tmp/check-cheats-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(place));
}

static void
tear_down(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", place);
	ck_assert_int_eq(system(command), 0);
}

/* Grade a launcher that is this script.  The grader's exit status; its output is in shown. */
static int
grade(const char *script, const char *tests)
{
	char path[96], command[512];
	FILE *file;
	size_t n;
	int status;

	snprintf(path, sizeof(path), "%s/vmm", place);
	file = fopen(path, "w");
	ck_assert_ptr_nonnull(file);
	fprintf(file, "#!/bin/sh\n%s\n", script);
	fclose(file);
	ck_assert_int_eq(chmod(path, 0755), 0);
	snprintf(command, sizeof(command),
		"build/grader/grade --vmm=%s --out=%s --seconds=5 --tests='%s' 2>&1", path, place,
		tests);
	file = popen(command, "r");
	ck_assert_ptr_nonnull(file);
	n = fread(shown, 1, sizeof(shown) - 1, file);
	shown[n] = '\0';
	status = pclose(file);
	return WEXITSTATUS(status);
}

#define shows(text) ck_assert_msg(strstr(shown, text) != NULL, "no \"%s\" in: %s", text, shown)

/* One test of each kind: checks, a death, words on the console, a measurement, a script. */
#define KINDS "hello forbidden-open power-off cost-null-call killed-vmm two-machines linux-initrd"

static const char *const cheats[] = {
	/* Nothing at all, successfully. */
	"exit 0",
	/* All lines that a good run might have, on both lines, with no nonce. */
	"for line in /dev/ttyS0 /dev/ttyS1; do\n"
	"	echo 'pass hello' >$line; echo '- pass hello' >$line; echo 'done 1' >$line\n"
	"	echo '0123456789abcdef done 1' >$line\n"
	"done\n"
	"echo 'vmm: machine killed: forbidden host system call'\n"
	"exit 0",
	/* Always dead for every reason. */
	"echo 'vmm: machine killed: forbidden host system call unknown hypercall signal 14'\n"
	"exit 121",
	/* Its own marks on the verdict line. */
	"echo 'x end hello 0 0' >/dev/ttyS1; echo 'host: exit 0' >/dev/ttyS1; exit 0",
	/* The nonce, but not a check. */
	"echo nonce? >/dev/ttyS1; read nonce </dev/ttyS1; echo \"$nonce done 0\" >/dev/ttyS1; exit "
	"0",
};

START_TEST(cheat_gets_nothing)
{
	ck_assert_int_eq(grade(cheats[_i], KINDS), 1);
	shows("0 of ");
}
END_TEST

static const struct {
	const char *script, *says;
} harm[] = {
	{"while :; do :; done", "hello: TIMEOUT"},
	{"yes flood", "hello: TIMEOUT"},
	{"yes flood >/dev/ttyS1", "hello: TIMEOUT"},
	{"sleep 10000", "hello: "},
	{"reboot -f", "the Host was gone before the test ended"},
	{"kill -KILL 1 $PPID; sleep 1", "hello: "},
	{"setsid sleep 100000 </dev/null >/dev/null 2>&1 & exit 0", "left behind"},
};

START_TEST(harm_is_a_failure)
{
	struct stat status;
	char path[96];

	ck_assert_int_eq(grade(harm[_i].script, "hello"), 1);
	shows(harm[_i].says);
	snprintf(path, sizeof(path), "%s/lab1/hello.console.log", place);
	ck_assert_int_eq(stat(path, &status), 0);
	ck_assert_int_lt(status.st_size, 1 << 20);
	snprintf(path, sizeof(path), "%s/lab1/hello.verdict.log", place);
	ck_assert_int_eq(stat(path, &status), 0);
	ck_assert_int_lt(status.st_size, 1 << 20);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("cheats");
	TCase *tests = tcase_create("cheats");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_set_timeout(tests, 600);
	tcase_add_loop_test(tests, cheat_gets_nothing, 0, sizeof(cheats) / sizeof(cheats[0]));
	tcase_add_loop_test(tests, harm_is_a_failure, 0, sizeof(harm) / sizeof(harm[0]));
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
