/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * stress_host SECONDS SEED [MODULE] - a program of the Host, for the debug kernel: what stress.c
 * boots.  Machines come and go, four at a time, beside a hog; they, their launchers and the module
 * are killed, stopped, starved and taken away at random moments.
 *
 * A machine that nobody disturbed has to end as its guest promises; after every round nothing may
 * be left of any.  What the kernel itself has to say is on the console, and the caller's to judge.
 * Each result is a line on the verdict line; the seed gives the same choices again, not the same
 * moments.
 */
#define _GNU_SOURCE
#include "tests/stress/host.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ROUND_SECONDS 9.0
#define MEMORY_TOLERANCE_KB 2048 /* what caches and debugging keep: measured, about 700 */

/* ---- the module ---- */

const char *module;
static unsigned int loads, refusals, unloads;

static void
must_load(void)
{
	int error = module ? load(module) : 0;

	if (error)
		fail("module: it cannot be loaded: %s", strerror(error));
	else if (module)
		loads++;
}
/* ---- processes beside the machines ---- */

static pid_t hogs[3], abuser;

static pid_t
beside(void (*work)(void), const char *name)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NAME, name);
	work();
	_exit(0);
}

static void
hog(void)
{
	/* It takes what it gets, but most of the time is to be the machines'. */
	setpriority(PRIO_PROCESS, 0, 5);
	for (;;)
		__asm__ volatile("");
}

/* Whatever runs is preempted some hundred times a second, between any two instructions. */
static void
pest(void)
{
	struct sched_param first = {.sched_priority = 1};

	sched_setscheduler(0, SCHED_FIFO, &first);
	prctl(PR_SET_TIMERSLACK, 1);
	for (;;) {
		struct timespec t = {.tv_nsec = 300000 + chance(2000000)};

		nanosleep(&t, NULL);
	}
}

/* A process that makes and loses page tables, as any build on the Host would. */
static void
churn(void)
{
	for (;;) {
		size_t bytes = 1 << 20;
		char *memory = mmap(
			NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		pid_t pid;

		if (memory == MAP_FAILED) {
			rest(0.05);
			continue;
		}
		for (size_t i = 0; i < bytes; i += 16384)
			memory[i] = 1;
		pid = fork();
		if (pid == 0) {
			for (size_t i = 0; i < bytes; i += 65536)
				memory[i] = 2;
			_exit(0);
		}
		if (pid > 0)
			waitpid(pid, NULL, 0);
		munmap(memory, bytes);
		rest(0.02);
	}
}

static void
abuse_device(void)
{
	put("/proc/self/oom_score_adj", "0");
	abuse(DEVICE);
}

static void
end_process(pid_t *pid)
{
	if (*pid <= 0)
		return;
	kill(*pid, SIGKILL);
	for (int i = 0; i < 1000 && kill(*pid, 0) == 0; i++) {
		waitpid(*pid, NULL, WNOHANG);
		rest(0.01);
	}
	*pid = 0;
}

/* ---- acts: what happens to the module and to the Host's memory while machines run ---- */

static const char garbage[] = "/tmp/garbage";

/* Large allocations of kernel addresses; a directory that is not kept in step shows it. */
static void
churn_kernel_addresses(void)
{
	int error = load(garbage);

	if (error != ENOEXEC && error != ENOMEM)
		fail("module: a file that is none: %s", error ? strerror(error) : "loaded");
	if (module && access("/sys/module/" MODULE, F_OK) == 0) {
		error = load(module);
		if (error != EEXIST && error != ENOMEM)
			fail("module: loaded twice: %s", strerror(error));
	}
}

/* Try to take the module away; it has to stay if it is surely in use. */
static void
take_away(void)
{
	int fd = chance(2) ? open(DEVICE, O_RDWR | O_CLOEXEC) : -1, error;
	bool in_use = fd >= 0;
	char text[64];

	for (int i = 0; i < SLOTS; i++) {
		struct slot *s = &slots[i];

		/* This guest speaks when it runs, and ends when we say so. */
		if (s->launcher && s->cell->module && !s->acted && !s->disturbed &&
			strcmp(s->guest->file, "loop") == 0 && get(s->out, text, sizeof(text)) &&
			strstr(text, "looping"))
			in_use = true;
	}
	error = unload();
	if (fd >= 0)
		close(fd);
	if (error == EAGAIN || error == EBUSY) {
		refusals++;
	} else if (error) {
		fail("module: rmmod says %s", strerror(error));
	} else {
		unloads++;
		if (in_use)
			fail("module: rmmod took it away while it was in use");
		/* Whoever was about to open the device found none. */
		for (int i = 0; i < SLOTS; i++)
			if (slots[i].launcher && slots[i].cell->module)
				slots[i].disturbed = true;
		must_load();
	}
}

/* Once for certain, whatever chance does later. */
static void
stay_while_open(void)
{
	int fd = open(DEVICE, O_RDWR | O_CLOEXEC), error = unload();

	if (fd < 0)
		fail("module: %s does not open", DEVICE);
	else if (!error)
		fail("module: rmmod took it away while its device was open");
	else
		refusals++;
	close(fd);
	if (!error)
		must_load();
}

/* Two machines that want more than there is, together. */
static void
starve(void)
{
	for (int i = SLOTS; i < ALL_SLOTS; i++) {
		char memory[24];
		long kb = meminfo("MemFree:") * (60 + chance(35)) / 100;

		if (slots[i].launcher || kb < 4096)
			continue;
		snprintf(memory, sizeof(memory), "%ldM", kb >> 10);
		start(&slots[i], &hungry, any_cell(), KILL_LAUNCHER + chance(2), memory);
		slots[i].act = now() + 6 + moment(2);
	}
}

/* ---- rounds ---- */

/* A process of any machine; 0 for none.  Those of the abuser are ended on the way. */
static pid_t
left_over(void)
{
	static const char *const names[] = {"vmm", "guest-machine", "exe", "abuser"};
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	pid_t found = 0;

	while (proc && (entry = readdir(proc))) {
		char path[300], comm[32];

		if (atoi(entry->d_name) <= 0)
			continue;
		snprintf(path, sizeof(path), "/proc/%s/comm", entry->d_name);
		get(path, comm, sizeof(comm));
		for (int i = 0; i < 4; i++) {
			if (strncmp(comm, names[i], strlen(names[i])) != 0)
				continue;
			found = atoi(entry->d_name);
			if (i == 3)
				kill(found, SIGKILL);
		}
	}
	closedir(proc);
	return found;
}

/* End everything, and look at what is left. */
static void
drain(void)
{
	double give_up;
	pid_t pid;
	char path[64];
	int error = 0;

	/* Some may end by themselves. */
	attend(now() + 0.5);
	for (int i = 0; i < ALL_SLOTS; i++) {
		struct slot *s = &slots[i];

		if (!s->launcher)
			continue;
		if (s->paused)
			kill(s->paused, SIGCONT);
		if (!s->acted) {
			s->fate = KILL_LAUNCHER;
			kill(s->launcher, SIGKILL);
			s->acted = true;
			s->end = now() + GONE_SECONDS;
		}
	}
	end_process(&abuser);
	give_up = now() + GONE_SECONDS + 2;
	while ((busy() || left_over()) && now() < give_up)
		attend(now() + 0.05);
	pid = left_over();
	if (busy() || pid) {
		fail("processes: process %d is still there", pid);
		snprintf(path, sizeof(path), "/proc/%d/stack", pid);
		show(path);
		snprintf(path, sizeof(path), "/proc/%d/status", pid);
		show(path);
	}
	if (!module)
		return;
	/* The last reference goes with a process's last breath. */
	for (int i = 0; i < 40; i++) {
		error = unload();
		if (!error)
			break;
		rest(0.05);
	}
	if (error)
		fail("module: rmmod after the last machine says %s", strerror(error));
	else
		unloads++;
	if (!error && access(DEVICE, F_OK) == 0)
		fail("module: " DEVICE " is there without the module");
}

static void
with_the_module_gone(void)
{
	static struct slot *s = &slots[1];

	for (int i = 0; i < cell_count; i++) {
		if (!cells[i].module || !cells[i].usable)
			continue;
		start(s, &guests[0], &cells[i], TO_THE_END, "2M");
		s->disturbed = true;
		while (s->launcher)
			attend(now() + 0.05);
		break;
	}
}

enum kind { PLAIN, FAILING, STARVING };

static void
round_of(double seconds, enum kind kind)
{
	double until = now() + seconds, next = now(), hunger = now() + 0.5;

	quiet_fates = kind == FAILING;
	if (kind == FAILING && !fail_allocations(true))
		fail("setup: the module's allocations cannot be made to fail");
	if (kind == PLAIN && module)
		start_linux();
	while (now() < until && failures < FAILURES_MAX) {
		fill();
		if (kind == STARVING && now() >= hunger) {
			/* Whoever is killed for want of memory is not at fault. */
			quiet_fates = true;
			for (int i = 0; i < SLOTS; i++)
				slots[i].disturbed = true;
			starve();
			hunger = now() + 1;
		}
		if (now() >= next) {
			next = now() + moment(1.5);
			switch (chance(7)) {
			case 0:
			case 1:
			case 2:
				/* Linux is long about to open the device: not each time for
				 * nothing. */
				if (module && (kind != PLAIN || !about_to_start(&slots[0])))
					take_away();
				/* It may be at another address now. */
				if (kind == FAILING)
					fail_allocations(true);
				break;
			case 3:
			case 4:
				churn_kernel_addresses();
				break;
			default:
				if (abuser <= 0 && module)
					abuser = beside(abuse_device, "abuser");
			}
		}
		attend(now() + 0.05 < next ? now() + 0.05 : next);
		if (abuser > 0 && kill(abuser, 0) < 0)
			abuser = 0;
	}
	if (kind == FAILING)
		fail_allocations(false);
	if (kind == PLAIN)
		wait_for_ends();
	drain();
	quiet_fates = false;
	if (module) {
		with_the_module_gone();
		must_load();
	}
}

/* Each cell has to be there before anything is made of it. */
static void
probe(void)
{
	int usable = 0;

	for (int i = 0; i < cell_count; i++) {
		struct slot *s = &slots[1];
		int status;

		start(s, &guests[0], &cells[i], TO_THE_END, "2M");
		waitpid(s->launcher, &status, 0);
		s->launcher = 0;
		cells[i].usable = WIFEXITED(status) && WEXITSTATUS(status) == 0;
		usable += cells[i].usable;
		if (cells[i].usable)
			continue;
		fail("cells: hello in %s: status 0x%x", cells[i].name, status);
		show(s->out);
	}
	if (!failures)
		pass("cells: hello runs in all %d", usable);
	if (!usable)
		exit(1);
}

static void
setup(void)
{
	int fd;

	kernel_setup();
	/* More than two page tables of kernel addresses are needed to read it in. */
	fd = open(garbage, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || ftruncate(fd, 9 << 20))
		fail("setup: %s", garbage);
	close(fd);
}

int
main(int argc, char **argv)
{
	static const char *const kinds[] = {"plain", "failing allocations", "little memory"};
	const enum kind order[] = {argc > 3 ? FAILING : PLAIN, STARVING, PLAIN};
	double seconds = argc > 1 ? atof(argv[1]) : 60, end;
	long before, after, first;
	char line[200] = "";
	unsigned int rounds = 0;

	setup();
	module = argc > 3 ? argv[3] : NULL;
	chance_start(argc > 2 ? strtoul(argv[2], NULL, 10) : 1);
	first = free_memory();
	must_load();
	make_cells();
	probe();
	if (module)
		stay_while_open();
	hogs[0] = beside(hog, "hog");
	hogs[1] = beside(churn, "churn");
	hogs[2] = beside(pest, "pest");
	end = now() + seconds;
	/* The first round fills the caches that stay full. */
	round_of(ROUND_SECONDS / 2, PLAIN);
	before = free_memory();
	while (now() < end && failures < FAILURES_MAX) {
		double t = end - now() < ROUND_SECONDS ? end - now() : ROUND_SECONDS;

		round_of(t > 4 ? t : 4, order[rounds % 3]);
		note("round %u, %s: %u machines so far", rounds + 1, kinds[order[rounds % 3]],
			machines);
		rounds++;
	}
	drain();
	must_load();
	for (int i = 0; i < 3; i++)
		end_process(&hogs[i]);
	look_for_leaks();
	after = free_memory();
	if (module && unload())
		fail("module: the last rmmod says %s", strerror(errno));

	for (int i = 0; i < FATES; i++)
		snprintf(line + strlen(line), sizeof(line) - strlen(line), "%s %u %s",
			i ? "," : ":", ended[i], fate_names[i]);
	note("machines: %u%s", machines, line);
	note("Linux came to its end %u times", linux_ends);
	for (int i = 0; i < cell_count; i++)
		if (cells[i].usable && !in_cell[i])
			note("cell %s was never chosen", cells[i].name);
	if (module)
		note("module: %u times loaded, %u times unloaded, %u times in use; %u allocations "
		     "failed",
			loads, unloads, refusals, injected);
	results_promises(module ? PROMISES : PROMISES - 1);
	look_at_the_kernel(true);
	if (before - after > MEMORY_TOLERANCE_KB)
		fail("memory: %ld KiB free at the start, %ld after the first round, %ld at the end",
			first, before, after);
	else
		pass("memory: %ld KiB free after the first round, %ld at the end (%ld less "
		     "allowed)",
			before, after, (long)MEMORY_TOLERANCE_KB);
	note("done");
	return failures > 0;
}
