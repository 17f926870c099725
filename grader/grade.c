/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * grade.c - the autograder: boots the tests of a lab, prints what came and counts the points.
 *
 * Exit status: 0 full marks, 1 not, 2 used wrongly or something is not built, 3 the grader itself
 * broke down (and then there is no score).
 */
#define _GNU_SOURCE
#include "grader/boot/pool.h"
#include "grader/lib/child.h"
#include "grader/lib/files.h"
#include "grader/lib/signals.h"
#include "grader/report/report.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <getopt.h>
#include <jansson.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define REPORTS_MAX 16
#define BUDGET_SECONDS 1200 /* ten times what the reference takes */

static const char usage[] =
	"usage: grade [OPTION...]\n"
	"Boots the tests of a lab and counts the points.\n"
	"  --lab=1            which lab; 0: every combination of mechanisms, for no points\n"
	"  --tree=skeleton    whose solution: skeleton or reference\n"
	"  --tests=PATTERN    only these tests; blanks between several patterns; no total then\n"
	"  --machine=qemu     every test on this machine, qemu or bochs; default: its own\n"
	"  --base=ref         say that the labs before are the reference's\n"
	"  --vmm=FILE         this launcher instead of the tree's\n"
	"  --module=FILE      this module instead of the tree's monitor.ko\n"
	"  --build=build      where everything is built\n"
	"  --out=build/grade  where results and logs go\n"
	"  --seconds=N        of the processor, for each test; default: its own\n"
	"  --budget=N         seconds of the processor, for all of them; default: 1200\n"
	"  --jail=FILE        machines, and what reads their logs, run in this: build/bin/jail\n"
	"  -j N               machines at a time; default: one a processor\n"
	"  --report=FORMAT:FILE  write this report, too, at the end; as often as you like;\n"
	"                     FILE - is the end of standard output\n"
	"  --points=FILE      what each test is worth; default: the file points of the handout\n"
	"  --unbuilt=FILE     run nothing, for the reason that FILE says\n"
	"  --about=FILE       whose it is, as JSON: for the reports (submission.c)\n"
	"  --verbose          a line for each test; else those of one kind share one while they "
	"pass\n"
	"  --list             list the tests\n"
	"The environment variables QEMU and BOCHS name other programs than qemu-system-i386\n"
	"and bochs.\n"
	"Formats of reports:\n";

struct grading {
	const struct lab *lab;
	struct images images;
	const char *out, *filter;
	const char *points_file; /* NULL: the lab's own */
	struct points *points; /* of each test of the lab */
	const char *unbuilt; /* a file that says why there is nothing to run */
	const char *about; /* a file that says what was handed in */
	struct wanted report[REPORTS_MAX];
	size_t reports;
	int jobs;
	int seconds;
	int budget;
	double used; /* of it, by boots that are over */
	bool list;

	struct results results;
	struct boot **boot; /* all boots, the longest first */
	size_t boots, room;
	size_t next; /* the first that has not been started */
	struct pool pool;
	size_t printed; /* rows whose line is out */
	char directory[PATH_MAX];
	char json[PATH_MAX]; /* the last result that is one */
	char unfinished[PATH_MAX]; /* what there is until then, for who has to look */
	const char *unsaved; /* could not be written, for the reason */
	int error;
	bool live; /* standard output is a terminal */
	bool first_hole; /* lab->first_hole was reached */
	const char *unloadable; /* the test that could not even load the module; NULL: none */
	double started, redraw; /* redraw: when progress is due again */
};

static int
number(const char *text, const char *what, int least, int most)
{
	char *end;
	long n = strtol(text, &end, 10);

	if (*end || end == text || n < least || n > most)
		errx(2, "%s is a number from %d to %d, not \"%s\"", what, least, most, text);
	return n;
}

__attribute__((noreturn)) static void
help(void)
{
	fputs(usage, stdout);
	for (int i = 0; formats[i]; i++)
		printf("  %-18s %s\n", formats[i]->name, formats[i]->what);
	exit(0);
}

static void
add_report(struct grading *g, const char *text)
{
	struct wanted *wanted = &g->report[g->reports];
	char why[PATH_MAX + 128];

	if (g->reports == REPORTS_MAX)
		errx(2, "no more than %d reports", REPORTS_MAX);
	if (!report_wanted(wanted, text, why, sizeof(why)))
		errx(2, "%s", why);
	for (size_t i = 0; i < g->reports; i++)
		if (strcmp(g->report[i].path, wanted->path) == 0)
			errx(2, "two reports to %s", wanted->path);
	g->reports++;
}

enum {
	LAB = 256,
	BASE,
	TESTS,
	MACHINE,
	SECONDS,
	BUDGET,
	REPORT,
	LIST,
	VERBOSE,
	VERSION,
	HELP,
	TEXT
};

/* Options whose value is kept as it is: TEXT, and their place here, is what getopt says of them. */
static const struct {
	const char *name;
	size_t where; /* a string of struct grading's */
} texts[] = {
	{"tree", offsetof(struct grading, images.tree)},
	{"vmm", offsetof(struct grading, images.vmm)},
	{"module", offsetof(struct grading, images.module)},
	{"build", offsetof(struct grading, images.build)},
	{"jail", offsetof(struct grading, images.jail)},
	{"out", offsetof(struct grading, out)},
	{"unbuilt", offsetof(struct grading, unbuilt)},
	{"about", offsetof(struct grading, about)},
	{"points", offsetof(struct grading, points_file)},
};

#define TEXTS (sizeof(texts) / sizeof(texts[0]))

static const struct option others[] = {
	{"lab", required_argument, NULL, LAB},
	{"base", required_argument, NULL, BASE},
	{"tests", required_argument, NULL, TESTS},
	{"machine", required_argument, NULL, MACHINE},
	{"seconds", required_argument, NULL, SECONDS},
	{"budget", required_argument, NULL, BUDGET},
	{"report", required_argument, NULL, REPORT},
	{"list", no_argument, NULL, LIST},
	{"verbose", no_argument, NULL, VERBOSE},
	{"version", no_argument, NULL, VERSION},
	{"help", no_argument, NULL, HELP},
};

#define OTHERS (sizeof(others) / sizeof(others[0]))

/* Take one option with its value.  false: there is none such. */
static bool
take_option(struct grading *g, int option, const char *value)
{
	if (option >= TEXT && option < TEXT + (int)TEXTS) {
		*(const char **)((char *)g + texts[option - TEXT].where) = value;
		return true;
	}
	switch (option) {
	case LAB:
		g->lab = lab_find(number(value, "--lab", 0, 4));
		return true;
	case BASE:
		snprintf(g->results.base, sizeof(g->results.base), "%s", value);
		return true;
	case TESTS:
		g->filter = *value ? value : NULL;
		return true;
	case MACHINE:
		g->results.machine = value;
		if (!machine_named(value))
			errx(2, "no machine \"%s\"; there are qemu and bochs", value);
		return true;
	case SECONDS:
		g->seconds = number(value, "--seconds", 1, 100000);
		return true;
	case BUDGET:
		g->budget = number(value, "--budget", 1, 1000000);
		return true;
	case REPORT:
		add_report(g, value);
		return true;
	case LIST:
		g->list = true;
		return true;
	case VERBOSE:
		g->results.verbose = true;
		return true;
	case VERSION:
		puts("grade (TypeTwo) " TYPETWO_VERSION);
		exit(0);
	case HELP:
		help();
	case 'j':
		g->jobs = number(value, "-j", 1, POOL_MAX);
		return true;
	}
	return false;
}

static void
options(struct grading *g, int argc, char **argv)
{
	struct option known[TEXTS + OTHERS + 1] = {0};
	cpu_set_t cpus;
	int c;

	memcpy(known, others, sizeof(others));
	for (size_t i = 0; i < TEXTS; i++)
		known[OTHERS + i] =
			(struct option){texts[i].name, required_argument, NULL, TEXT + (int)i};
	g->lab = lab_find(1);
	if (sched_getaffinity(0, sizeof(cpus), &cpus) == 0)
		g->jobs = CPU_COUNT(&cpus);
	opterr = 0;
	while ((c = getopt_long(argc, argv, ":j:", known, NULL)) != -1)
		if (!take_option(g, c, optarg))
			errx(2, "%s \"%s\"; grade --help lists the options",
				c == ':' ? "a value is missing behind" : "there is no option",
				argv[optind - 1]);
	if (optind < argc)
		errx(2, "unexpected argument \"%s\"; grade --help lists the options", argv[optind]);
	for (size_t i = 0; i < g->reports; i++)
		if (g->report[i].format->gradebook && (g->filter || !g->lab->number))
			errx(2,
				"--report=%s wants a score, and there is one for all tests of a "
				"lab only",
				g->report[i].format->name);
}

static bool
wanted(const char *id, const char *patterns)
{
	char copy[1024], *rest = copy, *word;

	if (!patterns)
		return true;
	snprintf(copy, sizeof(copy), "%s", patterns);
	while ((word = strsep(&rest, " ,")))
		if (*word && fnmatch(word, id, 0) == 0)
			return true;
	return false;
}

static void
read_points(struct grading *g)
{
	char path[PATH_MAX], why[PATH_MAX + 160];

	snprintf(path, sizeof(path), "%s/points", g->lab->number ? g->lab->handout : "");
	g->points = points_load(g->lab, g->points_file ? g->points_file : path, why, sizeof(why));
	if (!g->points)
		errx(2, "%s", why);
}

static void
choose(struct grading *g)
{
	struct results *results = &g->results;

	results->lab = g->lab;
	snprintf(results->tree, sizeof(results->tree), "%s", g->images.tree);
	snprintf(results->filter, sizeof(results->filter), "%s", g->filter ? g->filter : "");
	results->row = calloc(g->lab->count, sizeof(*results->row));
	if (!results->row)
		err(3, "no memory");
	for (size_t i = 0; i < g->lab->count; i++)
		if (wanted(g->lab->tests[i].id, g->filter))
			results->row[results->rows++] =
				(struct row){.test = &g->lab->tests[i], .points = &g->points[i]};
	if (results->rows == 0)
		errx(2, "no test of lab %d is called \"%s\"; grade --list lists them",
			g->lab->number, g->filter);
}

static void
list(const struct grading *g)
{
	for (size_t i = 0; i < g->results.rows; i++) {
		const struct row *row = &g->results.row[i];
		const struct test *test = row->test;

		printf("%-24s %-7s %3d  %s\n", test->id, test->hole ? test->hole : "-",
			row_worth(row), test->title);
	}
}

static const struct machine_kind *
kind_of(const struct grading *g, const struct test *test)
{
	return machine_named(row_machine(&g->results, test));
}

/* A tool or image that is not there is not the fault of who is graded: say so before any test. */
static void
require(const struct grading *g)
{
	if (!child_exists("cpio"))
		errx(2, "cpio is missing: install the Debian package cpio (make deps does)");
	if (g->images.jail && !child_exists(g->images.jail))
		errx(2, "%s is missing: `make %s` makes it", g->images.jail, g->images.jail);
	tree_require(&g->images);
	if (g->lab->module)
		image_require(&g->images, "monitor.ko");
	image_require(&g->images, "kernel");
	image_require(&g->images, "initramfs");
	image_require(&g->images, "probe");
	for (size_t i = 0; i < g->results.rows; i++) {
		const struct test *test = g->results.row[i].test;
		const struct machine_kind *machine = kind_of(g, test);
		const char *missing = machine->missing();

		if (missing)
			errx(2, "%s", missing);
		if (machine == &bochs)
			image_require(&g->images, "rom");
		if (test->guest)
			image_require(&g->images, test->guest);
		if (test->disk)
			image_require(&g->images, test->disk);
		for (int f = 0; f < FILES_MAX && test->files[f]; f++)
			image_require(&g->images, test->files[f]);
	}
}

/* Memory that can be had, in MB; a large number when the kernel does not say. */
static int
memory_free(void)
{
	FILE *file = fopen("/proc/meminfo", "re");
	char line[128];
	long kb = -1;

	while (file && kb < 0 && fgets(line, sizeof(line), file))
		if (sscanf(line, "MemAvailable: %ld kB", &kb) != 1)
			kb = -1;
	if (file)
		fclose(file);
	return kb < 0 ? 1 << 20 : kb / 1024;
}

static struct boot *
new_boot(struct grading *g)
{
	if (g->boots == g->room) {
		g->room = g->room ? 2 * g->room : 64;
		g->boot = reallocarray(g->boot, g->room, sizeof(*g->boot));
		if (!g->boot)
			err(3, "no memory");
	}
	g->boot[g->boots] = calloc(1, sizeof(**g->boot));
	if (!g->boot[g->boots])
		err(3, "no memory");
	return g->boot[g->boots++];
}

static int
duration(const struct boot *boot)
{
	int seconds = 0;

	for (int i = 0; i < boot->rows; i++)
		if (boot->row[i]->test->seconds > seconds)
			seconds = boot->row[i]->test->seconds;
	return seconds;
}

static int
longest_first(const void *a, const void *b)
{
	const struct boot *one = *(struct boot *const *)a, *other = *(struct boot *const *)b;
	int difference = duration(other) - duration(one);

	/* A table's order else, so that two runs do the same. */
	return difference ? difference
			  : (one->row[0] > other->row[0]) - (one->row[0] < other->row[0]);
}

/* Give each test a boot: its own, or that of the tests with the same word. */
static void
plan(struct grading *g)
{
	int memory = memory_free();

	for (size_t i = 0; i < g->results.rows; i++) {
		struct row *row = &g->results.row[i];
		struct boot *boot = NULL;
		const struct machine_kind *machine = kind_of(g, row->test);

		if (row->test->disk && !machine->disks) {
			row->result.status = STATUS_SKIP;
			snprintf(row->result.came, sizeof(row->result.came),
				"it needs a disk, and %s has none that the Host could drive",
				machine->name);
			continue;
		}
		if (row->test->memory_mb > memory) {
			row->result.status = STATUS_SKIP;
			snprintf(row->result.came, sizeof(row->result.came),
				"it needs %d MB of memory, and %d MB are free",
				row->test->memory_mb, memory);
			continue;
		}
		for (size_t b = 0; b < g->boots && row->test->boot; b++) {
			const struct test *other = g->boot[b]->row[0]->test;

			if (other->boot && strcmp(other->boot, row->test->boot) == 0 &&
				kind_of(g, other) == machine && g->boot[b]->rows < STEPS_MAX)
				boot = g->boot[b];
		}
		if (!boot)
			boot = new_boot(g);
		boot->row[boot->rows++] = row;
	}
	if (g->boots)
		qsort(g->boot, g->boots, sizeof(*g->boot), longest_first);
}

static void
progress(struct grading *g)
{
	double now = clock_seconds();
	size_t judged = 0;

	if (!g->live || now < g->redraw)
		return;
	g->redraw = now + 0.5;
	for (size_t i = 0; i < g->results.rows; i++)
		judged += g->results.row[i].result.status != STATUS_NOT_RUN;
	printf("\r\033[K");
	if (judged == g->results.rows) {
		fflush(stdout);
		return;
	}
	printf("  %zu of %zu tests, %.0f s:", judged, g->results.rows, now - g->started);
	for (int i = 0; i < g->pool.count && i < 3; i++) {
		const struct boot *boot = g->pool.running[i];

		printf(" %s", boot->row[boot->now < 0 ? 0 : boot->now]->test->id);
	}
	fflush(stdout);
}

static void
save(struct grading *g, const struct format *format, const char *path)
{
	int done = report_write(&(struct wanted){format, path}, &g->results);

	if (done < 0) {
		g->unsaved = path;
		g->error = errno;
	} else if (done == 0) {
		printf("%s: not written, since there is no score\n", path);
	}
}

/* Print the results that are complete from the front, and save what there is. */
static void
publish(struct grading *g)
{
	size_t before = g->printed;

	g->redraw = 0;
	results_clean(&g->results);
	while (g->printed < g->results.rows &&
		g->results.row[g->printed].result.status != STATUS_NOT_RUN) {
		if (g->live && g->printed == before)
			printf("\r\033[K");
		terminal_row(&g->results, &g->results.row[g->printed++], stdout);
	}
	fflush(stdout);
	save(g, &report_json, g->unfinished);
}

/* Fail a test without a boot. */
__attribute__((format(printf, 2, 3))) static void
not_started(struct result *result, const char *format, ...)
{
	va_list list;

	result->status = STATUS_FAIL;
	va_start(list, format);
	vsnprintf(result->came, sizeof(result->came), format, list);
	va_end(list);
}

/*
 * The first line, and then what the compiler said, from its first error on; all of it if it does
 * not say that word.
 */
static void
read_errors(const char *path, char *text, size_t size)
{
	FILE *file = fopen(path, "re");
	char line[512];
	size_t used = 0, first = 0;
	bool found = false;

	if (!file)
		err(2, "cannot read %s", path);
	text[0] = '\0';
	while (fgets(line, sizeof(line), file)) {
		if (!found && (strcasestr(line, "error") || strstr(line, "multiple definition") ||
				      strstr(line, "undefined reference"))) {
			found = true;
			used = first;
		}
		if (used < size)
			used += snprintf(text + used, size - used, "%s", line);
		if (!first)
			first = used;
	}
	fclose(file);
}

/* What nobody can run fails every test; the first one shows why. */
static void
fail_unbuilt(struct grading *g)
{
	char why[900];

	read_errors(g->unbuilt, why, sizeof(why));
	for (size_t i = 0; i < g->results.rows; i++) {
		struct result *result = &g->results.row[i].result;

		if (i == 0)
			not_started(result, "no test was started: %s", why);
		else
			not_started(
				result, "no test was started (see %s)", g->results.row[0].test->id);
	}
}

/* What was handed in, for the reports. */
static void
read_about(struct grading *g)
{
	json_error_t error;
	json_t *about = json_load_file(g->about, 0, &error);
	const char *archive, *sum = NULL, *jail;

	if (json_unpack(about, "{s:s, s?s, s:s}", "archive", &archive, "sha256", &sum, "jail",
		    &jail) < 0)
		errx(2, "cannot read %s", g->about);
	snprintf(g->results.whose, sizeof(g->results.whose), "%.256s%s%.64s%s", archive,
		sum ? ", SHA-256 " : "", sum ? sum : "",
		strcmp(jail, "none") == 0 ? "; jail: none" : "");
	text_clean(g->results.whose);
	g->results.about = about;
}

/*
 * True if a boot would only meet the lab's first hole again, or the module that cannot be loaded;
 * then its tests are judged so.
 */
static bool
hopeless(struct grading *g, struct boot *boot)
{
	const struct lab *lab = g->lab;
	const char *handout;

	if (g->unloadable) {
		for (int i = 0; i < boot->rows; i++)
			not_started(&boot->row[i]->result,
				"monitor.ko cannot be loaded (see %s), so this test was not "
				"started",
				g->unloadable);
		return true;
	}
	if (!g->first_hole)
		return false;
	/* It may be an earlier lab's. */
	handout = lab_find(lab->first_hole[3] - '0')->handout;
	for (int i = 0; i < boot->rows; i++)
		if (!boot->row[i]->test->hole)
			return false;
	for (int i = 0; i < boot->rows; i++) {
		struct result *result = &boot->row[i]->result;

		snprintf(result->hole, sizeof(result->hole), "%s", lab->first_hole);
		not_started(result,
			"%s is not written yet: %s, section \"Hole %s\"\n"
			"no guest runs without it, so this test was not started",
			lab->first_hole, handout, lab->first_hole);
	}
	return true;
}

/* Code that is known to be good: if it breaks a machine, that is not its own fault. */
static bool
trusted(const struct grading *g)
{
	return strcmp(g->images.tree, "reference") == 0 && !g->images.vmm && !g->images.module;
}

/*
 * A machine broke down while this test ran.  Once, that may have been anything; whoever is tested
 * can do it, too, so that the second time it is his failure, and an instructor is told.  true if
 * the test gets another machine.
 */
static bool
try_again(const struct grading *g, struct row *row)
{
	struct result *result = &row->result;

	if (!row->outcome.fault[0] || row->outcome.ended)
		return false;
	if (!row->again) {
		row->again = true;
		result->status = STATUS_NOT_RUN;
		return true;
	}
	if (trusted(g)) {
		result->status = STATUS_ERROR;
		return false;
	}
	snprintf(result->next, sizeof(result->next),
		"for the instructor: it did so twice, in two machines.  If the same test of the "
		"reference passes on this computer, this code is the cause");
	return false;
}

/* A boot is over: what did not get its turn in it gets a boot of its own. */
static void
collect(void *grading, struct boot *over)
{
	struct grading *g = grading;
	struct boot *again = NULL;
	bool retried = false;

	g->used += over->cpu;
	results_see(&g->results, over->kind->name, &over->probe);
	for (int i = 0; i < over->rows; i++)
		retried |= try_again(g, over->row[i]);
	for (int i = 0; i < over->rows; i++) {
		const struct result *result = &over->row[i]->result;

		if (!retried && g->lab->module && !over->loaded && result->status != STATUS_ERROR &&
			!g->unloadable)
			g->unloadable = over->row[0]->test->id;
		if (g->lab->first_hole && strcmp(result->hole, g->lab->first_hole) == 0)
			g->first_hole = true;
		if (result->status != STATUS_NOT_RUN)
			continue;
		if (!again)
			again = new_boot(g);
		again->row[again->rows++] = over->row[i];
	}
	publish(g);
}

/* Nobody keeps a grader busy for ever: what has not come to an end by then has failed. */
static void
use_up(struct grading *g)
{
	pool_end(&g->pool);
	g->next = g->boots;
	for (size_t i = 0; i < g->results.rows; i++)
		if (g->results.row[i].result.status == STATUS_NOT_RUN)
			not_started(&g->results.row[i].result,
				"not started: the tests before it have used up the %d seconds of "
				"the processor that all of them have together",
				g->budget);
	publish(g);
}

static struct boot *
start_next(void *grading)
{
	struct grading *g = grading;

	while (g->next < g->boots) {
		struct boot *boot = g->boot[g->next++];

		if (hopeless(g, boot)) {
			publish(g);
			continue;
		}
		boot->seconds = g->seconds;
		boot_start(boot, kind_of(g, boot->row[0]->test), &g->images, g->lab, g->directory);
		return boot;
	}
	return NULL;
}

static void
look_round(struct pool *pool)
{
	struct grading *g = pool->owner;

	if (g->used + pool_cpu(pool) > g->budget)
		use_up(g);
	progress(g);
}

/*
 * All tests were judged.  A result that the grader's own trouble has spoilt does not take the place
 * of a good one.
 */
static void
save_all(struct grading *g)
{
	for (size_t i = 0; i < g->reports; i++)
		if (strcmp(g->report[i].path, "-") != 0)
			save(g, g->report[i].format, g->report[i].path);
	if (results_total(&g->results).errors)
		return;
	save(g, &report_json, g->json);
	unlink(g->unfinished);
}

static int
finish(struct grading *g, int stop)
{
	struct total total = results_total(&g->results);

	if (g->live)
		printf("\r\033[K");
	if (stop) {
		printf("Interrupted after %zu of %zu tests: no score.  %s has what was seen.\n",
			g->results.rows - total.not_run, g->results.rows, g->unfinished);
		return 128 + stop;
	}
	if (!g->unsaved)
		save_all(g);
	if (g->unsaved) {
		errno = g->error;
		warn("cannot write %s", g->unsaved);
		printf("GRADER ERROR: the results could not be saved, so there is no score.\n");
		return 3;
	}
	terminal_end(&g->results, stdout);
	for (size_t i = 0; i < g->reports; i++)
		if (strcmp(g->report[i].path, "-") == 0)
			save(g, g->report[i].format, "-");
	if (total.errors)
		return 3;
	return total.part || total.failed || total.skips ? 1 : 0;
}

static void
paths(struct grading *g)
{
	static char out[PATH_MAX];
	char name[PATH_MAX - 32];

	if (!g->out) {
		snprintf(out, sizeof(out), "%s/grade", g->images.build);
		g->out = out;
	}
	if (strlen(g->out) > PATH_MAX - 128)
		errx(2, "this path is too long: %s", g->out);
	snprintf(g->directory, sizeof(g->directory), "%s/lab%d", g->out, g->lab->number);
	/* A filtered run does not wipe out the score of a full one, nor does one on another base.
	 */
	snprintf(name, sizeof(name), "%s/lab%d%s%s%s", g->out, g->lab->number,
		g->results.base[0] ? "-on-" : "", g->results.base, g->filter ? "-some" : "");
	snprintf(g->json, sizeof(g->json), "%s.json", name);
	snprintf(g->unfinished, sizeof(g->unfinished), "%s.unfinished.json", name);
}

int
main(int argc, char **argv)
{
	static struct grading g = {.images = {.build = "build", .tree = "skeleton"},
		.jobs = 1,
		.budget = BUDGET_SECONDS};
	int signals, stop = 0, status;

	options(&g, argc, argv);
	read_points(&g);
	choose(&g);
	if (g.list) {
		list(&g);
		return 0;
	}
	if (g.about)
		read_about(&g);
	if (g.unbuilt)
		fail_unbuilt(&g);
	else
		require(&g);
	paths(&g);
	if (lock_directory(g.directory) < 0)
		errx(2, "another grading is writing to %s; wait for it, or use --out", g.directory);
	boot_clean(g.directory); /* ours alone now */
	signals = signals_catch();
	g.live = isatty(STDOUT_FILENO);
	g.started = clock_seconds();
	terminal_begin(&g.results, stdout);
	if (!g.unbuilt) {
		plan(&g);
		publish(&g);
		g.pool = (struct pool){.jobs = g.jobs,
			.owner = &g,
			.next = start_next,
			.over = collect,
			.turn = look_round};
		stop = pool_run(&g.pool, signals);
	}
	publish(&g);
	status = finish(&g, stop);
	fflush(stdout);
	json_decref(g.results.about);
	free(g.results.row);
	free(g.points);
	while (g.boots)
		free(g.boot[--g.boots]);
	free(g.boot);
	return status;
}
