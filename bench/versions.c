/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * versions.c - what a cell is measured with, as QEMU and the kernels say it themselves.
 */
#define _GNU_SOURCE /* memmem */
#include "bench/plan.h"
#include "grader/lib/files.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define WORD 128

char *
program_version(const char *program)
{
	char *command = plan_text("%s --version", program), line[256];
	FILE *file = popen(command, "re");

	if (!file || !fgets(line, sizeof(line), file))
		errx(2, "%s does not say its version", program);
	pclose(file);
	free(command);
	line[strcspn(line, "\n")] = '\0';
	return plan_text("%s", line);
}

/* From "Linux version 6.1 (who@where) (compiler, linker) ...", which is in every kernel. */
static void
kernel_version(
	const struct images *images, const char *name, char version[WORD], char compiler[WORD])
{
	static const char banner[] = "Linux version ";
	char path[PATH_MAX];
	const char *at;
	const void *file;
	size_t size;

	image_path(images, name, path);
	file = map_file(path, &size);
	at = memmem(file, size, banner, sizeof(banner) - 1);
	if (!at || sscanf(at, "Linux version %127s (%*[^)]) (%127[^,]", version, compiler) != 2)
		errx(3, "%s does not say which Linux it is", path);
	munmap((void *)file, size);
}

char *
image_versions(const struct images *images, const char *guest, bool programs)
{
	char host[WORD], compiler[WORD], kernel[WORD], more[2 * WORD] = "", sum[13], path[PATH_MAX];
	char *qemu_version = program_version("qemu-system-i386"), *text;
	FILE *file;

	kernel_version(images, "kernel-symbols", host, compiler);
	if (strcmp(guest, "linux") == 0 || strcmp(guest, "uml") == 0) {
		kernel_version(images, guest, kernel, compiler);
		snprintf(more, sizeof(more), ", Guest kernel Linux %s", kernel);
	}
	if (programs) {
		image_path(images, "work-sum", path);
		file = fopen(path, "re");
		if (!file || fscanf(file, "%12s", sum) != 1)
			cannot("read", path);
		fclose(file);
		sprintf(more + strlen(more), ", the programs' disk %s", sum);
	}
	text = plan_text("Host Linux %s%s, %s, %s", host, more, compiler, qemu_version);
	free(qemu_version);
	return text;
}

char *
plan_command(const struct cell *cell)
{
	char name[80];

	plan_name(cell, name);
	return plan_text("make bench%s%s%s ONLY='%s'", cell->peer ? " PEERS=xen" : "",
		cell->brief ? " BRIEF=1" : "", cell->what == PROGRAMS_FULL ? " FULL=1" : "", name);
}
