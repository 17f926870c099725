/* SPDX-License-Identifier: GPL-2.0-only */
#define _GNU_SOURCE
#include "tests/system/check_run.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

char output[1 << 20];

const char *
last_words(void)
{
	size_t length = strlen(output);

	return length > 3000 ? output + length - 3000 : output;
}

int
run(const char *command)
{
	size_t length;
	FILE *pipe;
	char *line;
	int status;

	ck_assert_int_ge(asprintf(&line, "exec 2>&1 </dev/null; %s", command), 0);
	pipe = popen(line, "r");
	ck_assert_ptr_nonnull(pipe);
	length = fread(output, 1, sizeof(output) - 1, pipe);
	output[length] = '\0';
	while (fgetc(pipe) != EOF)
		; /* the rest, so that nobody gets SIGPIPE */
	status = pclose(pipe);
	free(line);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
