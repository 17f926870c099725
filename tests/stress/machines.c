/* SPDX-License-Identifier: GPL-2.0-only */
/* machines.c - machines of stress_host: what runs in them, how, and what becomes of them. */
#define _GNU_SOURCE
#include "tests/stress/host.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define LINUX_SECONDS 240.0 /* for a Linux guest to end on a slow machine, beside three others */
#define UNIT_SECONDS 120.0

/* ---- what runs in a machine, and how ---- */

struct cell cells[CELLS_MAX];
int cell_count;

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

void
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

#define RANDOM "random" /* an argument: another number each time */

const struct guest hungry = {"stress-memory", "endless", NULL, NEVER, 0};

const struct guest guests[] = {
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
	{"forbidden", "sysenter", "2M", OFF_OR_KILLED, 1},
	{"forbidden", "write-stderr", "2M", OFF_OR_KILLED, 1},
	{"forbidden", "default-sigsegv", "2M", OFF_OR_KILLED, 1},
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

const char *const fate_names[] = {
	"to their end", "launcher killed", "machine killed", "signalled", "memory cut short"};

struct slot slots[ALL_SLOTS];
unsigned int machines, ended[FATES], in_cell[CELLS_MAX], linux_ends;
bool quiet_fates;

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

void
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

	if (s->guest->status == OFF_OR_KILLED)
		as_promised = code == 0 || code == TT_STATUS_KILLED;
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
		for (int i = 0; i < ALL_SLOTS; i++)
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
void
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
		for (int i = 0; i < ALL_SLOTS; i++) {
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

int
busy(void)
{
	int n = 0;

	for (int i = 0; i < ALL_SLOTS; i++)
		n += slots[i].launcher != 0;
	return n;
}

const struct cell *
any_cell(void)
{
	for (;;) {
		/* Most of the time it is the module that is under test. */
		int i = chance(cell_count);

		if (cells[i].usable && (cells[i].module || !module || chance(2)))
			return &cells[i];
	}
}

enum fate
any_fate(void)
{
	static const enum fate list[] = {TO_THE_END, TO_THE_END, TO_THE_END, TO_THE_END,
		KILL_LAUNCHER, KILL_LAUNCHER, KILL_LAUNCHER, KILL_MACHINE, KILL_MACHINE,
		SIGNAL_MACHINE, CUT_MEMORY};

	return list[chance(sizeof(list) / sizeof(list[0]))];
}

/* The first slot is always a Linux guest's. */
void
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

bool
about_to_start(const struct slot *s)
{
	struct stat st;

	return s->launcher && s->fate == TO_THE_END && (stat(s->out, &st) || !st.st_size);
}

/* Nobody new, until those have ended who are to. */
void
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

/* One that surely is left alone, and where it is quick. */
void
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
