/* SPDX-License-Identifier: GPL-2.0-only */
#include "machine.h"

#include "child.h"
#include "test.h"

#include <string.h>
#include <unistd.h>

const struct machine_kind *const machines[] = {[ON_QEMU] = &qemu, [ON_BOCHS] = &bochs, NULL};

const struct machine_kind *
machine_named(const char *option)
{
	for (int i = 0; machines[i]; i++)
		if (strcmp(machines[i]->option, option) == 0)
			return machines[i];
	return NULL;
}

static void
close_line(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void
machine_stop(struct machine *machine)
{
	child_stop(&machine->pid);
	close_line(&machine->console);
	close_line(&machine->verdict);
	close_line(&machine->errors);
	close_line(&machine->control);
}
