/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * events.c - what the plugin, events.c, has to know, and what comes back from it.
 */
#include "bench/plan.h"
#include "grader/lib/files.h"

#include <elf.h>
#include <err.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* What the plugin is told, ",switch=..." and on. */
static char places[2048];

__attribute__((format(printf, 1, 2))) static void
add_place(const char *format, ...)
{
	size_t used = strlen(places);
	va_list list;
	int n;

	va_start(list, format);
	n = vsnprintf(places + used, sizeof(places) - used, format, list);
	va_end(list);
	if (n < 0 || used + n >= sizeof(places))
		errx(3, "the Host kernel has more entries than fit");
}

/* Each vector has an entry of its own; asm_common_interrupt is behind all interrupts'. */
static int
look_at_symbol(const char *name, unsigned long from, unsigned long size)
{
	if (strcmp(name, "__switch_to_asm") == 0)
		add_place(",switch=%lx", from);
	else if (strcmp(name, "switch_mm_irqs_off") == 0)
		add_place(",mm=%lx-%lx", from, from + size);
	else if (strcmp(name, "entry_INT80_32") == 0 || strcmp(name, "entry_SYSENTER_32") == 0)
		add_place(",call=%lx", from);
	else if (strcmp(name, "asm_exc_page_fault") == 0)
		add_place(",fault=%lx", from);
	else if (strcmp(name, "asm_common_interrupt") == 0)
		add_place(",interrupt=%lx", from);
	else if (strncmp(name, "asm_exc_", 8) == 0)
		add_place(",exception=%lx", from);
	else
		return 0;
	return strncmp(name, "asm_exc_", 8) != 0 || strcmp(name, "asm_exc_page_fault") == 0;
}

/* How many of the places that every Host kernel has are among the symbols. */
static int
look_at_symbols(const unsigned char *file, size_t size)
{
	const Elf32_Ehdr *head = (const void *)file;
	const Elf32_Shdr *section = (const void *)(file + head->e_shoff);
	int found = 0;

	if (head->e_shoff + head->e_shnum * sizeof(*section) > size)
		return 0;
	for (int i = 0; i < head->e_shnum; i++) {
		const Elf32_Sym *symbol = (const void *)(file + section[i].sh_offset);
		const char *strings;

		if (section[i].sh_type != SHT_SYMTAB)
			continue;
		strings = (const char *)file + section[section[i].sh_link].sh_offset;
		for (size_t s = 0; s < section[i].sh_size / sizeof(*symbol); s++)
			found += look_at_symbol(
				strings + symbol[s].st_name, symbol[s].st_value, symbol[s].st_size);
	}
	return found;
}

#define PLACES_WANTED 6

void
events_find(const struct images *images)
{
	char path[PATH_MAX];
	const void *file;
	size_t size;

	snprintf(path, sizeof(path), "%s/host/vmlinux", images->build);
	file = map_file(path, &size);
	if (size < sizeof(Elf32_Ehdr) || memcmp(file, ELFMAG, SELFMAG) != 0 ||
		look_at_symbols(file, size) != PLACES_WANTED)
		errx(3, "%s does not say where it switches tasks, and is entered", path);
	munmap((void *)file, size);
}

void
events_load(const struct plans *plans, struct plan *plan, const char *directory)
{
	snprintf(plan->events, sizeof(plan->events), "%.4000s/events", directory);
	unlink(plan->events);
	snprintf(plan->plugin, sizeof(plan->plugin), "%.2000s/bin/events.so,out=%s%s",
		plans->images.build, plan->events, places);
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

	while (file && lines < FIGURES_MAX) {
		int e = 0;

		while (e < EVENTS && fscanf(file, "%lf", &event[lines][e]) == 1)
			e++;
		if (e < EVENTS)
			break;
		lines++;
	}
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
