/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bench_plan.c - the matrix of mechanisms, and what each of its cells measures.
 */
#define _GNU_SOURCE
#include "bench_plan.h"

#include <err.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define UNIT_SECONDS 120
#define WORK_MB 640
#define PROGRAM_SECONDS 900
#define FULL_SECONDS 14400

const char bench_machine[] = "QEMU -accel tcg -icount shift=0,sleep=off";

/* The mechanisms that go together. */
static const struct mechanisms {
	const char *interception, *protection, *spaces;
	bool fast;
} matrix[] = {
	{"ptrace", "none", "remap", false},
	{"ptrace", "mprotect", "remap", false}, /* lab 1 */
	{"module", "none", "remap", false},
	{"module", "mprotect", "remap", false}, /* lab 2 */
	{"module", "segments", "remap", false}, /* lab 3 */
	{"module", "supervisor", "remap", false},
	{"module", "none", "tables", false},
	{"module", "mprotect", "tables", false},
	{"module", "segments", "tables", false}, /* lab 4 */
	{"module", "supervisor", "tables", false},
	/* The fast path's protection is by segments, or none. */
	{"module", "none", "tables", true},
	{"module", "segments", "tables", true},
};
#define MATRIX (sizeof(matrix) / sizeof(matrix[0]))
static const struct {
	const char *id, *guest, *args;
	bool tables_only; /* with remap it takes a minute for each cell and teaches nothing new */
} unit_tests[] = {
	{"null-call-16", "null-call", "16", false},
	{"null-call-4096", "null-call", "4096", false},
	{"page-fault", "fault-cost", "", false},
	{"switch-1", "switch-cost", "1", false},
	{"switch-16", "switch-cost", "16", false},
	{"switch-64", "switch-cost", "64", false},
	{"switch-256", "switch-cost", "256", false},
	{"switch-1024", "switch-cost", "1024", false},
	{"switch-4096", "switch-cost", "4096", true},
};

struct test *
plan_test(struct plan *plan, const char *id, int seconds, char *script)
{
	struct test *test = &plan->test[plan->tests];
	struct row *row = &plan->row[plan->tests++];

	test->id = id;
	test->title = "";
	test->seconds = seconds;
	test->script = script;
	test->counted = true;
	test->reports = 1;
	row->test = test;
	return test;
}

char *
plan_text(const char *format, ...)
{
	va_list list;
	char *made;

	va_start(list, format);
	if (vasprintf(&made, format, list) < 0)
		err(3, "no memory");
	va_end(list);
	return made;
}

static char *
launch(const struct cell *cell, const char *rest)
{
	return plan_text("./vmm --intercept=%s --protect=%s --spaces=%s%s $verdict %s",
		cell->interception, cell->protection, cell->spaces, cell->fast ? " --fast" : "",
		rest);
}

static void
plan_unit(struct plan *plan)
{
	const struct cell *cell = plan->cell;

	for (size_t i = 0; i < sizeof(unit_tests) / sizeof(unit_tests[0]); i++) {
		char rest[64];

		if (unit_tests[i].tables_only && strcmp(cell->spaces, "tables") != 0)
			continue;
		snprintf(rest, sizeof(rest), "./%s %s", unit_tests[i].guest, unit_tests[i].args);
		plan_test(plan, unit_tests[i].id, UNIT_SECONDS, launch(cell, rest))->files[0] =
			unit_tests[i].guest;
	}
}

#define MEASURE "/usr/lib/typetwo/measure"

static void
plan_linux(struct plan *plan)
{
	struct test *test = plan_test(plan, "linux", LINUX_SECONDS,
		launch(plan->cell, "--initrd=./initrd --append=quiet "
				   "--append=\"tt.run=\\\"" MEASURE
				   " linux /dev/verdict " OPERATIONS_OF "\\\"\" "
				   "./linux"));

	test->files[0] = "linux";
	test->files[1] = "initrd";
	test->memory_mb = LINUX_MB;
	plan->cell->native = "native";
}

static void
plan_native(struct plan *plan)
{
	plan_test(plan, "native", UNIT_SECONDS,
		plan_text("./measure native /dev/ttyS1 " OPERATIONS_OF))
		->files[0] = "measure";
}

/*
 * The verdict line is its second terminal.  It takes the top of its own stack, which the Host
 * places at random, for the top of all memory.  About every other place does not suit it, that of a
 * Host without randomisation never: its first process dies at once.  So it may try again.
 */
char *
launch_uml(const char *options, const char *command)
{
	return plan_text("export TMPDIR=/dev/shm\n"
			 "for try in 1 2 3 4 5 6 7 8 9 10 11 12; do\n"
			 "./uml %s con1=fd:3 norandmaps quiet \"tt.run=\\\"%s\\\"\" "
			 "3<>/dev/ttyS1 && exit\n"
			 "done\n"
			 "exit 1",
		options, command);
}

static void
plan_uml(struct plan *plan)
{
	struct test *test = plan_test(plan, "uml", LINUX_SECONDS,
		launch_uml("mem=64M initrd=./initrd",
			"(stty raw -echo; " MEASURE " uml /dev/tty1 " OPERATIONS_OF
			") </dev/tty1"));

	test->files[0] = "uml";
	test->files[1] = "initrd";
	test->memory_mb = LINUX_MB;
	plan->cell->native = "native";
}

/* Who wants no programs need not make their disk. */
static bool
have_programs(const struct plans *plans)
{
	char path[PATH_MAX];

	image_path(&plans->images, "work-sum", path);
	return !plans->brief || access(path, R_OK) == 0;
}

/*
 * The programs run in the user land of the disk, wherever they run.  It is read-only by then:
 * nothing waits for the disk, which is not counted.  What they make is in a tmpfs.
 */
static const char *const programs[] = {"povray", "build"};

static void
plan_programs(struct plan *plan)
{
	const struct cell *cell = plan->cell;
	bool full = cell->what == PROGRAMS_FULL, native = strcmp(cell->guest, "native") == 0;

	plan->cell->native = native ? NULL : "native";
	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
		char *id = plan_text("%s%s", programs[i], full ? "-full" : "");
		char *run = plan_text("run %s /usr/lib/typetwo/work-%s", id, programs[i]);
		const char *env = full ? "FULL=1 " : "";
		char *script, *rest, *first = NULL;

		if (cell->interception) {
			rest = plan_text(
				"--mem=192M --disk=/dev/vda --append='quiet root=/dev/tda' "
				"--append='tt.run=\"mount -o remount,ro / && %s" MEASURE
				" linux /dev/verdict %s\"' ./linux",
				env, run);
			script = launch(cell, rest);
			free(rest);
			first = "linux";
		} else if (native) {
			script = plan_text(
				"[ -d work ] || { mkdir work && mount -o ro /dev/vda work && "
				"mount -t devtmpfs dev work/dev && "
				"mount -t proc proc work/proc && "
				"mount -t tmpfs tmp work/tmp; } &&\n"
				"%schroot work " MEASURE " native /dev/ttyS1 %s",
				env, run);
		} else {
			rest = plan_text("mount -o remount,ro / && (stty raw -echo; %s" MEASURE
					 " uml /dev/tty1 %s) </dev/tty1",
				env, run);
			script = launch_uml("mem=192M ubd0=/dev/vda root=/dev/ubda", rest);
			free(rest);
			first = "uml";
		}
		free(run);
		plan_test(plan, id, full ? FULL_SECONDS : PROGRAM_SECONDS, script);
		plan->test[i].files[0] = first;
		plan->test[i].disk = "work-disk";
		plan->test[i].memory_mb = WORK_MB;
	}
}

struct plan *
plan_cell(struct plans *plans, const char *guest)
{
	size_t i = plans->bench.cells++;

	if (i == CELLS_MAX)
		errx(3, "more than %d cells", CELLS_MAX);
	plans->cell[i].guest = guest;
	plans->plan[i].cell = &plans->cell[i];
	return &plans->plan[i];
}

static struct plan *
add_matrix_cell(struct plans *plans, const char *guest, const struct mechanisms *m)
{
	struct plan *plan = plan_cell(plans, guest);

	plan->cell->interception = m->interception;
	plan->cell->protection = m->protection;
	plan->cell->spaces = m->spaces;
	plan->cell->fast = m->fast;
	return plan;
}

static void
add_programs(struct plan *plan, enum what what)
{
	plan->cell->what = what;
	plan_programs(plan);
}

void
plan_name(const struct cell *cell, char name[80])
{
	static const char *const what[] = {"", " work", " full"};

	if (cell->interception && !cell->peer)
		snprintf(name, 70, "%s %s %s %s%s", cell->guest, cell->interception,
			cell->protection, cell->spaces, cell->fast ? " fast" : "");
	else
		snprintf(name, 70, "%s", cell->guest);
	strcat(name, what[cell->what]);
}

void
plan_all(struct plans *plans)
{
	plan_native(plan_cell(plans, "native"));
	plan_uml(plan_cell(plans, "uml"));
	for (size_t i = 0; i < MATRIX; i++)
		plan_unit(add_matrix_cell(plans, "unit", &matrix[i]));
	for (size_t i = 0; i < MATRIX; i++)
		plan_linux(add_matrix_cell(plans, "linux", &matrix[i]));
	for (enum what what = PROGRAMS; have_programs(plans) && what <= PROGRAMS_FULL; what++) {
		add_programs(plan_cell(plans, "native"), what);
		add_programs(plan_cell(plans, "uml"), what);
		for (size_t i = 0; i < MATRIX; i++)
			add_programs(add_matrix_cell(plans, "linux", &matrix[i]), what);
	}
	plan_peers(plans);
	for (size_t i = 0; i < plans->bench.cells; i++) {
		plans->cell[i].command = plan_command(&plans->cell[i]);
		plan_key(plans, &plans->plan[i]);
	}
}
