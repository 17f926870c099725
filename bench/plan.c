/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * plan.c - the matrix of mechanisms, and what each of its cells measures.
 */
#define _GNU_SOURCE
#include "bench/plan.h"

#include <err.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define UNIT_SECONDS 120
#define WORK_MB 880 /* as much as this Host can have: twice the disk, and a guest */
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
		struct test *test;
		char rest[96];

		if (unit_tests[i].tables_only && strcmp(cell->spaces, "tables") != 0)
			continue;
		snprintf(rest, sizeof(rest), "./%s %s nonce=" NONCE, unit_tests[i].guest,
			unit_tests[i].args);
		test = plan_test(plan, unit_tests[i].id, UNIT_SECONDS, launch(cell, rest));
		test->files[0] = unit_tests[i].guest;
		test->nonce = NONCE;
	}
}

/*
 * With less, the allocator's list of free pages, which grows with RAM, would overflow in the midst
 * of what is measured, one time more and another less.
 */
#define GUEST_MB "192"
#define MEASURE "/usr/lib/typetwo/measure"

/*
 * The Host's end of a guest's network, and what says what the guest's is.  A frame has what one of
 * loopback has, or else there would be a window of more frames; User-Mode Linux takes no such.
 */
#define TAP(mtu)                                                                           \
	"{ [ -d /sys/class/net/tap0 ] || tunctl -t tap0; } && ifconfig tap0 10.0.0.1 " mtu \
	"up || exit\n"
#define MTU "mtu 65521 "
#define GUEST_NET "--net=tap0 --append=ip=10.0.0.2::::guest:eth0:off "
#define UML_NET "eth0=tuntap,tap0 ip=10.0.0.2::::guest:eth0:off "
#define SETTLE "./measure settle\n"
/*
 * The operations that need a network, and their other end.  They have a guest of their own: how
 * many pieces its memory is in after all others decides how a frame of 64 KiB is put together, and
 * made 4 % of a figure.
 */
#define NETWORK "net-send net-receive"
#define SERVE "./measure serve || exit\n" SETTLE

static void
plan_linux(struct plan *plan, const char *operations, bool network)
{
	char *rest = plan_text("--mem=" GUEST_MB "M --initrd=./initrd --append=quiet %s"
			       "--append=\"tt.run=\\\"%s" TOLD "%s" MEASURE
			       " linux /dev/verdict %s\\\"\" ./linux",
		network ? GUEST_NET : "", network ? "ifconfig eth0 " MTU "&& " : "",
		network ? "PEER=10.0.0.1 " : "", operations);
	struct test *test = plan_test(plan, network ? "linux-network" : "linux", LINUX_SECONDS,
		plan_text("%s%s", network ? TAP(MTU) SERVE : SETTLE, launch(plan->cell, rest)));

	test->files[0] = "linux";
	test->files[1] = "initrd";
	test->files[2] = "measure";
	test->memory_mb = LINUX_MB;
	test->nonce = NONCE;
	plan->cell->native = "native";
	free(rest);
}

static void
plan_native(struct plan *plan, const char *operations, bool network)
{
	struct test *test = plan_test(plan, network ? "native-network" : "native", UNIT_SECONDS,
		plan_text("%s" TOLD "%s./measure native /dev/ttyS1 %s", network ? SERVE : SETTLE,
			network ? "PEER=127.0.0.1 " : "", operations));

	test->files[0] = "measure";
	test->nonce = NONCE;
}

/*
 * The verdict line is its second terminal.  It takes the top of its own stack, which the Host
 * places at random, for the top of all memory.  About every other place does not suit it, that of a
 * Host without randomisation never: its first process dies at once.  So it may try again.
 */
static char *
launch_uml(const char *options, const char *command)
{
	return plan_text("export TMPDIR=/dev/shm\n"
			 "echo 2 >/proc/sys/kernel/randomize_va_space\n"
			 "for try in 1 2 3 4 5 6 7 8 9 10 11 12; do\n"
			 "./uml %s con1=fd:3 norandmaps quiet \"tt.run=\\\"%s\\\"\" "
			 "3<>/dev/ttyS1 && exit\n"
			 "done\n"
			 "exit 1",
		options, command);
}

static void
plan_uml(struct plan *plan, const char *operations, bool network)
{
	char *command =
		plan_text("(stty raw -echo; " TOLD "%s" MEASURE " uml /dev/tty1 %s) </dev/tty1",
			network ? "PEER=10.0.0.1 " : "", operations);
	struct test *test = plan_test(plan, network ? "uml-network" : "uml", LINUX_SECONDS,
		plan_text("%s%s", network ? TAP("") SERVE : SETTLE,
			launch_uml(network ? "mem=" GUEST_MB "M initrd=./initrd " UML_NET
					   : "mem=" GUEST_MB "M initrd=./initrd",
				command)));

	test->files[0] = "uml";
	test->files[1] = "initrd";
	test->files[2] = "measure";
	test->memory_mb = LINUX_MB;
	test->nonce = NONCE;
	plan->cell->native = "native";
	free(command);
}

static void
plan_some(struct plan *plan, const char *operations, bool network)
{
	if (plan->cell->interception)
		plan_linux(plan, operations, network);
	else if (strcmp(plan->cell->guest, "uml") == 0)
		plan_uml(plan, operations, network);
	else
		plan_native(plan, operations, network);
}

void
plan_operations(struct plan *plan, const char *operations)
{
	plan_some(plan, operations, false);
}

static void
plan_all_operations(struct plan *plan)
{
	plan_some(plan, OPERATIONS_OF, false);
	plan_some(plan, NETWORK, true);
	plan->network = true;
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
 * The programs run in the user land of the disk, wherever they run.  It comes with the Host,
 * in memory, and is read-only by then: a disk would take another time in each run, in which the
 * clock goes on.  What they make is in a tmpfs.
 */
static const struct {
	const char *name;
	bool served; /* by a web server: what is measured is its clients, on the Host */
} programs[] = {{"povray", false}, {"build", false}, {"web", true}, {"cgi", true}};
#define PROGRAMS_KNOWN (sizeof(programs) / sizeof(programs[0]))

#define MOUNT_DISK                                                               \
	SETTLE                                                                   \
	"[ -d work ] || { mkdir work && mount -o ro,loop " WORK_DISK " work && " \
	"mount -t devtmpfs dev work/dev && mount -t proc proc work/proc && "     \
	"mount -t tmpfs tmp work/tmp; } || exit\n"
#define LIGHTTPD "lighttpd -D -f /usr/lib/typetwo/web.conf"
#define SERVER MEASURE " warm && " LIGHTTPD

/* A command in a guest that has the disk and, if it is to be served, a network. */
static char *
in_guest(const struct cell *cell, bool served, const char *command)
{
	char *script, *rest, *all = plan_text("mount -o remount,ro / && %s", command);

	if (cell->interception) {
		rest = plan_text("--mem=" GUEST_MB "M --disk=" WORK_DISK
				 " --append='quiet norandmaps root=/dev/tda' %s"
				 "--append='tt.run=\"%s\"' ./linux",
			served ? GUEST_NET : "", all);
		script = launch(cell, rest);
	} else {
		rest = plan_text("mem=" GUEST_MB "M ubd0=" WORK_DISK " root=/dev/ubda %s",
			served ? UML_NET : "");
		script = launch_uml(rest, all);
	}
	free(rest);
	free(all);
	return script;
}

static char *
program_script(const struct cell *cell, const char *env, const char *id, const char *name)
{
	char *command, *guest, *script;

	if (strcmp(cell->guest, "native") == 0)
		return plan_text(MOUNT_DISK "%schroot work " MEASURE
					    " native /dev/ttyS1 run %s /usr/lib/typetwo/work-%s",
			env, id, name);
	command = plan_text(cell->interception
				    ? "%s" MEASURE
				      " linux /dev/verdict run %s /usr/lib/typetwo/work-%s"
				    : "(stty raw -echo; %s" MEASURE
				      " uml /dev/tty1 run %s /usr/lib/typetwo/work-%s) </dev/tty1",
		env, id, name);
	guest = in_guest(cell, false, command);
	script = plan_text(SETTLE "%s", guest);
	free(command);
	free(guest);
	return script;
}

/*
 * The server runs natively or in a guest, its clients always here.  To the Host itself, loopback is
 * the only way there is; to a guest, TAP.  A client ends the server.
 */
static char *
served_script(const struct cell *cell, const char *env, const char *id, const char *name)
{
	bool native = strcmp(cell->guest, "native") == 0;
	const char *address = native ? "127.0.0.1" : "10.0.0.2";
	char *server =
		native ? plan_text("chroot work " LIGHTTPD)
		       : in_guest(cell, true,
				 cell->interception ? "ifconfig eth0 " MTU "&& " SERVER : SERVER);
	char *script = plan_text(MOUNT_DISK "%s{\n%s\n} </dev/ttyS0 &\nserver=$!\n"
					    "%schroot work " MEASURE " %s /dev/ttyS1 run %s "
					    "'/usr/lib/typetwo/work-%s %s' || exit\n"
					    "wget -q -O /dev/null http://%s/web-stop\nwait $server",
		native               ? ""
		: cell->interception ? TAP(MTU)
				     : TAP(""),
		server, env, cell->guest, id, name, address, address);

	free(server);
	return script;
}

static void
plan_program_of(struct plan *plan, size_t i, bool full)
{
	const struct cell *cell = plan->cell;
	const char *env = full ? TOLD "FULL=1 " : TOLD, *name = programs[i].name;
	char *id = plan_text("%s%s", name, full ? "-full" : "");
	struct test *test = plan_test(plan, id, full ? FULL_SECONDS : PROGRAM_SECONDS,
		programs[i].served ? served_script(cell, env, id, name)
				   : program_script(cell, env, id, name));

	test->files[0] = "measure";
	test->files[1] = WORK_DISK;
	if (strcmp(cell->guest, "native") != 0)
		test->files[2] = cell->interception ? "linux" : "uml";
	test->nonce = NONCE;
	test->memory_mb = WORK_MB;
}

bool
plan_program(struct plan *plan, const char *name)
{
	for (size_t i = 0; i < PROGRAMS_KNOWN; i++)
		if (strcmp(programs[i].name, name) == 0) {
			plan_program_of(plan, i, false);
			return true;
		}
	return false;
}

static void
plan_programs(struct plan *plan)
{
	if (strcmp(plan->cell->guest, "native") != 0)
		plan->cell->native = "native";
	for (size_t i = 0; i < PROGRAMS_KNOWN; i++)
		plan_program_of(plan, i, plan->cell->what == PROGRAMS_FULL);
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
	plan_all_operations(plan_cell(plans, "native"));
	plan_all_operations(plan_cell(plans, "uml"));
	for (size_t i = 0; i < MATRIX; i++)
		plan_unit(add_matrix_cell(plans, "unit", &matrix[i]));
	for (size_t i = 0; i < MATRIX; i++)
		plan_all_operations(add_matrix_cell(plans, "linux", &matrix[i]));
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
