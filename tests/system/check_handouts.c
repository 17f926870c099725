/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * check_handouts.c - the handouts leave nothing out, and name nothing that there is not.
 *
 * Runs from the project's root; build/handouts has the pages, build/host/kbuild the Host's source,
 * and build/handouts/targets what make can be told to make, a name a line.
 */
#define _GNU_SOURCE
#include "grader/judge/points.h"
#include "grader/tests/test.h"

#include <check.h>
#include <ctype.h>
#include <fnmatch.h>
#include <glob.h>
#include <regex.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define TEXT_MAX 200000
#define LINES_MAX 2000
#define HOLES_MAX 20
#define HOST_SOURCE "build/host/kbuild"

/* Handouts 1 to 4, the map of the course, and what a newcomer reads first. */
enum { MAP, FIRST_HANDOUT, LAST_HANDOUT = 4, FRONT, TEXTS };

static struct text {
	char path[100], directory[100];
	char all[TEXT_MAX];
	char *line[LINES_MAX]; /* of all, without the newlines */
	bool code[LINES_MAX]; /* in a block of code */
	int lines;
} text;

static bool
exists(const char *path)
{
	struct stat unused;

	return stat(path, &unused) == 0;
}

static bool
begins(const char *s, const char *with)
{
	return strncmp(s, with, strlen(with)) == 0;
}

static bool
matches(const char *s, const char *pattern)
{
	regex_t regex;
	bool yes;

	ck_assert_int_eq(regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB), 0);
	yes = regexec(&regex, s, 0, NULL, 0) == 0;
	regfree(&regex);
	return yes;
}

static bool
blank(const char *line)
{
	return line[strspn(line, " \t")] == '\0';
}

/* What a command prints, in at most bytes. */
static void
ask(char *answer, size_t bytes, const char *command)
{
	FILE *pipe = popen(command, "r");
	size_t length;

	ck_assert_ptr_nonnull(pipe);
	length = fread(answer, 1, bytes - 1, pipe);
	answer[length] = '\0';
	while (fgetc(pipe) != EOF)
		;
	pclose(pipe);
}

static bool
succeeds(const char *format, const char *argument)
{
	char command[500];

	snprintf(command, sizeof(command), format, argument);
	return system(command) == 0;
}

static void
split(void)
{
	bool fenced = false, after_blank = true, block = false;

	text.lines = 0;
	for (char *line = text.all; line && *line;) {
		char *end = strchr(line, '\n');

		ck_assert_int_lt(text.lines, LINES_MAX);
		if (end)
			*end = '\0';
		if (begins(line, "```"))
			fenced = !fenced;
		block = !fenced && begins(line, "    ") && (after_blank || block);
		text.code[text.lines] = fenced || block || begins(line, "```");
		after_blank = blank(line);
		text.line[text.lines++] = line;
		line = end ? end + 1 : NULL;
	}
}

static void
load(const char *path)
{
	FILE *file = fopen(path, "r");
	size_t length;

	ck_assert_msg(file, "%s is not there", path);
	length = fread(text.all, 1, sizeof(text.all) - 1, file);
	ck_assert_uint_lt(length, sizeof(text.all) - 1);
	fclose(file);
	text.all[length] = '\0';
	snprintf(text.path, sizeof(text.path), "%s", path);
	snprintf(text.directory, sizeof(text.directory), "%s", path);
	if (strrchr(text.directory, '/'))
		*strrchr(text.directory, '/') = '\0';
	else
		strcpy(text.directory, ".");
	split();
}

static void
load_text(int which)
{
	char path[140];

	if (which == MAP)
		load("labs/README.md");
	else if (which == FRONT)
		load("README.md");
	else {
		snprintf(path, sizeof(path), "%s/README.md", lab_find(which)->handout);
		load(path);
	}
}

/* 0: no heading. */
static int
level(int line)
{
	int n = text.code[line] ? 0 : (int)strspn(text.line[line], "#");

	return text.line[line][n] == ' ' ? n : 0;
}

/* The section with this heading: its first line and the one behind its last; false: none. */
static bool
section(const char *heading, int *from, int *to)
{
	for (int i = 0; i < text.lines; i++) {
		if (!level(i) || strcmp(text.line[i] + level(i) + 1, heading) != 0)
			continue;
		*from = i + 1;
		for (*to = i + 1; *to < text.lines; ++*to)
			if (level(*to) && level(*to) <= level(i))
				break;
		return true;
	}
	return false;
}

/* ---- holes ---- */

static int
holes_of(int lab, char hole[HOLES_MAX][20])
{
	char command[120], answer[400];
	int n = 0;

	snprintf(command, sizeof(command),
		"grep -rhoE 'BEGIN lab%d\\.[0-9]+' reference | sed 's/BEGIN //' | sort -u", lab);
	ask(answer, sizeof(answer), command);
	for (char *id = strtok(answer, "\n"); id && n < HOLES_MAX; id = strtok(NULL, "\n"))
		snprintf(hole[n++], 20, "%s", id);
	return n;
}

static bool
has_line(int from, int to, const char *with)
{
	for (int i = from; i < to; i++)
		if (begins(text.line[i], with))
			return true;
	return false;
}

static void
check_hints(const char *hole, int from, int to)
{
	static const char *const rungs[] = {"<details><summary>Hint 1: a nudge</summary>",
		"<details><summary>Hint 2: an approach</summary>",
		"<details><summary>Hint 3: nearly a solution</summary>"};
	int rung = 0, words = 0;
	bool open = false;

	for (int i = from; i < to; i++) {
		if (begins(text.line[i], "<details>")) {
			ck_assert_msg(!open && rung < 3 && strcmp(text.line[i], rungs[rung]) == 0,
				"%s:%d: not the next hint of %s: %s", text.path, i + 1, hole,
				text.line[i]);
			open = true;
			words = 0;
		} else if (begins(text.line[i], "</details>")) {
			ck_assert_msg(
				open && words, "%s:%d: a hint without a word", text.path, i + 1);
			open = false;
			rung++;
		} else if (!blank(text.line[i])) {
			words++;
		}
	}
	ck_assert_msg(rung == 3 && !open, "%s: %s has %d hints of three", text.path, hole, rung);
}

START_TEST(each_hole_has_a_section)
{
	static const char *const parts[] = {"Goal: ", "Contract: ", "Debug: "};
	char hole[HOLES_MAX][20], heading[500];
	int holes = holes_of(_i, hole), sections = 0, from, to;

	load_text(_i);
	ck_assert_int_ge(holes, 4);
	for (int i = 0; i < holes; i++) {
		snprintf(heading, sizeof(heading), "Hole %s", hole[i]);
		ck_assert_msg(
			section(heading, &from, &to), "%s: no section \"%s\"", text.path, heading);
		for (size_t p = 0; p < sizeof(parts) / sizeof(*parts); p++)
			ck_assert_msg(has_line(from, to, parts[p]), "%s: %s has no \"%s\"",
				text.path, heading, parts[p]);
		check_hints(hole[i], from, to);
	}
	for (int i = 0; i < text.lines; i++)
		if (level(i) && begins(text.line[i] + level(i) + 1, "Hole "))
			sections++;
	ck_assert_msg(
		sections == holes, "%s: %d sections for %d holes", text.path, sections, holes);
}
END_TEST

START_TEST(each_hole_has_points)
{
	const struct lab *lab = lab_find(_i);
	char hole[HOLES_MAX][20], path[140], why[300];
	int holes = holes_of(_i, hole);
	struct points *points;

	snprintf(path, sizeof(path), "%s/points", lab->handout);
	points = points_load(lab, path, why, sizeof(why));
	ck_assert_msg(points, "%s", why);
	for (int i = 0; i < holes; i++) {
		int sum = 0;

		for (size_t t = 0; t < lab->count; t++)
			if (lab->tests[t].hole && strcmp(lab->tests[t].hole, hole[i]) == 0)
				sum += points[t].given[BAND_FULL];
		ck_assert_msg(sum, "%s: no test of %s gives a point", path, hole[i]);
	}
	free(points);
}
END_TEST

/* The map's table of what is graded, by the tests' names as it explains them. */
START_TEST(map_has_the_points)
{
	static const char *const kinds[] = {"kernel-memory*", "protection-refused", "escape*",
		"attack-*", "tls-bounds", "forbidden-*", "cost-*", "linux-cost*", "no-host-switch"};
	const struct lab *lab = lab_find(_i);
	char path[140], why[300], row[60];
	int protects = 0, costs = 0, from, to;
	struct points *points;

	snprintf(path, sizeof(path), "%s/points", lab->handout);
	points = points_load(lab, path, why, sizeof(why));
	ck_assert_msg(points, "%s", why);
	for (size_t t = 0; t < lab->count; t++)
		for (size_t k = 0; k < sizeof(kinds) / sizeof(*kinds); k++)
			if (fnmatch(kinds[k], lab->tests[t].id, 0) == 0)
				*(k < 6 ? &protects : &costs) += points[t].given[BAND_FULL];
	free(points);
	load_text(MAP);
	ck_assert(section("What is graded", &from, &to));
	snprintf(row, sizeof(row), "| %d | %d | %d | %d |", _i, 100 - protects - costs, protects,
		costs);
	ck_assert_msg(has_line(from, to, row), "%s: no row \"%s\"", text.path, row);
}
END_TEST

/* ---- sections, questions ---- */

START_TEST(each_handout_has_every_part)
{
	static const char *const parts[] = {"The idea", "What to read", "Facts you need", "Work",
		"When it does not run, from the top", "Points", "Questions", "Challenges"};
	int from, to;

	load_text(_i);
	for (size_t p = 0; p < sizeof(parts) / sizeof(*parts); p++)
		ck_assert_msg(section(parts[p], &from, &to), "%s: no section \"%s\"", text.path,
			parts[p]);
	section("The idea", &from, &to);
	ck_assert_msg(has_line(from, to, "!["), "%s: the idea has no figure", text.path);
}
END_TEST

START_TEST(no_section_is_empty)
{
	load_text(_i);
	for (int i = 0; i < text.lines; i++) {
		int next = i + 1;

		if (!level(i))
			continue;
		while (next < text.lines && blank(text.line[next]))
			next++;
		ck_assert_msg(next < text.lines && (!level(next) || level(next) > level(i)),
			"%s:%d: nothing under \"%s\"", text.path, i + 1, text.line[i]);
	}
}
END_TEST

/* Items 1, 2 ... at the beginning of a line, each with words; how many. */
static int
count_items(int from, int to)
{
	int items = 0, number, length;

	for (int i = from; i < to; i++) {
		if (!isdigit((unsigned char)text.line[i][0]) ||
			sscanf(text.line[i], "%d. %n", &number, &length) != 1)
			continue;
		items++;
		ck_assert_msg(number == items, "%s:%d: %d where %d is due", text.path, i + 1,
			number, items);
		ck_assert_msg(
			!blank(text.line[i] + length), "%s:%d: nothing there", text.path, i + 1);
	}
	return items;
}

START_TEST(each_question_has_an_answer)
{
	char path[60];
	int from, to, questions;

	load_text(_i);
	ck_assert(section("Questions", &from, &to));
	questions = count_items(from, to);
	ck_assert_int_gt(questions, 0);
	snprintf(path, sizeof(path), "reference/answers/lab%d.md", _i);
	load(path);
	ck_assert_msg(count_items(0, text.lines) == questions,
		"%s: not as many answers as there are questions", path);
}
END_TEST

/* ---- links ---- */

/* As a heading is called in a link: letters, digits and dashes. */
static void
slug(char *to, const char *heading)
{
	for (; *heading; heading++)
		if (isalnum((unsigned char)*heading) || *heading == '-' || *heading == '_')
			*to++ = (char)tolower((unsigned char)*heading);
		else if (*heading == ' ')
			*to++ = '-';
	*to = '\0';
}

static bool
has_anchor(const char *path, const char *anchor)
{
	char line[400], name[400];
	FILE *file = fopen(path, "r");
	bool found = false;

	while (file && !found && fgets(line, sizeof(line), file)) {
		size_t n = strspn(line, "#");

		line[strcspn(line, "\n")] = '\0';
		if (!n || line[n] != ' ')
			continue;
		slug(name, line + n + 1);
		found = strcmp(name, anchor) == 0;
	}
	if (file)
		fclose(file);
	return found;
}

START_TEST(links_lead_somewhere)
{
	char target[200], path[320];

	load_text(_i);
	for (int i = 0; i < text.lines; i++) {
		const char *at = text.code[i] ? NULL : strstr(text.line[i], "](");

		for (; at; at = strstr(at + 2, "](")) {
			char *anchor;

			ck_assert_int_eq(sscanf(at + 2, "%199[^)]", target), 1);
			ck_assert_msg(!strstr(target, "://"),
				"%s:%d: %s: a handout is read without a network", text.path, i + 1,
				target);
			anchor = strchr(target, '#');
			if (anchor)
				*anchor++ = '\0';
			if (*target)
				snprintf(path, sizeof(path), "%s/%s", text.directory, target);
			else
				snprintf(path, sizeof(path), "%s", text.path);
			ck_assert_msg(
				exists(path), "%s:%d: %s is not there", text.path, i + 1, target);
			ck_assert_msg(!anchor || has_anchor(path, anchor),
				"%s:%d: %s has no section %s", text.path, i + 1, path, anchor);
		}
	}
}
END_TEST

/* ---- code: what is named has to be there ---- */

static int which; /* the text that is looked at: a lab's, or another */

static void
wrong(int line, const char *code, const char *what)
{
	ck_abort_msg("%s:%d: `%s`: %s", text.path, line + 1, code, what);
}

static bool
is_target(const char *word)
{
	return succeeds("grep -qx '%s' build/handouts/targets", word);
}

/* A test of the text's lab, or of any where the text is of none.  hole: of this hole; NULL: any. */
static bool
is_test(const char *pattern, int lab, const char *hole)
{
	for (int n = 1; n <= 4; n++) {
		const struct lab *table = lab_find(n);

		if (lab >= 1 && lab <= 4 && lab != n)
			continue;
		for (size_t t = 0; t < table->count; t++)
			if (fnmatch(pattern, table->tests[t].id, 0) == 0 &&
				(!hole || (table->tests[t].hole &&
						  strcmp(table->tests[t].hole, hole) == 0)))
				return true;
	}
	return false;
}

static bool
is_guest(const char *name)
{
	char path[500];

	snprintf(path, sizeof(path), "vm-images/guests/%s.c", name);
	return strcmp(name, "linux") == 0 || exists(path);
}

/* Variables that make takes, of which the values are looked at. */
static void
check_variable(int line, const char *command, char *assignment, int lab)
{
	char *value = strchr(assignment, '=');

	*value++ = '\0';
	if (!succeeds("grep -qE '(\\$\\(|^| )%s(\\)|,| \\?=)' Makefile kit/rules.mk", assignment))
		wrong(line, command, "make knows no such variable");
	if (strcmp(assignment, "GUEST") == 0 && !is_guest(value))
		wrong(line, command, "there is no such guest");
	if (strcmp(assignment, "TESTS") == 0)
		for (char *test = strtok(value, " "); test; test = strtok(NULL, " "))
			if (!is_test(test, lab, NULL))
				wrong(line, command, "there is no such test");
}

/* A make command; words as the shell has them, up to &&, a comment or the end. */
static void
check_make(int line, const char *command)
{
	char word[20][200];
	int words = 0, lab = which;
	const char *at = command;

	while (*at && words < 20) {
		char *to = word[words];
		char quote = '\0';

		at += strspn(at, " ");
		if (!*at || *at == '#' || begins(at, "&&") || *at == '|' || *at == ';')
			break;
		for (; *at && (quote || *at != ' ') && to < word[words] + 199; at++) {
			if (*at == '\'')
				quote = quote ? '\0' : '\'';
			else
				*to++ = *at;
		}
		*to = '\0';
		words++;
	}
	for (int i = 1; i < words; i++)
		if (begins(word[i], "LAB=") || matches(word[i], "^lab[1-4]$"))
			lab = atoi(word[i] + strcspn(word[i], "1234"));
	for (int i = 1; i < words; i++) {
		if (matches(word[i], "^[A-Z_]+="))
			check_variable(line, command, word[i], lab);
		else if (word[i][0] != '-' && strcmp(word[i], "...") != 0 && !is_target(word[i]))
			wrong(line, command, "make has no such target");
	}
	at = strstr(at, "make ");
	if (at)
		check_make(line, at);
}

static bool
in_tree(const char *root, const char *path)
{
	char pattern[300];
	glob_t found;
	bool yes;

	snprintf(pattern, sizeof(pattern), "%s/%s", root, path);
	yes = glob(pattern, GLOB_BRACE, NULL, &found) == 0;
	globfree(&found);
	return yes;
}

/* A path, or a file's name, or its end: typetwo/vmm.h. */
static void
check_file(int line, const char *name)
{
	if (matches(name, "^(labs|reference|skeleton|grader|vm-images|slides)/")) {
		if (!in_tree(".", name))
			wrong(line, name, "is not there");
	} else if (!begins(name, "asm/") && strcmp(name, "unistd_32.h") != 0 &&
		   !in_tree(HOST_SOURCE, name) &&
		   !succeeds("git ls-files | grep -qE '(^|/)%s$'", name) &&
		   !succeeds("find -L " HOST_SOURCE "/arch/x86 " HOST_SOURCE "/kernel " HOST_SOURCE
			     "/mm -path '*/%s' | grep -q .",
			   name)) {
		wrong(line, name, "is in no tree, ours or the Host's");
	}
}

/* A function, a macro or a member. */
static void
check_name(int line, const char *name)
{
	if (!succeeds("git grep -qwF %s -- vm-images reference skeleton grader Makefile", name) &&
		!succeeds("grep -rqwF %s --include=*.[chS] " HOST_SOURCE "/arch/x86 " HOST_SOURCE
			  "/kernel " HOST_SOURCE "/mm " HOST_SOURCE "/include",
			name))
		wrong(line, name, "nobody calls anything so");
}

static void
check_code(int line, const char *code)
{
	if (begins(code, "make "))
		check_make(line, code);
	else if (matches(code, "^[a-z0-9_.*][A-Za-z0-9_.*-]*(/[A-Za-z0-9_.*-]+)+/?$") &&
		 !begins(code, "build/") && !begins(code, "x/")) /* gdb's x */
		check_file(line, code);
	else if (matches(code, "^[a-z0-9_-]+\\.[chS]$"))
		check_file(line, code);
	else if (matches(code, "^break [a-z_0-9]+$"))
		check_name(line, code + 6);
	else if (matches(code, "^[A-Za-z0-9]*_[A-Za-z0-9_]*$") && code[0] != '_')
		check_name(line, code);
	else if (which != FRONT && matches(code, "^[a-z0-9*]+(-[a-z0-9*]+)+$") && !is_guest(code) &&
		 !is_test(code, which, NULL))
		wrong(line, code, "there is no such test");
}

/* Of a row of the table of points: tests, one of which has the row's hole. */
static void
check_row(int line)
{
	char hole[20], test[100];
	const char *at = text.line[line];
	bool own = false, any = false;

	if (sscanf(at, "| %19[labN0-9.],", hole) != 1)
		return;
	while ((at = strchr(at, '`'))) {
		size_t length = strcspn(++at, "`");

		snprintf(test, sizeof(test), "%.*s", (int)length, at);
		at += length + 1;
		if (!is_test(test, which, NULL))
			wrong(line, test, "there is no such test");
		any = true;
		own |= is_test(test, which, hole);
	}
	if (any && !own)
		wrong(line, hole, "none of these tests is its own");
}

START_TEST(what_is_named_is_there)
{
	char span[400];

	which = _i;
	load_text(_i);
	for (int i = 0; i < text.lines; i++) {
		const char *make = strstr(text.line[i], "make ");

		if (text.code[i]) {
			if (make && blank((snprintf(span, sizeof(span), "%.*s",
						   (int)(make - text.line[i]), text.line[i]),
					    span)))
				check_make(i, make);
			continue;
		}
		if (begins(text.line[i], "| lab"))
			check_row(i);
		/* A span may go on in the next line. */
		for (char *at = strchr(text.line[i], '`'); at; at = strchr(at, '`')) {
			size_t length = strcspn(++at, "`");

			if (at[length] == '`') {
				snprintf(span, sizeof(span), "%.*s", (int)length, at);
				at += length + 1;
			} else {
				const char *rest = i + 1 < text.lines ? text.line[i + 1] : "";

				rest += strspn(rest, " ");
				length = strcspn(rest, "`");
				ck_assert_msg(rest[length] == '`', "%s:%d: a ` too many", text.path,
					i + 1);
				snprintf(span, sizeof(span), "%s %.*s", at, (int)length, rest);
				/* The next line begins behind it. */
				text.line[i + 1] = (char *)rest + length + 1;
				at = strchr(at, '\0');
			}
			check_code(i, span);
		}
	}
}
END_TEST

/* ---- the pages ---- */

START_TEST(pages_need_nothing_else)
{
	static const char *const pages[] = {"index", "lab1", "lab2", "lab3", "lab4"};
	char path[60], command[400];

	snprintf(path, sizeof(path), "build/handouts/%s.html", pages[_i]);
	ck_assert_msg(exists(path), "%s is not there", path);
	snprintf(command, sizeof(command),
		"! grep -nE '(src|href)=\"(([a-z]+:)?//|[^\"]*README\\.md)|@import|"
		"url\\((\"|)[a-z]+:' %s",
		path);
	ck_assert_msg(system(command) == 0, "%s needs something else", path);
	snprintf(command, sizeof(command),
		"grep -oE 'href=\"[^#\"]+' %s | sed 's/href=\"//' | grep -v '^data:' |"
		" while read -r to; do [ -e build/handouts/$to ] || { echo \"$to\"; exit 1; }; "
		"done",
		path);
	ck_assert_msg(system(command) == 0, "%s: a link leads nowhere", path);
	if (_i) {
		snprintf(command, sizeof(command), "grep -q 'src=\"data:image/svg+xml' %s", path);
		ck_assert_msg(system(command) == 0, "%s has no figure", path);
	}
}
END_TEST

START_TEST(figures_are_used)
{
	ck_assert_int_eq(system("for f in labs/*/figures/*; do"
				" grep -qF \"$(basename \"$(dirname "
				"\"${f%/*}\")\")/figures/${f##*/})\" labs/*/README.md ||"
				" grep -qF \"(figures/${f##*/})\" \"${f%/figures/*}/README.md\" || "
				"exit 1; done"),
		0);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("handouts");
	TCase *all = tcase_create("all");
	SRunner *runner;
	int failed;

	tcase_set_timeout(all, 300);
	tcase_add_loop_test(all, each_hole_has_a_section, FIRST_HANDOUT, LAST_HANDOUT + 1);
	tcase_add_loop_test(all, each_hole_has_points, FIRST_HANDOUT, LAST_HANDOUT + 1);
	tcase_add_loop_test(all, map_has_the_points, FIRST_HANDOUT, LAST_HANDOUT + 1);
	tcase_add_loop_test(all, each_handout_has_every_part, FIRST_HANDOUT, LAST_HANDOUT + 1);
	tcase_add_loop_test(all, each_question_has_an_answer, FIRST_HANDOUT, LAST_HANDOUT + 1);
	tcase_add_loop_test(all, no_section_is_empty, 0, TEXTS);
	tcase_add_loop_test(all, links_lead_somewhere, 0, TEXTS);
	tcase_add_loop_test(all, what_is_named_is_there, 0, TEXTS);
	tcase_add_loop_test(all, pages_need_nothing_else, 0, 5);
	tcase_add_test(all, figures_are_used);
	suite_add_tcase(suite, all);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
