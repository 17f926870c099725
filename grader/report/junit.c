/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * junit.c - JUnit XML, as Jenkins and GitLab read it; junit.xsd has its form.
 *
 * PART, FAIL and TIMEOUT are a <failure> of that type; SKIP is <skipped> with the reason; GRADER
 * ERROR is an <error>, which is JUnit's word for a test that could not be carried out.  The score
 * is a property of the suite, and is not there when there is none.
 */
#include "grader/report/report.h"

/* Text and attributes alike; a newline in an attribute would become a blank. */
static void
escaped(FILE *file, const char *text)
{
	for (; *text; text++) {
		switch (*text) {
		case '&':
			fputs("&amp;", file);
			break;
		case '<':
			fputs("&lt;", file);
			break;
		case '>': /* of a ]]> */
			fputs("&gt;", file);
			break;
		case '"':
			fputs("&quot;", file);
			break;
		case '\n':
			fputs("&#10;", file);
			break;
		default:
			fputc(*text, file);
		}
	}
}

static void
property(FILE *file, const char *name, const char *value)
{
	fprintf(file, "   <property name=\"%s\" value=\"", name);
	escaped(file, value);
	fputs("\"/>\n", file);
}

static void
property_number(FILE *file, const char *name, int value)
{
	fprintf(file, "   <property name=\"%s\" value=\"%d\"/>\n", name, value);
}

static void
element(FILE *file, const char *name, const char *type, const char *message, const char *text)
{
	fprintf(file, "   <%s", name);
	if (type)
		fprintf(file, " type=\"%s\"", type);
	fputs(" message=\"", file);
	escaped(file, message);
	fputs("\">", file);
	escaped(file, text);
	fprintf(file, "</%s>\n", name);
}

static void
testcase(const struct results *results, const struct row *row, FILE *file)
{
	const char *type = status_name(row->result.status);
	char text[MESSAGE_MAX];

	row_message(row, text);
	fprintf(file, "  <testcase classname=\"typetwo.lab%d\" name=\"", results->lab->number);
	escaped(file, row->test->id);
	fprintf(file, "\" time=\"%.3f\">\n", row->outcome.seconds);
	switch (row->result.status) {
	case STATUS_PASS:
		break;
	case STATUS_PART:
	case STATUS_FAIL:
	case STATUS_TIMEOUT:
		element(file, "failure", type, row->test->title, text);
		break;
	case STATUS_ERROR:
		element(file, "error", type, text, "");
		break;
	case STATUS_SKIP:
	case STATUS_NOT_RUN:
		element(file, "skipped", NULL, text[0] ? text : type, "");
		break;
	}
	fputs("   <system-out>", file);
	if (row_graded(row))
		fprintf(file, "points: %d of %d&#10;", row->result.points, row_max(row));
	escaped(file, row->result.note);
	fputs("</system-out>\n  </testcase>\n", file);
}

static int
write_all(const struct results *results, FILE *file)
{
	struct total total = results_total(results);

	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n", file);
	fprintf(file,
		" <testsuite name=\"typetwo.lab%d\" tests=\"%zu\" failures=\"%d\" errors=\"%d\""
		" skipped=\"%d\" time=\"%.3f\">\n  <properties>\n",
		results->lab->number, results->rows, total.part + total.failed, total.errors,
		total.skips + total.not_run, total.seconds);
	property(file, "title", results->lab->title);
	property(file, "tree", results->tree);
	if (results->whose[0])
		property(file, "submission", results->whose);
	if (results->base[0])
		property(file, "base", results->base);
	if (results->filter[0])
		property(file, "tests", results->filter);
	if (results_scored(results)) {
		property_number(file, "score", total.points);
		property_number(file, "max", total.max);
	}
	fputs("  </properties>\n", file);
	for (size_t i = 0; i < results->rows; i++)
		testcase(results, &results->row[i], file);
	fputs(" </testsuite>\n</testsuites>\n", file);
	return 1;
}

const struct format report_junit = {
	.name = "junit",
	.what = "JUnit XML",
	.write = write_all,
};
