/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * profile.c - which functions an operation of the bench is made of: `make profile`.
 *
 * One boot of the Host, with the cell of the bench that is asked for and the one operation or
 * program; a plugin of QEMU's (profiler.c) counts.
 *
 * Exit status: 0 measured, 1 it could not be, 2 used wrongly or something is not built, 3 the
 * profile itself broke down; 128 + signal when interrupted.
 */
#define _GNU_SOURCE
#include "bench/profile.h"

#include "bench/plan.h"
#include "grader/boot/pool.h"
#include "grader/lib/child.h"
#include "grader/lib/files.h"
#include "grader/lib/signals.h"

#include <err.h>
#include <getopt.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
	"usage: profile [OPTION...]\n"
	"Says which functions an operation of the bench is made of, in instructions.\n"
	"  --op=getppid       an operation or a program, as the bench names them; what the\n"
	"                     clients of web and cgi execute on the Host is in it\n"
	"  --cell='linux module segments tables fast'   as the bench names them; native, uml\n"
	"  --lines=25         so many functions\n"
	"  --tree=reference   whose launcher and module\n"
	"  --build=build      where everything is built; bench/profile/ in it has the result, "
	"too\n";

struct asked {
	const char *cell, *op;
	struct images images;
	size_t lines;
	char interception[16], protection[16], spaces[16], fast[16];
	bool guest, module, uml;
};

static bool
one_of(const char *word, const char *words)
{
	const char *at = strstr(words, word);
	size_t n = strlen(word);

	return n && at && (at == words || at[-1] == ' ') && (!at[n] || at[n] == ' ');
}

static void
read_cell(struct asked *a)
{
	int end = 0, words;

	a->uml = strcmp(a->cell, "uml") == 0;
	if (strcmp(a->cell, "native") == 0 || a->uml)
		return;
	words = sscanf(a->cell, "linux %15s %15s %15s%n %15s%n", a->interception, a->protection,
		a->spaces, &end, a->fast, &end);
	if (words < 3 || a->cell[end] || !one_of(a->interception, "ptrace module") ||
		!one_of(a->protection, "none mprotect segments supervisor") ||
		!one_of(a->spaces, "remap tables") || (words == 4 && strcmp(a->fast, "fast") != 0))
		errx(2,
			"no cell \"%s\"; there are native, uml, 'linux module segments tables "
			"fast' "
			"and others of the bench's",
			a->cell);
	a->guest = true;
	a->module = strcmp(a->interception, "module") == 0;
}

static void
options(struct asked *a, int argc, char **argv)
{
	enum { OP = 256, CELL, LINES, TREE, BUILD, VERSION, HELP };
	static const struct option known[] = {
		{"op", required_argument, NULL, OP},
		{"cell", required_argument, NULL, CELL},
		{"lines", required_argument, NULL, LINES},
		{"tree", required_argument, NULL, TREE},
		{"build", required_argument, NULL, BUILD},
		{"version", no_argument, NULL, VERSION},
		{"help", no_argument, NULL, HELP},
		{NULL, 0, NULL, 0},
	};
	char *end;
	int c;

	while ((c = getopt_long(argc, argv, "", known, NULL)) != -1) {
		switch (c) {
		case OP:
			a->op = optarg;
			break;
		case CELL:
			a->cell = optarg;
			break;
		case LINES:
			a->lines = strtoul(optarg, &end, 10);
			if (*end || !*optarg)
				errx(2, "--lines is a number, not \"%s\"", optarg);
			break;
		case TREE:
			a->images.tree = optarg;
			break;
		case BUILD:
			a->images.build = optarg;
			break;
		case VERSION:
			puts("profile (TypeTwo) " TYPETWO_VERSION);
			exit(0);
		case HELP:
			fputs(usage, stdout);
			exit(0);
		default:
			fprintf(stderr, "profile --help lists the options\n");
			exit(2);
		}
	}
	if (optind < argc)
		errx(2, "\"%s\": profile takes options only", argv[optind]);
	/* It goes through two shells. */
	if (!*a->op || a->op[strspn(a->op, "abcdefghijklmnopqrstuvwxyz0123456789-")])
		errx(2,
			"no operation \"%s\"; there are getppid, page-fault, povray and others of "
			"the bench's",
			a->op);
	read_cell(a);
	if (strncmp(a->op, "net-", 4) == 0 ||
		(a->uml && (strcmp(a->op, "web") == 0 || strcmp(a->op, "cgi") == 0)))
		errx(2, "%s has an end on the Host, which would count as the guest's", a->op);
}

/* A program of the bench's, in the short form, or else an operation. */
static void
plan(struct plan *plan, const struct asked *a)
{
	char disk[PATH_MAX];

	if (!plan_program(plan, a->op)) {
		plan_operations(plan, a->op);
		return;
	}
	image_path(&a->images, WORK_DISK, disk);
	if (access(disk, R_OK) < 0)
		errx(2, "%s is missing: `make profile OP=%s` makes it", disk, a->op);
}

/* The one boot: what it is of. */
struct single {
	struct boot *boot; /* NULL: it has been started */
	const struct images *images;
	const struct lab *lab;
	const char *directory;
};

static struct boot *
start_single(void *single)
{
	struct single *of = single;
	struct boot *boot = of->boot;

	if (boot)
		boot_start(boot, &qemu, of->images, of->lab, of->directory);
	of->boot = NULL;
	return boot;
}

static void
single_over(void *single, struct boot *boot)
{
	(void)single;
	(void)boot;
}

/* Run it.  The operations of the batch that was counted. */
static long long
run(const struct asked *a, const char *directory, const char *plugin, char log[PATH_MAX])
{
	static const struct lab without = {.number = 1}, with = {.number = 4, .module = true};
	struct cell cell = {.guest = a->uml ? "uml" : a->guest ? "linux" : "native"};
	static struct plan made;
	struct row *row = &made.row[0];
	const struct report *report = &row->outcome.report;
	struct boot *boot = &made.boot;
	struct single of = {
		.images = &a->images, .lab = a->module ? &with : &without, .directory = directory};
	struct pool pool = {.jobs = 1, .owner = &of, .next = start_single, .over = single_over};
	char *script;
	int stop;

	if (a->guest) {
		cell.interception = a->interception;
		cell.protection = a->protection;
		cell.spaces = a->spaces;
		cell.fast = a->fast[0];
	}
	made.cell = &cell;
	plan(&made, a);
	/* Where the module's functions are, the log says.  Brief: nobody serves. */
	script = plan_text("%sbrief=1\n%s", a->guest ? "grep -F '[monitor]' /proc/kallsyms\n" : "",
		row->test->script);
	made.test[0].script = script;
	made.test[0].id = a->op;
	boot->row[0] = row;
	boot->rows = 1;
	boot->plugin = plugin;
	of.boot = boot;
	stop = pool_run(&pool, signals_catch());
	if (stop)
		exit(128 + stop);
	free(script);
	if (row->result.status != STATUS_PASS || report->metrics != 1)
		errx(1, "%s was not measured (%s): %s", a->op, status_name(row->result.status),
			row->result.came[0] ? row->result.came : directory);
	strcpy(log, row->log);
	return report->metric[0].operations;
}

static void
names_of_image(struct profile *profile, enum code code, const struct asked *a, const char *image)
{
	const char *cross = getenv("CROSS");
	char path[PATH_MAX], *command;
	FILE *from;

	image_path(&a->images, image, path);
	if (asprintf(&command, "%snm '%s'", cross ? cross : "", path) < 0)
		err(3, "no memory");
	from = popen(command, "re");
	if (!from)
		err(3, "%s", command);
	profile_names(profile, code, from);
	if (pclose(from) != 0)
		errx(2, "`%s` fails: install the Debian package binutils (make deps does)",
			command);
	free(command);
}

static FILE *
open_file(const char *path, const char *mode)
{
	FILE *file = fopen(path, mode);

	if (!file)
		cannot(*mode == 'w' ? "make" : "read", path);
	return file;
}

static void
read_counts(struct profile *profile, const char *path)
{
	FILE *file = open_file(path, "re");
	unsigned long long times;
	unsigned long address;
	int launcher;

	while (fscanf(file, "%lx %d %llu", &address, &launcher, &times) == 3)
		profile_count(profile, address, launcher, times);
	fclose(file);
	if (!profile->total)
		errx(3, "%s has no instructions", path);
}

static void
print(struct profile *profile, const struct asked *a, FILE *to, long long operations)
{
	fprintf(to, "%s, %s: instructions of one, of %lld\n\n", a->cell, a->op, operations);
	profile_print(profile, to, operations, a->lines);
}

/* Whose they are, for who draws it, beside how it was measured. */
static void
write_split(const struct profile *profile, const struct asked *a, const char *path,
	long long operations)
{
	double n = operations;
	json_t *split = json_pack("{s:f, s:f, s:f, s:f}", "Host", profile->times[HOST] / n,
		"Monitor", profile->times[MONITOR] / n, "Guest kernel",
		profile->times[GUEST_KERNEL] / n, "application",
		profile->times[GUEST_APPLICATION] / n);
	char *command = plan_text("make profile OP=%s CELL='%s'", a->op, a->cell);
	char *versions = image_versions(&a->images,
		a->uml     ? "uml"
		: a->guest ? "linux"
			   : "",
		false);
	json_t *root = json_pack("{s:s, s:s, s:I, s:o, s:s, s:s, s:s}", "cell", a->cell, "op",
		a->op, "n", (json_int_t)operations, "instructions", split, "machine", bench_machine,
		"versions", versions, "command", command);

	if (!root)
		err(3, "no memory");
	if (json_dump_file(root, path, JSON_INDENT(1) | JSON_REAL_PRECISION(6)) < 0)
		cannot("write", path);
	json_decref(root);
	free(command);
	free(versions);
}

int
main(int argc, char **argv)
{
	struct asked a = {.cell = "linux module segments tables fast",
		.op = "getppid",
		.lines = 25,
		.images = {.build = "build", .tree = "reference"}};
	struct profile profile = {0};
	char directory[PATH_MAX], log[PATH_MAX], other[PATH_MAX];
	char *plugin, *counts, *result, *split;
	long long operations;
	FILE *file;

	options(&a, argc, argv);
	if (qemu.missing())
		errx(2, "%s", qemu.missing());
	profile.guest = a.guest;
	profile.uml = a.uml;
	tree_require(&a.images);
	image_path(&a.images, a.uml ? "uml" : "vmm", other);
	if (snprintf(directory, sizeof(directory), "%s/bench/profile/%s", a.images.build, a.cell) >=
		(int)sizeof(directory) - 64)
		errx(2, "this path is too long: %s", a.images.build);
	for (char *c = directory + strlen(a.images.build); *c; c++)
		if (*c == ' ')
			*c = '-';
	if (make_directory(directory) < 0)
		cannot("make", directory);
	if (asprintf(&counts, "%s/%s.counts", directory, a.op) < 0 ||
		asprintf(&result, "%s/%s.txt", directory, a.op) < 0 ||
		asprintf(&split, "%s/%s.json", directory, a.op) < 0 ||
		asprintf(&plugin, "%s/bin/profiler.so,out=%s,launcher=%s", a.images.build, counts,
			other) < 0)
		err(3, "no memory");
	unlink(counts);
	operations = run(&a, directory, plugin, log);

	names_of_image(&profile, HOST_CODE, &a, "kernel-symbols");
	if (!one_of(a.op, "shell povray build web cgi")) /* they are other programs */
		names_of_image(&profile, APPLICATION_CODE, &a, "measure");
	if (a.guest) {
		names_of_image(&profile, GUEST_KERNEL_CODE, &a, "linux-symbols");
		names_of_image(&profile, LAUNCHER_CODE, &a, "vmm");
		file = open_file(log, "re");
		profile_names(&profile, MODULE_CODE, file);
		fclose(file);
	}
	read_counts(&profile, counts);
	print(&profile, &a, stdout, operations);
	file = open_file(result, "we");
	print(&profile, &a, file, operations);
	if (fclose(file) != 0)
		cannot("write", result);
	write_split(&profile, &a, split, operations);
	printf("\nIt is in %s, too; each address in %s.\n", result, counts);
	profile_free(&profile);
	free(plugin);
	free(counts);
	free(result);
	free(split);
	return 0;
}
