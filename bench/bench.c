/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bench.c - what each combination of mechanisms costs: `make bench`.
 *
 * Every cell of the matrix is a boot of the Host, beside it the Host's own programs and plain
 * User-Mode Linux.  What is measured already, with the same kernels, monitors and guests, is taken
 * from the file of the last time.
 *
 * Exit status: 0 all measured; 1 something could not be, or a lab costs more than it may; 2 used
 * wrongly, or something is not built; 3 the bench itself broke down; 128 + signal when interrupted.
 */
#define _GNU_SOURCE
#include "bench/plan.h"
#include "grader/boot/pool.h"
#include "grader/lib/child.h"
#include "grader/lib/files.h"
#include "grader/lib/signals.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <getopt.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define JOBS_MAX 16 /* a machine with programs takes a gigabyte */

static const char usage[] =
	"usage: bench [OPTION...]\n"
	"Measures each combination of mechanisms, in instructions, and prints a table.\n"
	"  --only=PATTERN     only these cells, such as 'linux module*': guest, interception,\n"
	"                     protection, spaces, fast where it is, and work or full for\n"
	"                     programs instead of operations, with a blank between;\n"
	"                     '@(unit|linux) ptrace*' are these of both guests\n"
	"  --brief            no programs, and of Linux only what the slides show\n"
	"  --full             the programs' long form, too: most of an hour\n"
	"  --peers=xen        also Xen, and what it is compared with\n"
	"  --again            also what is measured already\n"
	"  --no-events        count instructions only\n"
	"  --tree=reference   whose launcher and module\n"
	"  --build=build      where everything is built\n"
	"  --out=build/bench  where bench.json and the logs go\n"
	"  -j N               machines at a time; default: one a processor\n";

struct running {
	struct plans plans;
	const char *out, *only;
	char directory[PATH_MAX], json[PATH_MAX];
	bool again;
	int jobs;
	size_t wanted, done;
};

static void
options(struct running *b, int argc, char **argv)
{
	enum { ONLY = 256, BRIEF, FULL, PEER, AGAIN, NO_EVENTS, TREE, BUILD, OUT, VERSION, HELP };
	static const struct option known[] = {
		{"only", required_argument, NULL, ONLY},
		{"brief", no_argument, NULL, BRIEF},
		{"full", no_argument, NULL, FULL},
		{"peers", required_argument, NULL, PEER},
		{"again", no_argument, NULL, AGAIN},
		{"no-events", no_argument, NULL, NO_EVENTS},
		{"tree", required_argument, NULL, TREE},
		{"build", required_argument, NULL, BUILD},
		{"out", required_argument, NULL, OUT},
		{"version", no_argument, NULL, VERSION},
		{"help", no_argument, NULL, HELP},
		{NULL, 0, NULL, 0},
	};
	cpu_set_t cpus;
	char *end;
	int c;

	b->jobs = sched_getaffinity(0, sizeof(cpus), &cpus) == 0 ? CPU_COUNT(&cpus) : 1;
	while ((c = getopt_long(argc, argv, "j:", known, NULL)) != -1) {
		switch (c) {
		case ONLY:
			b->only = *optarg ? optarg : NULL;
			break;
		case BRIEF:
			b->plans.brief = true;
			break;
		case FULL:
			b->plans.full = true;
			break;
		case PEER:
			if (strcmp(optarg, "xen") != 0)
				errx(2, "--peers=%s: there is xen", optarg);
			b->plans.peers = true;
			break;
		case AGAIN:
			b->again = true;
			break;
		case NO_EVENTS:
			b->plans.events = false;
			break;
		case TREE:
			b->plans.images.tree = optarg;
			break;
		case BUILD:
			b->plans.images.build = optarg;
			break;
		case OUT:
			b->out = optarg;
			break;
		case 'j':
			b->jobs = strtol(optarg, &end, 10);
			if (*end || b->jobs < 1)
				errx(2, "-j is a number of machines, not \"%s\"", optarg);
			break;
		case VERSION:
			puts("bench (TypeTwo) " TYPETWO_VERSION);
			exit(0);
		case HELP:
			fputs(usage, stdout);
			exit(0);
		default:
			fprintf(stderr, "bench --help lists the options\n");
			exit(2);
		}
	}
	if (optind < argc)
		errx(2, "\"%s\": bench takes options only", argv[optind]);
	if (b->jobs > JOBS_MAX)
		b->jobs = JOBS_MAX;
}

/* Which cells to measure: those asked for whose figures are not there yet. */
static void
choose(struct running *b)
{
	struct plans *plans = &b->plans;

	bench_load(&plans->bench, b->json);
	for (size_t i = 0; i < plans->bench.cells; i++) {
		struct plan *plan = &plans->plan[i];
		const struct cell *cell = plan->cell;
		char name[80];

		plan_name(cell, name);
		plan->wanted = (!b->only || fnmatch(b->only, name, FNM_EXTMATCH) == 0) &&
			       (!plans->brief || cell->what == OPERATIONS) &&
			       (plans->full || cell->what != PROGRAMS_FULL) &&
			       (plans->peers || !cell->peer);
		/* What is there is kept until there is more. */
		if (cell->figures && (plans->brief || !cell->brief) && !b->again)
			plan->wanted = false;
		b->wanted += plan->wanted;
	}
}

static int
tests_of(const struct running *b, const struct plan *plan)
{
	return plan->tests - (b->plans.brief && plan->network);
}

static void
start(struct running *b, struct plan *plan)
{
	/* Of a lab, only whether its boots load the module matters here. */
	static const struct lab without = {.number = 1}, with = {.number = 4, .module = true};
	const struct cell *cell = plan->cell;
	bool module = cell->interception && strcmp(cell->interception, "module") == 0;
	char directory[PATH_MAX + 96], name[80];

	plan_name(cell, name);
	for (char *c = name; *c; c++)
		if (*c == ' ')
			*c = '-';
	snprintf(directory, sizeof(directory), "%s/%s", b->directory, name);
	if (make_directory(directory) < 0)
		cannot("make", directory);
	for (int i = 0; i < plan->tests; i++)
		plan->boot.row[i] = &plan->row[i];
	plan->boot.rows = tests_of(b, plan);
	if (b->plans.events && !cell->peer)
		events_load(&b->plans, plan, directory);
	plan->began = clock_seconds();
	plan->started = true;
	plan_key(&b->plans, plan); /* somebody may have built something since */
	if (!cell->peer)
		plan->cell->versions =
			image_versions(&b->plans.images, cell->guest, cell->what != OPERATIONS);
	for (int i = 0; i < plan->tests && b->plans.brief; i++)
		plan->test[i].script = plan_text("brief=1\n%s", plan->test[i].script);
	boot_start(&plan->boot, &qemu, &b->plans.images, module ? &with : &without, directory);
}

/* What a row measured.  "linux-getppid" is getppid: the cell says whose. */
static void
take(struct cell *cell, const struct row *row)
{
	const struct report *report = &row->outcome.report;
	char prefix[32];

	snprintf(prefix, sizeof(prefix), "%s-", cell->guest);
	for (int i = 0; i < report->metrics && cell->figures < FIGURES_MAX; i++) {
		const struct metric *metric = &report->metric[i];
		struct figure *figure = &cell->figure[cell->figures++];
		const char *name = metric->name;

		if (strncmp(name, prefix, strlen(prefix)) == 0)
			name += strlen(prefix);
		snprintf(figure->metric, sizeof(figure->metric), "%.39s", name);
		figure->n = metric->operations;
		figure->instructions = metric->instructions;
		if (cell->what != OPERATIONS)
			snprintf(figure->sum, sizeof(figure->sum), "%s", report->pass);
	}
}

static void
collect(void *running, struct boot *boot)
{
	struct running *b = running;
	struct plan *plan = (struct plan *)((char *)boot - offsetof(struct plan, boot));
	struct cell *cell = plan->cell;
	char name[80];

	b->done++;
	cell->figures = 0;
	cell->brief = b->plans.brief && strcmp(cell->guest, "unit") != 0;
	cell->command = plan_command(cell);
	for (int i = 0; i < tests_of(b, plan); i++) {
		const struct row *row = &plan->row[i];

		take(cell, row);
		if (row->result.status != STATUS_PASS && !cell->failed[0])
			snprintf(cell->failed, sizeof(cell->failed), "%s: %s: %.150s",
				row->test->id, status_name(row->result.status), row->result.came);
	}
	cell->failed[strcspn(cell->failed, "\n")] = '\0';
	bench_check_clock(cell);
	if (b->plans.events && !cell->peer)
		events_read(plan);
	plan_name(cell, name);
	printf("  %2zu of %zu  %-40s %d figures, %.1f s%s%s\n", b->done, b->wanted, name,
		cell->figures, clock_seconds() - plan->began, cell->failed[0] ? "; " : "",
		cell->failed);
	fflush(stdout);
	/* Half a cell is not taken for a whole one next time. */
	if (cell->failed[0])
		memset(cell->key, 0, sizeof(cell->key));
	if (bench_save(&b->plans.bench, b->json) < 0)
		cannot("write", b->json);
}

static struct boot *
start_next(void *running)
{
	struct running *b = running;

	for (size_t i = 0; i < b->plans.bench.cells; i++) {
		struct plan *plan = &b->plans.plan[i];

		if (plan->wanted && !plan->started) {
			start(b, plan);
			return &plan->boot;
		}
	}
	return NULL;
}

int
main(int argc, char **argv)
{
	struct running *b = calloc(1, sizeof(*b));
	struct pool pool;
	int stop, failed = 0;

	if (!b)
		err(3, "no memory");
	b->plans.images = (struct images){.build = "build", .tree = "reference"};
	b->out = "build/bench";
	b->plans.events = true;
	b->plans.bench = (struct bench){.cell = b->plans.cell, .machine = bench_machine};
	options(b, argc, argv);
	if (qemu.missing())
		errx(2, "%s", qemu.missing());
	snprintf(b->directory, sizeof(b->directory), "%s", b->out);
	snprintf(b->json, sizeof(b->json), "%.4000s/bench.json", b->out);
	if (lock_directory(b->directory) < 0)
		errx(2, "%s is in use by another bench", b->directory);
	if (b->plans.events)
		events_find(&b->plans.images);
	plan_all(&b->plans);
	choose(b);
	if (b->wanted)
		printf("%zu of %zu cells to measure\n", b->wanted, b->plans.bench.cells);
	pool = (struct pool){.jobs = b->jobs, .owner = b, .next = start_next, .over = collect};
	stop = pool_run(&pool, signals_catch());
	if (stop) {
		printf("Interrupted; %s has what is measured, the rest is for the next time.\n",
			b->json);
		return 128 + stop;
	}
	bench_compare(&b->plans.bench);
	printf("\n");
	bench_print(&b->plans.bench);
	for (size_t i = 0; i < b->plans.bench.cells; i++) {
		char name[80];

		if (!b->plans.cell[i].failed[0])
			continue;
		if (!failed++)
			printf("Not measured, or not all:\n");
		plan_name(&b->plans.cell[i], name);
		printf("  %s: %s\n", name, b->plans.cell[i].failed);
	}
	printf("All figures: %s\n", b->json);
	return bench_ladder(&b->plans.bench) || failed ? 1 : 0;
}
