/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * probe.h - which protections a machine enforces, by the word of the probe that runs in each boot
 * (vm-images/host/probe.c).
 */
#ifndef GRADER_JUDGE_PROBE_H
#define GRADER_JUDGE_PROBE_H

#include <stdbool.h>
#include <stddef.h>

/* Bits of enum protection in test.h; one in neither was not probed. */
struct probe {
	unsigned int enforced, not_enforced;
};

/* Take "NAME enforced" or "NAME not-enforced"; other lines change nothing and return false. */
bool probe_line(struct probe *probe, const char *line);

/* "segment limits and page privilege", cut off at size. */
void probe_words(unsigned int protections, char *text, size_t size);

#endif
