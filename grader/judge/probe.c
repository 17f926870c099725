/* SPDX-License-Identifier: GPL-2.0-only */
#include "grader/judge/probe.h"

#include "grader/tests/test.h"

#include <stdio.h>
#include <string.h>

static const struct {
	enum protection bit;
	const char *name, *words;
} known[] = {
	{SEGMENT_LIMITS, "segment-limits", "segment limits"},
	{NULL_SELECTORS, "null-selectors", "null selectors"},
	{DESCRIPTOR_PRIVILEGE, "descriptor-privilege", "descriptor privilege"},
	{PAGE_PRIVILEGE, "page-privilege", "page privilege"},
};

#define KNOWN (sizeof(known) / sizeof(known[0]))

bool
probe_line(struct probe *probe, const char *line)
{
	for (size_t i = 0; i < KNOWN; i++) {
		size_t n = strlen(known[i].name);

		if (strncmp(line, known[i].name, n) != 0 || line[n] != ' ')
			continue;
		if (strcmp(line + n + 1, "enforced") == 0)
			probe->enforced |= known[i].bit;
		else if (strcmp(line + n + 1, "not-enforced") == 0)
			probe->not_enforced |= known[i].bit;
		else
			return false;
		return true;
	}
	return false;
}

void
probe_words(unsigned int protections, char *text, size_t size)
{
	unsigned int rest = 0; /* what is still to be told */
	size_t used = 0;

	for (size_t i = 0; i < KNOWN; i++)
		rest |= known[i].bit & protections;
	text[0] = '\0';
	for (size_t i = 0; i < KNOWN; i++) {
		if (!(rest & known[i].bit))
			continue;
		rest &= ~known[i].bit;
		used += snprintf(text + used, size - used, "%s%s",
			used == 0 ? "" : (rest ? ", " : " and "), known[i].words);
		if (used >= size)
			return;
	}
}
