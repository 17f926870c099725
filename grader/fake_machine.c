/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fake_machine.c - stands in for QEMU in the grader's own tests: no Host boots, it only says what a
 * Host with some program under test would say.  The environment variable FAKE picks which.
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static int console = -1, verdict = -1, control = -1;
static char token[64];
static const char *job; /* text of the initramfs, with the script in it */
static size_t job_size;
static int starts; /* of machines in this grading, with this one */
static volatile long work;

__attribute__((format(printf, 2, 3))) static void
say(int fd, const char *format, ...)
{
	char text[512];
	va_list list;
	int n;

	va_start(list, format);
	n = vsnprintf(text, sizeof(text), format, list);
	va_end(list);
	if (write(fd, text, n) != n)
		exit(1);
}

static void
read_job(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat status;
	const char *at;

	if (fd < 0 || fstat(fd, &status) < 0)
		err(1, "%s", path);
	job_size = status.st_size;
	job = mmap(NULL, job_size + 1, PROT_READ, MAP_PRIVATE, fd, 0);
	if (job == MAP_FAILED)
		err(1, "%s", path);
	close(fd);
	at = memmem(job, job_size, "\ntoken=", 7);
	if (at && sscanf(at, " token=%63[0-9a-f]", token) != 1)
		errx(1, "no job in %s", path);
}

/* What run starts: show the command line, and end as FAKE says. */
static int
play_run(const char *how)
{
	const char *at = memmem(job, job_size, "\nexec ", 6);

	if (!at)
		errx(1, "neither tests nor a command to run");
	printf("%.*s\n", (int)strcspn(at + 1, "\n"), at + 1);
	fflush(stdout);
	if (strcmp(how, "hang") == 0)
		pause();
	if (strcmp(how, "gone") != 0)
		say(verdict, "host: exit %s\n", how);
	return 0;
}

static void
ask(char nonce[32])
{
	size_t n = 0;

	say(verdict, "nonce?\n");
	while (n < 31 && read(verdict, nonce + n, 1) == 1 && nonce[n] != '\n')
		n++;
	nonce[n] = '\0';
}

static void
flood(int fd, const char *text)
{
	char many[512] = "";

	while (strlen(many) + strlen(text) < sizeof(many))
		strcat(many, text);
	for (long sent = 0; sent < 12L << 20; sent += strlen(many))
		say(fd, "%s", many);
}

/* What the Host says when a function of the module has written to nowhere. */
#define OOPS                                                                    \
	"[    2.1] BUG: kernel NULL pointer dereference, address: 00000008\r\n" \
	"[    2.1] #PF: supervisor write access in kernel mode\r\n"             \
	"[    2.1] Oops: 0002 [#1]\r\n"                                         \
	"[    2.1] EIP: %s+0x3/0x40 [monitor]\r\n"                              \
	"[    2.1] Kernel panic - not syncing: Fatal exception\r\n"

/* The Host's CPU stays in its kernel; only a non-maskable interrupt gets a word out of it. */
static void
hang(void)
{
	char command[256];
	ssize_t n;

	while ((n = read(control, command, sizeof(command) - 1)) > 0) {
		command[n] = '\0';
		if (strstr(command, "info registers"))
			say(control, "EIP=c1 EFL=2 [-------] CPL=0 II=0 A20=1 SMM=0 HLT=0\r\n");
		if (strstr(command, "nmi")) {
			say(console, "Kernel panic - not syncing: NMI: Not continuing\r\n"
				     "EIP: endless+0x5/0x20 [monitor]\r\n");
			exit(0);
		}
	}
	exit(1);
}

/* One test, as the program under test behaves.  Its status, or -1 if the Host does not live on. */
static int
play(const char *how)
{
	char nonce[32];

	if (strcmp(how, "good") == 0 || strcmp(how, "load-crash-once") == 0) {
		ask(nonce);
		say(verdict, "%s pass one\n%s pass two\n%s done 2\n", nonce, nonce, nonce);
	} else if (strcmp(how, "fail") == 0) {
		ask(nonce);
		say(verdict, "%s pass one\n%s fail two: expected 1, got 2\n%s done 2\n", nonce,
			nonce, nonce);
		return 1;
	} else if (strncmp(how, "count-", 6) == 0) {
		ask(nonce);
		say(verdict, "%s count native-getppid 64 274\n%s done 0\n", nonce, nonce);
		ask(nonce);
		say(verdict, "%s count null-call 64 %s\n%s done 0\n", nonce, how + 6, nonce);
	} else if (strcmp(how, "forged") == 0) {
		say(verdict, "pass one\n0123456789abcdef pass two\n- done 1\n");
		say(console, "pass one\n");
	} else if (strcmp(how, "no-done") == 0) {
		ask(nonce);
		say(verdict, "%s pass one\n", nonce);
	} else if (strcmp(how, "wrong-done") == 0) {
		ask(nonce);
		say(verdict, "%s pass one\n%s done 2\n", nonce, nonce);
	} else if (strcmp(how, "no-checks") == 0) {
		ask(nonce);
		say(verdict, "%s done 0\n", nonce);
	} else if (strcmp(how, "hole") == 0) {
		say(console, "lab1.3 is not written yet: labs/lab1-ptrace-vmm, section \"x\"\r\n");
		return 123;
	} else if (strcmp(how, "first-hole") == 0) {
		say(console, "lab1.1 is not written yet: labs/lab1-ptrace-vmm, section \"x\"\r\n");
		return 123;
	} else if (strcmp(how, "killed") == 0) {
		say(console, "vmm: machine killed: a test (trap 13 eip 0x0 cr2 0x0)\r\n");
		return 121;
	} else if (strcmp(how, "panic") == 0) {
		say(console, "Kernel panic - not syncing: a test\r\nEIP: f+0x1/0x2\r\n");
		return -1;
	} else if (strcmp(how, "oops") == 0) {
		say(console, OOPS, "broken");
		return -1;
	} else if (strcmp(how, "warning") == 0) {
		say(console, "grade: the Host is damaged:\r\n[    2.1] WARNING: CPU: 0 PID: 57 at "
			     "tree/monitor/x.c:7 broken+0x3/0x40 [monitor]\r\n");
		return 1;
	} else if (strcmp(how, "no-module") == 0) {
		say(console, "grade: monitor.ko cannot be loaded: invalid module format\r\n");
		return 1;
	} else if (strcmp(how, "host-hang") == 0) {
		hang();
	} else if (strcmp(how, "guest-hang") == 0) {
		char command[256];

		while (read(control, command, sizeof(command)) > 0)
			say(control,
				"EIP=40100 EFL=202 [-------] CPL=3 II=0 A20=1 SMM=0 HLT=0\r\n");
	} else if (strcmp(how, "idle") == 0) {
		char command[256];

		while (read(control, command, sizeof(command)) > 0)
			say(control, "EIP=c1 EFL=202 [-------] CPL=0 II=0 A20=1 SMM=0 HLT=1\r\n");
	} else if (strcmp(how, "gone") == 0) {
		return -1;
	} else if (strcmp(how, "crash") == 0) {
		fprintf(stderr, "fake: out of memory\n");
		_exit(1);
	} else if (strcmp(how, "crash-once") == 0) {
		if (starts == 1)
			_exit(1);
		return play("good");
	} else if (strcmp(how, "deaf") == 0) {
		/* It asks, and is gone before it could hear the answer. */
		say(verdict, "nonce?\n");
		_exit(0);
	} else if (strcmp(how, "endless") == 0) {
		for (;;)
			flood(console, "\033[2J and no end\n");
	} else if (strcmp(how, "endless-verdict") == 0) {
		for (;;)
			flood(verdict, "nonce?\n\0\n");
	} else if (strcmp(how, "escape") == 0) {
		ask(nonce);
		say(console, "vmm: \033[2J\233\302\2331m\r\n");
		say(verdict, "%s fail \033[31mred\302\2331m\001: x\n%s done 1\n", nonce, nonce);
	} else if (strcmp(how, "work") == 0) {
		for (;;)
			work++;
	} else if (strcmp(how, "hang") == 0) {
		pause();
	} else if (strcmp(how, "flood") == 0) {
		say(console, "the first line\n");
		flood(console, "0123456789012345678901234567890123456789012345678901234567890\n");
		say(console, "the last line\n");
	} else if (strcmp(how, "flood-verdict") == 0) {
		flood(verdict, "\001\002\377 no newline at all, and odd bytes");
		say(verdict, "\n");
		ask(nonce);
		say(verdict, "%s pass one\n%s done 1\n", nonce, nonce);
	} else if (strcmp(how, "ask-flood") == 0) {
		for (int i = 0; i < 1000; i++)
			say(verdict, "nonce?\n");
	}
	return 0;
}

/* The Host loads the module, or what is one.  false if it does not live on. */
static bool
load(const char *how)
{
	if (strcmp(how, "load-panic") == 0) {
		say(console, OOPS, "init");
		return false;
	}
	if (strcmp(how, "load-hang") == 0)
		hang();
	if (strcmp(how, "load-crash") == 0 || (strcmp(how, "load-crash-once") == 0 && starts == 1))
		_exit(1);
	if (strcmp(how, "no-module") != 0)
		say(verdict, "%s loaded\n", token);
	return true;
}

static int
lines_of(const char *path)
{
	FILE *file = fopen(path, "re");
	int lines = 0, c;

	while (file && (c = getc(file)) != EOF)
		lines += c == '\n';
	if (file)
		fclose(file);
	return lines;
}

/* The next "begin ID" of the script behind *at. */
static int
next_test(size_t *at, char id[64])
{
	const char *hit = memmem(job + *at, job_size - *at, "\nbegin ", 7);

	if (!hit)
		return 0;
	*at = hit + 7 - job;
	return sscanf(hit + 7, "%63s", id) == 1;
}

int
main(int argc, char **argv)
{
	const char *how = getenv("FAKE"), *note = getenv("FAKE_PIDS");
	bool first = true, sandboxed = false;
	char id[64];
	size_t at = 0;

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i - 1], "-initrd") == 0)
			read_job(argv[i]);
		sscanf(argv[i], "socket,id=console,fd=%d", &console);
		sscanf(argv[i], "socket,id=verdict,fd=%d", &verdict);
		sscanf(argv[i], "socket,id=control,fd=%d", &control);
	}
	for (int i = 1; i < argc; i++)
		sandboxed |= strncmp(argv[i], "on,", 3) == 0 && strstr(argv[i], "spawn=deny") &&
			     strcmp(argv[i - 1], "-sandbox") == 0;
	if (!sandboxed)
		errx(1, "started without QEMU's sandbox");
	if (!how || !job || verdict < 0 || (console < 0 && token[0]))
		errx(1, "started without what it needs");
	if (note) {
		int fd = open(note, O_WRONLY | O_CREAT | O_APPEND, 0666);

		if (fd >= 0)
			dprintf(fd, "%d\n", getpid());
		close(fd);
		starts = lines_of(note);
	}
	if (!token[0])
		return play_run(how);
	if (strcmp(how, "dead") == 0)
		errx(1, "cannot allocate memory");
	if (strcmp(how, "no-boot") == 0)
		return 0;
	while (next_test(&at, id)) {
		/* FAKE_AT: only this test misbehaves. */
		bool faulty = !getenv("FAKE_AT") || strcmp(getenv("FAKE_AT"), id) == 0;
		bool damaged = faulty && strcmp(how, "warning") == 0;
		int status;

		say(console, "== %s ==\r\n", id);
		say(verdict, "%s begin %s\n", token, id);
		if (first && !load(how))
			return 0;
		first = false;
		status = play(faulty ? how : "good");
		if (status < 0)
			return 0;
		say(console, "== %s: status %d ==\r\n", id, status);
		say(verdict, "%s end %s %d %d %d\n", token, id, status,
			strcmp(how, "left") == 0 ? 2 : 0, damaged ? 512 : 0);
		if (damaged)
			return 0;
	}
	return 0;
}
