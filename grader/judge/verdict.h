/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * verdict.h - the grader's end of the verdict line; the protocol is <typetwo/verdict.h>.
 *
 * What comes in was written by a program under test: any bytes, any amount.
 */
#ifndef GRADER_JUDGE_VERDICT_H
#define GRADER_JUDGE_VERDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <typetwo/verdict.h>

/* A byte stream cut into lines.  An over-long line is dropped whole, as no line at all. */
struct lines {
	char text[TT_VERDICT_LINE_MAX + 1];
	size_t used;
	bool dropping;
};

/*
 * Take bytes from *bytes until a line is complete: true, with the line in lines->text, without its
 * newline and with odd bytes as '?'.  false when the bytes are used up.
 */
bool lines_next(struct lines *lines, const char **bytes, size_t *n);

#define METRICS_MAX 32
#define NAME_MAX_CHARS 40
#define ASKS_MAX 8

struct metric {
	char name[NAME_MAX_CHARS];
	long long operations, instructions; /* instructions: cost of one operation */
};

/* What was said during one test. */
struct report {
	char nonce[TT_NONCE_CHARS + 1]; /* of the reporter that asked last */
	int asks; /* reporters that asked, or knew */
	int dones; /* reporters that were done, with the right number of checks */
	int passes, fails; /* of all reporters */
	int checks; /* passes and fails of the one that asked last */
	bool done; /* the one that asked last is done */
	struct metric metric[METRICS_MAX];
	int metrics;
	char pass[NAME_MAX_CHARS]; /* the last passed check */
	char fail[TT_VERDICT_LINE_MAX + 1]; /* the first failed check: NAME: TEXT */
	char wrong[TT_VERDICT_LINE_MAX + 80]; /* the first breach of the protocol */
	int strangers; /* lines without the nonce */
	char stranger[TT_VERDICT_LINE_MAX + 1]; /* the first of them */
};

/* A report whose reporter does not ask: it knows its nonce. */
void report_told(struct report *report, const char *nonce);

/* Take one line.  true when it asks: then report->nonce and a newline is the answer to send. */
bool report_line(struct report *report, const char *line);

/* Instructions of an operation, or -1 when there is no such metric. */
long long report_metric(const struct report *report, const char *name);

/* n random bytes as hexadecimal digits and a NUL. */
void random_hex(char *text, size_t n);

#endif
