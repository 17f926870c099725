/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fuzz_cases.h - cases of `make fuzz`: made by chance, and as lines of text.
 *
 *	machine CELL BESIDE SEED WORD:HEX,HEX... WORD:...
 *	launcher SEED
 *
 * A machine's words are the ops of vm-images/guests/fuzz.h, in their order; arguments that are 0 at
 * the end are left out.  BESIDE is the seed of what other processes do meanwhile, 0 for nothing;
 *one in four lets the module's allocations fail, too.
 */
#ifndef TESTS_STRESS_FUZZ_CASES_H
#define TESTS_STRESS_FUZZ_CASES_H

#include <stdbool.h>
#include <stddef.h>

#include "vm-images/guests/fuzz.h"

struct fuzz_plan {
	bool launcher; /* else a machine */
	char cell[64]; /* as in struct cell */
	unsigned int beside, seed;
	struct fuzz_case machine;
};

#define FUZZ_LINE_MAX 16384

/*
 * The same for the same seed and number.  attacks: for a machine that checks segment limits, and is
 * slow: only where the Guest kernel is to be hidden, and nobody else is there.
 */
void fuzz_make(struct fuzz_plan *plan, unsigned int seed, unsigned int number, bool attacks);
/* Both false if it is not a case, or too long. */
bool fuzz_print(const struct fuzz_plan *plan, char *line, size_t size);
bool fuzz_parse(struct fuzz_plan *plan, const char *line);

#endif
