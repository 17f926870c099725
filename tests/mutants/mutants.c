/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * mutants.c - a grader is tested by wrong solutions.  tests/mutants/patches/labN.M-name.patch is
 * one that a student could write, as a patch on the reference with a few lines in front:
 *
 *	its licence
 *	A sentence, or more: what somebody got wrong.
 *	fails: ID...     exactly these tests have to fail; patterns, and -PATTERN for "but not"
 *	part: ID...      and these give a part of their points
 *	may: ID...       not determined, for the reason in the sentence
 *	run: ID...       what is run unless all is; default: fails and part
 *	lab: N           where it is graded; default: the hole's lab
 *	sample           one of those that `make test` grades
 *
 * Some common tests are always run.
 *
 * What makes no difference that a guest or the Host could see is no mutant:
 *
 * - lab 1, the frame's flags are not masked: PTRACE_SETREGS takes its FLAG_MASK_32 of them (Linux,
 *   arch/x86/kernel/ptrace.c), POPF in user mode NT and ID besides, and that is TT_USER_FLAGS; and
 *   what the frame gets back is what the CPU has.
 * - lab 2, enter leaves the frame's orig_eax where it is: exceptions and interrupts come
 *   with -1 (entry_32.S), and a signal at the end of enter comes by interrupt(), a mutant.
 *
 * Besides: the reference passes all tests that any of these fails, the skeleton passes none that a
 * hole decides, and with one hole open alone, none of its tests with points pass, and it is named.
 */
#define _GNU_SOURCE
#include "grader/judge/points.h"
#include "grader/lib/child.h"
#include "grader/tests/test.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <getopt.h>
#include <glob.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MUTANTS_MAX 256
#define JOBS_MAX 64
#define TESTS_MAX 200
#define SECONDS 1500 /* for one; a whole lab on a slow machine fits */
#define PLACE "build/mutants"

/* What is right must stay right: a few tests that are quick, in every lab. */
#define COMMON "power-off hello syscall"

enum kind { PATCH, OPEN, REFERENCE, SKELETON };
enum expected { PASSES, FAILS, PARTLY, ANYTHING };

struct mutant {
	enum kind kind;
	char name[64], hole[16], path[160];
	int lab;
	char sentence[512], fails[512], part[128], may[256], run[512];
	bool sample;

	pid_t pid;
	int slot; /* where it is made */
	double started, took;
	int tries;
	/* What came, by the number of the test in its lab: 0, or the first letter of its status. */
	char came[TESTS_MAX];
	char why[512]; /* it is not as it should be; else "" */
	bool over;
};

static struct mutant mutants[MUTANTS_MAX];
static int count;
static bool full;
static int jobs = 2;

static double
now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec + time.tv_nsec / 1e9;
}

/* Whether an id is one of these patterns, and no "-PATTERN" takes it out. */
static bool
listed(const char *id, const char *patterns)
{
	char copy[512], *rest = copy, *word;
	bool is = false;

	snprintf(copy, sizeof(copy), "%s", patterns);
	while ((word = strsep(&rest, " \t")))
		if (*word == '-' ? fnmatch(word + 1, id, 0) == 0
				 : *word && fnmatch(word, id, 0) == 0)
			is = *word != '-';
	return is;
}

/* ---- what there is to do ---- */

static void
read_header(struct mutant *m)
{
	static const struct {
		const char *key;
		size_t to, size;
	} keys[] = {
		{"fails:", offsetof(struct mutant, fails), sizeof(m->fails)},
		{"part:", offsetof(struct mutant, part), sizeof(m->part)},
		{"may:", offsetof(struct mutant, may), sizeof(m->may)},
		{"run:", offsetof(struct mutant, run), sizeof(m->run)},
	};
	FILE *file = fopen(m->path, "re");
	char line[512];
	int number = 0;

	if (!file)
		err(2, "%s", m->path);
	while (fgets(line, sizeof(line), file) && strncmp(line, "--- ", 4) != 0) {
		char *to = m->sentence;
		size_t room = sizeof(m->sentence), used;
		const char *text = line;

		line[strcspn(line, "\n")] = '\0';
		if (number++ == 0)
			continue;
		for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
			size_t n = strlen(keys[i].key);

			if (strncmp(line, keys[i].key, n) == 0) {
				to = (char *)m + keys[i].to;
				room = keys[i].size;
				text = line + n + strspn(line + n, " ");
			}
		}
		if (strcmp(line, "sample") == 0) {
			m->sample = true;
		} else if (*text) {
			used = strlen(to);
			if (used + strlen(text) + 2 > room)
				errx(2, "%s: line %d is too long", m->path, number);
			snprintf(to + used, room - used, "%s%s", used ? " " : "", text);
		}
	}
	fclose(file);
	if (!*m->sentence || (!*m->fails && !*m->part))
		errx(2, "%s: a sentence and what fails have to be in front", m->path);
}

static struct mutant *
add(enum kind kind, const char *name, int lab)
{
	struct mutant *m = &mutants[count++];

	if (count == MUTANTS_MAX)
		errx(2, "too many mutants");
	m->kind = kind;
	m->lab = lab;
	snprintf(m->name, sizeof(m->name), "%s", name);
	snprintf(m->hole, sizeof(m->hole), "%.*s", (int)strcspn(name, "-"), name);
	return m;
}

static void
add_patches(void)
{
	glob_t found;

	if (glob("tests/mutants/patches/lab*.patch", 0, NULL, &found))
		errx(2, "no tests/mutants/patches/lab*.patch here");
	for (size_t i = 0; i < found.gl_pathc; i++) {
		const char *slash = strrchr(found.gl_pathv[i], '/') + 1;
		char name[64];
		struct mutant *m;

		snprintf(
			name, sizeof(name), "%.*s", (int)(strlen(slash) - strlen(".patch")), slash);
		m = add(PATCH, name, name[3] - '0');
		snprintf(m->path, sizeof(m->path), "%s", found.gl_pathv[i]);
		read_header(m);
	}
	globfree(&found);
}

/* Each hole that decides a test. */
static void
add_holes(void)
{
	for (int n = 1; n <= 4; n++) {
		const struct lab *lab = lab_find(n);

		for (int step = 1; step < 20; step++) {
			char hole[16], name[64];
			bool decides = false;

			snprintf(hole, sizeof(hole), "lab%d.%d", n, step);
			snprintf(name, sizeof(name), "%s-open", hole);
			for (size_t i = 0; i < lab->count; i++)
				decides |=
					lab->tests[i].hole && strcmp(lab->tests[i].hole, hole) == 0;
			if (decides)
				add(OPEN, name, n)->sample = false;
		}
	}
}

static void
add_trees(void)
{
	for (int n = 1; n <= 4; n++) {
		char name[64];

		snprintf(name, sizeof(name), "lab%d-skeleton", n);
		add(SKELETON, name, n);
		snprintf(name, sizeof(name), "lab%d-reference", n);
		add(REFERENCE, name, n);
	}
}

/* ---- what is run, and what has to come ---- */

/* A hole's own tests; one without points would say nothing of it. */
static bool
of_hole(const struct mutant *m, const struct test *test)
{
	static struct points *points[5];
	char path[256], why[512];

	if (!test->hole || strcmp(test->hole, m->hole) != 0)
		return false;
	snprintf(path, sizeof(path), "%s/points", lab_find(m->lab)->handout);
	if (!points[m->lab])
		points[m->lab] = points_load(lab_find(m->lab), path, why, sizeof(why));
	if (!points[m->lab])
		errx(2, "%s", why);
	return points[m->lab][test - lab_find(m->lab)->tests].given[0] > 0;
}

static bool
runs(const struct mutant *m, const struct test *test)
{
	switch (m->kind) {
	case SKELETON:
		return true;
	case OPEN: /* that there is a hole shows on any machine */
		return of_hole(m, test) && (full || !test->machine);
	case PATCH:
		return full || listed(test->id, COMMON) ||
		       listed(test->id, *m->run ? m->run : m->fails) ||
		       (!*m->run && listed(test->id, m->part));
	case REFERENCE:
		for (int i = 0; i < count; i++)
			if (mutants[i].kind == PATCH && mutants[i].lab == m->lab &&
				runs(&mutants[i], test))
				return true;
	}
	return false;
}

static enum expected
expected(const struct mutant *m, const struct test *test)
{
	if (m->kind == SKELETON)
		return test->hole ? FAILS : ANYTHING;
	if (m->kind == OPEN)
		return FAILS;
	if (listed(test->id, m->may))
		return ANYTHING;
	if (listed(test->id, m->part))
		return PARTLY;
	return listed(test->id, m->fails) ? FAILS : PASSES;
}

static void
wrong(struct mutant *m, const char *id, const char *what)
{
	size_t used = strlen(m->why);

	snprintf(m->why + used, sizeof(m->why) - used, "%s%s %s", used ? ", " : "", id, what);
}

static json_t *
result(const struct mutant *m)
{
	char path[256];
	json_t *root;

	snprintf(path, sizeof(path), PLACE "/%s/lab%d%s.json", m->name, m->lab,
		m->kind == SKELETON || (full && m->kind == PATCH) ? "" : "-some");
	root = json_load_file(path, 0, NULL);
	return root;
}

static void
judge(struct mutant *m)
{
	static const char *const should[] = {"has to pass", "has to fail", "has to pass in part"};
	const struct lab *lab = lab_find(m->lab);
	json_t *root = result(m), *one;
	bool lost = false, named = m->kind != OPEN;
	char name[60];
	size_t n;

	snprintf(name, sizeof(name), "%s is not written yet", m->hole);
	m->why[0] = '\0';
	memset(m->came, 0, sizeof(m->came));
	json_array_foreach(json_object_get(root, "tests"), n, one)
	{
		const char *id = json_string_value(json_object_get(one, "id"));
		const char *status = json_string_value(json_object_get(one, "status"));
		enum expected want;
		char came;
		size_t i;

		for (i = 0; id && i < lab->count && strcmp(lab->tests[i].id, id) != 0; i++)
			;
		if (!status || i == lab->count)
			continue;
		want = expected(m, &lab->tests[i]);
		came = strcmp(status, "PASS") == 0      ? '.'
		       : strcmp(status, "PART") == 0    ? '/'
		       : strcmp(status, "FAIL") == 0    ? 'x'
		       : strcmp(status, "TIMEOUT") == 0 ? 't'
							: '?';
		m->came[i] = came;
		named |= strstr(json_string_value(json_object_get(one, "message")) ?: "", name) !=
			 NULL;
		lost |= came == 'x' || came == 't' || came == '/';
		if (came == '?')
			wrong(m, id, status);
		else if (want == PASSES   ? came != '.'
			 : want == FAILS  ? came != 'x' && came != 't'
			 : want == PARTLY ? came != '/'
					  : false)
			wrong(m, id, should[want]);
	}
	if (!root)
		wrong(m, "there is", "no result");
	else if (!lost && m->kind != REFERENCE && !*m->why)
		wrong(m, "it", "loses nothing");
	else if (!named)
		wrong(m, "nothing", "names the hole");
	json_decref(root);
}

/* ---- run them ---- */

static void
start(struct mutant *m, int slot)
{
	const struct lab *lab = lab_find(m->lab);
	char command[8192], make[600] = "", what[400], log[200];
	char *argv[] = {"sh", "-c", command, NULL};
	struct child_io io = {.in = -1, .out = -1, .err = -1};
	size_t used;
	int fd;

	snprintf(log, sizeof(log), PLACE "/%s.log", m->name);
	if (m->kind == PATCH || m->kind == OPEN) {
		bool launcher = m->hole[3] == '1';

		snprintf(make, sizeof(make),
			"tests/mutants/make-mutant %s " PLACE "/make%d " PLACE "/%s && ",
			m->kind == PATCH ? m->path : m->hole, slot, m->name);
		snprintf(what, sizeof(what), "--tree=reference --%s=" PLACE "/%s/%s",
			launcher ? "vmm" : "module", m->name, launcher ? "launcher" : "monitor.ko");
	} else {
		snprintf(what, sizeof(what), "--tree=%s",
			m->kind == SKELETON ? "skeleton" : "reference");
	}
	used = snprintf(command, sizeof(command),
		"rm -rf " PLACE "/%s && %sexec build/bin/grade --lab=%d %s --out=" PLACE "/%s -j 1",
		m->name, make, m->lab, what, m->name);
	if (m->kind != SKELETON && !(full && m->kind == PATCH)) {
		used += snprintf(command + used, sizeof(command) - used, " --tests='");
		for (size_t i = 0; i < lab->count; i++)
			if (runs(m, &lab->tests[i]) && used < sizeof(command) - 60)
				used += snprintf(command + used, sizeof(command) - used, "%s ",
					lab->tests[i].id);
		snprintf(command + used, sizeof(command) - used, "'");
	}
	fd = open(log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0)
		err(2, "%s", log);
	io.out = io.err = fd;
	m->slot = slot;
	m->started = now();
	m->tries++;
	m->pid = child_start(argv, &io);
	close(fd);
	if (m->pid < 0)
		err(3, "sh");
}

/* The grader's own trouble is tried again, once. */
static void
ended(struct mutant *m, int status)
{
	m->pid = 0;
	m->took += now() - m->started;
	judge(m);
	if (*m->why && child_status(status) != 1 && child_status(status) != 0 && m->tries < 2)
		return;
	m->over = true;
	printf("%s: %s (%.0f s)%s%s\n", m->name, *m->why ? "NOT AS IT SHOULD" : "ok", m->took,
		*m->why ? ": " : "", m->why);
	fflush(stdout);
}

static void
run_all(void)
{
	bool busy[JOBS_MAX] = {false};
	int running = 0, left = count, slot;

	while (left) {
		int status;
		pid_t pid;

		for (int i = 0; i < count && running < jobs; i++) {
			if (mutants[i].over || mutants[i].pid)
				continue;
			for (slot = 0; busy[slot]; slot++)
				;
			busy[slot] = true;
			start(&mutants[i], slot);
			running++;
		}
		pid = waitpid(-1, &status, WNOHANG);
		for (int i = 0; i < count; i++) {
			struct mutant *m = &mutants[i];

			if (m->pid && m->pid == pid) {
				running--;
				busy[m->slot] = false;
				ended(m, status);
				left -= m->over;
			} else if (m->pid && now() - m->started > SECONDS) {
				kill(-m->pid, SIGKILL);
			}
		}
		if (pid <= 0)
			usleep(100000);
	}
}

/* ---- the matrix ---- */

/* One hole: a row for each mutant, a column for each test that any of them ran. */
static void
matrix(const char *hole)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
	const struct lab *lab = lab_find(hole[3] - '0');
	bool ran[TESTS_MAX] = {false};
	int columns = 0;

	for (int k = 0; k < count; k++)
		for (size_t i = 0; i < lab->count && strcmp(mutants[k].hole, hole) == 0; i++)
			ran[i] |= mutants[k].kind != SKELETON && mutants[k].came[i];
	printf("\n%-34s", hole);
	for (size_t i = 0; i < lab->count; i++)
		if (ran[i])
			putchar(letters[columns++ % 52]);
	putchar('\n');
	for (int k = 0; k < count; k++) {
		const struct mutant *m = &mutants[k];

		if (strcmp(m->hole, hole) != 0)
			continue;
		printf("  %-32s", m->name + strlen(hole) + 1);
		for (size_t i = 0; i < lab->count && m->kind != SKELETON; i++)
			if (ran[i])
				putchar(m->came[i] ? m->came[i] : ' ');
		printf("%s%s\n", *m->why ? "  NOT AS IT SHOULD: " : "", m->why);
	}
	columns = 0;
	for (size_t i = 0; i < lab->count; i++) {
		if (!ran[i])
			continue;
		printf("%s  %c %-24s",
			columns % 4 ? ""
			: columns   ? "\n"
				    : "",
			letters[columns % 52], lab->tests[i].id);
		columns++;
	}
	putchar('\n');
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct mutant *)a)->name, ((const struct mutant *)b)->name);
}

int
main(int argc, char **argv)
{
	const char *only = NULL;
	bool sample = false;
	double begun = now();
	int c, lock, bad = 0, kept = 0;

	while ((c = getopt(argc, argv, "fsj:o:")) != -1) {
		if (c == 'f')
			full = true;
		else if (c == 's')
			sample = true;
		else if (c == 'j' && atoi(optarg) > 0 && atoi(optarg) <= JOBS_MAX)
			jobs = atoi(optarg);
		else if (c == 'o')
			only = *optarg ? optarg : NULL;
		else
			errx(2, "usage: mutants [-f all tests] [-s a sample] [-j N] [-o "
				"PATTERN...]");
	}
	add_patches();
	if (!sample) {
		add_holes();
		add_trees();
	}
	for (int i = 0; i < count; i++)
		if ((!sample || mutants[i].sample) && (!only || listed(mutants[i].name, only)))
			mutants[kept++] = mutants[i];
	count = kept;
	if (!count)
		errx(2, "there is no such mutant");
	qsort(mutants, count, sizeof(*mutants), by_name);
	if (mkdir("build", 0777) && errno != EEXIST)
		err(2, "build");
	if (mkdir(PLACE, 0777) && errno != EEXIST)
		err(2, PLACE);
	lock = open(PLACE "/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (lock < 0 || flock(lock, LOCK_EX | LOCK_NB))
		errx(2, "somebody else is at " PLACE);
	run_all();
	for (int i = 0; i < count; i++) {
		bad += *mutants[i].why != '\0';
		if (i == 0 || strcmp(mutants[i].hole, mutants[i - 1].hole) != 0)
			matrix(mutants[i].hole);
	}
	printf("\n. passes  x fails  t has no end  / passes in part\n"
	       "%d mutants, %d as they should, %d not; %.0f seconds\n",
		count, count - bad, bad, now() - begun);
	return bad ? 1 : 0;
}
