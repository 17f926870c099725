/* SPDX-License-Identifier: GPL-2.0-only */
#include "grader/lib/args.h"

#include <stdarg.h>
#include <stdio.h>

void
args_add(struct args *args, const char *format, ...)
{
	size_t room = sizeof(args->text) - args->used;
	char *at = args->text + args->used;
	va_list list;
	int n;

	va_start(list, format);
	n = vsnprintf(at, room, format, list);
	va_end(list);
	if (n < 0 || (size_t)n >= room || args->n == ARGS_MAX - 1) {
		args->full = true;
		return;
	}
	args->v[args->n++] = at;
	args->v[args->n] = NULL;
	args->used += n + 1;
}
