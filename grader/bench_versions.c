/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bench_versions.c - what a cell is measured with, as QEMU and the kernels say it themselves.
 */
#define _GNU_SOURCE /* memmem */
#include "bench_plan.h"

#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
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
	const struct plans *plans, const char *image, char version[WORD], char compiler[WORD])
{
	static const char banner[] = "Linux version ";
	char path[PATH_MAX];
	struct stat status;
	const char *at;
	void *file;
	int fd;

	image_path(&plans->images, image, path);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &status) < 0)
		cannot("read", path);
	file = mmap(NULL, status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (file == MAP_FAILED)
		cannot("read", path);
	close(fd);
	at = memmem(file, status.st_size, banner, sizeof(banner) - 1);
	if (!at || sscanf(at, "Linux version %127s (%*[^)]) (%127[^,]", version, compiler) != 2)
		errx(3, "%s does not say which Linux it is", path);
	munmap(file, status.st_size);
}

static void
disk_sum(const struct plans *plans, char sum[13])
{
	char path[PATH_MAX];
	FILE *file;

	image_path(&plans->images, "work-sum", path);
	file = fopen(path, "re");
	if (!file || fscanf(file, "%12s", sum) != 1)
		cannot("read", path);
	fclose(file);
}

char *
plan_versions(const struct plans *plans, const struct plan *plan)
{
	char host[WORD], guest[WORD], compiler[WORD], sum[13];
	const char *name = plan->cell->guest;
	char *qemu_version = program_version("qemu-system-i386"), *text, *more;

	kernel_version(plans, "kernel-symbols", host, compiler);
	text = plan_text("Host Linux %s", host);
	if (strcmp(name, "linux") == 0 || strcmp(name, "uml") == 0) {
		kernel_version(plans, name, guest, compiler);
		more = plan_text("%s, Guest kernel Linux %s", text, guest);
		free(text);
		text = more;
	}
	if (plan->cell->what != OPERATIONS) {
		disk_sum(plans, sum);
		more = plan_text("%s, the programs' disk %s", text, sum);
		free(text);
		text = more;
	}
	more = plan_text("%s, %s, %s", text, compiler, qemu_version);
	free(text);
	free(qemu_version);
	return more;
}

char *
plan_command(const struct cell *cell)
{
	char name[80];

	plan_name(cell, name);
	return plan_text("make bench%s%s%s ONLY='%s'", cell->peer ? " PEERS=xen" : "",
		cell->brief ? " BRIEF=1" : "", cell->what == PROGRAMS_FULL ? " FULL=1" : "", name);
}
