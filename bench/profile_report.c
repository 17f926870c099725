/* SPDX-License-Identifier: GPL-2.0-only */
#include "bench/profile.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <typetwo/machine.h>

static int
by_address(const void *a, const void *b)
{
	const struct symbol *one = a, *other = b;

	return (one->address > other->address) - (one->address < other->address);
}

void
profile_names(struct profile *profile, enum code code, FILE *lines)
{
	static const enum character of[CODES] = {
		HOST, MONITOR, MONITOR, GUEST_KERNEL, GUEST_APPLICATION};
	struct symbols *s = &profile->code[code];
	struct symbol one = {.of = of[code]};
	char line[512], kind;

	while (fgets(line, sizeof(line), lines)) {
		if (sscanf(line, "%lx %c %63s", &one.address, &kind, one.name) != 3 ||
			!strchr("tTwW", kind))
			continue;
		/* Twice its size whenever it is full. */
		if ((s->n & (s->n - 1)) == 0)
			s->symbol = realloc(s->symbol, (s->n ? 2 * s->n : 1) * sizeof(one));
		if (!s->symbol)
			err(3, "no memory");
		s->symbol[s->n++] = one;
	}
	qsort(s->symbol, s->n, sizeof(one), by_address);
}

/* The last one that begins at the address or before it; NULL: none does. */
static struct symbol *
find(const struct symbols *s, unsigned long address)
{
	size_t low = 0, high = s->n;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (s->symbol[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? &s->symbol[low - 1] : NULL;
}

void
profile_count(
	struct profile *profile, unsigned long address, bool launcher, unsigned long long times)
{
	const struct symbols *application = &profile->code[APPLICATION_CODE];
	enum character who = GUEST_APPLICATION;
	struct symbol *symbol = NULL;

	if (profile->uml &&
		(launcher || (address >= TT_GUEST_KERNEL_BASE && address < TT_HOST_KERNEL_BASE))) {
		/* Its own code, the Host's vDSO, by which it calls, its stub in its processes. */
		who = GUEST_KERNEL;
	} else if (launcher) {
		who = MONITOR;
		symbol = find(&profile->code[LAUNCHER_CODE], address);
	} else if (address >= TT_HOST_KERNEL_BASE) {
		/* Modules are above all of the Host kernel, and there is no other. */
		symbol = find(&profile->code[MODULE_CODE], address);
		who = symbol ? MONITOR : HOST;
		if (!symbol)
			symbol = find(&profile->code[HOST_CODE], address);
	} else if (profile->guest && address >= TT_MONITOR_BASE) {
		who = MONITOR;
	} else if (profile->guest && address >= TT_GUEST_KERNEL_BASE &&
		   address - TT_GUEST_KERNEL_BASE < TT_RAM_MAX) {
		/* Higher are the libraries of programs on the Host, as the web server's clients. */
		who = GUEST_KERNEL;
		symbol = find(&profile->code[GUEST_KERNEL_CODE], address);
	} else if (application->n && address < application->symbol[application->n - 1].address) {
		/* Above its last function are libraries and the vDSO. */
		symbol = find(application, address);
	}
	if (symbol)
		symbol->times += times;
	profile->times[who] += times;
	profile->total += times;
}

static int
by_times(const void *a, const void *b)
{
	const struct symbol *one = *(struct symbol *const *)a, *other = *(struct symbol *const *)b;

	if (one->times != other->times)
		return one->times < other->times ? 1 : -1;
	return strcmp(one->name, other->name);
}

static void
print_line(const struct profile *profile, FILE *to, const char *character, const char *name,
	unsigned long long times, long long operations)
{
	fprintf(to, "  %-18s %-36s %10.1f %5.1f%%\n", character, name, (double)times / operations,
		100.0 * times / profile->total);
}

void
profile_print(struct profile *profile, FILE *to, long long operations, size_t lines)
{
	const char *const character[CHARACTERS] = {"Host", "Monitor", "Guest kernel",
		profile->guest || profile->uml ? "Guest application" : "program"};
	struct symbol **all;
	size_t n = 0;

	for (int who = 0; who < CHARACTERS; who++)
		if (profile->times[who])
			print_line(
				profile, to, character[who], "", profile->times[who], operations);
	print_line(profile, to, "all", "", profile->total, operations);
	for (int c = 0; c < CODES; c++)
		n += profile->code[c].n;
	all = malloc((n + 1) * sizeof(*all));
	if (!all)
		err(3, "no memory");
	n = 0;
	for (int c = 0; c < CODES; c++)
		for (size_t i = 0; i < profile->code[c].n; i++)
			if (profile->code[c].symbol[i].times)
				all[n++] = &profile->code[c].symbol[i];
	qsort(all, n, sizeof(*all), by_times);
	fprintf(to, "\n");
	for (size_t i = 0; i < n && i < lines; i++)
		print_line(profile, to, character[all[i]->of], all[i]->name, all[i]->times,
			operations);
	free(all);
}

void
profile_free(struct profile *profile)
{
	for (int c = 0; c < CODES; c++)
		free(profile->code[c].symbol);
}
