/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * args.h - an argument vector, put together word by word.
 */
#ifndef GRADER_LIB_ARGS_H
#define GRADER_LIB_ARGS_H

#include <stdbool.h>
#include <stddef.h>

#define ARGS_MAX 112
#define ARGS_TEXT_MAX 32768

/* Begins as zeros. */
struct args {
	char *v[ARGS_MAX]; /* ends with NULL */
	int n;
	char text[ARGS_TEXT_MAX];
	size_t used;
	bool full; /* something did not fit: it is not to be used */
};

__attribute__((format(printf, 2, 3))) void args_add(struct args *args, const char *format, ...);

#endif
