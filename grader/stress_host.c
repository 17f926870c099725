/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * stress_host SECONDS SEED [MODULE] - a program of the Host, for the debug kernel: what stress.c
 * boots.  Machines come and go, four at a time, beside a hog; they, their launchers and the module
 * are killed, stopped, starved and taken away at random moments.
 *
 * A machine that nobody disturbed has to end as its guest promises; after every round nothing may
 * be left of any.  What the kernel itself has to say is on the console, and the caller's to judge.
 * Each result is a line on VERDICT_LINE; the seed gives the same choices again, not the same
 * moments.
 */
#define _GNU_SOURCE
#include "stress_host.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <typetwo/machine.h>
#include <typetwo/verdict.h>

#define VERDICT_LINE "/dev/ttyS1"
#define DEVICE "/dev/vmm"
#define SLOTS 4
#define ROUND_SECONDS 9.0
#define GONE_SECONDS 20.0 /* for the killed to be gone */
#define LINUX_SECONDS 240.0 /* for a Linux guest to end on a slow machine, beside three others */
#define UNIT_SECONDS 120.0
#define MEMORY_TOLERANCE_KB 2048 /* what caches and debugging keep: measured, about 700 */
#define MODULE "monitor"
#define TAINT_OUT_OF_TREE 12 /* bits of /proc/sys/kernel/tainted */
#define FAILURES_MAX 10 /* enough to see what is wrong */

/* ---- chance, time, files ---- */

static unsigned int state;

unsigned int
chance(unsigned int below)
{
	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state % below;
}

void
chance_start(unsigned int seed)
{
	state = seed * 2654435761u ^ 0x9e3779b9;
	if (!state)
		state = 1;
}

double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

/* As often among the first milliseconds as among the last seconds. */
static double
moment(double longest)
{
	double t = 0.0005;

	for (int steps = chance(14); steps > 0; steps--)
		t *= 2;
	t += t * chance(1000) / 1000;
	return t < longest ? t : longest * chance(1000) / 1000;
}

static void
rest(double seconds)
{
	struct timespec t = {.tv_sec = seconds, .tv_nsec = (seconds - (int)seconds) * 1e9};

	nanosleep(&t, NULL);
}

__attribute__((format(printf, 2, 3))) static bool
put(const char *path, const char *format, ...)
{
	char text[100];
	va_list list;
	int n, fd = open(path, O_WRONLY | O_CLOEXEC);
	bool done;

	va_start(list, format);
	n = vsnprintf(text, sizeof(text), format, list);
	va_end(list);
	done = fd >= 0 && write(fd, text, n) == n;
	if (fd >= 0)
		close(fd);
	return done;
}

static size_t
get(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t used = 0;
	ssize_t n;

	while (fd >= 0 && used < size - 1 && (n = read(fd, text + used, size - 1 - used)) > 0)
		used += n;
	if (fd >= 0)
		close(fd);
	text[used] = '\0';
	return used;
}

/* ---- results ---- */

static int verdict = -1;
static unsigned int failures;

/* What every line begins with that is not about one thing only, and what it means if none came. */
static struct {
	const char *word, *promise;
	bool failed;
} promises[] = {
	{"outcomes:", "every machine that was left alone ended as its guest promises", false},
	{"processes:", "nobody was left after any round, and nobody hung", false},
	{"module:", "it stayed while it was in use, and went when it was not", false},
};
#define PROMISES (sizeof(promises) / sizeof(promises[0]))

static void
say(const char *kind, const char *format, va_list list)
{
	char line[TT_VERDICT_LINE_MAX];
	int n = snprintf(line, sizeof(line), "%s ", kind);

	for (size_t i = 0; i < PROMISES; i++)
		if (strcmp(kind, "fail") == 0 &&
			strncmp(format, promises[i].word, strlen(promises[i].word)) == 0)
			promises[i].failed = true;
	n += vsnprintf(line + n, sizeof(line) - 1 - n, format, list);
	if (n > (int)sizeof(line) - 2)
		n = sizeof(line) - 2;
	line[n++] = '\n';
	if (write(verdict, line, n) < 0 || write(STDOUT_FILENO, line, n) < 0)
		_exit(3);
}

#define SAYS(name, kind, effect)                                                        \
	__attribute__((format(printf, 1, 2))) static void name(const char *format, ...) \
	{                                                                               \
		va_list list;                                                           \
                                                                                        \
		va_start(list, format);                                                 \
		say(kind, format, list);                                                \
		va_end(list);                                                           \
		effect;                                                                 \
	}
SAYS(note, "note", (void)0)
SAYS(pass, "pass", (void)0)
SAYS(fail, "fail", failures++)

/* The last lines of a file, or all that the kernel has to say in it, for whoever reads the log. */
static void
show(const char *path)
{
	char text[4096];
	size_t n = get(path, text, sizeof(text)), from = n > 700 ? n - 700 : 0;

	printf("---- %s\n%s\n----\n", path, text + from);
	fflush(stdout);
}

/* ---- the module ---- */

static const char *module; /* its file, or NULL: there is none */
static unsigned int loads, refusals, unloads;

static int
unload(void)
{
	return syscall(SYS_delete_module, MODULE, O_NONBLOCK) ? errno : 0;
}

static int
load(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int error = syscall(SYS_finit_module, fd, "", 0) ? errno : 0;

	close(fd);
	return error;
}

static void
must_load(void)
{
	int error = module ? load(module) : 0;

	if (error)
		fail("module: it cannot be loaded: %s", strerror(error));
	else if (module)
		loads++;
}

/* ---- what runs in a machine, and how ---- */

struct cell {
	char name[64], option[4][32];
	bool module, usable;
};

#define CELLS_MAX 16
static struct cell cells[CELLS_MAX];
static int cell_count;

static void
add_cell(const char *intercept, const char *protect, const char *spaces, bool fast)
{
	struct cell *c = &cells[cell_count++];

	snprintf(c->name, sizeof(c->name), "%s/%s/%s%s", intercept, protect, spaces,
		fast ? "/fast" : "");
	snprintf(c->option[0], sizeof(c->option[0]), "--intercept=%s", intercept);
	snprintf(c->option[1], sizeof(c->option[1]), "--protect=%s", protect);
	snprintf(c->option[2], sizeof(c->option[2]), "--spaces=%s", spaces);
	if (fast)
		snprintf(c->option[3], sizeof(c->option[3]), "--fast");
	c->module = strcmp(intercept, "module") == 0;
}

static void
make_cells(void)
{
	static const char *const protect[] = {"none", "mprotect", "segments", "supervisor"};

	for (int p = 0; p < 2; p++)
		add_cell("ptrace", protect[p], "remap", false);
	for (int p = 0; module && p < 4; p++) {
		add_cell("module", protect[p], "remap", false);
		add_cell("module", protect[p], "tables", false);
		/* The fast path has nothing to flip: bounds, or no protection at all. */
		if (p % 2 == 0)
			add_cell("module", protect[p], "tables", true);
	}
}

struct guest {
	const char *file, *argument;
	const char *memory;
	int status; /* how it ends, or NEVER */
	int weight; /* how often it is chosen */
};

#define NEVER -1
#define RANDOM "random" /* an argument: another number each time */

static const struct guest hungry = {"stress-memory", "endless", NULL, NEVER, 0};

static const struct guest guests[] = {
	{"hello", NULL, "2M", 0, 6},
	{"syscall", NULL, "2M", 0, 4},
	{"registers", NULL, "2M", 0, 2},
	{"exceptions", NULL, "2M", 0, 4},
	{"page-fault", NULL, "4M", 0, 4},
	{"map-bad", NULL, "4M", 0, 2},
	{"memory-limit", NULL, "1M", 0, 2},
	{"fpu", NULL, "2M", 0, 2},
	{"spaces", "2", "4M", 0, 2},
	{"spaces", "64", "8M", 0, 2},
	{"stress-spaces", RANDOM, "8M", 0, 12},
	{"loop", NULL, "2M", NEVER, 6},
	{"stress-spaces", "endless", "8M", NEVER, 6},
	{"forbidden", "fork", "2M", TT_STATUS_KILLED, 3},
	{"forbidden", "vfork", "2M", TT_STATUS_KILLED, 2},
	{"forbidden", "clone", "2M", TT_STATUS_KILLED, 2},
	{"forbidden", "clone3", "2M", TT_STATUS_KILLED, 2},
	{"forbidden", "execve", "2M", TT_STATUS_KILLED, 3},
	{"forbidden", "mmap", "2M", TT_STATUS_KILLED, 1},
	{"forbidden", "sysenter", "2M", TT_STATUS_KILLED, 1},
	{"forbidden", "fault", "2M", TT_STATUS_KILLED, 1},
};
#define GUESTS ((int)(sizeof(guests) / sizeof(guests[0])))

static const struct guest linux_guests[] = {
	{"linux", "true", "24M", 0, 1},
	{"linux", "/usr/lib/typetwo/selftest fork exec pipe", "24M", 0, 2},
	{"linux", "/usr/lib/typetwo/selftest mmap segv signal", "24M", 0, 2},
	{"linux", "/usr/lib/typetwo/selftest threads float", "24M", 0, 1},
	{"linux", "while true; do ls -lR / | md5sum; done", "24M", NEVER, 2},
};
#define LINUX_GUESTS ((int)(sizeof(linux_guests) / sizeof(linux_guests[0])))

static const struct guest *
choose(const struct guest *list, int count)
{
	int all = 0, at;

	for (int i = 0; i < count; i++)
		all += list[i].weight;
	at = chance(all);
	for (int i = 0;; i++) {
		at -= list[i].weight;
		if (at < 0)
			return &list[i];
	}
}

/* ---- machines ---- */

enum fate { TO_THE_END, KILL_LAUNCHER, KILL_MACHINE, SIGNAL_MACHINE, CUT_MEMORY, FATES };

static const char *const fate_names[] = {
	"to their end", "launcher killed", "machine killed", "signalled", "memory cut short"};

struct slot {
	pid_t launcher; /* 0: empty */
	const struct guest *guest;
	const struct cell *cell;
	enum fate fate;
	double started, act, pause, resume, end; /* end: gone by then, or it is stuck */
	bool acted;
	bool disturbed; /* it may end as it likes */
	pid_t paused;
	char out[32], words[200];
};

static struct slot slots[SLOTS + 2]; /* and two for those that want all memory */
static unsigned int machines, ended[FATES], in_cell[CELLS_MAX], linux_ends;
static bool quiet_fates; /* memory or allocations fail: no machine is promised anything */

static void
become_launcher(struct slot *s, const char *memory)
{
	char *argv[16], append[160];
	int n = 0, out = open(s->out, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	int in = open("/dev/null", O_RDONLY);
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	put("/proc/self/oom_score_adj", "0");
	/* Those that are to take all memory have to be quick. */
	if (s->guest == &hungry)
		setpriority(PRIO_PROCESS, 0, -15);
	dup2(in, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	dup2(out, STDERR_FILENO);
	argv[n++] = "./vmm";
	for (int i = 0; i < 4; i++)
		if (s->cell->option[i][0])
			argv[n++] = (char *)s->cell->option[i];
	argv[n++] = (char *)memory;
	if (strcmp(s->guest->file, "linux") == 0) {
		snprintf(append, sizeof(append), "--append=tt.run=\"%s\"", s->guest->argument);
		argv[n++] = "--initrd=./initrd";
		argv[n++] = append;
		argv[n++] = "./linux";
	} else {
		argv[n++] = (char *)s->guest->file;
		if (s->guest->argument && strcmp(s->guest->argument, RANDOM) == 0) {
			snprintf(append, sizeof(append), "%u", chance(1000000) + 1);
			argv[n++] = append;
		} else if (s->guest->argument) {
			argv[n++] = (char *)s->guest->argument;
		}
	}
	argv[n] = NULL;
	execv(argv[0], argv);
	_exit(126);
}

/* Where Linux is not kept busy by its own clock. */
static bool
quick(const struct cell *c)
{
	return !strstr(c->name, "mprotect") && strstr(c->name, "tables");
}

static void
start(struct slot *s, const struct guest *guest, const struct cell *cell, enum fate fate,
	const char *memory)
{
	bool linux_guest = strcmp(guest->file, "linux") == 0;
	char option[40];
	double t = now();

	snprintf(option, sizeof(option), "--mem=%s", memory);
	*s = (struct slot){.guest = guest, .cell = cell, .fate = fate, .started = t};
	/* Linux would come to its end without tables, too, but not today. */
	if (fate == TO_THE_END && (guest->status == NEVER || (linux_guest && !quick(cell))))
		s->fate = KILL_LAUNCHER + chance(2);
	s->disturbed = quiet_fates;
	s->act = t + moment(linux_guest ? 6 : 3);
	s->end = t + (linux_guest ? LINUX_SECONDS : UNIT_SECONDS);
	if (chance(4) == 0) {
		s->pause = t + moment(3);
		s->resume = s->pause + moment(0.5);
	}
	snprintf(s->out, sizeof(s->out), "/tmp/out.%d", (int)(s - slots));
	snprintf(s->words, sizeof(s->words), "%s %s in %s, %s", guest->file,
		guest->argument ? guest->argument : "", cell->name, fate_names[s->fate]);
	/* Nobody shall take the words of the one before for its own. */
	unlink(s->out);
	chance(2); /* the child's chances are not ours */
	s->launcher = fork();
	if (s->launcher == 0)
		become_launcher(s, option);
	if (s->launcher < 0) {
		s->launcher = 0;
		return;
	}
	machines++;
	in_cell[cell - cells]++;
}

/* The guest-machine process; 0: there is none yet, or no more. */
static pid_t
machine_of(const struct slot *s)
{
	char path[64], text[64];

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", s->launcher, s->launcher);
	return get(path, text, sizeof(text)) ? atoi(text) : 0;
}

/* Somebody else who has the RAM's file makes it shorter, or a hole in it. */
static bool
cut_memory(const struct slot *s)
{
	char path[64], target[64];
	bool done = false;

	for (int i = 3; i < 12 && !done; i++) {
		int fd;

		snprintf(path, sizeof(path), "/proc/%d/fd/%d", s->launcher, i);
		memset(target, 0, sizeof(target));
		if (readlink(path, target, sizeof(target) - 1) < 0 || !strstr(target, "guest-ram"))
			continue;
		fd = open(path, O_RDWR | O_CLOEXEC);
		if (fd < 0)
			continue;
		if (chance(2))
			done = ftruncate(fd, chance(2) ? 0 : chance(1 << 21) & ~4095) == 0;
		else
			done = fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
				       chance(1 << 20) & ~4095,
				       (chance(1 << 20) & ~4095) + 4096) == 0;
		close(fd);
	}
	return done;
}

/* What anyone may do beside a machine without harm to it. */
static void
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
static void
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

static void
act(struct slot *s)
{
	static const int signals[] = {SIGTERM, SIGINT, SIGUSR1, SIGSEGV, SIGALRM, SIGIO, SIGTRAP,
		SIGBUS, SIGPIPE, SIGQUIT, 34, 64};
	pid_t machine = machine_of(s);

	switch (s->fate) {
	case KILL_LAUNCHER:
		kill(s->launcher, SIGKILL);
		break;
	case KILL_MACHINE:
		if (!machine)
			goto later;
		kill(machine, SIGKILL);
		break;
	case SIGNAL_MACHINE:
		if (!machine)
			goto later;
		kill(machine, signals[chance(sizeof(signals) / sizeof(signals[0]))]);
		s->disturbed = true;
		/* It may well survive that. */
		s->fate = KILL_LAUNCHER + chance(2);
		goto later;
	case CUT_MEMORY:
		if (!machine)
			goto later;
		s->disturbed = true;
		cut_memory(s);
		s->fate = KILL_LAUNCHER + chance(2);
		goto later;
	default:
		break;
	}
	s->acted = true;
	s->end = now() + GONE_SECONDS;
	return;
later:
	s->act = now() + moment(1);
}

static void
stop_or_go(struct slot *s, double t)
{
	if (s->paused && t >= s->resume) {
		kill(s->paused, SIGCONT);
		s->paused = 0;
	} else if (s->pause && t >= s->pause) {
		pid_t machine = machine_of(s);

		s->pause = 0;
		if (machine)
			look_at(machine);
		/* One tracer is all that a process can have. */
		if (machine && s->cell->module && chance(2))
			trace(machine);
		/* A tracer sees the stop and has to be asked; that is not what this is about. */
		s->paused = s->cell->module && machine && chance(2) ? machine : s->launcher;
		kill(s->paused, SIGSTOP);
	}
}

static void
judge(struct slot *s, int status)
{
	int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	bool as_promised = code == s->guest->status;

	ended[s->fate]++;
	if (s->disturbed)
		return;
	if (s->acted && s->fate == KILL_LAUNCHER)
		as_promised |= code == 128 + SIGKILL;
	if (s->acted && s->fate == KILL_MACHINE)
		as_promised |= code == TT_STATUS_KILLED || code == TT_STATUS_HOST;
	if (as_promised) {
		if (strcmp(s->guest->file, "linux") == 0 && code == 0) {
			linux_ends++;
			note("%s: after %.0f seconds", s->words, now() - s->started);
		}
		return;
	}
	fail("outcomes: %s: status %d", s->words, code);
	show(s->out);
}

static void
collect(void)
{
	pid_t pid;
	int status;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (size_t i = 0; i < sizeof(slots) / sizeof(slots[0]); i++)
			if (slots[i].launcher == pid) {
				slots[i].launcher = 0;
				judge(&slots[i], status);
			}
}

static void
stuck(struct slot *s)
{
	char path[64];
	pid_t machine = machine_of(s);

	fail("processes: stuck: %s, launcher %d, machine %d", s->words, s->launcher, machine);
	show(s->out);
	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "/proc/%d/stack", i ? machine : s->launcher);
		show(path);
		snprintf(path, sizeof(path), "/proc/%d/status", i ? machine : s->launcher);
		show(path);
	}
	s->disturbed = true;
	kill(s->launcher, SIGKILL);
	if (machine)
		kill(machine, SIGKILL);
	s->end = now() + 1e6;
}

/* Work on all slots until t. */
static void
attend(double until)
{
	sigset_t set;
	double t;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	while ((t = now()) < until) {
		double next = until;
		struct timespec wait;

		collect();
		for (size_t i = 0; i < sizeof(slots) / sizeof(slots[0]); i++) {
			struct slot *s = &slots[i];

			if (!s->launcher)
				continue;
			stop_or_go(s, t);
			if (s->fate != TO_THE_END && !s->acted && t >= s->act)
				act(s);
			if (t >= s->end)
				stuck(s);
			if (s->fate != TO_THE_END && !s->acted && s->act < next)
				next = s->act;
			if (s->pause && s->pause < next)
				next = s->pause;
			if (s->paused && s->resume < next)
				next = s->resume;
		}
		t = now();
		if (next <= t)
			continue;
		wait = (struct timespec){
			.tv_sec = next - t, .tv_nsec = (next - t - (int)(next - t)) * 1e9};
		sigtimedwait(&set, NULL, &wait);
	}
	collect();
}

static int
busy(void)
{
	int n = 0;

	for (size_t i = 0; i < sizeof(slots) / sizeof(slots[0]); i++)
		n += slots[i].launcher != 0;
	return n;
}

static const struct cell *
any_cell(void)
{
	for (;;) {
		/* Most of the time it is the module that is under test. */
		int i = chance(cell_count);

		if (cells[i].usable && (cells[i].module || !module || chance(2)))
			return &cells[i];
	}
}

static enum fate
any_fate(void)
{
	static const enum fate list[] = {TO_THE_END, TO_THE_END, TO_THE_END, TO_THE_END,
		KILL_LAUNCHER, KILL_LAUNCHER, KILL_LAUNCHER, KILL_MACHINE, KILL_MACHINE,
		SIGNAL_MACHINE, CUT_MEMORY};

	return list[chance(sizeof(list) / sizeof(list[0]))];
}

/* The first slot is always a Linux guest's. */
static void
fill(void)
{
	for (int i = 0; i < SLOTS; i++) {
		const struct guest *g;

		if (slots[i].launcher)
			continue;
		g = i ? choose(guests, GUESTS) : choose(linux_guests, LINUX_GUESTS);
		start(&slots[i], g, any_cell(), any_fate(), g->memory);
	}
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

#define FAIL_TIMES 1000000 /* without end; the kernel counts down from here */
static unsigned int injected;

static bool
about_to_start(const struct slot *s)
{
	struct stat st;

	return s->launcher && s->fate == TO_THE_END && (stat(s->out, &st) || !st.st_size);
}

/* Allocations below the module's code fail, some of them. */
static bool
fail_allocations(bool on)
{
	static const char *const kinds[] = {"failslab", "fail_page_alloc"};
	char path[96], text[64], list[4096], *at;
	unsigned long start = 0, size = 0;
	static bool failing;
	bool done = true;

	if (on) {
		if (!get("/sys/module/" MODULE "/sections/.text", text, sizeof(text)))
			return false;
		start = strtoul(text, NULL, 16);
		get("/proc/modules", list, sizeof(list));
		at = strstr(list, MODULE " ");
		size = at ? strtoul(at + sizeof(MODULE), NULL, 10) : 0;
	}
	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "/sys/kernel/debug/%s/times", kinds[i]);
		if (failing && get(path, text, sizeof(text)))
			injected += FAIL_TIMES - strtoul(text, NULL, 10);
	}
	failing = on;
	for (int i = 0; i < 2; i++) {
		const struct {
			const char *name, *format;
			unsigned long value;
		} values[] = {{"probability", "%lu", 0}, /* first: half of a range is everything */
			{"require-start", "0x%lx", start}, {"require-end", "0x%lx", start + size},
			{"verbose", "%lu", 0}, {"interval", "%lu", 1}, {"times", "%lu", FAIL_TIMES},
			{"ignore-gfp-wait", "N", 0}, {"probability", "%lu", 1 + chance(20)}};

		for (size_t v = 0; v < (on ? sizeof(values) / sizeof(values[0]) : 1); v++) {
			snprintf(path, sizeof(path), "/sys/kernel/debug/%s/%s", kinds[i],
				values[v].name);
			done &= put(path, values[v].format, values[v].value);
		}
	}
	return put("/sys/kernel/debug/fail_page_alloc/min-order", "0") && done;
}

static long
meminfo(const char *word)
{
	char text[4096], *at;

	get("/proc/meminfo", text, sizeof(text));
	at = strstr(text, word);
	return at ? strtol(at + strlen(word) + 1, NULL, 10) : 0;
}

/* Two machines that want more than there is, together. */
static void
starve(void)
{
	for (int i = SLOTS; i < SLOTS + 2; i++) {
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

/* Nobody new, until those have ended who are to. */
static void
wait_for_ends(void)
{
	bool any = true;

	while (any && failures < FAILURES_MAX) {
		attend(now() + 0.1);
		any = false;
		for (int i = 0; i < SLOTS; i++)
			any |= slots[i].launcher && slots[i].fate == TO_THE_END &&
			       !slots[i].disturbed;
	}
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
	for (size_t i = 0; i < sizeof(slots) / sizeof(slots[0]); i++) {
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

/* One that surely is left alone, and where it is quick. */
static void
start_linux(void)
{
	const struct guest *g;
	const struct cell *c;

	do
		g = choose(linux_guests, LINUX_GUESTS);
	while (g->status == NEVER);
	do
		c = any_cell();
	while (!quick(c));
	start(&slots[0], g, c, TO_THE_END, g->memory);
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
		s->end = now() + UNIT_SECONDS;
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

/* ---- memory ---- */

static long
free_memory(void)
{
	put("/proc/sys/vm/drop_caches", "3");
	rest(0.3);
	put("/proc/sys/vm/drop_caches", "3");
	rest(0.2);
	return meminfo("MemFree:");
}

/*
 * Pages that the module's code has allocated and nobody has given back.  What has no name was code
 * of a module, too: of one that has been taken away since.
 */
static int
pages_left(void)
{
	static char text[1 << 16];
	int fd = open("/sys/kernel/debug/page_owner", O_RDONLY | O_CLOEXEC), found = 0;
	ssize_t n;

	if (fd < 0)
		return -1;
	/* Each read is one page's story. */
	while ((n = read(fd, text, sizeof(text) - 1)) > 0) {
		text[n] = '\0';
		if ((!strstr(text, "[" MODULE "]") && !strstr(text, "\n 0x")) ||
			strstr(text, "load_module") || strstr(text, "slab"))
			continue;
		if (!found++)
			printf("%s\n", text);
	}
	close(fd);
	fflush(stdout);
	return found;
}

/* Nothing of the module's may be reachable, and forgotten. */
static void
look_for_leaks(void)
{
	static char text[1 << 15];
	int pages, fd;
	ssize_t n = 0;

	if (module) {
		pages = pages_left();
		if (pages < 0)
			fail("pages: this kernel does not say who owns them");
		else if (pages)
			fail("pages: %d that the module allocated were never given back", pages);
		else
			pass("pages: the module gave back all that it allocated");
	}
	/* It believes in a leak only after some seconds, and only when it has seen it twice. */
	rest(6);
	put("/sys/kernel/debug/kmemleak", "scan");
	rest(0.5);
	put("/sys/kernel/debug/kmemleak", "scan");
	fd = open("/sys/kernel/debug/kmemleak", O_RDONLY | O_CLOEXEC);
	if (fd >= 0)
		n = read(fd, text, sizeof(text) - 1);
	if (fd < 0 || n < 0) {
		fail("kmemleak: this kernel has none");
	} else if (n > 0) {
		text[n] = '\0';
		printf("%s\n", text);
		fflush(stdout);
		fail("kmemleak: there are leaks; the console log has them");
	} else {
		pass("kmemleak: no leak");
	}
	close(fd);
}

/* Each complaint of the kernel's leaves a mark, even where its text got lost. */
static void
look_at_the_kernel(void)
{
	char text[4096], *at;
	unsigned long taint;

	get("/proc/sys/kernel/tainted", text, sizeof(text));
	taint = strtoul(text, NULL, 10) & ~(1ul << TAINT_OUT_OF_TREE);
	get("/proc/lockdep_stats", text, sizeof(text));
	at = strstr(text, "debug_locks:");
	if (taint)
		fail("kernel: it is tainted: 0x%lx", taint);
	else if (!at || strtol(at + strlen("debug_locks:"), NULL, 10) != 1)
		fail("kernel: lockdep has given up");
	else
		pass("kernel: not tainted, and lockdep still works");
}

/* Only machines are to die for want of memory. */
static void
spare_everybody(void)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	char path[300];

	while (proc && (entry = readdir(proc))) {
		snprintf(path, sizeof(path), "/proc/%s/oom_score_adj", entry->d_name);
		if (atoi(entry->d_name) > 0)
			put(path, "-1000");
	}
	closedir(proc);
}

static void
setup(void)
{
	sigset_t set;
	int fd;

	verdict = open(VERDICT_LINE, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	/* Everything that the kernel has to say, but its chatter. */
	put("/proc/sys/kernel/printk", "6");
	spare_everybody();
	/* A machine whose launcher is killed is our child then. */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	mkdir("/sys/kernel/debug", 0755);
	mount("debugfs", "/sys/kernel/debug", "debugfs", 0, NULL);
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
	for (size_t i = 0; i < PROMISES - !module; i++)
		if (!promises[i].failed)
			pass("%s %s", promises[i].word, promises[i].promise);
	look_at_the_kernel();
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
