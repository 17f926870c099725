/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bench_events.c - what the plugin, events.c, has to know, and what comes back from it.
 */
#include "bench_plan.h"

#include <elf.h>
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static unsigned long switch_address, mm_from, mm_to;

static bool
find_symbol(const unsigned char *file, size_t size, const char *name, unsigned long *from,
	unsigned long *to)
{
	const Elf32_Ehdr *head = (const void *)file;
	const Elf32_Shdr *section = (const void *)(file + head->e_shoff);

	if (head->e_shoff + head->e_shnum * sizeof(*section) > size)
		return false;
	for (int i = 0; i < head->e_shnum; i++) {
		const Elf32_Sym *symbol = (const void *)(file + section[i].sh_offset);
		const char *strings;

		if (section[i].sh_type != SHT_SYMTAB)
			continue;
		strings = (const char *)file + section[section[i].sh_link].sh_offset;
		for (size_t s = 0; s < section[i].sh_size / sizeof(*symbol); s++) {
			if (strcmp(strings + symbol[s].st_name, name) != 0)
				continue;
			*from = symbol[s].st_value;
			*to = *from + symbol[s].st_size;
			return true;
		}
	}
	return false;
}

void
events_find(const struct images *images)
{
	char path[PATH_MAX];
	struct stat status;
	unsigned long end;
	void *file;
	int fd;

	snprintf(path, sizeof(path), "%s/host/vmlinux", images->build);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &status) < 0)
		cannot("read", path);
	file = mmap(NULL, status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (file == MAP_FAILED)
		cannot("read", path);
	close(fd);
	if (status.st_size < (off_t)sizeof(Elf32_Ehdr) || memcmp(file, ELFMAG, SELFMAG) != 0 ||
		!find_symbol(file, status.st_size, "__switch_to_asm", &switch_address, &end) ||
		!find_symbol(file, status.st_size, "switch_mm_irqs_off", &mm_from, &mm_to))
		errx(3, "%s does not say where it switches tasks", path);
	munmap(file, status.st_size);
}

void
events_load(const struct plans *plans, struct plan *plan, const char *directory)
{
	snprintf(plan->events, sizeof(plan->events), "%.4000s/events", directory);
	unlink(plan->events);
	snprintf(plan->plugin, sizeof(plan->plugin),
		"%.2000s/grader/events.so,out=%s,switch=%lx,mm=%lx-%lx", plans->images.build,
		plan->events, switch_address, mm_from, mm_to);
	plan->boot.plugin = plan->plugin;
}

/* The plugin wrote a line for each measurement, in their order. */
void
events_read(struct plan *plan)
{
	struct cell *cell = plan->cell;
	double event[FIGURES_MAX][EVENTS];
	FILE *file = fopen(plan->events, "re");
	int lines = 0;

	while (file && lines < FIGURES_MAX &&
		fscanf(file, "%lf %lf %lf %lf %lf", &event[lines][0], &event[lines][1],
			&event[lines][2], &event[lines][3], &event[lines][4]) == EVENTS)
		lines++;
	if (file)
		fclose(file);
	if (lines != cell->figures)
		return;
	for (int i = 0; i < lines; i++) {
		struct figure *figure = &cell->figure[i];

		figure->counted = true;
		for (int e = 0; e < EVENTS; e++)
			figure->event[e] = event[i][e] / figure->n;
		/* A program waits now and then, and the clock does not stop for that. */
		if (cell->what != OPERATIONS)
			figure->instructions = figure->event[EXECUTED];
	}
}
