/* SPDX-License-Identifier: GPL-2.0-only */
/* hypercalls.c - the hypercalls as functions. */
#include "guest.h"

int
hc_enter(void *frame)
{
	return tt_trap(TT_HC_ENTER, (unsigned int)frame, 0, 0, 0);
}

int
hc_map(unsigned int space, unsigned int address, const void *entries, unsigned int count)
{
	return tt_trap(TT_HC_MAP, space, address, (unsigned int)entries, count);
}

int
hc_unmap(unsigned int space, unsigned int address, unsigned int bytes)
{
	return tt_trap(TT_HC_UNMAP, space, address, bytes, 0);
}

int
hc_forget(void)
{
	return tt_trap(TT_HC_FORGET, 0, 0, 0, 0);
}

int
hc_space_create(void)
{
	return tt_trap(TT_HC_SPACE_CREATE, 0, 0, 0, 0);
}

int
hc_space_destroy(unsigned int space)
{
	return tt_trap(TT_HC_SPACE_DESTROY, space, 0, 0, 0);
}

int
hc_debug(const void *debug)
{
	return tt_trap(TT_HC_DEBUG, (unsigned int)debug, 0, 0, 0);
}
