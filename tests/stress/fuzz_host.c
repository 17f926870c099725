/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fuzz_host SECONDS SEED FIRST COUNT KIND MODULE [CASES] - a program of the Host: what `make fuzz`
 * boots.  It runs one case of fuzz_cases.h after the other, COUNT of SEED from number FIRST on (0:
 * as many as there is time for), or those in the file CASES, and looks how each ends: the guest
 * switches off, or the Monitor ends the machine, or we do; the launcher says so, with a status that
 * machine.h knows; nobody is left; the disk is as long as it was, and the CD-ROM is what it was;
 * other processes are not touched.  KIND is "debug" on the debug kernel, or "attacks" on a machine
 * that checks segment limits, with a kernel that says less of itself.
 *
 * A note "case N" comes before each, so that whoever listens knows which one it was.
 */
#define _GNU_SOURCE
#include "tests/stress/fuzz_cases.h"
#include "tests/stress/host.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define CASE "/tmp/case"
#define DISK "/tmp/disk"
#define OUT "/tmp/out"
#define DISK_BYTES 65536
#define CDROM "/tmp/cdrom"
#define CDROM_BYTE 0xcd
#define TAP "fuzz0"
#define CASE_SECONDS 0.5 /* some wait for what does not come */
#define GONE 20.0 /* for the killed to be gone */
#define LAUNCHER_SECONDS 0.05
#define MEMORY "--mem=" FUZZ_MEMORY

const char *module;
static bool queues; /* the Host has sockets */
static bool net; /* it has networks, too */
static bool attacks;
static unsigned int done, switched_off, killed_by_monitor, stopped_by_us, launchers;

/* ---- a process that nothing may happen to ---- */

/*
 * The Host's own segments are flat, and its IDT is where it was, whichever machine had the CPU a
 * moment ago; so are the registers that a machine has, too.
 */
static void
witness(void)
{
	struct {
		unsigned short limit;
		unsigned int base;
	} __attribute__((packed)) idt, first;
	unsigned int code, data, segment;

	__asm__ volatile("sidt %0" : "=m"(first));
	for (;;) {
		__asm__ volatile("lsl %1, %0" : "=r"(code) : "r"(0x73));
		__asm__ volatile("lsl %1, %0" : "=r"(data) : "r"(0x7b));
		__asm__ volatile("mov %%fs, %0" : "=r"(segment));
		__asm__ volatile("sidt %0" : "=m"(idt));
		if (code != 0xffffffff || data != 0xffffffff || segment != 0 ||
			idt.base != first.base) {
			fail("witness: limits 0x%x 0x%x, fs 0x%x, idt 0x%x", code, data, segment,
				idt.base);
			_exit(1);
		}
		if (chance(64) == 0)
			rest(0.0005);
	}
}

static pid_t
start_witness(void)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NAME, "witness");
	setpriority(PRIO_PROCESS, 0, 5);
	witness();
	_exit(0);
}

/* ---- one case ---- */

static void
write_file(const char *path, const void *bytes, size_t n, off_t size)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0 || write(fd, bytes, n) != (ssize_t)n || ftruncate(fd, size))
		fail("setup: %s: %s", path, strerror(errno));
	close(fd);
}

/* A network with nobody else in it. */
static bool
make_tap(void)
{
	struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR};
	int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
	int any = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool made;

	strcpy(request.ifr_name, TAP);
	made = fd >= 0 && any >= 0 && !ioctl(fd, TUNSETIFF, &request) &&
	       !ioctl(fd, TUNSETPERSIST, 1);
	request.ifr_flags = IFF_UP;
	made = made && !ioctl(any, SIOCSIFFLAGS, &request);
	close(fd);
	close(any);
	return made;
}

static void
make_cdrom(void)
{
	static char bytes[DISK_BYTES];

	memset(bytes, CDROM_BYTE, sizeof(bytes));
	write_file(CDROM, bytes, sizeof(bytes), sizeof(bytes));
}

static bool
cdrom_is_as_it_was(void)
{
	static unsigned char bytes[DISK_BYTES + 1];
	int fd = open(CDROM, O_RDONLY | O_CLOEXEC);
	ssize_t n = read(fd, bytes, sizeof(bytes));

	close(fd);
	while (n > 0 && bytes[n - 1] == CDROM_BYTE)
		n--;
	return n == 0;
}

static void
become_launcher(const struct cell *cell)
{
	char *argv[20];
	int n = 0, out = open(OUT, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	int nothing = open("/dev/null", O_RDWR);
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	personality(ADDR_NO_RANDOMIZE); /* else it would, and start anew */
	dup2(nothing, STDIN_FILENO);
	/* If the console were a file, a disk could grow as long as that may (hypercall.h). */
	dup2(nothing, STDOUT_FILENO);
	dup2(out, STDERR_FILENO);
	argv[n++] = "./vmm";
	for (int i = 0; i < 4; i++)
		if (cell->option[i][0])
			argv[n++] = (char *)cell->option[i];
	argv[n++] = MEMORY;
	if (queues)
		argv[n++] = "--async";
	if (net)
		argv[n++] = "--net=" TAP;
	argv[n++] = "--disk=" DISK;
	argv[n++] = "--cdrom=" CDROM;
	argv[n++] = "--initrd=" CASE;
	argv[n++] = "./fuzz";
	argv[n] = NULL;
	execv(argv[0], argv);
	_exit(126);
}

static pid_t
machine_of(pid_t launcher)
{
	char path[64], text[64], name[32];
	pid_t pid;

	/* The queue's process is a child, too. */
	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", launcher, launcher);
	get(path, text, sizeof(text));
	for (char *rest = text, *word; (word = strsep(&rest, " "));) {
		pid = atoi(word);
		snprintf(path, sizeof(path), "/proc/%d/comm", pid);
		if (pid > 0 && get(path, name, sizeof(name)) &&
			strncmp(name, "guest-machine", 13) == 0)
			return pid;
	}
	return 0;
}

static void
meddle(pid_t launcher, bool of_module)
{
	static const int signals[] = {SIGTERM, SIGUSR1, SIGSEGV, SIGALRM, SIGIO, SIGTRAP, SIGBUS,
		SIGFPE, SIGILL, SIGPIPE, 34, 64};
	pid_t machine = machine_of(launcher);

	if (!machine)
		return;
	switch (chance(of_module ? 5 : 3)) {
	case 0:
		kill(machine, signals[chance(sizeof(signals) / sizeof(signals[0]))]);
		break;
	case 1:
		kill(machine, SIGSTOP);
		rest(moment(0.01));
		kill(machine, SIGCONT);
		break;
	case 2:
		look_at(machine);
		break;
	default:
		trace(machine);
	}
}

/* True if it has ended by then. */
static bool
wait_for(pid_t pid, double until, int *status)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	for (;;) {
		double left = until - now();
		struct timespec wait;
		pid_t ended;

		while ((ended = waitpid(-1, status, WNOHANG)) > 0)
			if (ended == pid)
				return true;
		if (left <= 0)
			return false;
		wait = (struct timespec){.tv_sec = left, .tv_nsec = (left - (int)left) * 1e9};
		sigtimedwait(&set, NULL, &wait);
	}
}

static void
judge(int status, bool by_us, bool meddled)
{
	static const char *const broken[] = {"a reason", "segments", "flags", "a trap", "a frame"};
	int code = WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
	struct stat st;

	if (stat(DISK, &st) || st.st_size != DISK_BYTES)
		fail("case: the disk has %ld bytes", (long)st.st_size);
	if (stat(CDROM, &st) || st.st_size != DISK_BYTES || !cdrom_is_as_it_was())
		fail("case: the CD-ROM has been written to");
	switch (code) {
	case 0:
		switched_off++;
		return;
	case TT_STATUS_KILLED:
		killed_by_monitor++;
		return;
	case FUZZ_SEEN:
		fail("case: an application has seen the Guest kernel's memory");
		break;
	case FUZZ_WRITTEN:
		fail("case: an application has changed the Guest kernel's memory");
		break;
	case FUZZ_UNSERVED:
		fail("case: the queue serves no more");
		break;
	case FUZZ_BROKEN_REASON:
	case FUZZ_BROKEN_SEGMENTS:
	case FUZZ_BROKEN_FLAGS:
	case FUZZ_BROKEN_TRAP:
	case FUZZ_BROKEN_FRAME:
		fail("case: enter came back with %s that no application can have",
			broken[code - FUZZ_BROKEN_REASON]);
		break;
	default:
		/* With 1 the guest's library gives up for a signal that it did not expect, with 2
		 * the launcher for want of the Host's memory. */
		if ((by_us && code == 1000 + SIGKILL) ||
			(meddled && (code == TT_STATUS_HOST || code == 1 || code == 2)))
			return;
		fail("case: the launcher ended with %d", code);
	}
	show(OUT);
}

static void
run_machine(struct fuzz_plan *plan)
{
	const struct cell *cell = NULL;
	bool by_us = false, failing = module && !attacks && plan->beside % 4 == 1;
	int status = 0;
	pid_t launcher;

	for (int i = 0; i < cell_count; i++)
		if (strcmp(cells[i].name, plan->cell) == 0)
			cell = &cells[i];
	if (!cell)
		return; /* there is no module */
	/* TCG does not check segment limits. */
	plan->machine.hidden = strstr(plan->cell, "mprotect") || strstr(plan->cell, "supervisor") ||
			       (attacks && strstr(plan->cell, "segments"));
	write_file(CASE, &plan->machine, sizeof(plan->machine), sizeof(plan->machine));
	write_file(DISK, "", 0, DISK_BYTES);
	if (failing && !fail_allocations(true))
		fail("setup: the module's allocations cannot be made to fail");
	launcher = fork();
	if (launcher == 0)
		become_launcher(cell);
	if (launcher < 0) {
		fail("setup: fork: %s", strerror(errno));
		return;
	}
	if (plan->beside) {
		chance_start(plan->beside);
		for (unsigned int n = 1 + chance(6); n; n--) {
			rest(moment(0.02));
			meddle(launcher, cell->module);
		}
	}
	if (!wait_for(launcher, now() + CASE_SECONDS, &status)) {
		by_us = true;
		stopped_by_us++;
		kill(launcher, SIGKILL);
		if (!wait_for(launcher, now() + GONE, &status)) {
			fail("processes: launcher %d cannot be killed", launcher);
			return;
		}
	}
	if (failing)
		fail_allocations(false);
	judge(status, by_us, plan->beside != 0);
}

static void
run_launcher(const struct fuzz_plan *plan)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		sigset_t none;

		sigemptyset(&none);
		sigprocmask(SIG_SETMASK, &none, NULL);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		prctl(PR_SET_NAME, "launcher");
		chance_start(plan->seed);
		one_launcher(DEVICE);
		_exit(0);
	}
	launchers++;
	if (!wait_for(pid, now() + LAUNCHER_SECONDS, &status)) {
		kill(pid, SIGKILL);
		if (!wait_for(pid, now() + GONE, &status))
			fail("processes: launcher %d cannot be killed", pid);
	}
}

/* Machines and sharers of memory whose launcher is gone; the caller is who they are given to. */
static void
nobody_is_left(void)
{
	char path[64], text[4096];
	double give_up = now() + GONE;
	int status, none = 0;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", getpid(), getpid());
	for (;;) {
		int left = 0;

		get(path, text, sizeof(text));
		for (char *rest_of = text, *word; (word = strsep(&rest_of, " "));) {
			char name[32], comm[64];
			pid_t pid = atoi(word);

			snprintf(comm, sizeof(comm), "/proc/%d/comm", pid);
			if (pid <= 0 || !get(comm, name, sizeof(name)) ||
				strncmp(name, "witness", 7) == 0)
				continue;
			left++;
			kill(pid, SIGKILL);
		}
		while (waitpid(-1, &status, WNOHANG) > 0)
			;
		/* While one of them ends, the list may lack others (proc(5)). */
		none = left ? 0 : none + 1;
		if (none == 3)
			return;
		if (now() > give_up) {
			fail("processes: %d are still there", left);
			return;
		}
		rest(0.002);
	}
}

static void
run_case(struct fuzz_plan *plan)
{
	if (plan->launcher)
		run_launcher(plan);
	else
		run_machine(plan);
	nobody_is_left();
	done++;
}

/* ---- all ---- */

static void
say_where_the_module_is(void)
{
	static const char *const sections[] = {
		".text", ".text.unlikely", ".init.text", ".exit.text", ".noinstr.text"};
	char path[96], text[64];

	for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++) {
		snprintf(path, sizeof(path), "/sys/module/" MODULE "/sections/%s", sections[i]);
		if (get(path, text, sizeof(text)))
			note("section %s %s", sections[i], text);
	}
}

int
main(int argc, char **argv)
{
	static struct fuzz_plan plan;
	static char line[FUZZ_LINE_MAX];
	double seconds = argc > 1 ? atof(argv[1]) : 60, end;
	unsigned int seed = argc > 2 ? strtoul(argv[2], NULL, 10) : 1;
	unsigned int number = argc > 3 ? strtoul(argv[3], NULL, 10) : 0, first = number;
	unsigned int count = argc > 4 ? strtoul(argv[4], NULL, 10) : 0;
	bool given = argc > 7;
	FILE *file = given ? fopen(argv[7], "re") : NULL;
	int error;

	kernel_setup();
	attacks = argc > 5 && strcmp(argv[5], "attacks") == 0;
	module = argc > 6 && strcmp(argv[6], "none") != 0 ? argv[6] : NULL;
	error = module ? load(module) : 0;
	if (error) {
		fail("module: it cannot be loaded: %s", strerror(error));
		return 1;
	}
	if (module)
		say_where_the_module_is();
	queues = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0) >= 0;
	net = queues && make_tap();
	make_cdrom();
	make_cells();
	pid_t watching = start_witness();

	end = now() + seconds;
	while (failures == 0 && (given || now() < end) && !(count && done == count)) {
		if (given && (!file || !fgets(line, sizeof(line), file)))
			break;
		if (given && (*line == '#' || *line == '\n')) {
			number++;
			continue;
		}
		if (!given)
			fuzz_make(&plan, seed, number, attacks);
		else if (!fuzz_parse(&plan, line))
			fail("case %u is none", number);
		note("case %u", number++);
		run_case(&plan);
	}
	kill(watching, SIGKILL);
	waitpid(watching, &error, 0);
	if (!WIFSIGNALED(error))
		failures++;
	nobody_is_left();
	note("%u cases: %u machines switched off, %u were ended by the Monitor, %u by us; %u "
	     "launchers; %u allocations failed; the last is %u",
		done, switched_off, killed_by_monitor, stopped_by_us, launchers, injected,
		number > first ? number - 1 : first);
	if (failures == 0 && count && done < count)
		fail("time: %u cases of %u", done, count);
	if (failures == 0 && !attacks)
		look_for_leaks();
	error = module ? unload() : 0;
	if (error)
		fail("module: rmmod after the last machine says %s", strerror(error));
	results_promises(0);
	look_at_the_kernel(!attacks);
	note("done");
	return failures > 0;
}
