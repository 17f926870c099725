/* SPDX-License-Identifier: GPL-2.0-only */
#include "grader/machine/machine.h"

#include "grader/lib/child.h"

#include <string.h>
#include <unistd.h>

const struct machine_kind *const machines[] = {&qemu, &bochs, NULL};

const struct machine_kind *
machine_named(const char *option)
{
	for (int i = 0; machines[i]; i++)
		if (strcmp(machines[i]->option, option) == 0)
			return machines[i];
	return NULL;
}

void
machine_jail(struct args *args, const struct machine_setup *setup, const char *program,
	struct child_io *io)
{
	const char *const files[] = {setup->kernel, setup->rom, setup->disk, setup->initramfs,
		strchr(program, '/') ? program : NULL};

	if (!setup->jail)
		return;
	args_add(args, "%s", setup->jail);
	args_add(args, "--exec");
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (files[i] && access(files[i], F_OK) == 0) /* QEMU needs no ROM */
			args_add(args, "--read=%s", files[i]);
	/* Even the scratch directory is only to be read: what a machine writes is in a folder that
	 * nobody sees, with room for a whole disk. */
	args_add(args, "--read=%s", setup->scratch);
	args_add(args, "--directory=%s", setup->scratch);
	args_add(args, "--tmp=%ld", setup->limits.file_mb);
	args_add(args, "--env=TERM=linux");
	for (int i = 0; i < io->keeps; i++)
		args_add(args, "--keep=%d", io->keep[i]);
	args_add(args, "--cpu=%ld", setup->limits.cpu);
	args_add(args, "--memory=%ld", setup->limits.memory_mb);
	args_add(args, "--file=%ld", setup->limits.file_mb);
	args_add(args, "--processes=64");
	args_add(args, "--");
	io->directory = NULL;
	io->limits = NULL;
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
