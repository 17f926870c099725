/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * check_bench.c - what the bench keeps from one run to the next, and what it shows of it.
 */
#define _GNU_SOURCE /* stdout is a variable */
#include "bench/bench.h"
#include "bench/profile.h"

#include <check.h>
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char directory[] = "/tmp/check-bench.XXXXXX";
static char path[64];

static void
make_place(void)
{
	ck_assert_ptr_nonnull(mkdtemp(directory));
	snprintf(path, sizeof(path), "%s/bench.json", directory);
}

static void
remove_place(void)
{
	unlink(path);
	rmdir(directory);
	strcpy(directory + strlen(directory) - 6, "XXXXXX");
}

static struct cell
module_cell(const char *key)
{
	struct cell cell = {.guest = "linux",
		.interception = "module",
		.protection = "segments",
		.spaces = "tables",
		.fast = true,
		.command = "make it"};

	strcpy(cell.key, key);
	return cell;
}

static void
save_one(const char *key)
{
	struct cell cell = module_cell(key);
	struct bench bench = {.cell = &cell, .cells = 1, .machine = "a machine"};

	cell.figures = 1;
	cell.figure[0] = (struct figure){.metric = "pipe",
		.n = 64,
		.instructions = 6210,
		.counted = true,
		.event = {0, 0, 2.25, 1},
		.sum = "5eaf00d"};
	cell.brief = true;
	cell.versions = "it 1.0";
	cell.command = "make it BRIEF=1";
	ck_assert_int_eq(bench_save(&bench, path), 0);
}

START_TEST(figures_come_back)
{
	struct cell cell = module_cell("0123456789abcdef");
	struct bench bench = {.cell = &cell, .cells = 1, .machine = "a machine"};
	const struct figure *figure;

	save_one("0123456789abcdef");
	bench_load(&bench, path);
	ck_assert_int_eq(cell.figures, 1);
	figure = bench_find(&cell, "pipe");
	ck_assert_ptr_nonnull(figure);
	ck_assert_int_eq(figure->n, 64);
	ck_assert_int_eq(figure->instructions, 6210);
	ck_assert(figure->counted);
	ck_assert_double_eq(figure->event[TLB_FLUSHES], 2.25);
	ck_assert_str_eq(figure->sum, "5eaf00d");
	ck_assert(cell.brief);
	ck_assert_str_eq(cell.versions, "it 1.0");
	ck_assert_str_eq(cell.command, "make it BRIEF=1");
	ck_assert_ptr_null(bench_find(&cell, "fork"));
	free((char *)cell.versions);
	free((char *)cell.command);
}
END_TEST

/* A file of before versions and commands were kept: what it does not say nobody makes up. */
START_TEST(an_older_file_has_its_figures)
{
	struct cell cell = module_cell("0123456789abcdef");
	struct bench bench = {.cell = &cell, .cells = 1, .machine = "a machine"};
	FILE *file = fopen(path, "w");

	fputs("{\"figures\": [{\"guest\": \"linux\", \"metric\": \"pipe\", \"n\": 64,"
	      " \"instructions\": 6210, \"key\": \"0123456789abcdef\"}]}",
		file);
	fclose(file);
	bench_load(&bench, path);
	ck_assert_int_eq(cell.figures, 1);
	ck_assert_ptr_null(cell.versions);
	ck_assert_str_eq(cell.command, "make it");
}
END_TEST

/* Something was built again: what was measured before says nothing about it. */
START_TEST(another_key_has_no_figures)
{
	struct cell cell = module_cell("fedcba9876543210");
	struct bench bench = {.cell = &cell, .cells = 1, .machine = "a machine"};

	save_one("0123456789abcdef");
	bench_load(&bench, path);
	ck_assert_int_eq(cell.figures, 0);
}
END_TEST

START_TEST(a_file_that_is_none_has_no_figures)
{
	static const char *const texts[] = {"", "no JSON", "[]", "{\"figures\": 1}",
		"{\"figures\": [1, {\"key\": 2}, {\"key\": \"0123456789abcdef\"}]}"};
	struct cell cell = module_cell("0123456789abcdef");
	struct bench bench = {.cell = &cell, .cells = 1, .machine = "a machine"};

	bench_load(&bench, path);
	ck_assert_int_eq(cell.figures, 0);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		FILE *file = fopen(path, "w");

		fputs(texts[i], file);
		fclose(file);
		bench_load(&bench, path);
		ck_assert_int_eq(cell.figures, 0);
	}
}
END_TEST

START_TEST(a_place_that_is_not_there_is_an_error)
{
	struct bench bench = {.machine = "a machine"};

	ck_assert_int_eq(bench_save(&bench, "/nowhere/bench.json"), -1);
	ck_assert_int_eq(errno, ENOENT);
}
END_TEST

/* The Host's native, a Linux guest, and a peer with a native of its own. */
static struct cell mixed[] = {
	{.guest = "native"},
	{.guest = "linux",
		.interception = "module",
		.protection = "none",
		.spaces = "tables",
		.native = "native",
		.versions = "ours 6.1",
		.command = "make ours"},
	{.guest = "xen-native", .peer = "its kernel", .versions = "it 1.0", .machine = "another"},
	{.guest = "xen",
		.interception = "xen-pv",
		.native = "xen-native",
		.peer = "the same on it",
		.versions = "it 1.0",
		.machine = "another",
		.command = "make it"},
};
#define MIXED (sizeof(mixed) / sizeof(mixed[0]))

static struct bench
mixed_bench(void)
{
	static const long long getppid[MIXED] = {200, 300, 320, 960};

	for (size_t i = 0; i < MIXED; i++) {
		mixed[i].figures = 1;
		mixed[i].figure[0] =
			(struct figure){.metric = "getppid", .n = 256, .instructions = getppid[i]};
		snprintf(mixed[i].key, sizeof(mixed[i].key), "%016zu", i);
	}
	return (struct bench){.cell = mixed, .cells = MIXED, .machine = "a machine"};
}

static char *
printed(const struct bench *bench)
{
	FILE *terminal = stdout;
	char *text = NULL;
	size_t size;

	stdout = open_memstream(&text, &size);
	ck_assert_ptr_nonnull(stdout);
	bench_print(bench);
	fclose(stdout);
	stdout = terminal;
	return text;
}

/* The labs' cells of one guest, with one row each. */
#define LABS 5
static struct cell lab_cell[LABS];

static struct bench
labs_bench(const char *metric, const long long instructions[LABS])
{
	static const char *const protection[LABS] = {
		"mprotect", "mprotect", "segments", "segments", "segments"};

	for (int i = 0; i < LABS; i++) {
		lab_cell[i] = (struct cell){.guest = "linux",
			.interception = i ? "module" : "ptrace",
			.protection = protection[i],
			.spaces = i < 3 ? "remap" : "tables",
			.fast = i == 4,
			.figures = 1};
		lab_cell[i].figure[0] = (struct figure){.n = 256, .instructions = instructions[i]};
		strcpy(lab_cell[i].figure[0].metric, metric);
	}
	return (struct bench){.cell = lab_cell, .cells = LABS, .machine = "a machine"};
}

static const struct ladder {
	const char *metric;
	long long instructions[LABS];
	int wrong;
} ladders[] = {
	/* Measured in November 2026, when lab 2's mprotect walked the page tables twice. */
	{"getppid", {388752, 513240, 850, 780, 240}, 1},
	{"null-call-16", {82082, 88099, 573, 573, 120}, 1},
	{"net-receive", {681049, 538628, 105434, 101364, 105054}, 1},
	/* At the limits, and just beyond. */
	{"fork", {1000, 900, 899, 899, 899}, 0},
	{"fork", {1000, 901, 900, 900, 900}, 1},
	{"fork", {1000, 900, 900, 900, 900}, 1},
	{"fork", {10000, 9000, 8000, 8040, 8080}, 0},
	{"fork", {10000, 9000, 8000, 8041, 8041}, 1},
	{"fork", {10000, 9000, 8000, 8000, 8041}, 1},
	{"null-call-16", {1000, 750, 10, 10, 10}, 0},
	{"null-call-16", {1000, 751, 10, 10, 10}, 1},
	{"fork", {1000, 1010, 1020, 1030, 1040}, 4},
	/* The clock is read the same way everywhere. */
	{"rdtsc", {10, 10, 10, 10, 10}, 0},
	/* Nothing was measured: nothing to compare. */
	{"fork", {0, 0, 0, 0, 0}, 0},
};

static int
rows_out_of_order(const struct bench *bench, char **text)
{
	FILE *terminal = stdout;
	size_t size;
	int wrong;

	stdout = open_memstream(text, &size);
	ck_assert_ptr_nonnull(stdout);
	wrong = bench_ladder(bench);
	fclose(stdout);
	stdout = terminal;
	return wrong;
}

START_TEST(each_lab_costs_less_than_the_one_before)
{
	struct bench bench = labs_bench(ladders[_i].metric, ladders[_i].instructions);
	char *text = NULL;

	ck_assert_int_eq(rows_out_of_order(&bench, &text), ladders[_i].wrong);
	if (ladders[_i].wrong)
		ck_assert_ptr_nonnull(strstr(text, ladders[_i].metric));
	free(text);
}
END_TEST

/* Another guest, another kind of cell, or a peer is another ladder. */
START_TEST(only_like_cells_are_compared)
{
	struct bench bench = labs_bench("fork", (const long long[]){1000, 1010, 1020, 1030, 1040});
	char *text = NULL;

	lab_cell[0].guest = "unit";
	lab_cell[2].what = PROGRAMS;
	lab_cell[3].peer = "another monitor";
	ck_assert_int_eq(rows_out_of_order(&bench, &text), 0);
	free(text);
}
END_TEST

/* The line that begins so, behind a place. */
static bool
row_has(const char *text, const char *name, const char *what)
{
	const char *row = strstr(text, name), *hit = row ? strstr(row, what) : NULL;

	return hit && !memchr(row, '\n', hit - row);
}

START_TEST(each_is_compared_with_its_own_native)
{
	struct bench bench = mixed_bench();
	char *text = printed(&bench);
	const char *peers = strstr(text, "Other monitors");

	ck_assert(row_has(text, "  native ", " 200"));
	ck_assert(row_has(text, "  module ", " 300 (1.50x)"));
	ck_assert_ptr_nonnull(peers);
	ck_assert_ptr_nonnull(strstr(peers, "(it 1.0)"));
	ck_assert(row_has(peers, "  its kernel ", " 320"));
	ck_assert(!row_has(peers, "  its kernel ", "x)"));
	ck_assert(row_has(peers, "  the same on it ", " 960 (3.00x)"));
	ck_assert_ptr_null(strstr(peers, "  native "));
	free(text);
}
END_TEST

/* Two ways to the Host, so the table says which; a peer has none. */
START_TEST(a_network_has_a_table_for_all_but_peers)
{
	struct bench bench = mixed_bench();
	char *text, *table, *peers;

	for (size_t i = 0; i < MIXED; i++)
		mixed[i].figure[mixed[i].figures++] = (struct figure){
			.metric = "net-send", .n = 4, .instructions = i ? 600000 : 60000};
	text = printed(&bench);
	table = strstr(text, "64 KiB by TCP");
	peers = strstr(text, "Other monitors");
	ck_assert_ptr_nonnull(table);
	ck_assert_ptr_nonnull(peers);
	ck_assert(row_has(table, "  native ", " 60000 "));
	ck_assert(row_has(table, "  module ", " 600000 (10.00x)"));
	ck_assert_ptr_null(strstr(table + 1, "64 KiB by TCP"));
	ck_assert_ptr_null(strstr(peers, "600000"));
	free(text);
}
END_TEST

/* Its native could not be measured: there is nothing to compare with, least of all another's. */
START_TEST(without_its_native_it_has_no_ratio)
{
	struct bench bench = mixed_bench();
	char *text;

	mixed[2].figures = 0;
	text = printed(&bench);
	ck_assert(row_has(text, "  the same on it ", " 960"));
	ck_assert(!row_has(text, "  the same on it ", "x)"));
	free(text);
}
END_TEST

START_TEST(nobody_asked_for_peers)
{
	struct bench bench = mixed_bench();
	char *text;

	bench.cells = 2;
	text = printed(&bench);
	ck_assert_ptr_null(strstr(text, "Other monitors"));
	free(text);
}
END_TEST

START_TEST(each_says_how_it_was_measured)
{
	static const char *const fields[][3] = {
		{"machine", "a machine", "another"},
		{"versions", "ours 6.1", "it 1.0"},
		{"command", "make ours", "make it"},
	};
	struct bench bench = mixed_bench();
	json_t *root, *figures;

	ck_assert_int_eq(bench_save(&bench, path), 0);
	root = json_load_file(path, 0, NULL);
	figures = json_object_get(root, "figures");
	ck_assert_uint_eq(json_array_size(figures), MIXED);
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		for (int peer = 0; peer < 2; peer++) {
			json_t *one = json_array_get(figures, peer ? 3 : 1);
			const char *value = json_string_value(json_object_get(one, fields[i][0]));

			ck_assert_pstr_eq(value, fields[i][1 + peer]);
		}
	}
	json_decref(root);
}
END_TEST

START_TEST(a_clock_that_is_made_up_fails_the_cell)
{
	struct cell cell = {.guest = "xen", .figures = 1};

	cell.figure[0] = (struct figure){.metric = "rdtsc", .n = 256, .instructions = 3};
	bench_check_clock(&cell);
	ck_assert_str_eq(cell.failed, "");
	cell.figure[0].instructions = 900;
	bench_check_clock(&cell);
	ck_assert_pstr_eq(strstr(cell.failed, "900 instructions"),
		"900 instructions: it does not count them");
}
END_TEST

static void
made(struct cell *cell, const char *guest, const char *sum)
{
	*cell = (struct cell){.guest = guest, .what = PROGRAMS, .figures = 1};
	if (strcmp(guest, "native") != 0)
		cell->native = "native";
	strcpy(cell->figure[0].metric, "build");
	strcpy(cell->figure[0].sum, sum);
}

START_TEST(a_program_makes_the_same_everywhere)
{
	struct cell cell[3];
	struct bench bench = {.cell = cell, .cells = 3, .machine = "a machine"};

	made(&cell[0], "uml", "1234");
	made(&cell[1], "native", "1234");
	made(&cell[2], "linux", "123");
	ck_assert_int_eq(bench_compare(&bench), 1);
	ck_assert_str_eq(cell[0].failed, "");
	ck_assert_str_eq(cell[2].failed, "build made 123, natively it makes 1234");
}
END_TEST

/* What they make is compared, and what they take is shown: each in a column of its own. */
START_TEST(every_program_has_a_column)
{
	static const char *const program[] = {"povray", "build", "web", "cgi"};
	struct cell cell[2];
	struct bench bench = {.cell = cell, .cells = 2, .machine = "a machine"};
	char *text, *table;

	made(&cell[0], "native", "1234");
	made(&cell[1], "uml", "1234");
	for (int c = 0; c < 2; c++)
		for (int i = 0; i < 4; i++)
			cell[c].figure[i] = (struct figure){
				.n = 1, .instructions = 1000000 + i + c * 2000000, .sum = "1234"};
	for (int i = 0; i < 4; i++) {
		strcpy(cell[0].figure[i].metric, program[i]);
		strcpy(cell[1].figure[i].metric, program[i]);
	}
	cell[0].figures = cell[1].figures = 4;
	ck_assert_int_eq(bench_compare(&bench), 0);
	text = printed(&bench);
	table = strstr(text, "Programs: ");
	ck_assert_ptr_nonnull(table);
	ck_assert(row_has(table, "  User-Mode Linux", " 3000000 (3.000x)"));
	ck_assert(row_has(table, "  User-Mode Linux", " 3000001 (3.000x)"));
	ck_assert(row_has(table, "  User-Mode Linux", " 3000002 (3.000x)"));
	ck_assert(row_has(table, "  User-Mode Linux", " 3000003 (3.000x)"));
	free(text);
	strcpy(cell[1].figure[3].sum, "123");
	ck_assert_int_eq(bench_compare(&bench), 1);
	ck_assert_str_eq(cell[1].failed, "cgi made 123, natively it makes 1234");
}
END_TEST

/* Of another kind of cell, or not measured: nothing to compare with. */
START_TEST(without_a_native_run_nothing_is_compared)
{
	struct cell cell[2];
	struct bench bench = {.cell = cell, .cells = 2, .machine = "a machine"};

	made(&cell[0], "native", "1234");
	made(&cell[1], "linux", "123");
	cell[0].what = PROGRAMS_FULL;
	ck_assert_int_eq(bench_compare(&bench), 0);
	cell[0].what = PROGRAMS;
	cell[0].figures = 0;
	ck_assert_int_eq(bench_compare(&bench), 0);
	ck_assert_str_eq(cell[1].failed, "");
}
END_TEST

/* ---- make profile ---- */

static void
names(struct profile *profile, enum code code, const char *text)
{
	FILE *file = fmemopen((void *)text, strlen(text), "r");

	ck_assert_ptr_nonnull(file);
	profile_names(profile, code, file);
	fclose(file);
}

/* As nm has them, not in order; and a console between whose lines /proc/kallsyms was written. */
static struct profile
some_names(bool guest)
{
	struct profile profile = {.guest = guest};

	names(&profile, HOST_CODE,
		"c0100100 T schedule\n         U abroad\nc0100000 t switch_to\n"
		"c0100180 D not_code\n");
	names(&profile, MODULE_CODE,
		"== getppid ==\r\nd0800000 t enter\t[monitor]\r\n[    1.5] a message\r\n"
		"d0800040 t fast_int80\t[monitor]\r\n");
	names(&profile, LAUNCHER_CODE, "08049000 T wait4\n");
	names(&profile, GUEST_KERNEL_CODE, "70001000 T schedule\n70001100 T tt_run\n");
	names(&profile, APPLICATION_CODE, "0804a100 T getppid\n0804a200 T _fini\n");
	return profile;
}

static char *
profile_text(struct profile *profile, long long operations, size_t lines)
{
	char *text = NULL;
	size_t size;
	FILE *file = open_memstream(&text, &size);

	ck_assert_ptr_nonnull(file);
	profile_print(profile, file, operations, lines);
	fclose(file);
	profile_free(profile);
	return text;
}

/* An address, and where its instructions have to be. */
static const struct {
	unsigned long address;
	bool launcher;
	enum character who;
	const char *name;
} executed[] = {
	{0xc0100000, false, HOST, "switch_to"},
	{0xc01000ff, false, HOST, "switch_to"},
	{0xc0100100, false, HOST, "schedule"},
	{0xc0100190, false, HOST, "schedule"},
	{0xd0800000, false, MONITOR, "enter"},
	{0xd0800044, false, MONITOR, "fast_int80"},
	{0x08049004, true, MONITOR, "wait4"},
	{0x70001004, false, GUEST_KERNEL, "schedule"},
	{0x70001100, false, GUEST_KERNEL, "tt_run"},
	{0xbff00010, false, MONITOR, NULL},
	{0xb7e00000, false, GUEST_APPLICATION, NULL},
	{0x08049004, false, GUEST_APPLICATION, NULL},
	{0x0804a1ff, false, GUEST_APPLICATION, "getppid"},
	{0x0804a204, false, GUEST_APPLICATION, NULL},
};

START_TEST(each_instruction_is_somebodys)
{
	static const char *const rows[] = {
		"  Host  ", "  Monitor  ", "  Guest kernel  ", "  Guest application  "};
	struct profile profile = some_names(true);
	char name[64], *text, *functions;

	profile_count(&profile, executed[_i].address, executed[_i].launcher, 10);
	for (int who = 0; who < CHARACTERS; who++)
		ck_assert_uint_eq(
			profile.times[who], (enum character)who == executed[_i].who ? 10 : 0);
	text = profile_text(&profile, 4, 9);
	ck_assert(row_has(text, rows[executed[_i].who], " 2.5 100.0%"));
	functions = strstr(text, "\n\n");
	ck_assert_ptr_nonnull(functions);
	if (executed[_i].name) {
		snprintf(name, sizeof(name), " %s ", executed[_i].name);
		ck_assert(row_has(functions, rows[executed[_i].who], name));
	} else {
		ck_assert_str_eq(functions, "\n\n");
	}
	free(text);
}
END_TEST

/* A program of the Host's has no Guest kernel at these addresses, and no Monitor. */
START_TEST(a_native_program_is_no_guest)
{
	struct profile profile = some_names(false);
	char *text;

	profile_count(&profile, 0x70001004, false, 1);
	profile_count(&profile, 0xbff00010, false, 2);
	text = profile_text(&profile, 1, 9);
	ck_assert(row_has(text, "  program  ", " 3.0 100.0%"));
	ck_assert_ptr_null(strstr(text, "Guest"));
	free(text);
}
END_TEST

/* User-Mode Linux is its own Monitor: all that is not the program's is its kernel's or the Host's.
 */
START_TEST(user_mode_linux_has_no_monitor)
{
	struct profile profile = some_names(false);
	char *text;

	profile.uml = true;
	profile_count(&profile, 0x08049004, true, 4);
	profile_count(&profile, 0xb7fe8540, false, 2);
	profile_count(&profile, 0x0804a080, false, 1);
	profile_count(&profile, 0xc0100000, false, 3);
	text = profile_text(&profile, 1, 9);
	ck_assert(row_has(text, "  Guest kernel  ", " 6.0  60.0%"));
	ck_assert(row_has(text, "  Guest application  ", " 1.0  10.0%"));
	ck_assert(row_has(text, "  Host  ", " 3.0  30.0%"));
	ck_assert_ptr_null(strstr(text, "  Monitor  "));
	free(text);
}
END_TEST

START_TEST(the_largest_come_first)
{
	struct profile profile = some_names(true);
	char *text;

	profile_count(&profile, 0xc0100000, false, 20);
	profile_count(&profile, 0xd0800044, false, 70);
	profile_count(&profile, 0x70001004, false, 4);
	profile_count(&profile, 0x70001104, false, 6);
	text = profile_text(&profile, 10, 3);
	ck_assert(row_has(text, "  all  ", " 10.0 100.0%"));
	ck_assert_ptr_nonnull(strstr(text, "fast_int80"));
	ck_assert_ptr_nonnull(strstr(strstr(text, "fast_int80"), "switch_to"));
	ck_assert_ptr_nonnull(strstr(strstr(text, "switch_to"), "tt_run"));
	ck_assert_ptr_null(strstr(text, "schedule"));
	free(text);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("bench");
	TCase *tests = tcase_create("the file");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tests, make_place, remove_place);
	tcase_add_test(tests, figures_come_back);
	tcase_add_test(tests, an_older_file_has_its_figures);
	tcase_add_test(tests, another_key_has_no_figures);
	tcase_add_test(tests, a_file_that_is_none_has_no_figures);
	tcase_add_test(tests, a_place_that_is_not_there_is_an_error);
	tcase_add_test(tests, a_program_makes_the_same_everywhere);
	tcase_add_test(tests, without_a_native_run_nothing_is_compared);
	tcase_add_test(tests, a_clock_that_is_made_up_fails_the_cell);
	suite_add_tcase(suite, tests);
	tests = tcase_create("what is shown");
	tcase_add_checked_fixture(tests, make_place, remove_place);
	tcase_add_test(tests, each_is_compared_with_its_own_native);
	tcase_add_test(tests, without_its_native_it_has_no_ratio);
	tcase_add_test(tests, nobody_asked_for_peers);
	tcase_add_test(tests, a_network_has_a_table_for_all_but_peers);
	tcase_add_test(tests, every_program_has_a_column);
	tcase_add_test(tests, each_says_how_it_was_measured);
	suite_add_tcase(suite, tests);
	tests = tcase_create("the ladder");
	tcase_add_loop_test(tests, each_lab_costs_less_than_the_one_before, 0,
		sizeof(ladders) / sizeof(ladders[0]));
	tcase_add_test(tests, only_like_cells_are_compared);
	suite_add_tcase(suite, tests);
	tests = tcase_create("the profile");
	tcase_add_loop_test(
		tests, each_instruction_is_somebodys, 0, sizeof(executed) / sizeof(executed[0]));
	tcase_add_test(tests, a_native_program_is_no_guest);
	tcase_add_test(tests, user_mode_linux_has_no_monitor);
	tcase_add_test(tests, the_largest_come_first);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
