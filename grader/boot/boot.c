/* SPDX-License-Identifier: GPL-2.0-only */
#define _GNU_SOURCE
#include "grader/boot/boot.h"

#include "grader/boot/crash.h"
#include "grader/lib/child.h"

#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define HOST_SECONDS 180 /* for the Host to boot: longer is the grader's trouble, not a test's */
/*
 * A person needs a moment, too.  By then the guest does what it does while it waits: without it a
 * fast computer's answer is there before a Guest application runs again, and nothing is
 * interrupted.
 */
#define TYPING_SECONDS 0.05
#define FOREIGN_SECONDS 1800 /* for Debian's kernel, or Xen: 15 s where nobody else works */
/*
 * A test has so many seconds of the processor: however many others work there, they are the same.
 * Where the Host took longer to boot than elsewhere, the processor is a slow one and the test gets
 * more; but whoever is tested begins then, and there is an end to it.
 */
#define SLOW_MAX 2.0
/*
 * Times that by the clock on the wall, for what neither works nor ends.  While others keep the
 * machine from working, that clock stands still; but it does not for ever.
 */
#define WALL 4
#define WALL_MOST 40
#define SAMPLE_SECONDS 0.2 /* between two looks at what it has used */
#define WRITTEN_MAX (32 << 20) /* bytes on both lines in one test: more has no end */
#define LOOKS 20 /* at the CPU, before the Host counts as hanging */
#define IDLE_LOOKS 16 /* one after the other, before nothing is to be expected of it any more */
#define IDLE_SECONDS 0.25 /* between two of these */
#define UNIT_CPU_SECONDS 15 /* the Host's; a unit guest takes no more than 4 */
#define PANIC_SECONDS 10
#define GRACE_SECONDS 20 /* for the Host to go down after the last test */
#define MEMORY_MB 320
#define MACHINE_MB 6144 /* addresses that a machine takes besides: mostly for translated code */
#define PROCESSES_MAX 100 /* that are looked at: a machine may have 64 */
#define FILE_MB 64 /* that it writes, besides a disk */
#define INSTRUCTION_NS 8 /* about as fast as QEMU is: what waits for a clock does not wait long */

double
clock_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

/* What breaks before anybody's code has run in the machine: that is the grader's failure. */
__attribute__((format(printf, 2, 3))) static void
broken(struct boot *boot, const char *format, ...)
{
	va_list list;

	for (int i = 0; i < boot->rows; i++) {
		struct outcome *outcome = &boot->row[i]->outcome;

		va_start(list, format);
		if (!outcome->broken[0])
			vsnprintf(outcome->broken, sizeof(outcome->broken), format, list);
		va_end(list);
	}
}

/* What every job's script starts with; it lies in the program as it is. */
extern const char prelude[];
__asm__(".pushsection .rodata\n"
	"prelude:\n"
	".incbin \"grader/boot/prelude.sh\"\n"
	".byte 0\n"
	".popsection\n");

/* The script of all tests of this boot; the caller frees it. */
static char *
script_text(const struct boot *boot, const struct lab *lab)
{
	char *text = NULL;
	size_t size;
	FILE *file = open_memstream(&text, &size);

	if (!file)
		return NULL;
	fprintf(file, "#!/bin/sh\ntoken=%s\nlab=%d\nmodule=%d\n%s", boot->token,
		lab->number ? lab->number : 1, lab->module, prelude);
	fprintf(file, "./probe $token >/dev/ttyS1\n");
	for (int i = 0; i < boot->rows; i++) {
		const struct test *test = boot->row[i]->test;

		fprintf(file, "begin %s && (", test->id);
		if (test->script)
			fprintf(file, "\n%s\n", test->script);
		else
			fprintf(file, "bounded %d vmm%s%s $verdict ./%s%s%s", UNIT_CPU_SECONDS,
				test->options ? " " : "", test->options ? test->options : "",
				test->guest, test->args ? " " : "", test->args ? test->args : "");
		fprintf(file, ")\nend %s $?\n", test->id);
	}
	if (fclose(file) != 0) {
		free(text);
		return NULL;
	}
	return text;
}

static bool
add_file(struct boot *boot, const struct images *images, const char *name)
{
	char path[PATH_MAX];

	image_path(images, name, path);
	return job_file(&boot->job, name, path);
}

static bool
pack(struct boot *boot, const struct images *images, const struct lab *lab, const char *directory)
{
	char *text;
	bool done;

	if (!job_start(&boot->job, directory) || !add_file(boot, images, "vmm") ||
		!add_file(boot, images, "probe") ||
		(lab->module && !add_file(boot, images, "monitor.ko")))
		return false;
	for (int i = 0; i < boot->rows; i++) {
		const struct test *test = boot->row[i]->test;

		if (test->guest && !add_file(boot, images, test->guest))
			return false;
		for (int f = 0; f < FILES_MAX && test->files[f]; f++)
			if (!add_file(boot, images, test->files[f]))
				return false;
	}
	text = script_text(boot, lab);
	done = text && job_text(&boot->job, "run", text);
	free(text);
	return done && job_pack(&boot->job, images);
}

static bool
open_logs(struct boot *boot, const char *directory)
{
	char path[PATH_MAX + 80];

	for (int i = 0; i < boot->rows; i++) {
		struct row *row = boot->row[i];

		snprintf(path, sizeof(path), "%s/%s.console.log", directory, row->test->id);
		if (log_open(&row->outcome.console, path) < 0) {
			broken(boot, "cannot make %.300s: %s", path, strerror(errno));
			return false;
		}
		snprintf(row->log, sizeof(row->log), "%s", row->outcome.console.path);
	}
	snprintf(path, sizeof(path), "%s/%s.verdict.log", directory, boot->row[0]->test->id);
	if (log_open(&boot->verdict, path) < 0) {
		broken(boot, "cannot make %.300s: %s", path, strerror(errno));
		return false;
	}
	return true;
}

/* What a test has where the processor is no slow one. */
static double
test_seconds(const struct boot *boot, const struct test *test)
{
	return (double)(boot->seconds ? boot->seconds : test->seconds) * boot->kind->pace;
}

/* In a jail there are only whole paths, without links. */
static bool
absolute(char path[PATH_MAX])
{
	char real[PATH_MAX];

	if (!realpath(path, real))
		return false;
	strcpy(path, real);
	return true;
}

void
boot_start(struct boot *boot, const struct machine_kind *kind, const struct images *images,
	const struct lab *lab, const char *directory)
{
	char kernel[PATH_MAX], rom[PATH_MAX], disk[PATH_MAX] = "", scratch[PATH_MAX + 80];
	struct stat status;
	double seconds = 0;
	struct machine_setup setup = {.kernel = kernel,
		.rom = rom,
		.memory_mb = MEMORY_MB,
		.nanoseconds = INSTRUCTION_NS,
		.plugin = boot->plugin,
		.foreign = boot->foreign,
		.jail = images->jail};

	for (int i = 0; i < boot->rows; i++) {
		memset(&boot->row[i]->outcome, 0, sizeof(boot->row[i]->outcome));
		boot->row[i]->outcome.console.fd = -1;
	}
	boot->kind = kind;
	boot->images = images;
	boot->machine = (struct machine){.console = -1, .verdict = -1, .errors = -1};
	memset(&boot->lines, 0, sizeof(boot->lines));
	memset(&boot->probe, 0, sizeof(boot->probe));
	boot->now = -1;
	boot->shown = 0;
	boot->marker_used = boot->typed = boot->typed_at = boot->errors_used = 0;
	boot->type_due = 0;
	boot->verdict.fd = -1;
	boot->started = boot->begun = clock_seconds();
	boot->looked = boot->sampled = boot->idled = 0;
	boot->cpu = boot->cpu_begun = boot->cpu_deadline = boot->waited = 0;
	boot->written = 0;
	boot->busy = boot->idle = 0;
	boot->loaded = false;
	boot->deadline = boot->started + (boot->foreign ? FOREIGN_SECONDS : HOST_SECONDS);
	boot->latest = boot->started + FOREIGN_SECONDS;
	/* A mark is told by how a line begins, and the reporter's lines begin with the nonce. */
	if (boot->row[0]->test->nonce)
		snprintf(boot->token, sizeof(boot->token), "=%s", boot->row[0]->test->nonce);
	else
		random_hex(boot->token, 16);
	if (!open_logs(boot, directory))
		return;
	snprintf(scratch, sizeof(scratch), "%s/%s.boot", directory, boot->row[0]->test->id);
	if (!pack(boot, images, lab, scratch)) {
		broken(boot, "%.500s", boot->job.why[0] ? boot->job.why : "out of memory");
		return;
	}
	setup.initramfs = boot->job.initramfs;
	setup.scratch = boot->job.directory;
	image_path(images, "kernel", kernel);
	image_path(images, "rom", rom);
	for (int i = 0; i < boot->rows; i++) {
		const struct test *test = boot->row[i]->test;

		seconds += test_seconds(boot, test);
		if (test->memory_mb > setup.memory_mb)
			setup.memory_mb = test->memory_mb;
		if (test->cpu)
			setup.cpu = test->cpu;
		setup.xsave |= test->xsave;
		if (test->counted)
			setup.nanoseconds = 1;
		if (test->nonce) {
			report_told(&boot->row[i]->outcome.report, test->nonce);
			setup.repeatable = true;
		}
		if (test->disk) {
			image_path(images, test->disk, disk);
			setup.disk = disk;
		}
	}
	if (images->jail &&
		(!absolute(kernel) || !absolute(boot->job.initramfs) ||
			!absolute(boot->job.directory) || (disk[0] && !absolute(disk)) ||
			(access(rom, F_OK) == 0 && !absolute(rom)))) {
		broken(boot, "cannot find the images: %s", strerror(errno));
		return;
	}
	/* Behind what is looked at here: should that ever fail, there is an end all the same. */
	setup.limits = (struct limits){
		.cpu = (boot->foreign ? FOREIGN_SECONDS : HOST_SECONDS) + 2 * SLOW_MAX * seconds,
		.memory_mb = setup.memory_mb + MACHINE_MB,
		.file_mb = FILE_MB};
	if (disk[0] && stat(disk, &status) == 0)
		setup.limits.file_mb +=
			2 * status.st_size >> 20; /* what is kept of it has a table, too */
	if (kind->start(&boot->machine, &setup) < 0)
		broken(boot, "cannot start %s: %s", kind->name, strerror(errno));
}

void
boot_poll(const struct boot *boot, struct pollfd fds[BOOT_FDS])
{
	fds[0] = (struct pollfd){.fd = boot->machine.console, .events = POLLIN};
	fds[1] = (struct pollfd){.fd = boot->machine.verdict, .events = POLLIN};
	fds[2] = (struct pollfd){.fd = boot->machine.errors, .events = POLLIN};
}

/* Does the console wait for something?  Then it is typed a moment later. */
static void
look_for_prompt(struct boot *boot)
{
	struct row *row = boot->row[boot->shown];
	const struct typing *typing = &row->test->typing[boot->typed];
	size_t seen;

	if (boot->type_due || boot->typed == TYPING_MAX || !typing->wait)
		return;
	seen = log_seen(&row->outcome.console, typing->wait, boot->typed_at);
	if (!seen)
		return;
	boot->typed_at = seen;
	boot->type_due = clock_seconds() + TYPING_SECONDS;
}

static void
type(struct boot *boot)
{
	const char *text = boot->row[boot->shown]->test->typing[boot->typed++].text;

	boot->type_due = 0;
	/* A few bytes: the line has room for them, or the machine is gone. */
	if (boot->machine.console >= 0 && write(boot->machine.console, text, strlen(text)) < 0)
		return;
	look_for_prompt(boot);
}

/* A whole line of the console: does the next test's part start behind it? */
static void
console_line(struct boot *boot)
{
	char want[96];

	boot->marker[boot->marker_used] = '\0';
	for (int i = boot->shown + 1; i < boot->rows; i++) {
		snprintf(want, sizeof(want), "== %s ==", boot->row[i]->test->id);
		if (strcmp(want, boot->marker) == 0) {
			boot->shown = i;
			boot->typed = boot->typed_at = 0;
			boot->type_due = 0;
		}
	}
}

static void
console_bytes(struct boot *boot, const char *bytes, size_t n)
{
	size_t from = 0;

	for (size_t i = 0; i < n; i++) {
		char c = bytes[i];

		if (c != '\r' && c != '\n') {
			if (boot->marker_used < sizeof(boot->marker) - 1)
				boot->marker[boot->marker_used++] = c;
			continue;
		}
		log_add(&boot->row[boot->shown]->outcome.console, bytes + from, i - from);
		from = i + 1;
		if (c == '\r')
			continue;
		log_add(&boot->row[boot->shown]->outcome.console, "\n", 1);
		console_line(boot);
		boot->marker_used = 0;
	}
	log_add(&boot->row[boot->shown]->outcome.console, bytes + from, n - from);
	look_for_prompt(boot);
}

/* What the machine has used of the processor, not older than so many seconds. */
static void
sample(struct boot *boot, double now, double seconds)
{
	struct used used;

	if (now < boot->sampled + seconds || boot->machine.pid <= 0)
		return;
	boot->sampled = now;
	used = child_used(boot->machine.pid, PROCESSES_MAX);
	/* Less, when a process of it has gone. */
	if (used.cpu > boot->cpu)
		boot->cpu = used.cpu;
	if (used.waited > boot->waited) {
		boot->deadline += used.waited - boot->waited;
		boot->waited = used.waited;
		if (boot->deadline > boot->latest)
			boot->deadline = boot->latest;
	}
}

static void
begin(struct boot *boot, const char *id, double now)
{
	int next = boot->now + 1;
	double seconds;

	if (next >= boot->rows || strcmp(id, boot->row[next]->test->id) != 0)
		return;
	sample(boot, now, 0);
	if (next == 0) {
		boot->slow = boot->cpu / boot->kind->boot_cpu;
		if (boot->slow < 1)
			boot->slow = 1;
		if (boot->slow > SLOW_MAX)
			boot->slow = SLOW_MAX;
	}
	boot->now = next;
	boot->begun = now;
	boot->row[next]->outcome.begun = true;
	seconds = test_seconds(boot, boot->row[next]->test) * boot->slow;
	boot->cpu_begun = boot->cpu;
	boot->cpu_deadline = boot->cpu + seconds;
	boot->deadline = now + WALL * seconds;
	boot->latest = now + WALL_MOST * seconds;
	boot->written = 0;
}

static void
end(struct boot *boot, const char *rest, double now)
{
	struct outcome *outcome = &boot->row[boot->now]->outcome;
	char id[64];
	int status, left, damage;

	if (outcome->ended || sscanf(rest, "%63s %d %d %d", id, &status, &left, &damage) != 4 ||
		strcmp(id, boot->row[boot->now]->test->id) != 0)
		return;
	outcome->ended = true;
	outcome->status = status;
	outcome->left = left;
	outcome->damage = damage;
	sample(boot, now, 0);
	outcome->cpu = boot->cpu - boot->cpu_begun;
	/* The first test pays for the boot. */
	outcome->seconds = now - (boot->now == 0 ? boot->started : boot->begun);
	boot->deadline = now + GRACE_SECONDS * boot->slow;
	boot->latest = now + WALL_MOST * GRACE_SECONDS;
	boot->cpu_deadline = 0;
}

static void
verdict_text(struct boot *boot, const char *line, double now)
{
	size_t token = strlen(boot->token);
	struct outcome *outcome;

	log_add(&boot->verdict, line, strlen(line));
	log_add(&boot->verdict, "\n", 1);
	if (strncmp(line, boot->token, token) == 0) {
		if (strncmp(line + token, " begin ", 7) == 0)
			begin(boot, line + token + 7, now);
		else if (strncmp(line + token, " probe ", 7) == 0 && boot->now < 0)
			probe_line(&boot->probe, line + token + 7);
		else if (strcmp(line + token, " loaded") == 0)
			boot->loaded = true;
		else if (strncmp(line + token, " end ", 5) == 0 && boot->now >= 0)
			end(boot, line + token + 5, now);
		return;
	}
	/* The Host's own words, before the first test and between two, are nobody's verdict. */
	if (boot->now < 0 || boot->row[boot->now]->outcome.ended)
		return;
	outcome = &boot->row[boot->now]->outcome;
	if (report_line(&outcome->report, line)) {
		char answer[TT_NONCE_CHARS + 2];
		int n = snprintf(answer, sizeof(answer), "%s\n", outcome->report.nonce);

		/* Whoever is gone by now, or does not listen, has no nonce: that is his affair. */
		if (write(boot->machine.verdict, answer, n) != n)
			return;
	}
}

/* Read what there is, up to a bound, so that a flood on one line does not starve the others. */
static void
drain(struct boot *boot, int *fd, double now)
{
	char bytes[16384];

	for (int i = 0; i < 16 && *fd >= 0; i++) {
		ssize_t n = read(*fd, bytes, sizeof(bytes));
		const char *at = bytes;
		size_t rest;

		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (n <= 0) {
			close(*fd);
			*fd = -1;
			return;
		}
		boot->idle = 0;
		rest = n;
		boot->written += n;
		if (fd == &boot->machine.console) {
			console_bytes(boot, bytes, rest);
		} else if (fd == &boot->machine.verdict) {
			while (lines_next(&boot->lines, &at, &rest))
				verdict_text(boot, boot->lines.text, now);
		} else {
			size_t room = sizeof(boot->errors) - 1 - boot->errors_used;

			if (rest > room)
				rest = room;
			memcpy(boot->errors + boot->errors_used, bytes, rest);
			boot->errors_used += rest;
		}
	}
}

/*
 * The time is up.  Is it the guest that takes too long, or does the Host itself not go on?  A Host
 * whose CPU is in its kernel whenever we look is made to panic and say where.
 */
static bool
look(struct boot *boot, double now)
{
	struct outcome *outcome = &boot->row[boot->now]->outcome;
	int state;

	if (!boot->kind->look || now > boot->deadline + PANIC_SECONDS)
		return false;
	if (boot->busy == LOOKS || now < boot->looked + 0.1)
		return true;
	boot->looked = now;
	state = boot->kind->look(&boot->machine);
	if (state == CPU_IDLE || state == CPU_IN_USER_MODE)
		return false;
	if (state == CPU_IN_KERNEL && ++boot->busy == LOOKS) {
		outcome->hung = true;
		boot->deadline = now;
		boot->kind->interrupt(&boot->machine);
	}
	return true;
}

/*
 * A Host that is idle waits for a clock, which runs ahead then, or for us, and all that it has said
 * is answered.  If it still is whenever we look, a test need not wait until its time is up.
 */
static bool
waits_for_ever(struct boot *boot, double now)
{
	double awake = boot->sampled - boot->waited;

	/* Not what others keep from working: that looks the same. */
	if (!boot->kind->look || boot->now < 0 || boot->row[boot->now]->outcome.ended ||
		now < boot->begun + 1 || awake < boot->idled + IDLE_SECONDS)
		return false;
	boot->idled = awake;
	boot->idle = boot->kind->look(&boot->machine) == CPU_IDLE ? boot->idle + 1 : 0;
	return boot->idle == IDLE_LOOKS;
}

void
boot_work(struct boot *boot, double now)
{
	drain(boot, &boot->machine.console, now);
	drain(boot, &boot->machine.verdict, now);
	drain(boot, &boot->machine.errors, now);
	if (boot->type_due && now >= boot->type_due)
		type(boot);
	if (boot->machine.pid <= 0)
		return;
	sample(boot, now, SAMPLE_SECONDS);
	if (now < boot->deadline && waits_for_ever(boot, now)) {
		boot->row[boot->now]->outcome.idle = true;
		boot->deadline = now;
	}
	if (boot->now >= 0 && boot->written > WRITTEN_MAX) {
		boot->row[boot->now]->outcome.flooded = !boot->row[boot->now]->outcome.ended;
		child_stop(&boot->machine.pid);
		return;
	}
	if (boot->cpu_deadline && boot->cpu > boot->cpu_deadline) {
		boot->cpu_deadline = 0;
		if (now < boot->deadline)
			boot->deadline = now;
	}
	if (now < boot->deadline)
		return;
	if (boot->now < 0) {
		char last[128] = "";

		log_line(&boot->row[0]->outcome.console, "panic", last, sizeof(last));
		broken(boot, "the Host did not boot in %.0f seconds %s", now - boot->started, last);
	} else if (!boot->row[boot->now]->outcome.ended) {
		if (look(boot, now))
			return;
		/* Idle all along, a clock of the machine's may still have used it up. */
		boot->row[boot->now]->outcome.idle |= boot->idle >= IDLE_LOOKS / 4;
		boot->row[boot->now]->outcome.timed_out = true;
		boot->row[boot->now]->outcome.seconds = now - boot->begun;
	}
	child_stop(&boot->machine.pid);
}

/* What the end of the machine itself says about the test that did not end. */
static void
ended(struct boot *boot, int status)
{
	struct outcome *outcome;
	char line[160];

	boot->errors[boot->errors_used] = '\0';
	boot->errors[strcspn(boot->errors, "\n")] = '\0';
	if (boot->now < 0) {
		if (status != 0)
			broken(boot, "%s ended with status %d: %s", boot->kind->name, status,
				boot->errors[0] ? boot->errors : "it says nothing");
		else if (log_line(&boot->row[0]->outcome.console, "Kernel panic", line,
				 sizeof(line)))
			broken(boot, "the Host crashed while it booted: %s", line);
		else
			broken(boot, "%s ended before the Host had booted", boot->kind->name);
		return;
	}
	/* Tests that have not begun get another machine; those that have ended need none. */
	outcome = &boot->row[boot->now]->outcome;
	if (outcome->ended)
		return;
	outcome->seconds = clock_seconds() - boot->begun;
	if (status != 0)
		snprintf(outcome->fault, sizeof(outcome->fault), "%s ended with status %d: %s",
			boot->kind->name, status,
			boot->errors[0] ? boot->errors : "it says nothing");
}

static bool
lines_closed(const struct machine *machine)
{
	return machine->console < 0 && machine->verdict < 0 && machine->errors < 0;
}

bool
boot_over(struct boot *boot)
{
	struct rusage used;
	int status;

	if (boot->machine.pid > 0) {
		double cpu;

		if (wait4(boot->machine.pid, &status, WNOHANG, &used) != boot->machine.pid)
			return false;
		boot->machine.pid = 0;
		cpu = used.ru_utime.tv_sec + used.ru_stime.tv_sec +
		      (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
		if (cpu > boot->cpu)
			boot->cpu = cpu;
		/* What it has written is still in the lines, and any may have been closed first. */
		for (int i = 0; i < 64 && !lines_closed(&boot->machine); i++)
			boot_work(boot, clock_seconds());
		ended(boot, child_status(status));
	}
	for (int i = 0; i < boot->rows; i++) {
		struct row *row = boot->row[i];

		if (i == boot->now && (!row->outcome.ended || row->outcome.damage) &&
			(!row->outcome.timed_out || row->outcome.hung))
			boot->cpu +=
				crash_read(&row->outcome.console, boot->images, row->outcome.crash);
		if (row->outcome.console.error && !row->outcome.broken[0])
			snprintf(row->outcome.broken, sizeof(row->outcome.broken),
				"cannot write %.300s: %s", row->log,
				strerror(row->outcome.console.error));
		row->outcome.machine = boot->kind->name;
		row->outcome.unenforced = row->test->needs & boot->probe.not_enforced;
		judge(row->test, row->points, &row->outcome, &row->result);
	}
	boot_stop(boot);
	return true;
}

void
boot_end(struct boot *boot)
{
	if (boot->now >= 0 && !boot->row[boot->now]->outcome.ended) {
		boot->row[boot->now]->outcome.timed_out = true;
		boot->row[boot->now]->outcome.seconds = clock_seconds() - boot->begun;
	}
	child_stop(&boot->machine.pid);
}

void
boot_clean(const char *directory)
{
	DIR *folder = opendir(directory);
	struct dirent *entry;

	while (folder && (entry = readdir(folder))) {
		const char *end = strrchr(entry->d_name, '.');
		char path[PATH_MAX + 300];

		if (!end || strcmp(end, ".boot") != 0)
			continue;
		snprintf(path, sizeof(path), "%s/%s", directory, entry->d_name);
		remove_directory(path);
	}
	if (folder)
		closedir(folder);
}

void
boot_stop(struct boot *boot)
{
	machine_stop(&boot->machine);
	for (int i = 0; i < boot->rows; i++)
		log_free(&boot->row[i]->outcome.console);
	log_free(&boot->verdict);
	job_remove(&boot->job);
}
