/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * replay.c - runs a fuzz target on each file of the folders that are named, and on nothing at all.
 */
#define _GNU_SOURCE
#include "tests/fuzz/fuzz.h"

#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <limits.h>
#include <string.h>

static void
replay(const char *path)
{
	static uint8_t bytes[1 << 20];
	FILE *file = fopen(path, "re");
	uint8_t *copy;
	size_t n;

	if (!file)
		err(2, "cannot read %s", path);
	n = fread(bytes, 1, sizeof(bytes), file);
	fclose(file);
	/* Of just that size: so that reading beyond it is seen. */
	copy = malloc(n ? n : 1);
	if (!copy)
		err(2, "no memory");
	memcpy(copy, bytes, n);
	LLVMFuzzerTestOneInput(copy, n);
	free(copy);
}

int
main(int argc, char **argv)
{
	int files = 0;

	LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
	for (int i = 1; i < argc; i++) {
		DIR *folder = opendir(argv[i]);
		struct dirent *entry;

		if (!folder)
			err(2, "cannot read %s", argv[i]);
		while ((entry = readdir(folder))) {
			char path[PATH_MAX];

			if (entry->d_name[0] == '.')
				continue;
			snprintf(path, sizeof(path), "%s/%s", argv[i], entry->d_name);
			replay(path);
			files++;
		}
		closedir(folder);
	}
	if (files == 0)
		errx(1, "there is nothing to replay");
	printf("%s: %d inputs\n", program_invocation_short_name, files);
	return 0;
}
