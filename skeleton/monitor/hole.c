// SPDX-License-Identifier: GPL-2.0-only
#include "hole.h"

#include "monitor.h"

void hole(struct monitor *mon, const char *id)
{
	static const char *const handout[] = {
		"lab2-in-kernel-monitor", "lab3-segment-bounds", "lab4-page-tables"
	};

	monitor_end(mon, TT_STATUS_HOLE, "%s is not written yet: labs/%s, section \"Hole %s\"",
		    id, handout[id[3] - '2'], id);
}
