/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * key.c - what decides about a cell's figures, as one number: while it is the same, what was
 * measured holds.
 */
#include "bench/plan.h"
#include "grader/lib/files.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

/* FNV-1a, 64 bits: for files that nobody makes alike on purpose. */
static uint64_t
hash(uint64_t sum, const void *bytes, size_t n)
{
	const unsigned char *at = bytes;

	while (n--)
		sum = (sum ^ *at++) * 0x100000001b3;
	return sum;
}

static uint64_t
hash_file(uint64_t sum, const char *path)
{
	size_t size;
	const void *at = map_file(path, &size);

	sum = hash(sum, at, size);
	if (size)
		munmap((void *)at, size);
	return sum;
}

static uint64_t
hash_image(const struct plans *plans, uint64_t sum, const char *name)
{
	char path[PATH_MAX];

	image_require(&plans->images, name);
	image_path(&plans->images, name, path);
	return hash_file(sum, path);
}

void
plan_key(const struct plans *plans, struct plan *plan)
{
	uint64_t sum = 0xcbf29ce484222325;

	sum = hash(sum, bench_machine, strlen(bench_machine) + 1);
	if (plan->cell->peer) {
		sum = hash(sum, plan->cell->machine, strlen(plan->cell->machine));
		sum = hash(sum, plan->cell->versions, strlen(plan->cell->versions));
		sum = hash_file(sum, plan->foreign.kernel);
		if (plan->foreign.domain)
			sum = hash_file(sum, plan->foreign.domain);
	} else {
		if (plans->events)
			sum = hash_image(plans, sum, "events");
		sum = hash_image(plans, sum, "kernel");
	}
	sum = hash_image(plans, sum, "initramfs");
	for (int i = 0; i < plan->tests; i++) {
		const struct test *test = &plan->test[i];

		sum = hash(sum, test->script, strlen(test->script));
		for (int f = 0; f < FILES_MAX && test->files[f]; f++) {
			const char *name = test->files[f];

			image_require(&plans->images, name);
			sum = hash_image(
				plans, sum, strcmp(name, WORK_DISK) == 0 ? "work-sum" : name);
		}
	}
	if (plan->cell->interception && !plan->cell->peer) {
		sum = hash_image(plans, sum, "vmm");
		if (strcmp(plan->cell->interception, "module") == 0)
			sum = hash_image(plans, sum, "monitor.ko");
	}
	snprintf(plan->cell->key, sizeof(plan->cell->key), "%016llx", (unsigned long long)sum);
}
