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
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <typetwo/vmm.h>
#include <unistd.h>

#define TOLD -1

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

/*
 * What is open is what a Guest kernel can name in a host system call.  The device and RAM stay, for
 * the start needs them; by these a guest reaches its own RAM, and what says that it has not ended.
 */
static bool
close_others(const struct machine *m, int device)
{
	unsigned int from = 0, kept;

	for (;;) {
		kept = ~0U;
		for (unsigned int i = 0; i < m->devices; i++)
			if ((unsigned int)m->device[i].fd >= from &&
				(unsigned int)m->device[i].fd < kept)
				kept = m->device[i].fd;
		for (int i = 0; i < 2; i++) {
			unsigned int fd = i ? device : m->ram_fd;

			if (fd >= from && fd < kept)
				kept = fd;
		}
		if (kept > from && close_range(from, kept - 1, 0))
			return false;
		if (kept == ~0U)
			return true;
		from = kept + 1;
	}
}

/* Returns if it failed, with errno. */
static void
start(int fd, const struct tt_vmm_machine *machine)
{
	/* Whoever reads our /proc files shares our memory for a moment: that is busy, too. */
	for (int tries = 0; tries < 1000; tries++) {
		ioctl(fd, TT_VMM_START, machine);
		if (errno != EBUSY)
			return;
		usleep(1000);
	}
	errno = EBUSY;
}

/*
 * What the child does before it is a machine: a process as machine.h promises it.  It has no
 * standard error then, so the launcher has to tell why it did not become one: *failed, an errno.
 * TOLD is what it says itself, as long as it has one; 0: it is a machine.
 */
static _Noreturn void
become_machine(const struct machine *m, const struct options *o, unsigned int entry, int fd,
	pid_t launcher, int *failed)
{
	struct tt_vmm_machine machine = {
		.entry = entry,
		.ram_bytes = m->ram_bytes,
		.ram_fd = m->ram_fd,
		.protect = o->protect,
		.spaces = o->spaces,
		.fast = o->fast,
	};
	struct sigaction action = {.sa_handler = SIG_DFL};
	sigset_t none;

	if (prctl(PR_SET_PDEATHSIG, SIGKILL))
		err(TT_STATUS_HOST, "guest-machine process");
	if (getppid() != launcher)
		_exit(TT_STATUS_HOST); /* nobody is there to be told */
	prctl(PR_SET_NAME, "guest-machine"); /* for ps and gdb, where it would be a second vmm */
	for (int s = 1; s <= SIGSYS; s++)
		sigaction(s, &action, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	machine_route_signals(m, getpid());
	machine_limit_files(m);
	be_killed_first();
	*failed = 0;
	if (close_others(m, fd))
		start(fd, &machine);
	*failed = errno;
	_exit(TT_STATUS_HOST);
}

static _Noreturn void
report_hole(unsigned int lab, unsigned int hole)
{
	static const char *const handout[] = {[2] = "lab2-in-kernel-monitor",
		[3] = "lab3-segment-bounds",
		[4] = "lab4-page-tables"};

	if (lab >= sizeof(handout) / sizeof(*handout) || !handout[lab])
		errx(TT_STATUS_HOST, "the Monitor names a hole that there is not: lab%u.%u", lab,
			hole);
	fprintf(stderr, "lab%u.%u is not written yet: labs/%s, section \"Hole lab%u.%u\"\n", lab,
		hole, handout[lab], lab, hole);
	exit(TT_STATUS_HOLE);
}

/* The Monitor's reason, if it was the Monitor; status is the process's, from waitpid. */
static void
report_end(int fd, int status)
{
	struct tt_vmm_end end;
	char what[120];

	if (read(fd, &end, sizeof(end)) != sizeof(end))
		return;
	switch (end.why) {
	case TT_END_EXCEPTION:
		/* Its handler may have repaired that one. */
		if (!WIFSIGNALED(status) || WTERMSIG(status) != (int)end.what)
			return;
		snprintf(what, sizeof(what), "guest kernel exception, signal %u", end.what);
		break;
	case TT_END_HYPERCALL:
		snprintf(what, sizeof(what), "unknown hypercall 0x%x", end.what);
		break;
	case TT_END_HOST_CALL:
		snprintf(what, sizeof(what), "forbidden host system call %d (0x%x, 0x%x, 0x%x)",
			(int)end.what, end.argument[0], end.argument[1], end.argument[2]);
		break;
	case TT_END_MEMORY:
		errx(TT_STATUS_HOST, "the Host has no memory for the machine");
	case TT_END_PROTECT:
		errx(TT_STATUS_HOST, "protecting the Guest kernel: error %d", (int)end.what);
	case TT_END_HOLE:
		report_hole(end.what / 10, end.what % 10);
	default:
		return;
	}
	fprintf(stderr, "vmm: machine killed: %s (trap %d eip 0x%08x cr2 0x%08x)\n", what,
		(int)end.trap, end.eip, end.cr2);
	exit(TT_STATUS_KILLED);
}

_Noreturn void
module_run(const struct machine *m, const struct options *o, unsigned int entry)
{
	int *failed = mmap(
		NULL, sizeof(*failed), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int fd = open_device(), status;
	pid_t launcher = getpid(), child;

	if (failed == MAP_FAILED)
		err(TT_STATUS_HOST, "guest-machine process");
	*failed = TOLD;
	child = fork();
	if (child < 0)
		err(TT_STATUS_HOST, "guest-machine process");
	if (child == 0)
		become_machine(m, o, entry, fd, launcher, failed);
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			err(TT_STATUS_HOST, "waiting for the guest-machine process");
	if (*failed == TOLD && WIFEXITED(status))
		exit(TT_STATUS_HOST);
	if (*failed == EOPNOTSUPP)
		errx(TT_STATUS_HOST, XSAVE_REFUSED);
	if (*failed > 0) {
		errno = *failed;
		err(TT_STATUS_HOST, "%s: cannot start the machine", TT_VMM_DEVICE);
	}
	report_end(fd, status);
	if (WIFEXITED(status)) {
		status = WEXITSTATUS(status);
		exit(status > TT_STATUS_GUEST_MAX ? TT_STATUS_GUEST_MAX : status);
	}
	fprintf(stderr, "vmm: machine killed: %s %d, %s\n",
		WTERMSIG(status) == SIGKILL ? "the Host sent signal" : "guest kernel signal",
		WTERMSIG(status), strsignal(WTERMSIG(status)));
	exit(TT_STATUS_KILLED);
}
