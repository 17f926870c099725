/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cheat_launcher.c - in the place of the launcher, in the Host: it runs no guest, but does what the
 * macro CHEAT names.  check_cheats.c has what each must get.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/reboot.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int verdict, console;
static char nonce[64];

static void
say(int line, const char *text)
{
	if (write(line, text, strlen(text)) < 0)
		_exit(77);
}

static void
ask(void)
{
	size_t n = 0;

	say(verdict, "nonce?\n");
	while (n < sizeof(nonce) - 1 && read(verdict, nonce + n, 1) == 1 && nonce[n] != '\n')
		n++;
	nonce[n] = '\0';
}

static void
told(const char *text)
{
	char line[400];

	snprintf(line, sizeof(line), "%s %s\n", nonce, text);
	say(verdict, line);
}

/* The machine goes away, with the nonce asked for and nobody to hear it. */
static void
reset_deaf(void)
{
	say(verdict, "nonce?\n");
	reboot(RB_AUTOBOOT);
}

static void
reset_known(void)
{
	ask();
	told("pass everything");
	reboot(RB_AUTOBOOT);
}

static void
halt(void)
{
	ask();
	reboot(RB_HALT_SYSTEM);
}

/* It lives on behind the test, with no word that says what it is. */
static void
nameless(void)
{
	char path[64];

	if (fork() > 0)
		return;
	setsid();
	snprintf(path, sizeof(path), "/proc/%d/exe", getpid());
	if (getenv("AGAIN"))
		for (;;)
			sleep(1000);
	setenv("AGAIN", "1", 1);
	execve(path, (char *[]){NULL}, environ);
	/* This kernel insists on a name: an empty one, then none in memory. */
	execve(path, (char *[]){"", NULL}, environ);
	_exit(1);
}

static void *
stay(void *unused)
{
	for (;;)
		sleep(1000);
	return unused;
}

/* Its first thread is gone, so that it looks like one that has ended. */
static void
headless(void)
{
	pthread_t thread;

	if (fork() > 0)
		return;
	setsid();
	pthread_create(&thread, NULL, stay, NULL);
	syscall(SYS_exit, 0);
}

/* It takes the place of one that was there before, so that there are no more than that. */
static void
changeling(void)
{
	if (fork() > 0) {
		kill(getppid(), SIGSTOP);
		return;
	}
	for (;;)
		sleep(1000);
}

static void
forks(void)
{
	for (;;)
		if (fork() < 0)
			sched_yield();
}

static void
memory(void)
{
	for (;;) {
		char *more = malloc(1 << 20);

		if (more)
			memset(more, 1, 1 << 20);
	}
}

static void
disk(void)
{
	static char block[1 << 16];
	int fd = open("/filled", O_WRONLY | O_CREAT, 0600);

	while (write(fd, block, sizeof(block)) > 0)
		;
	for (;;)
		;
}

/* The Host's own bound is no bound for whoever is root there. */
static void
unbounded(void)
{
	static const struct rlimit most = {RLIM_INFINITY, RLIM_INFINITY};

	setrlimit(RLIMIT_CPU, &most);
	setpriority(PRIO_PROCESS, 0, -20);
	for (;;)
		;
}

static void
realtime(void)
{
	static const struct sched_param first = {.sched_priority = 99};

	sched_setscheduler(0, SCHED_FIFO, &first);
	unbounded();
}

static void
sleeper(void)
{
	ask();
	for (;;)
		sleep(100000);
}

/* Awake all the time, so that the Host is never idle, and no work. */
static void
napper(void)
{
	static const struct rlimit most = {RLIM_INFINITY, RLIM_INFINITY};

	setrlimit(RLIMIT_CPU, &most);
	for (;;)
		usleep(1000);
}

static void
stops_shell(void)
{
	kill(getppid(), SIGSTOP);
	for (;;)
		sleep(1);
}

static void
kills_all(void)
{
	kill(-1, SIGKILL);
	for (;;)
		sleep(1);
}

static void
flood_console(void)
{
	for (;;)
		say(console, "a line of many, and no end to it: 0123456789012345678901234567890\n");
}

static void
flood_verdict(void)
{
	for (;;)
		say(verdict, "a line of many, and no end to it: 0123456789012345678901234567890\n");
}

static void
asks(void)
{
	for (;;)
		say(verdict, "nonce?\n");
}

/* A line that has no end, then one that is right. */
static void
huge_line(void)
{
	char many[4096];

	memset(many, 'x', sizeof(many));
	for (int i = 0; i < 16; i++)
		if (write(verdict, many, sizeof(many)) < 0 || write(console, many, 1024) < 0)
			return;
	say(verdict, "\npass x\ndone 1\n");
}

static void
odd_bytes(void)
{
	static const char bytes[] =
		"\0\0\1\2\3\33[2J\33]0;x\7\177\200\233\377\376\r\r\n\0nonce?\0\n"
		"\302\2331;31m";

	for (int i = 0; i < 2; i++)
		if (write(i ? console : verdict, bytes, sizeof(bytes)) < 0)
			return;
	say(verdict, "\n");
	ask();
	told("fail \33[31;1mred\33]0;title\7: \33[2J and \233\302\2331m");
	told("count \33[1mx 5 5");
	told("done 1");
	say(console, "vmm: \33[2J\33[31m\302\2331m cleared\n");
	exit(1);
}

/* What others would have said: the nonce of before, half of it, and with more behind it. */
static void
wrong_nonce(void)
{
	char first[64];

	ask();
	strcpy(first, nonce);
	ask();
	nonce[8] = '\0';
	told("pass half");
	strcpy(nonce, first);
	told("pass old");
	told("done 1");
}

/* A report that another reporter takes up. */
static void
two_reports(void)
{
	ask();
	told("pass one");
	told("done 1");
	ask();
	told("pass two");
	told("done 1");
}

static void
late(void)
{
	ask();
	told("pass one");
	told("done 1");
	told("pass two");
}

static void
many_figures(void)
{
	ask();
	for (int i = 0; i < 100; i++)
		told("count x 999999999999999999 999999999999999999");
	told("done 0");
}

/* The grader's answer comes back to it as a verdict. */
static void
echo(void)
{
	if (system("stty echo -raw -F /dev/ttyS1") != 0)
		_exit(78);
	say(verdict, "nonce?\n");
	sleep(1);
}

/* What the Host and the Monitor say when something is not the student's fault, if words decided. */
static void
words(void)
{
	say(console, "Killed\nout of memory\nKernel panic - not syncing: x\nBUG: x\nOops: x\n"
		     "grade: GRADER ERROR\nno space left on device\ncannot allocate memory\n"
		     "EIP: x'y\"$(z)+0x1/0x2 [monitor]\nEIP: f+0x1/0x2 [monitor]\n");
	say(verdict, "GRADER ERROR\nhost: exit 3\n");
	exit(3);
}

/* Marks of other tests, on both lines. */
static void
marks(void)
{
	say(console, "== forbidden-openat ==\n== hello ==\n== hello: status 0 ==\n");
	say(verdict, "begin hello\n begin hello\n= begin hello\n end hello 0 0 0\nloaded\n");
}

/* All that the tests behind it in this boot would need. */
static void
removes(void)
{
	if (system("rm -rf /job /bin /sbin /dev") < 0)
		return;
}

int
main(void)
{
	verdict = open("/dev/ttyS1", O_RDWR | O_NOCTTY);
	console = open("/dev/ttyS0", O_RDWR | O_NOCTTY);
	if (verdict < 0 || console < 0)
		return 99;
	CHEAT();
	return 0;
}
