/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * report.c - the figures as a JSON file, and as tables for a person.
 */
#define _GNU_SOURCE
#include "bench/bench.h"

#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *const event_names[EVENTS] = {"context_switches", "mm_switches", "tlb_flushes",
	"tlb_page_flushes", "executed", "system_calls", "page_faults", "other_exceptions",
	"interrupts"};

const struct figure *
bench_find(const struct cell *cell, const char *metric)
{
	for (int i = 0; i < cell->figures; i++)
		if (strcmp(cell->figure[i].metric, metric) == 0)
			return &cell->figure[i];
	return NULL;
}

#define RDTSC_MOST 20 /* with the loop around it */

void
bench_check_clock(struct cell *cell)
{
	const struct figure *rdtsc = bench_find(cell, "rdtsc");

	if (rdtsc && rdtsc->instructions > RDTSC_MOST && !cell->failed[0])
		snprintf(cell->failed, sizeof(cell->failed),
			"rdtsc takes %lld instructions: it does not count them",
			rdtsc->instructions);
}

/* For as long as the bench runs; as it is planned where the file has none. */
static void
load_text(const char **text, const json_t *one, const char *name)
{
	const char *value = json_string_value(json_object_get(one, name));

	if (value && (!*text || strcmp(*text, value) != 0))
		*text = strdup(value);
}

static void
load_one(struct bench *bench, json_t *one)
{
	const char *key = json_string_value(json_object_get(one, "key"));
	const char *metric = json_string_value(json_object_get(one, "metric"));

	if (!key || !metric)
		return;
	for (size_t i = 0; i < bench->cells; i++) {
		struct cell *cell = &bench->cell[i];
		struct figure *figure = &cell->figure[cell->figures];

		if (!*key || strcmp(cell->key, key) != 0 || cell->figures == FIGURES_MAX)
			continue;
		snprintf(figure->metric, sizeof(figure->metric), "%s", metric);
		figure->n = json_integer_value(json_object_get(one, "n"));
		figure->instructions = json_integer_value(json_object_get(one, "instructions"));
		figure->counted = json_object_get(one, event_names[0]) != NULL;
		cell->brief = json_is_true(json_object_get(one, "brief"));
		load_text(&cell->versions, one, "versions");
		load_text(&cell->command, one, "command");
		snprintf(figure->sum, sizeof(figure->sum), "%s",
			json_string_value(json_object_get(one, "sum")) ?: "");
		for (int e = 0; e < EVENTS; e++)
			figure->event[e] = json_number_value(json_object_get(one, event_names[e]));
		cell->figures++;
	}
}

void
bench_load(struct bench *bench, const char *path)
{
	json_t *root = json_load_file(path, 0, NULL), *one;
	size_t i;

	json_array_foreach(json_object_get(root, "figures"), i, one) load_one(bench, one);
	json_decref(root);
}

static json_t *
save_one(const struct bench *bench, const struct cell *cell, const struct figure *figure)
{
	json_t *one = json_pack("{s:s, s:s?, s:s?, s:s?, s:b, s:s, s:I, s:I, s:s, s:s*, s:s*, s:s}",
		"guest", cell->guest, "interception", cell->interception, "protection",
		cell->protection, "spaces", cell->spaces, "fast", cell->fast, "metric",
		figure->metric, "n", (json_int_t)figure->n, "instructions",
		(json_int_t)figure->instructions, "machine",
		cell->machine ? cell->machine : bench->machine, "versions", cell->versions,
		"command", cell->command, "key", cell->key);

	if (cell->brief)
		json_object_set_new(one, "brief", json_true());
	if (figure->sum[0])
		json_object_set_new(one, "sum", json_string(figure->sum));
	for (int e = 0; e < EVENTS && figure->counted; e++)
		json_object_set_new(one, event_names[e], json_real(figure->event[e]));
	return one;
}

int
bench_save(const struct bench *bench, const char *path)
{
	json_t *figures = json_array(), *root;
	char temporary[PATH_MAX + 8];
	int bad;

	for (size_t i = 0; i < bench->cells; i++)
		for (int f = 0; f < bench->cell[i].figures; f++)
			json_array_append_new(figures,
				save_one(bench, &bench->cell[i], &bench->cell[i].figure[f]));
	root = json_pack("{s:o}", "figures", figures);
	if (!root) {
		errno = ENOMEM;
		return -1;
	}
	snprintf(temporary, sizeof(temporary), "%s.new", path);
	bad = json_dump_file(root, temporary, JSON_INDENT(1) | JSON_REAL_PRECISION(6));
	json_decref(root);
	if (!bad && rename(temporary, path) == 0)
		return 0;
	bad = errno;
	unlink(temporary);
	errno = bad;
	return -1;
}

/* NULL if there is none; without figures if it was not measured. */
static const struct cell *
native_of(const struct bench *bench, const struct cell *cell)
{
	for (size_t i = 0; cell->native && i < bench->cells; i++)
		if (bench->cell[i].what == cell->what &&
			strcmp(bench->cell[i].guest, cell->native) == 0)
			return &bench->cell[i];
	return NULL;
}

int
bench_compare(struct bench *bench)
{
	int others = 0;

	for (size_t i = 0; i < bench->cells; i++) {
		struct cell *cell = &bench->cell[i];
		const struct cell *native = native_of(bench, cell);
		bool other = false;

		for (int f = 0; f < cell->figures && native && !other; f++) {
			const struct figure *figure = &cell->figure[f];
			const struct figure *beside = bench_find(native, figure->metric);

			other = beside && strcmp(beside->sum, figure->sum) != 0;
			if (other)
				snprintf(cell->failed, sizeof(cell->failed),
					"%s made %s, natively it makes %s", figure->metric,
					figure->sum, beside->sum);
		}
		others += other;
	}
	return others;
}

/* ---- the tables ---- */

struct column {
	const char *metric, *title;
};

static const struct column unit_columns[] = {{"null-call-16", "null call"},
	{"null-call-4096", "4096 pages"}, {"page-fault", "page fault"}, {"switch-1", "switch: 1"},
	{"switch-16", "16"}, {"switch-64", "64"}, {"switch-256", "256"}, {"switch-1024", "1024"},
	{"switch-4096", "4096"}, {NULL, NULL}};
static const struct column call_columns[] = {{"getppid", "getppid"}, {"read", "read"},
	{"write", "write"}, {"stat", "stat"}, {"open", "open+close"},
	{"signal-install", "sigaction"}, {"signal", "signal"}, {NULL, NULL}};
static const struct column memory_columns[] = {{"page-fault", "page fault"},
	{"protection-fault", "prot. fault"}, {"mmap", "mmap+munmap"}, {"fork", "fork+exit+wait"},
	{"exec", "fork+exec+wait"}, {"shell", "sh -c"}, {NULL, NULL}};
static const struct column switch_columns[] = {{"pipe", "pipe ping-pong"},
	{"switch-2p-0k", "2 proc., 0 KB"}, {"switch-8p-0k", "8 proc., 0 KB"},
	{"switch-16p-0k", "16 proc., 0 KB"}, {"switch-2p-64k", "2 proc., 64 KB"},
	{"switch-8p-64k", "8 proc., 64 KB"}, {"switch-16p-64k", "16 proc., 64 KB"}, {NULL, NULL}};
static const struct column net_columns[] = {
	{"net-send", "to the Host"}, {"net-receive", "from the Host"}, {NULL, NULL}};
static const struct column program_columns[] = {{"povray", "POV-Ray"}, {"build", "make, gcc"},
	{"web", "lighttpd: file"}, {"cgi", "lighttpd: CGI"}, {NULL, NULL}};
static const struct column full_columns[] = {{"povray-full", "POV-Ray"},
	{"build-full", "make, gcc"}, {"web-full", "lighttpd: file"}, {"cgi-full", "lighttpd: CGI"},
	{NULL, NULL}};
static const struct column unit_events[] = {{"null-call-16", "null call"},
	{"page-fault", "page fault"}, {"switch-64", "switch, 64 pages"}, {NULL, NULL}};
static const struct column linux_events[] = {{"getppid", "getppid"}, {"pipe", "pipe ping-pong"},
	{"fork", "fork+exit+wait"}, {"page-fault", "page fault"}, {NULL, NULL}};

static void
print_name(const struct cell *cell)
{
	char name[80];

	if (cell->peer)
		snprintf(name, sizeof(name), "%s", cell->peer);
	else if (cell->interception)
		snprintf(name, sizeof(name), "%-7s %-10s %-6s%s", cell->interception,
			cell->protection, cell->spaces, cell->fast ? " fast" : "");
	else
		snprintf(name, sizeof(name), "%s",
			strcmp(cell->guest, "uml") == 0 ? "User-Mode Linux, skas0" : cell->guest);
	printf("  %-30s", name);
}

static void
print_head(const struct column *column, int width)
{
	printf("  %-30s", "");
	for (; column->metric; column++)
		printf(" %*s", width, column->title);
	printf("\n");
}

/* "-" where nothing was measured. */
static void
print_instructions(const struct figure *figure, const struct figure *native, int width, int digits)
{
	char text[64] = "-";

	if (figure && native && native->instructions > 0)
		snprintf(text, sizeof(text), "%lld (%.*fx)", figure->instructions, digits,
			(double)figure->instructions / native->instructions);
	else if (figure)
		snprintf(text, sizeof(text), "%lld", figure->instructions);
	printf(" %*s", width, text);
}

/* A tick of the Host's clock in the batch is nobody's event. */
static double
rounded(double x)
{
	return (long long)(x * 100 + 0.5) / 100.0;
}

static void
print_events(const struct figure *figure, const enum event show[4], int width)
{
	char text[96] = "-";

	if (figure && figure->counted)
		snprintf(text, sizeof(text), "%.4g %.4g %.4g %.4g", rounded(figure->event[show[0]]),
			rounded(figure->event[show[1]]), rounded(figure->event[show[2]]),
			rounded(figure->event[show[3]]));
	printf(" %*s", width, text);
}

enum part { UNIT, LINUX, WORK, FULL, PEERS };

static enum part
part_of(const struct cell *cell)
{
	if (cell->peer)
		return PEERS;
	if (strcmp(cell->guest, "unit") == 0)
		return UNIT;
	return cell->what == PROGRAMS ? WORK : cell->what == PROGRAMS_FULL ? FULL : LINUX;
}

/* A table has the cells of one kind, those that were measured.  Without events: instructions. */
static void
print_part(const struct bench *bench, enum part part, const struct column *columns,
	const enum event *events)
{
	bool programs = part == WORK || part == FULL;
	int width = events ? 24 : part == UNIT ? 11 : programs ? 20 : 17;

	print_head(columns, width);
	for (size_t i = 0; i < bench->cells; i++) {
		const struct cell *cell = &bench->cell[i], *native = native_of(bench, cell);

		if (!cell->figures || part_of(cell) != part)
			continue;
		print_name(cell);
		for (const struct column *c = columns; c->metric; c++) {
			const struct figure *figure = bench_find(cell, c->metric);

			if (events)
				print_events(figure, events, width);
			else
				print_instructions(figure,
					native ? bench_find(native, c->metric) : NULL, width,
					programs ? 3 : 2);
		}
		printf("\n");
	}
	printf("\n");
}

static void
print_operations(const struct bench *bench, enum part part)
{
	print_part(bench, part, call_columns, NULL);
	print_part(bench, part, memory_columns, NULL);
	printf("A context switch: a byte goes round between processes that write to memory of "
	       "their own\n");
	print_part(bench, part, switch_columns, NULL);
	if (part == PEERS) /* it has no network */
		return;
	printf("64 KiB by TCP, with both ends: a guest's way to the Host is TAP, the Host's own is "
	       "loopback\n");
	print_part(bench, part, net_columns, NULL);
}

/* What they are stands above them, once. */
static void
print_peers(const struct bench *bench)
{
	for (size_t i = 0; i < bench->cells; i++) {
		if (!bench->cell[i].figures || part_of(&bench->cell[i]) != PEERS)
			continue;
		printf("Other monitors: instructions of one operation, and how many times their "
		       "own native\n(%s)\n",
			bench->cell[i].versions);
		print_operations(bench, PEERS);
		return;
	}
}

static void
print_all_events(const struct bench *bench, const enum event *events, bool work)
{
	print_part(bench, UNIT, unit_events, events);
	print_part(bench, LINUX, linux_events, events);
	if (work)
		print_part(bench, WORK, program_columns, events);
}

void
bench_print(const struct bench *bench)
{
	static const enum event flushes[] = {SWITCHES, MM_SWITCHES, TLB_FLUSHES, PAGE_FLUSHES},
				entries[] = {
					SYSTEM_CALLS, PAGE_FAULTS, OTHER_EXCEPTIONS, INTERRUPTS};
	bool counted = false, work = false, full = false;

	printf("Unit guests: instructions of one operation (%s)\n", bench->machine);
	print_part(bench, UNIT, unit_columns, NULL);
	printf("Linux: instructions of one operation, and how many times native\n");
	print_operations(bench, LINUX);
	for (size_t i = 0; i < bench->cells; i++)
		for (int f = 0; f < bench->cell[i].figures; f++) {
			counted |= bench->cell[i].figure[f].counted;
			work |= bench->cell[i].what == PROGRAMS;
			full |= bench->cell[i].what == PROGRAMS_FULL;
		}
	if (work) {
		printf("Programs: instructions of a run, and the run time normalised to native\n");
		print_part(bench, WORK, program_columns, NULL);
	}
	if (full) {
		printf("Their long form\n");
		print_part(bench, FULL, full_columns, NULL);
	}
	print_peers(bench);
	if (!counted)
		return;
	printf("In the Host, for one operation or run: context switches, mm switches, TLB flushes "
	       "(every load of CR3),\nsingle pages flushed.  QEMU counts them as they are "
	       "executed.\n");
	print_all_events(bench, flushes, work);
	printf("How often the Host was entered: by system calls, page faults, other exceptions, "
	       "interrupts.  What the\nfast path answers itself does not enter it.\n");
	print_all_events(bench, entries, work);
}
