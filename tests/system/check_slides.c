/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * check_slides.c - every slide is there, fits its page as it is rendered, has notes, and names only
 * what exists.
 *
 * Runs from the project's root; build/slides has the decks that are named on the command line.
 */
#define _GNU_SOURCE
#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#define DOTS_PER_INCH 48
#define LINE_MAX_BYTES 4096

/* A page in points, and how far from its edges its contents stay (deck.css, pptx-design). */
struct page {
	double width, height;
	double side, top, bottom;
};
static const struct page html_page = {960, 540, 46, 22, 22};
static const struct page pptx_page = {720, 405, 30, 12, 12};

static char **decks;
static int deck_count;
static const char *deck;

/* ---- commands ---- */

static FILE *
open_command(const char *format, const char *argument)
{
	char line[LINE_MAX_BYTES];
	FILE *pipe;

	snprintf(line, sizeof(line), format, argument);
	pipe = popen(line, "r");
	ck_assert_msg(pipe, "cannot run %s", line);
	return pipe;
}

static int
close_command(FILE *pipe)
{
	int status = pclose(pipe);

	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* The number that a command prints; %s in it is the deck. */
static int
number(const char *format)
{
	FILE *pipe = open_command(format, deck);
	int n = -1;

	if (fscanf(pipe, "%d", &n) != 1)
		n = -1;
	close_command(pipe);
	return n;
}

/* The command has to succeed, and to print nothing. */
static void
silent(const char *format, const char *what)
{
	FILE *pipe = open_command(format, deck);
	char text[3000];
	size_t length = fread(text, 1, sizeof(text) - 1, pipe);

	text[length] = '\0';
	while (fgetc(pipe) != EOF)
		; /* the rest, so that nobody gets SIGPIPE */
	ck_assert_msg(close_command(pipe) == 0 && !length, "%s: %s:\n%s", deck, what, text);
}

/* The title page is one, too. */
static int
slides(void)
{
	int n = number("grep -c '^## ' slides/%s.md");

	ck_assert_int_gt(n, 0);
	return n + 1;
}

/* ---- rendered pages ---- */

static int
pages(const char *pdf)
{
	FILE *pipe = open_command("pdfinfo '%s' | sed -n 's/^Pages: *//p'", pdf);
	int n = -1;

	if (fscanf(pipe, "%d", &n) != 1)
		n = -1;
	close_command(pipe);
	return n;
}

/* No word may lie outside the page's contents.  How many words there are. */
static int
look_at_words(const char *pdf, const struct page *page)
{
	FILE *pipe = open_command("pdftotext -bbox '%s' -", pdf);
	char line[LINE_MAX_BYTES], word[200];
	double left, top, right, bottom, width, height;
	int at = 0, words = 0;

	while (fgets(line, sizeof(line), pipe)) {
		if (sscanf(line, " <page width=\"%lf\" height=\"%lf\"", &width, &height) == 2) {
			at++;
			ck_assert_msg((int)width == page->width && (int)height == page->height,
				"%s, page %d: %g x %g points", pdf, at, width, height);
		}
		if (sscanf(line,
			    " <word xMin=\"%lf\" yMin=\"%lf\" xMax=\"%lf\" yMax=\"%lf\">%199[^\n]",
			    &left, &top, &right, &bottom, word) != 5)
			continue;
		words++;
		ck_assert_msg(left >= page->side && right <= page->width - page->side &&
				      top >= page->top && bottom <= page->height - page->bottom,
			"%s, page %d: outside the page's contents, at %g..%g, %g..%g: %s", pdf, at,
			left, right, top, bottom, word);
	}
	ck_assert_int_eq(close_command(pipe), 0);
	return words;
}

/* One PGM after the other, as pdftoppm writes them: the margins have to be white. */
static int
look_at_pictures(const char *pdf, const struct page *page)
{
	char command[LINE_MAX_BYTES];
	FILE *pipe;
	int n = 0, width, height, side, top, bottom;

	snprintf(command, sizeof(command), "pdftoppm -gray -r %d '%%s'", DOTS_PER_INCH);
	pipe = open_command(command, pdf);
	side = page->side * DOTS_PER_INCH / 72;
	top = page->top * DOTS_PER_INCH / 72;
	bottom = page->bottom * DOTS_PER_INCH / 72;
	while (fscanf(pipe, "P5 %d %d 255", &width, &height) == 2 && fgetc(pipe) == '\n') {
		bool title = n++ == 0;

		for (int y = 0; y < height; y++) {
			for (int x = 0; x < width; x++) {
				int grey = fgetc(pipe);
				bool margin = (x < side && !title) || x >= width - side ||
					      y < top || y >= height - bottom;

				/* The bar at the left of a title page. */
				if (title && x < width / 40)
					margin = false;
				ck_assert_msg(!margin || grey > 250,
					"%s, page %d: something is in the margin, at %d, %d of %d "
					"x %d",
					pdf, n, x, y, width, height);
			}
		}
	}
	ck_assert_int_eq(close_command(pipe), 0);
	return n;
}

START_TEST(pdf_has_a_page_for_each_slide)
{
	char pdf[200];

	deck = decks[_i];
	snprintf(pdf, sizeof(pdf), "build/slides/%s.pdf", deck);
	ck_assert_int_eq(pages(pdf), slides());
	ck_assert_int_gt(look_at_words(pdf, &html_page), 100);
	ck_assert_int_eq(look_at_pictures(pdf, &html_page), slides());
}
END_TEST

/* A slide's contents end above the page number. */
START_TEST(nothing_runs_into_the_page_number)
{
	deck = decks[_i];
	silent("pdftotext -bbox build/slides/%s.pdf - |"
	       " sed -nE 's/.*<word xMin=\"([^\"]*)\".* yMax=\"([^\"]*)\">(.*)<.*/\\1 \\2 \\3/p' |"
	       " awk '$2 > 500 && ($1 < 890 || $3 !~ /^[0-9]+$/)'",
		"text in the last lines of a page");
}
END_TEST

START_TEST(html_needs_no_network)
{
	deck = decks[_i];
	silent("tr '<' '\\n' <build/slides/%s.html | grep -oE"
	       " '(src|href|srcset|data|action)=\"[^\"]{0,40}' |"
	       " grep -vE '=\"(#|data:|$)' || :",
		"refers to something that is not in the file");
	silent("grep -oE '(@import|url\\().{0,40}' build/slides/%s.html | grep -vE 'url\\(.?data:' "
	       "|| :",
		"a style sheet that is not in the file");
	ck_assert_int_eq(number("grep -c '<section' build/slides/%s.html"), slides());
}
END_TEST

START_TEST(each_slide_has_notes)
{
	deck = decks[_i];
	silent("awk '/^## / { if (!notes) print title; title = $0; notes = 0 }"
	       " /^notes: / { notes = 1 } /^::: notes/ { notes = 1 }"
	       " END { if (!notes) print title }' slides/%s.md",
		"slides without notes");
	silent("awk 'BEGIN { RS = \"<section\" } NR > 1 && !/class=\"notes\"[^>]*>[ \\n]*<p>/'"
	       " build/slides/%s.html | head -3",
		"slides without notes in the HTML");
}
END_TEST

START_TEST(pptx_has_slides_and_notes)
{
	deck = decks[_i];
	ck_assert_int_eq(
		number("unzip -l build/slides/%s.pptx | grep -c ' ppt/slides/slide'"), slides());
	ck_assert_int_eq(
		number("unzip -l build/slides/%s.pptx | grep -c ' ppt/notesSlides/notesSlide'"),
		slides());
	ck_assert_int_eq(number("unzip -p build/slides/%s.pptx 'ppt/slides/slide*.xml' |"
				" grep -o 'r:link=\\|TargetMode' | wc -l"),
		0);
}
END_TEST

START_TEST(pptx_fits_its_pages)
{
	char pdf[200];

	deck = decks[_i];
	if (system("command -v soffice >/dev/null")) {
		printf("SKIP: %s.pptx is not rendered: there is no soffice\n", deck);
		return;
	}
	/* With a profile of its own, it is nobody else's server. */
	silent("soffice -env:UserInstallation=file://\"$PWD\"/build/slides/soffice --headless"
	       " --convert-to pdf:impress_pdf_Export --outdir build/slides/rendered"
	       " build/slides/%s.pptx >/dev/null 2>&1",
		"cannot be rendered");
	snprintf(pdf, sizeof(pdf), "build/slides/rendered/%s.pdf", deck);
	ck_assert_int_eq(pages(pdf), slides());
	look_at_words(pdf, &pptx_page);
	ck_assert_int_eq(look_at_pictures(pdf, &pptx_page), slides());
}
END_TEST

/* ---- what the slides name ---- */

START_TEST(slides_name_what_exists)
{
	deck = decks[_i];
	silent("tests/system/check-names slides/%s.md", "names something that is not there");
}
END_TEST

/* A measurement written down would be older than the next one: they all come by fill.awk. */
START_TEST(no_measurement_is_written_down)
{
	silent("cat slides/figures/*.svg slides/charts/*.gp | grep -nE '[0-9],[0-9]{3}[^0-9]' |"
	       " grep -v '[dx]=\"' || :",
		"numbers in figures");
	ck_assert_int_ne(
		system("git ls-files slides build | grep -qE '[.](json|tsv|csv|png)$'"), 0);
}
END_TEST

int
main(int argc, char **argv)
{
	Suite *suite = suite_create("slides");
	TCase *tests = tcase_create("slides");
	SRunner *runner;
	int failed;

	decks = argv + 1;
	deck_count = argc - 1;
	deck = "figures";
	tcase_set_timeout(tests, 900); /* of a machine that is shared */
	tcase_add_loop_test(tests, pdf_has_a_page_for_each_slide, 0, deck_count);
	tcase_add_loop_test(tests, nothing_runs_into_the_page_number, 0, deck_count);
	tcase_add_loop_test(tests, html_needs_no_network, 0, deck_count);
	tcase_add_loop_test(tests, each_slide_has_notes, 0, deck_count);
	tcase_add_loop_test(tests, pptx_has_slides_and_notes, 0, deck_count);
	tcase_add_loop_test(tests, pptx_fits_its_pages, 0, deck_count);
	tcase_add_loop_test(tests, slides_name_what_exists, 0, deck_count);
	tcase_add_test(tests, no_measurement_is_written_down);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
