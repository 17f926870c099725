/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/stress/chance.h"

static unsigned int state;

unsigned int
chance(unsigned int below)
{
	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state % below;
}

void
chance_start(unsigned int seed)
{
	state = seed * 2654435761u ^ 0x9e3779b9;
	if (!state)
		state = 1;
}
