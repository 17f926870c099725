// SPDX-License-Identifier: GPL-2.0-only
#include "hole.h"

#include "monitor.h"

void hole(struct monitor *mon, const char *id)
{
	monitor_end(mon, TT_END_HOLE, (id[3] - '0') * 10 + (id[5] - '0'));
}
