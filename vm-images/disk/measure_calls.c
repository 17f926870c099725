// SPDX-License-Identifier: GPL-2.0-only
/* measure_calls.c - system calls and signals. */
#include <err.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "measure.h"

static int zero, null;

void
open_devices(const struct metric *metric)
{
	(void)metric;
	zero = open("/dev/zero", O_RDONLY);
	null = open("/dev/null", O_WRONLY);
	if (zero < 0 || null < 0)
		err(1, "/dev");
}

void
close_devices(void)
{
	close(zero);
	close(null);
}

void
getppids(unsigned int n)
{
	while (n--)
		syscall(SYS_getppid);
}

void
reads(unsigned int n)
{
	char c;

	while (n--)
		if (read(zero, &c, 1) != 1)
			err(1, "/dev/zero");
}

void
writes(unsigned int n)
{
	char c = 0;

	while (n--)
		if (write(null, &c, 1) != 1)
			err(1, "/dev/null");
}

void
stats(unsigned int n)
{
	struct stat status;

	while (n--)
		if (stat(PLACE, &status) < 0)
			err(1, PLACE);
}

void
opens(unsigned int n)
{
	while (n--) {
		int fd = open(PLACE, O_RDONLY);

		if (fd < 0)
			err(1, PLACE);
		close(fd);
	}
}

static void
nothing(int signal)
{
	(void)signal;
}

void
catch_signals(const struct metric *metric)
{
	(void)metric;
	signal_installs(1);
}

void
signal_installs(unsigned int n)
{
	struct sigaction action = {.sa_handler = nothing};

	while (n--)
		if (sigaction(SIGUSR1, &action, NULL) < 0)
			err(1, "sigaction");
}

/* It is delivered on the way back from the call that sends it. */
void
signals(unsigned int n)
{
	pid_t me = getpid();

	while (n--)
		kill(me, SIGUSR1);
}
