/* SPDX-License-Identifier: GPL-2.0-only */
/* stress_host.h - what the two files of stress_host, a program of the Host, know of each other. */
#ifndef STRESS_HOST_H
#define STRESS_HOST_H

#include <stdbool.h>

/* The same numbers for the same seed. */
void chance_start(unsigned int seed);
unsigned int chance(unsigned int below);

double now(void);

/* Be a launcher that obeys no rule, for some seconds; never returns when it became a machine. */
void abuse(const char *device);

#endif
