/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bench.c - what each combination of mechanisms costs: `make bench`.
 *
 * Every cell of the matrix is a boot of the Host, beside it the Host's own programs and plain
 * User-Mode Linux.  What is measured already, with the same kernels, monitors and guests, is taken
 * from the file of the last time.
 *
 * Exit status: 0 all measured, 1 something could not be, 2 used wrongly or something is not built,
 * 3 the bench itself broke down, 128 + signal when interrupted.
 */
#define _GNU_SOURCE
#include "bench.h"
#include "boot.h"
#include "child.h"

#include <elf.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <getopt.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#define JOBS_MAX 16
#define TESTS_MAX 12
#define LINUX_MB 512
#define UNIT_SECONDS 120
#define LINUX_SECONDS 400
#define WORK_MB 640
#define PROGRAM_SECONDS 900
#define FULL_SECONDS 14400

static const char usage[] =
	"usage: bench [OPTION...]\n"
	"Measures each combination of mechanisms, in instructions, and prints a table.\n"
	"  --only=PATTERN     only these cells, such as 'linux module*': guest, interception,\n"
	"                     protection, spaces, fast where it is, and work or full for\n"
	"                     programs instead of operations, with a blank between;\n"
	"                     '@(unit|linux) ptrace*' are these of both guests\n"
	"  --brief            no programs, and of Linux only what the slides show\n"
	"  --full             the programs' long form, too: hours\n"
	"  --peers=xen        also Xen, and what it is compared with\n"
	"  --again            also what is measured already\n"
	"  --no-events        count instructions only\n"
	"  --tree=reference   whose launcher and module\n"
	"  --build=build      where everything is built\n"
	"  --out=build/bench  where bench.json and the logs go\n"
	"  -j N               machines at a time; default: one a processor\n";

static const char machine_text[] = "QEMU -accel tcg -icount shift=0,sleep=off";

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
/* Unit guests; Linux, native and UML three times. */
#define CELLS (4 * MATRIX + 6 + PEERS)

#define XEN_LINUX                                                                \
	"console=ttyS0 quiet panic=-1 mitigations=off nopti norandmaps nokaslr " \
	"randomize_kstack_offset=off transparent_hugepage=never"

/*
 * The Type I monitor beside it: Debian's amd64 kernel as the first domain of Xen, a paravirtual
 * guest as any other, and the same kernel, with the same options, alone.  Neither defends itself
 * against the CPU.  Xen does not start on a CPU with SMAP that is TCG's.
 */
static const struct foreign xen_native = {.program = "qemu-system-x86_64",
	.cpu = "Nehalem",
	.kernel = "xen-linux",
	.options = XEN_LINUX};
static const struct foreign xen = {.program = "qemu-system-x86_64",
	.cpu = "Nehalem",
	.kernel = "xen",
	.options = "dom0_mem=768M,max:768M dom0_max_vcpus=1 spec-ctrl=no xpti=no no-real-mode "
		   "com1=115200,8n1,0x3e8,10 console=com1",
	.domain = "xen-linux",
	.domain_options = XEN_LINUX};

static const struct peer {
	const struct foreign *system; /* names as images.h knows them */
	const char *guest, *interception, *native, *title, *measure;
	int memory_mb;
} peers[] = {
	{&xen_native, "xen-native", NULL, NULL, "Debian's kernel, amd64", "measure-amd64", 768},
	{&xen, "xen", "xen-pv", "xen-native", "the same on Xen PV", "measure-amd64", 1024},
	{&xen_native, "xen-native-i386", NULL, NULL, "Debian's kernel, an i386 program", "measure",
		768},
	{&xen, "xen-i386", "xen-pv", "xen-native-i386", "the same on Xen PV", "measure", 1024},
};
#define PEERS (sizeof(peers) / sizeof(peers[0]))

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

/* The tests of a cell's boot. */
struct plan {
	struct cell *cell;
	struct test test[TESTS_MAX];
	struct row row[TESTS_MAX];
	int tests;
	struct boot boot;
	bool wanted, running, over;
	double began;
	char plugin[2 * PATH_MAX], events[PATH_MAX];
	const struct peer *peer; /* NULL: the Host boots */
	struct foreign foreign; /* its system, with paths */
	char kernel[PATH_MAX], domain[PATH_MAX];
};

struct running {
	struct bench bench;
	struct cell cell[CELLS];
	struct plan plan[CELLS];
	struct images images;
	const char *out, *only;
	char directory[PATH_MAX], json[PATH_MAX];
	bool again, brief, events, full, peers;
	int jobs;
	unsigned long switch_address, mm_from, mm_to;
	size_t wanted, done;
};

static void
options(struct running *b, int argc, char **argv)
{
	enum { ONLY = 256, BRIEF, FULL, PEER, AGAIN, NO_EVENTS, TREE, BUILD, OUT, HELP };
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
			b->brief = true;
			break;
		case FULL:
			b->full = true;
			break;
		case PEER:
			if (strcmp(optarg, "xen") != 0)
				errx(2, "--peers=%s: there is xen", optarg);
			b->peers = true;
			break;
		case AGAIN:
			b->again = true;
			break;
		case NO_EVENTS:
			b->events = false;
			break;
		case TREE:
			b->images.tree = optarg;
			break;
		case BUILD:
			b->images.build = optarg;
			break;
		case OUT:
			b->out = optarg;
			break;
		case 'j':
			b->jobs = strtol(optarg, &end, 10);
			if (*end || b->jobs < 1)
				errx(2, "-j is a number of machines, not \"%s\"", optarg);
			break;
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

/* ---- what decides about a figure ---- */

/* FNV-1a, 64 bits: for files that nobody makes alike on purpose. */
static uint64_t
hash(uint64_t sum, const void *bytes, size_t n)
{
	const unsigned char *at = bytes;

	while (n--)
		sum = (sum ^ *at++) * 0x100000001b3;
	return sum;
}

static const unsigned char *
map_file(const char *path, size_t *size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat status;
	void *at;

	if (fd < 0 || fstat(fd, &status) < 0)
		cannot("read", path);
	*size = status.st_size;
	at = *size ? mmap(NULL, *size, PROT_READ, MAP_PRIVATE, fd, 0) : "";
	if (at == MAP_FAILED)
		cannot("read", path);
	close(fd);
	return at;
}

static uint64_t
hash_image(const struct running *b, uint64_t sum, const char *name)
{
	char path[PATH_MAX];
	const unsigned char *at;
	size_t size;

	image_require(&b->images, name);
	image_path(&b->images, name, path);
	at = map_file(path, &size);
	sum = hash(sum, at, size);
	if (size)
		munmap((void *)at, size);
	return sum;
}

static void
make_key(const struct running *b, struct plan *plan)
{
	uint64_t sum = 0xcbf29ce484222325;

	sum = hash(sum, machine_text, sizeof(machine_text));
	if (plan->peer) {
		sum = hash(sum, plan->cell->machine, strlen(plan->cell->machine));
		sum = hash(sum, plan->cell->versions, strlen(plan->cell->versions));
		sum = hash_image(b, sum, plan->peer->system->kernel);
		if (plan->peer->system->domain)
			sum = hash_image(b, sum, plan->peer->system->domain);
	} else {
		sum = hash(sum, &b->events, sizeof(b->events));
		sum = hash_image(b, sum, "kernel");
	}
	sum = hash_image(b, sum, "initramfs");
	for (int i = 0; i < plan->tests; i++) {
		const struct test *test = &plan->test[i];

		sum = hash(sum, test->script, strlen(test->script));
		for (int f = 0; f < FILES_MAX && test->files[f]; f++)
			sum = hash_image(b, sum, test->files[f]);
		if (test->disk)
			sum = hash_image(b, sum, "work-sum");
	}
	if (plan->cell->interception && !plan->peer) {
		sum = hash_image(b, sum, "vmm");
		if (strcmp(plan->cell->interception, "module") == 0)
			sum = hash_image(b, sum, "monitor.ko");
	}
	snprintf(plan->cell->key, sizeof(plan->cell->key), "%016llx", (unsigned long long)sum);
}

/* ---- the plan ---- */

static struct test *
add_test(struct plan *plan, const char *id, int seconds, char *script)
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

__attribute__((format(printf, 1, 2))) static char *
text(const char *format, ...)
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
	return text("./vmm --intercept=%s --protect=%s --spaces=%s%s $verdict %s",
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
		add_test(plan, unit_tests[i].id, UNIT_SECONDS, launch(cell, rest))->files[0] =
			unit_tests[i].guest;
	}
}

#define MEASURE "/usr/lib/typetwo/measure"
/* All, where the script does not begin with a word for brief. */
#define OPERATIONS_OF "${brief:+rdtsc getppid page-fault pipe fork exec}"

static void
plan_linux(struct plan *plan)
{
	struct test *test = add_test(plan, "linux", LINUX_SECONDS,
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
	add_test(plan, "native", UNIT_SECONDS, text("./measure native /dev/ttyS1 " OPERATIONS_OF))
		->files[0] = "measure";
}

/*
 * The verdict line is its second terminal.  It takes the top of its own stack, which the Host
 * places at random, for the top of all memory.  About every other place does not suit it, that of a
 * Host without randomisation never: its first process dies at once.  So it may try again.
 */
static char *
launch_uml(const char *options, const char *command)
{
	return text("export TMPDIR=/dev/shm\n"
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
	struct test *test = add_test(plan, "uml", LINUX_SECONDS,
		launch_uml("mem=64M initrd=./initrd",
			"(stty raw -echo; " MEASURE " uml /dev/tty1 " OPERATIONS_OF
			") </dev/tty1"));

	test->files[0] = "uml";
	test->files[1] = "initrd";
	test->memory_mb = LINUX_MB;
	plan->cell->native = "native";
}

/* What a peer is made of, in one line; the caller owns it. */
static char *
peer_versions(const struct running *b, const char *program)
{
	char path[PATH_MAX], command[256], packages[512], qemu_version[128] = "";
	FILE *file;

	image_path(&b->images, "xen-versions", path);
	file = fopen(path, "re");
	if (!file)
		cannot("read", path);
	packages[fread(packages, 1, sizeof(packages) - 1, file)] = '\0';
	fclose(file);
	for (char *end = packages; (end = strchr(end, '\n')) != NULL;)
		*end = ',';
	snprintf(command, sizeof(command), "%s --version", program);
	file = popen(command, "re");
	if (!file || !fgets(qemu_version, sizeof(qemu_version), file))
		errx(2, "%s does not say its version", program);
	pclose(file);
	qemu_version[strcspn(qemu_version, "\n")] = '\0';
	return text("%s %s", packages, qemu_version);
}

static void
plan_peer(const struct running *b, struct plan *plan, const struct peer *peer, const char *versions)
{
	const struct foreign *system = peer->system;
	struct cell *cell = plan->cell;
	struct test *test = add_test(plan, peer->guest, LINUX_SECONDS,
		text("./%s %s /dev/ttyS1 " OPERATIONS_OF, peer->measure, peer->guest));
	const char *machine;

	test->files[0] = peer->measure;
	test->memory_mb = peer->memory_mb;
	plan->peer = peer;
	plan->foreign = *system;
	image_path(&b->images, system->kernel, plan->kernel);
	plan->foreign.kernel = plan->kernel;
	if (system->domain) {
		image_path(&b->images, system->domain, plan->domain);
		plan->foreign.domain = plan->domain;
	}
	plan->boot.foreign = &plan->foreign;
	cell->interception = peer->interception;
	cell->native = peer->native;
	cell->peer = peer->title;
	machine = text("%s %s -cpu %s -m %d -kernel %s -append '%s'", system->program,
		strchr(machine_text, '-'), system->cpu, peer->memory_mb, system->kernel,
		system->options);
	cell->machine = machine;
	if (system->domain)
		cell->machine = text(
			"%s -initrd '%s %s,...'", machine, system->domain, system->domain_options);
	cell->versions = versions;
	cell->command = text("make bench PEERS=xen ONLY=%s", peer->guest);
}

/* What has been measured stays in the file and in the table, as long as it is there. */
static bool
have_peers(const struct running *b)
{
	static const char *const names[] = {"xen", "xen-linux", "xen-versions", "measure-amd64"};
	char path[PATH_MAX];

	if (!b->peers && !child_exists(peers[0].system->program))
		return false;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		image_path(&b->images, names[i], path);
		if (access(path, R_OK) == 0)
			continue;
		if (b->peers)
			errx(2, "%s is missing: `make bench PEERS=xen` makes it", path);
		return false;
	}
	return true;
}

/* Who wants no programs need not make their disk. */
static bool
have_programs(const struct running *b)
{
	char path[PATH_MAX];

	image_path(&b->images, "work-sum", path);
	return !b->brief || access(path, R_OK) == 0;
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
		char *id = text("%s%s", programs[i], full ? "-full" : "");
		char *run = text("run %s /usr/lib/typetwo/work-%s", id, programs[i]);
		const char *env = full ? "FULL=1 " : "";
		char *script, *rest, *first = NULL;

		if (cell->interception) {
			rest = text("--mem=192M --disk=/dev/vda --append='quiet root=/dev/tda' "
				    "--append='tt.run=\"mount -o remount,ro / && %s" MEASURE
				    " linux /dev/verdict %s\"' ./linux",
				env, run);
			script = launch(cell, rest);
			free(rest);
			first = "linux";
		} else if (native) {
			script = text("[ -d work ] || { mkdir work && mount -o ro /dev/vda work && "
				      "mount -t devtmpfs dev work/dev && "
				      "mount -t proc proc work/proc && "
				      "mount -t tmpfs tmp work/tmp; } &&\n"
				      "%schroot work " MEASURE " native /dev/ttyS1 %s",
				env, run);
		} else {
			rest = text("mount -o remount,ro / && (stty raw -echo; %s" MEASURE
				    " uml /dev/tty1 %s) </dev/tty1",
				env, run);
			script = launch_uml("mem=192M ubd0=/dev/vda root=/dev/ubda", rest);
			free(rest);
			first = "uml";
		}
		free(run);
		add_test(plan, id, full ? FULL_SECONDS : PROGRAM_SECONDS, script);
		plan->test[i].files[0] = first;
		plan->test[i].disk = "work-disk";
		plan->test[i].memory_mb = WORK_MB;
	}
}

static struct plan *
add_cell(struct running *b, const char *guest)
{
	struct cell *cell = &b->cell[b->bench.cells];
	struct plan *plan = &b->plan[b->bench.cells++];

	cell->guest = guest;
	plan->cell = cell;
	return plan;
}

static void
cell_name(const struct cell *cell, char name[80])
{
	static const char *const what[] = {"", " work", " full"};

	if (cell->interception && !cell->peer)
		snprintf(name, 70, "%s %s %s %s%s", cell->guest, cell->interception,
			cell->protection, cell->spaces, cell->fast ? " fast" : "");
	else
		snprintf(name, 70, "%s", cell->guest);
	strcat(name, what[cell->what]);
}

static struct plan *
add_matrix_cell(struct running *b, const char *guest, const struct mechanisms *m)
{
	struct plan *plan = add_cell(b, guest);

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

static void
make_plan(struct running *b)
{
	plan_native(add_cell(b, "native"));
	plan_uml(add_cell(b, "uml"));
	for (size_t i = 0; i < MATRIX; i++)
		plan_unit(add_matrix_cell(b, "unit", &matrix[i]));
	for (size_t i = 0; i < MATRIX; i++)
		plan_linux(add_matrix_cell(b, "linux", &matrix[i]));
	for (enum what what = PROGRAMS; have_programs(b) && what <= PROGRAMS_FULL; what++) {
		add_programs(add_cell(b, "native"), what);
		add_programs(add_cell(b, "uml"), what);
		for (size_t i = 0; i < MATRIX; i++)
			add_programs(add_matrix_cell(b, "linux", &matrix[i]), what);
	}
	if (have_peers(b)) {
		const char *versions = peer_versions(b, peers[0].system->program);

		for (size_t i = 0; i < PEERS; i++)
			plan_peer(b, add_cell(b, peers[i].guest), &peers[i], versions);
	}
	for (size_t i = 0; i < b->bench.cells; i++)
		make_key(b, &b->plan[i]);
	bench_load(&b->bench, b->json);
	for (size_t i = 0; i < b->bench.cells; i++) {
		struct plan *plan = &b->plan[i];
		const struct cell *cell = plan->cell;
		char name[80];

		cell_name(cell, name);
		plan->wanted = (!b->only || fnmatch(b->only, name, FNM_EXTMATCH) == 0) &&
			       (!b->brief || cell->what == OPERATIONS) &&
			       (b->full || cell->what != PROGRAMS_FULL) &&
			       (b->peers || !plan->peer);
		/* What is there is kept until there is more. */
		if (cell->figures && (b->brief || !cell->brief) && !b->again)
			plan->wanted = false;
		b->wanted += plan->wanted;
	}
}

/* ---- events: the plugin has to know two places in the Host kernel ---- */

static bool
find_symbol(const unsigned char *file, size_t size, const char *name, unsigned long *from,
	unsigned long *to)
{
	const Elf32_Ehdr *head = (const void *)file;
	const Elf32_Shdr *section = (const void *)(file + head->e_shoff);

	if (head->e_shoff + head->e_shnum * sizeof(*section) > size)
		return false;
	for (int i = 0; i < head->e_shnum; i++) {
		const Elf32_Sym *symbol = (const void *)(file + section[i].sh_offset);
		const char *strings;

		if (section[i].sh_type != SHT_SYMTAB)
			continue;
		strings = (const char *)file + section[section[i].sh_link].sh_offset;
		for (size_t s = 0; s < section[i].sh_size / sizeof(*symbol); s++) {
			if (strcmp(strings + symbol[s].st_name, name) != 0)
				continue;
			*from = symbol[s].st_value;
			*to = *from + symbol[s].st_size;
			return true;
		}
	}
	return false;
}

static void
find_places(struct running *b)
{
	char path[PATH_MAX];
	const unsigned char *file;
	unsigned long end;
	size_t size;

	snprintf(path, sizeof(path), "%s/host/vmlinux", b->images.build);
	file = map_file(path, &size);
	if (size < sizeof(Elf32_Ehdr) || memcmp(file, ELFMAG, SELFMAG) != 0 ||
		!find_symbol(file, size, "__switch_to_asm", &b->switch_address, &end) ||
		!find_symbol(file, size, "switch_mm_irqs_off", &b->mm_from, &b->mm_to))
		errx(3, "%s does not say where it switches tasks", path);
	munmap((void *)file, size);
}

/* The plugin wrote a line for each measurement, in their order. */
static void
read_events(struct plan *plan)
{
	struct cell *cell = plan->cell;
	double event[FIGURES_MAX][EVENTS];
	FILE *file = fopen(plan->events, "re");
	int lines = 0;

	while (file && lines < FIGURES_MAX &&
		fscanf(file, "%lf %lf %lf %lf %lf", &event[lines][0], &event[lines][1],
			&event[lines][2], &event[lines][3], &event[lines][4]) == EVENTS)
		lines++;
	if (file)
		fclose(file);
	if (lines != cell->figures)
		return;
	for (int i = 0; i < lines; i++) {
		struct figure *figure = &cell->figure[i];

		figure->counted = true;
		for (int e = 0; e < EVENTS; e++)
			figure->event[e] = event[i][e] / figure->n;
		/* A program waits now and then, and the clock does not stop for that. */
		if (cell->what != OPERATIONS)
			figure->instructions = figure->event[EXECUTED];
	}
}

/* ---- run it ---- */

static void
start(struct running *b, struct plan *plan)
{
	/* Of a lab, only whether its boots load the module matters here. */
	static const struct lab without = {.number = 1}, with = {.number = 4, .module = true};
	const struct cell *cell = plan->cell;
	bool module = cell->interception && strcmp(cell->interception, "module") == 0;
	char directory[PATH_MAX + 96], name[80];

	cell_name(cell, name);
	for (char *c = name; *c; c++)
		if (*c == ' ')
			*c = '-';
	snprintf(directory, sizeof(directory), "%s/%s", b->directory, name);
	if (make_directory(directory) < 0)
		cannot("make", directory);
	for (int i = 0; i < plan->tests; i++)
		plan->boot.row[i] = &plan->row[i];
	plan->boot.rows = plan->tests;
	if (b->events && !plan->peer) {
		snprintf(plan->events, sizeof(plan->events), "%.4000s/events", directory);
		unlink(plan->events);
		snprintf(plan->plugin, sizeof(plan->plugin),
			"%.2000s/grader/events.so,out=%s,switch=%lx,mm=%lx-%lx", b->images.build,
			plan->events, b->switch_address, b->mm_from, b->mm_to);
		plan->boot.plugin = plan->plugin;
	}
	plan->began = clock_seconds();
	plan->running = true;
	make_key(b, plan); /* somebody may have built something since */
	for (int i = 0; i < plan->tests && b->brief; i++)
		plan->test[i].script = text("brief=1\n%s", plan->test[i].script);
	boot_start(&plan->boot, &qemu, &b->images, module ? &with : &without, directory);
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
collect(struct running *b, struct plan *plan)
{
	struct cell *cell = plan->cell;
	char name[80];

	plan->running = false;
	plan->over = true;
	b->done++;
	cell->figures = 0;
	cell->brief = b->brief && strcmp(cell->guest, "unit") != 0;
	for (int i = 0; i < plan->tests; i++) {
		const struct row *row = &plan->row[i];

		take(cell, row);
		if (row->result.status != STATUS_PASS && !cell->failed[0])
			snprintf(cell->failed, sizeof(cell->failed), "%s: %s: %.150s",
				row->test->id, status_name(row->result.status), row->result.came);
	}
	cell->failed[strcspn(cell->failed, "\n")] = '\0';
	bench_check_clock(cell);
	if (b->events && !plan->peer)
		read_events(plan);
	cell_name(cell, name);
	printf("  %2zu of %zu  %-40s %d figures, %.1f s%s%s\n", b->done, b->wanted, name,
		cell->figures, clock_seconds() - plan->began, cell->failed[0] ? "; " : "",
		cell->failed);
	fflush(stdout);
	/* Half a cell is not taken for a whole one next time. */
	if (cell->failed[0])
		memset(cell->key, 0, sizeof(cell->key));
	if (bench_save(&b->bench, b->json) < 0)
		cannot("write", b->json);
}

/* Start machines until as many run as may.  How many run. */
static int
start_some(struct running *b)
{
	int running = 0;

	for (size_t i = 0; i < b->bench.cells; i++)
		running += b->plan[i].running;
	for (size_t i = 0; i < b->bench.cells && running < b->jobs; i++) {
		struct plan *plan = &b->plan[i];

		if (!plan->wanted || plan->running || plan->over)
			continue;
		start(b, plan);
		running++;
	}
	return running;
}

/* The signal that interrupted it, or 0. */
static int
run(struct running *b, int signals)
{
	struct pollfd fds[1 + JOBS_MAX * BOOT_FDS];
	struct signalfd_siginfo info;
	int stop = 0;

	while (!stop && start_some(b) > 0) {
		nfds_t n = 0;

		fds[n++] = (struct pollfd){.fd = signals, .events = POLLIN};
		for (size_t i = 0; i < b->bench.cells; i++) {
			if (!b->plan[i].running)
				continue;
			boot_poll(&b->plan[i].boot, &fds[n]);
			n += BOOT_FDS;
		}
		poll(fds, n, 250);
		while (read(signals, &info, sizeof(info)) == sizeof(info))
			if (info.ssi_signo != SIGCHLD)
				stop = info.ssi_signo;
		for (size_t i = 0; i < b->bench.cells; i++) {
			struct plan *plan = &b->plan[i];

			if (!plan->running)
				continue;
			boot_work(&plan->boot, clock_seconds());
			if (!stop && boot_over(&plan->boot))
				collect(b, plan);
		}
	}
	for (size_t i = 0; i < b->bench.cells; i++)
		if (b->plan[i].running)
			boot_stop(&b->plan[i].boot);
	return stop;
}

static int
catch_signals(void)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGCHLD);
	signal(SIGPIPE, SIG_IGN);
	sigprocmask(SIG_BLOCK, &set, NULL);
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (fd < 0)
		err(3, "signalfd");
	return fd;
}

/* Two benches in one directory would write into each other's logs. */
static void
lock(const struct running *b)
{
	char path[PATH_MAX + 8];
	int fd;

	if (make_directory(b->directory) < 0)
		err(2, "cannot make %s", b->directory);
	snprintf(path, sizeof(path), "%s/lock", b->directory);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (fd < 0)
		err(2, "cannot make %s", path);
	if (flock(fd, LOCK_EX | LOCK_NB) < 0)
		errx(2, "%s is in use by another bench", b->directory);
}

int
main(int argc, char **argv)
{
	struct running *b = calloc(1, sizeof(*b));
	int stop, signals, failed = 0;

	if (!b)
		err(3, "no memory");
	b->images = (struct images){.build = "build", .tree = "reference"};
	b->out = "build/bench";
	b->events = true;
	b->bench = (struct bench){.cell = b->cell, .machine = machine_text};
	options(b, argc, argv);
	if (qemu.missing())
		errx(2, "%s", qemu.missing());
	snprintf(b->directory, sizeof(b->directory), "%s", b->out);
	snprintf(b->json, sizeof(b->json), "%.4000s/bench.json", b->out);
	lock(b);
	if (b->events)
		find_places(b);
	make_plan(b);
	if (b->wanted)
		printf("%zu of %zu cells to measure\n", b->wanted, b->bench.cells);
	signals = catch_signals();
	stop = run(b, signals);
	if (stop) {
		printf("Interrupted; %s has what is measured, the rest is for the next time.\n",
			b->json);
		return 128 + stop;
	}
	bench_compare(&b->bench);
	printf("\n");
	bench_print(&b->bench);
	for (size_t i = 0; i < b->bench.cells; i++) {
		char name[80];

		if (!b->cell[i].failed[0])
			continue;
		if (!failed++)
			printf("Not measured, or not all:\n");
		cell_name(&b->cell[i], name);
		printf("  %s: %s\n", name, b->cell[i].failed);
	}
	printf("All figures: %s\n", b->json);
	return failed ? 1 : 0;
}
