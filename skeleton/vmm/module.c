// SPDX-License-Identifier: GPL-2.0-only
#include "module.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <typetwo/vmm.h>
#include <unistd.h>

static int
open_device(void)
{
	int fd = open(TT_VMM_DEVICE, O_RDWR | O_CLOEXEC);

	if (fd < 0 && (errno == ENOENT || errno == ENXIO || errno == ENODEV))
		errx(2, "%s: the Monitor is not loaded; `insmod monitor.ko` loads it",
			TT_VMM_DEVICE);
	if (fd < 0)
		err(2, "%s: cannot open the Monitor", TT_VMM_DEVICE);
	return fd;
}

/* The Host does not count RAM that it maps for a machine, and would kill others for want of it. */
static void
be_killed_first(void)
{
	FILE *f = fopen("/proc/self/oom_score_adj", "we");

	if (!f)
		return;
	fputs("800", f);
	fclose(f);
}

/* What the child does before it is a machine: a process as machine.h promises it. */
static _Noreturn void
become_machine(const struct machine *m, const struct options *o, unsigned int entry, int fd,
	pid_t launcher)
{
	struct tt_vmm_machine machine = {
		.entry = entry,
		.ram_bytes = m->ram_bytes,
		.ram_fd = m->ram_fd,
		.protect = o->protect,
		.spaces = o->spaces,
		.fast = o->fast,
		.devices = m->devices,
	};
	struct sigaction action = {.sa_handler = SIG_DFL};
	sigset_t none;

	memcpy(machine.device, m->device, sizeof(machine.device));
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) || getppid() != launcher)
		_exit(TT_STATUS_HOST);
	prctl(PR_SET_NAME, "guest-machine"); /* for ps and gdb, where it would be a second vmm */
	for (int s = 1; s <= SIGSYS; s++)
		sigaction(s, &action, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	machine_route_signals(m, getpid());
	be_killed_first();
	/* Whoever reads our /proc files shares our memory for a moment: that is busy, too. */
	for (int tries = 0; tries < 1000; tries++) {
		ioctl(fd, TT_VMM_START, &machine);
		if (errno != EBUSY)
			break;
		usleep(1000);
	}
	err(TT_STATUS_HOST, "%s: cannot start the machine", TT_VMM_DEVICE);
}

/* The Monitor's reason, if it was the Monitor. */
static void
report_end(int fd)
{
	struct tt_vmm_end end;

	if (read(fd, &end, sizeof(end)) != sizeof(end) || !end.status)
		return;
	end.reason[sizeof(end.reason) - 1] = '\0';
	fprintf(stderr, "%s%s\n", end.status == TT_STATUS_HOLE ? "" : "vmm: ", end.reason);
	exit(end.status);
}

_Noreturn void
module_run(const struct machine *m, const struct options *o, unsigned int entry)
{
	int fd = open_device(), status;
	pid_t launcher = getpid(), child = fork();

	if (child < 0)
		err(TT_STATUS_HOST, "guest-machine process");
	if (child == 0)
		become_machine(m, o, entry, fd, launcher);
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			err(TT_STATUS_HOST, "waiting for the guest-machine process");
	report_end(fd);
	if (WIFEXITED(status)) {
		status = WEXITSTATUS(status);
		/* The child's own failure, before it was a machine, is the Host's. */
		exit(status > TT_STATUS_GUEST_MAX && status != TT_STATUS_HOST ? TT_STATUS_GUEST_MAX
									      : status);
	}
	fprintf(stderr, "vmm: machine killed: %s %d, %s\n",
		WTERMSIG(status) == SIGKILL ? "the Host sent signal" : "guest kernel signal",
		WTERMSIG(status), strsignal(WTERMSIG(status)));
	exit(TT_STATUS_KILLED);
}
