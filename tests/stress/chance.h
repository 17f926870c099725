/* SPDX-License-Identifier: GPL-2.0-only */
/* chance.h - the same numbers for the same seed, on every machine. */
#ifndef TESTS_STRESS_CHANCE_H
#define TESTS_STRESS_CHANCE_H

void chance_start(unsigned int seed);
unsigned int chance(unsigned int below);

#endif
