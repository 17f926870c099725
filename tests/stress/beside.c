/* SPDX-License-Identifier: GPL-2.0-only */
/* beside.c - what other programs of the Host do to a machine's process. */
#define _GNU_SOURCE
#include "tests/stress/host.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

/* What anyone may do beside a machine without harm to it. */
void
look_at(pid_t pid)
{
	static const char *const files[] = {"maps", "smaps", "stat", "status", "statm", "wchan",
		"stack", "syscall", "cmdline", "pagemap", "limits", "fd"};
	char path[64], text[8192];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, files[chance(12)]);
	get(path, text, sizeof(text));
	/* Its memory, as a debugger sees it. */
	snprintf(path, sizeof(path), "/proc/%d/mem", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	for (int i = 0; fd >= 0 && i < 8; i++) {
		off_t at = chance(2) ? TT_GUEST_KERNEL_BASE + chance(1 << 22) : chance(0x70000000);

		if (pread(fd, text, sizeof(text), at) < 0)
			continue;
	}
	if (fd >= 0)
		close(fd);
}

/* A debugger stops the machine, wherever it is, reads its registers, and goes. */
void
trace(pid_t pid)
{
	long regs[17];
	int status;

	if (ptrace(PTRACE_SEIZE, pid, NULL, NULL))
		return;
	for (int stops = chance(5); stops >= 0; stops--) {
		ptrace(PTRACE_INTERRUPT, pid, NULL, NULL);
		for (int i = 0; i < 100 && waitpid(pid, &status, __WALL | WNOHANG) == 0; i++)
			rest(0.002);
		if (ptrace(PTRACE_GETREGS, pid, NULL, regs) == 0)
			ptrace(PTRACE_PEEKDATA, pid, (void *)regs[12],
				NULL); /* what eip points to */
		if (stops)
			ptrace(PTRACE_CONT, pid, NULL, NULL);
	}
	ptrace(PTRACE_DETACH, pid, NULL, NULL);
}
