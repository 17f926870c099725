/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * check_page.c - the bench's page has every chart, every table and every source, whatever is
 * measured, and needs no other file.
 *
 * Runs from the project's root, and renders pages of figures that it makes up.
 */
#define _GNU_SOURCE
#include <check.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define PLACE "build/bench-check"
#define MAKE "env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make --no-print-directory -s "

/* ---- commands and files ---- */

static int
run(const char *command)
{
	int status = system(command);

	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

/* What a command prints; the caller frees it. */
static char *
output(const char *command, int *status)
{
	FILE *pipe = popen(command, "re");
	char *text = NULL;
	size_t size = 0;

	ck_assert_ptr_nonnull(pipe);
	if (getdelim(&text, &size, '\0', pipe) < 0)
		text = strdup("");
	*status = WEXITSTATUS(pclose(pipe));
	return text;
}

static char *
contents(const char *path)
{
	FILE *file = fopen(path, "re");
	char *text = NULL;
	size_t size = 0;

	ck_assert_msg(file != NULL, "no %s", path);
	ck_assert_int_gt(getdelim(&text, &size, '\0', file), 0);
	fclose(file);
	return text;
}

static int
count(const char *text, const char *what)
{
	int n = 0;

	for (; (text = strstr(text, what)); text += strlen(what))
		n++;
	return n;
}

/* ---- figures ---- */

static const char *const cells[][5] = {{"native"}, {"uml"},
	{"linux", "ptrace", "mprotect", "remap"}, {"linux", "module", "mprotect", "remap"},
	{"linux", "module", "segments", "remap"}, {"linux", "module", "segments", "tables"},
	{"linux", "module", "segments", "tables", "fast"}, {"linux", "module", "none", "tables"},
	{"unit", "ptrace", "none", "remap"}, {"unit", "ptrace", "mprotect", "remap"},
	{"unit", "module", "none", "remap"}, {"unit", "module", "mprotect", "remap"},
	{"unit", "module", "segments", "remap"}, {"unit", "module", "supervisor", "remap"},
	{"unit", "module", "segments", "tables"}, {"unit", "module", "segments", "tables", "fast"},
	{"xen-native"}, {"xen", "xen-pv"}, {"xen-native-i386"}, {"xen-i386", "xen-pv"}};
#define CELLS (sizeof(cells) / sizeof(cells[0]))

static const char *const unit_metrics[] = {"null-call-16", "null-call-4096", "page-fault",
	"switch-1", "switch-16", "switch-64", "switch-256", "switch-1024", "switch-4096", NULL};
static const char *const metrics[] = {"getppid", "read", "write", "stat", "open", "signal-install",
	"signal", "page-fault", "protection-fault", "mmap", "fork", "exec", "shell", "pipe",
	"switch-2p-0k", "switch-8p-0k", "switch-16p-0k", "switch-2p-64k", "switch-8p-64k",
	"switch-16p-64k", "net-send", "net-receive", "povray", "build", "web", "cgi", "povray-full",
	"build-full", "web-full", "cgi-full", NULL};

/* Cell 0 is native: no two figures are the same. */
static json_t *
figure(size_t cell, const char *metric, int nth)
{
	return json_pack("{s:s, s:s?, s:s?, s:s?, s:b, s:s, s:i, s:i, s:s, s:s, s:s, s:f, s:f, "
			 "s:f, s:f, s:f, s:f, s:f, "
			 "s:f}",
		"guest", cells[cell][0], "interception", cells[cell][1], "protection",
		cells[cell][2], "spaces", cells[cell][3], "fast", cells[cell][4] != NULL, "metric",
		metric, "n", 16, "instructions", (int)((cell + 1) * (271 + 100 * nth)), "machine",
		"a machine", "versions", cells[cell][1] ? "guest 2.0" : "host 1.0", "command",
		"make it", "context_switches", 1.0, "mm_switches", 2.0, "tlb_flushes", 3.0,
		"tlb_page_flushes", 4.0, "system_calls", 5.0, "page_faults", 6.0,
		"other_exceptions", 7.0, "interrupts", 8.0);
}

static json_t *
all_figures(void)
{
	json_t *figures = json_array();

	for (size_t c = 0; c < CELLS; c++) {
		const char *const *list = strcmp(cells[c][0], "unit") == 0 ? unit_metrics : metrics;

		for (int m = 0; list[m]; m++)
			json_array_append_new(figures, figure(c, list[m], m));
	}
	return figures;
}

static void
save(json_t *root, const char *path)
{
	ck_assert_int_eq(json_dump_file(root, path, JSON_INDENT(1)), 0);
	json_decref(root);
}

static void
save_split(const char *directory, const char *cell)
{
	char command[256];

	snprintf(command, sizeof(command), "mkdir -p " PLACE "/profile/%s", directory);
	ck_assert_int_eq(run(command), 0);
	snprintf(command, sizeof(command), PLACE "/profile/%s/getppid.json", directory);
	save(json_pack("{s:s, s:s, s:{s:f, s:f, s:f, s:f}}", "cell", cell, "op", "getppid",
		     "instructions", "Host", 237.0, "Monitor", 116.0, "Guest kernel", 100.0,
		     "application", 35.0),
		command);
}

static void
empty_place(void)
{
	ck_assert_int_eq(run("rm -rf " PLACE " && mkdir -p " PLACE), 0);
}

/* The page of these figures; the caller frees it. */
static char *
rendered(json_t *figures)
{
	char *said;
	int status;

	save(json_pack("{s:o}", "figures", figures), PLACE "/bench.json");
	said = output(MAKE "page BENCH_JSON=" PLACE "/bench.json 2>&1", &status);
	ck_assert_msg(status == 0, "status %d: %s", status, said);
	free(said);
	return contents(PLACE "/index.html");
}

/* ---- what every page has ---- */

/* Each picture is inside, and was drawn: a picture of nothing has no text. */
static void
has_its_charts(const char *page)
{
	char *source = contents("bench/page/page.md");
	int charts = count(source, ".svg)"), status;
	char *said;

	ck_assert_int_gt(charts, 9);
	ck_assert_int_eq(count(page, "<img src=\"data:image/svg+xml;base64,"), charts);
	ck_assert_int_eq(count(page, "<figcaption"), charts);
	said = output("for svg in " PLACE "/*.svg; do xmllint --noout $svg 2>&1;"
		      " grep -q '<text' $svg || echo $svg says nothing; done",
		&status);
	ck_assert_str_eq(said, "");
	free(said);
	said = output("ls " PLACE "/*.svg | wc -l", &status);
	ck_assert_int_eq(atoi(said), charts);
	free(said);
	free(source);
}

static void
needs_no_other_file(const char *page)
{
	static const char *const attributes[] = {"src=", "href=", "url(", "srcset=", "data="};

	for (size_t i = 0; i < sizeof(attributes) / sizeof(attributes[0]); i++) {
		for (const char *at = page; (at = strstr(at, attributes[i]));) {
			at += strlen(attributes[i]);
			at += *at == '"' || *at == '\'';
			ck_assert_msg(*at == '#' || strncmp(at, "data:", 5) == 0,
				"it refers to %.60s", at);
		}
	}
	ck_assert_int_eq(count(page, "@import"), 0);
	ck_assert_int_eq(count(page, "<script"), 0);
	ck_assert_int_eq(count(page, "://") - count(page, "xmlns=\"http://"), 0);
}

/* Every line of the file of others' figures, with its source. */
static void
has_the_sources(const char *page)
{
	FILE *file = fopen("bench/page/literature", "re");
	char line[512];
	int lines = 0;

	ck_assert_ptr_nonnull(file);
	while (fgets(line, sizeof(line), file)) {
		char *source = strrchr(line, '\t');

		if (*line == '#')
			continue;
		lines++;
		line[strcspn(line, "\n")] = '\0';
		ck_assert_msg(source && strlen(source) > 20, "no source: %s", line);
		*source++ = '\0';
		ck_assert_msg(strstr(page, source) != NULL, "no source %s", source);
		*strchr(line, '\t') = '\0';
		ck_assert_msg(strstr(page, line) != NULL, "no system %s", line);
	}
	fclose(file);
	ck_assert_int_gt(lines, 20);
	ck_assert_int_ge(count(page, "SOSP 2003"), 12);
}

/* ---- the pages ---- */

START_TEST(all_is_shown)
{
	static const char *const texts[] = {"a machine; guest 2.0", "a machine; host 1.0",
		"make it", "linux module segments tables fast", "TLB misses", "Cache misses",
		"wrmsr", "Waiting"};
	static const char *const splits[][2] = {{"native", "native"}, {"uml", "uml"},
		{"one", "linux ptrace mprotect remap"}, {"two", "linux module mprotect remap"},
		{"three", "linux module segments remap"}, {"four", "linux module segments tables"},
		{"fast", "linux module segments tables fast"}};
	char *page, *source = contents("bench/page/page.md"), *said;
	int status;

	empty_place();
	for (size_t i = 0; i < sizeof(splits) / sizeof(splits[0]); i++)
		save_split(splits[i][0], splits[i][1]);
	page = rendered(all_figures());
	has_its_charts(page);
	needs_no_other_file(page);
	has_the_sources(page);
	/* One for each place, what a count does not see, and one more for the second set of
	 * versions. */
	ck_assert_int_ge(count(page, "<table"), count(source, "{{table ") + 2);
	ck_assert_int_eq(count(page, "ot measured yet"), 0);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		ck_assert_msg(strstr(page, texts[i]) != NULL, "no \"%s\"", texts[i]);
	/* The cheapest is white, what takes twenty times as much is not. */
	ck_assert_int_gt(count(page, "rgba(217, 149, 43, 0.00)"), 10);
	ck_assert_int_gt(count(page, "rgba(217, 149, 43, 0."), count(page, ", 0.00)") + 100);
	/* Whatever a chart asks for is there, and no row of it is left out. */
	said = output("for gp in " PLACE "/page/*.gp; do grep -Hn 'not measured yet' $gp;"
		      " from=$(ls bench/page/${gp##*/} slides/charts/${gp##*/} 2>/dev/null);"
		      " grep -q '{{table' $from || [ $(wc -l <$from) = $(wc -l <$gp) ] ||"
		      " echo $gp lacks rows; [ ${gp##*/} = systems.gp ] || sed '/^$data/,/^EOD/!d' "
		      "$gp | grep -v ^4096 |"
		      " grep -Hw --label=$gp -- -; done",
		&status);
	ck_assert_str_eq(said, "");
	free(said);
	/* Every table that can be made is somewhere. */
	said = output("sed -n 's/.*$table == \"\\([^\"]*\\)\".*/\\1/p' bench/page/tables.jq |"
		      " while read -r table; do grep -q \"{{table $table}}\" bench/page/page.md"
		      " bench/page/*.gp || echo $table is nowhere; done",
		&status);
	ck_assert_str_eq(said, "");
	free(said);
	free(source);
	free(page);
}
END_TEST

/* 271 natively, 542 on User-Mode Linux: in the table, and in the chart's data. */
START_TEST(a_ratio_is_to_native)
{
	char *page, *data;

	empty_place();
	page = rendered(json_pack("[o, o]", figure(0, "getppid", 0), figure(1, "getppid", 0)));
	ck_assert_ptr_nonnull(strstr(page, "2.00 <span class=\"count\">542</span>"));
	ck_assert_ptr_nonnull(strstr(page, "1 <span class=\"count\">271</span>"));
	data = contents(PLACE "/page/linux.gp");
	ck_assert_ptr_nonnull(strstr(data, "\"getppid\" 2.00 - - - - -\n"));
	ck_assert_ptr_null(strstr(data, "\"page fault\""));
	free(data);
	free(page);
}
END_TEST

/* One figure, of an older file, and nothing to compare it with: every chart says that it is empty.
 */
START_TEST(hardly_anything_is_measured)
{
	json_t *one = figure(6, "getppid", 0);
	char *page, *said;
	int status;

	empty_place();
	json_object_del(one, "versions");
	json_object_del(one, "command");
	json_object_del(one, "interrupts");
	json_object_del(one, "interrupts");
	page = rendered(json_pack("[o]", one));
	has_its_charts(page);
	needs_no_other_file(page);
	has_the_sources(page);
	ck_assert_int_gt(count(page, "Not measured yet"), 5);
	ck_assert_ptr_nonnull(strstr(page, "- <span class=\"count\">1,897</span>"));
	ck_assert_ptr_nonnull(strstr(page, "1 / 2 / 3 / 4"));
	ck_assert_ptr_null(strstr(page, "5 / 6 / "));
	ck_assert_ptr_nonnull(strstr(page, "the versions were not recorded"));
	said = output("grep -L 'not measured yet' " PLACE "/*.svg", &status);
	ck_assert_str_eq(said, PLACE "/systems.svg\n");
	free(said);
	free(page);
}
END_TEST

/* Who has no pandoc is told, in one line. */
START_TEST(without_its_tools)
{
	char *said;
	int status;

	empty_place();
	ck_assert_int_eq(run("mkdir " PLACE "/bin && ln -s /usr/bin/* " PLACE "/bin && rm " PLACE
			     "/bin/pandoc"),
		0);
	said = output(
		"PATH=$PWD/" PLACE "/bin " MAKE "bench-page 2>&1 | grep -v '^make: '", &status);
	ck_assert_str_eq(said, "no page of it: apt-get install pandoc and then make bench-page\n");
	free(said);
	ck_assert_int_eq(run("PATH=$PWD/" PLACE "/bin " MAKE "bench-page >/dev/null 2>&1"), 2);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("the bench's page");
	TCase *tests = tcase_create("pages");
	SRunner *runner;
	int failed;

	tcase_set_timeout(tests, 300);
	tcase_add_test(tests, all_is_shown);
	tcase_add_test(tests, a_ratio_is_to_native);
	tcase_add_test(tests, hardly_anything_is_measured);
	tcase_add_test(tests, without_its_tools);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
