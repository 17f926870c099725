/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * stress.c - boots the debug kernel with stress_host, or fuzz_host, and looks for what kernel and
 * program complain about.  Exit status: 0 nothing; 1 a fault was found; 2 used wrongly or something
 * is not built; 3 the machine broke down.
 */
#define _GNU_SOURCE
#include "grader/boot/archive.h"
#include "grader/boot/images.h"
#include "grader/judge/log.h"
#include "grader/judge/verdict.h"
#include "grader/lib/child.h"
#include "grader/lib/files.h"
#include "grader/machine/machine.h"
#include "tests/stress/fuzz_cases.h"

#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define INSTRUCTION_NS 4 /* about as fast as QEMU is; how loaded it is does not matter */
#define MEMORY_MB 128 /* little, so that it can run out */
#define SILENCE_SECONDS 240 /* longer than any step of stress_host, on a slow machine, too */
#define AFTERMATH_SECONDS 3 /* for the rest of what the kernel has to say */
#define SHOWN_LINES 14 /* of it, for the person at the terminal */

static const char usage[] =
	"usage: stress [OPTION...]\n"
	"Machines come and go on the debug kernel until it complains, or time is up.\n"
	"  --seconds=600      how long\n"
	"  --seed=N           the same choices again; another one each time if it is not said\n"
	"  --fuzz             hostile guests and launchers, one after the other, made by chance\n"
	"  --first=N          of them, begin with this one\n"
	"  --count=N          no more than so many, and no fewer\n"
	"  --machine=qemu     or bochs, which checks segment limits: the attacks among them, on "
	"the "
	"usual kernel\n"
	"  --cases=FILE       those in FILE instead\n"
	"  --cover=PLUGIN     note in build/fuzz/covered what of the module is executed\n"
	"  --tree=reference   whose launcher and module\n"
	"  --module=FILE      this module instead of build/TREE/monitor-debug.ko; \"none\": lab 1 "
	"only\n"
	"  --vmm=FILE         this launcher instead of build/TREE/vmm\n"
	"  --build=build      where everything is built\n";

static const char *const files[] = {"vmm", "linux", "initrd", "hello", "syscall", "registers",
	"exceptions", "page-fault", "map-bad", "memory-limit", "fpu", "spaces", "stress-spaces",
	"stress-memory", "loop", "forbidden"};

static const char *const fuzz_files[] = {"vmm", "fuzz"};

/* What the kernel says when something is wrong with it.  Only on its own lines. */
static const char *const complaints[] = {"WARNING:", "BUG:", "BUG ", "INFO: task", "INFO: possible",
	"INFO: trying to register", "INFO: rcu", "rcu: INFO", "possible circular locking",
	"possible recursive locking", "inconsistent lock state", "suspicious RCU usage",
	"lock held when returning", "held lock freed", "Invalid wait context", "Kernel panic",
	"Oops:", "general protection", "double fault", "kernel BUG at", "Bad page", "bad pmd",
	"bad pgd", "Bad rss-counter", "corruption", "refcount_t:", "soft lockup",
	"workqueue lockup", "scheduling while atomic", "Trying to vfree", "stack guard",
	"unable to handle"};

struct stress {
	struct images images;
	int seconds;
	unsigned int seed;
	bool fuzz;
	unsigned int first, number; /* of cases: where to begin, and the last */
	unsigned int count; /* 0: as many as there is time for */
	const struct machine_kind *kind;
	const char *cases, *plugin;
	FILE *covered;
	const char *const *files;
	size_t file_count;
	char kernel[PATH_MAX + 32], rom[PATH_MAX + 32], module[PATH_MAX + 64],
		program[PATH_MAX + 32];
	char directory[PATH_MAX + 16];
	struct machine machine;
	struct job job;
	FILE *log;
	char line[512]; /* the console's */
	size_t line_used;
	int shown; /* lines of a complaint; 0: there was none */
	double complained, heard;
	bool done;
	int failures;
};

static volatile sig_atomic_t interrupted;

static void
interrupt(int signal_number)
{
	interrupted = signal_number;
}

static double
seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

static void
options(struct stress *s, int argc, char **argv)
{
	static const struct option known[] = {
		{"seconds", required_argument, NULL, 's'},
		{"seed", required_argument, NULL, 'r'},
		{"tree", required_argument, NULL, 't'},
		{"module", required_argument, NULL, 'm'},
		{"vmm", required_argument, NULL, 'v'},
		{"build", required_argument, NULL, 'b'},
		{"fuzz", no_argument, NULL, 'f'},
		{"first", required_argument, NULL, 'n'},
		{"count", required_argument, NULL, 'k'},
		{"machine", required_argument, NULL, 'a'},
		{"cases", required_argument, NULL, 'c'},
		{"cover", required_argument, NULL, 'p'},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0},
	};
	char *end = "";
	int c;

	while ((c = getopt_long(argc, argv, "", known, NULL)) != -1) {
		switch (c) {
		case 's':
			s->seconds = strtol(optarg, &end, 10);
			if (*end || s->seconds < 10 || s->seconds > 86400)
				errx(2, "--seconds=%s: 10 to 86400", optarg);
			break;
		case 'r':
			s->seed = strtoul(optarg, &end, 10);
			if (*end || !*optarg)
				errx(2, "--seed=%s is no number", optarg);
			break;
		case 't':
			s->images.tree = optarg;
			break;
		case 'm':
			s->images.module = optarg;
			break;
		case 'v':
			s->images.vmm = optarg;
			break;
		case 'b':
			s->images.build = optarg;
			break;
		case 'f':
			s->fuzz = true;
			break;
		case 'n':
			s->first = strtoul(optarg, &end, 10);
			if (*end || !*optarg)
				errx(2, "--first=%s is no number", optarg);
			break;
		case 'k':
			s->count = strtoul(optarg, &end, 10);
			if (*end || !s->count)
				errx(2, "--count=%s is no number of cases", optarg);
			break;
		case 'a':
			s->kind = machine_named(optarg);
			if (!s->kind)
				errx(2, "no machine \"%s\"; there are qemu and bochs", optarg);
			break;
		case 'c':
			s->fuzz = true;
			s->cases = optarg;
			break;
		case 'p':
			s->plugin = optarg;
			break;
		case 'h':
			fputs(usage, stdout);
			exit(0);
		default:
			fprintf(stderr, "stress --help lists the options\n");
			exit(2);
		}
	}
	if (optind < argc)
		errx(2, "there is nothing to say but options: %s", argv[optind]);
	if (s->kind == &bochs && (!s->fuzz || s->plugin))
		errx(2, "on Bochs there is --fuzz, and no --cover");
	s->files = s->fuzz ? fuzz_files : files;
	s->file_count = s->fuzz ? sizeof(fuzz_files) / sizeof(fuzz_files[0])
				: sizeof(files) / sizeof(files[0]);
}

static bool
with_module(const struct stress *s)
{
	return strcmp(s->images.module, "none") != 0;
}

static void
require(const char *path)
{
	if (access(path, R_OK) < 0)
		errx(2, "%s is missing: `make stress` makes it", path);
}

/* Bochs checks segment limits; it is too slow for what costs time, the debug kernel among it. */
static bool
attacks(const struct stress *s)
{
	return s->kind == &bochs;
}

static const char *
name(const struct stress *s)
{
	return s->fuzz ? "fuzz" : "stress";
}

static void
prepare(struct stress *s)
{
	const char *build = s->images.build, *missing = s->kind->missing();
	char path[PATH_MAX];

	if (missing)
		errx(2, "%s", missing);
	if (strlen(build) >= PATH_MAX - 64)
		errx(2, "this path is too long: %s", build);
	snprintf(s->kernel, sizeof(s->kernel), "%s/host%s/bzImage", build,
		attacks(s) ? "" : "-debug");
	snprintf(s->rom, sizeof(s->rom), "%s/host/boot.rom", build);
	snprintf(s->program, sizeof(s->program), "%s/bin/%s-host", build, name(s));
	snprintf(s->directory, sizeof(s->directory), "%s/%s", build, name(s));
	if (!s->images.module) {
		snprintf(s->module, sizeof(s->module), "%s/%s/monitor%s.ko", build, s->images.tree,
			attacks(s) ? "" : "-debug");
		s->images.module = s->module;
	}
	require(s->kernel);
	require(s->program);
	if (with_module(s))
		require(s->images.module);
	for (size_t i = 0; i < s->file_count; i++) {
		image_path(&s->images, s->files[i], path);
		require(path);
	}
	if (make_directory(s->directory) < 0)
		cannot("make", s->directory);
}

static void
pack(struct stress *s)
{
	char directory[PATH_MAX + 64], path[PATH_MAX], text[200], which[64];
	bool good;

	snprintf(directory, sizeof(directory), "%s/%d.boot", s->directory, getpid());
	good = job_start(&s->job, directory) && job_file(&s->job, "program", s->program);
	if (s->cases)
		good = good && job_file(&s->job, "cases", s->cases);
	if (with_module(s))
		good = good && job_file(&s->job, "monitor.ko", s->images.module);
	for (size_t i = 0; i < s->file_count; i++) {
		image_path(&s->images, s->files[i], path);
		good = good && job_file(&s->job, s->files[i], path);
	}
	snprintf(which, sizeof(which), " %u %u %s", s->first, s->count,
		attacks(s) ? "attacks" : "debug");
	snprintf(text, sizeof(text), "#!/bin/sh\ncd /job\ndmesg\nexec ./program %d %u%s%s%s\n",
		s->seconds, s->seed, s->fuzz ? which : "",
		with_module(s) ? " monitor.ko"
		: s->fuzz      ? " none"
			       : "",
		s->cases ? " cases" : "");
	good = good && job_text(&s->job, "run", text) && job_pack(&s->job, &s->images);
	if (!good) {
		job_remove(&s->job);
		errx(3, "%s", s->job.why);
	}
}

__attribute__((format(printf, 2, 3))) static void
failure(struct stress *s, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	printf("  FAIL  ");
	vprintf(format, list);
	printf("\n");
	va_end(list);
	s->failures++;
}

/* A line of the kernel's begins with a time in brackets; dmesg puts nothing before it. */
static bool
complains(const char *line)
{
	if (*line != '[')
		return false;
	for (size_t i = 0; i < sizeof(complaints) / sizeof(complaints[0]); i++)
		if (strstr(line, complaints[i]))
			return true;
	return false;
}

static void
console_line(struct stress *s)
{
	s->line[s->line_used] = '\0';
	s->line_used = 0;
	if (!s->shown && complains(s->line)) {
		failure(s, "kernel: %s", s->line);
		s->complained = seconds_now();
		s->shown = 1;
	} else if (s->shown && s->shown < SHOWN_LINES) {
		printf("        %s\n", s->line);
		s->shown++;
	}
}

static void
console_bytes(struct stress *s, const char *bytes, size_t n)
{
	fwrite(bytes, 1, n, s->log);
	for (size_t i = 0; i < n; i++) {
		if (bytes[i] == '\n')
			console_line(s);
		else if (s->line_used < sizeof(s->line) - 1 && isprint((unsigned char)bytes[i]))
			s->line[s->line_used++] = bytes[i];
	}
}

static void
verdict_line(struct stress *s, const char *line)
{
	s->heard = seconds_now();
	if (strncmp(line, "fail ", 5) == 0)
		failure(s, "%s", line + 5);
	else if (strncmp(line, "pass ", 5) == 0)
		printf("  pass  %s\n", line + 5);
	else if (strcmp(line, "note done") == 0)
		s->done = true;
	else if (sscanf(line, "note case %u", &s->number) == 1)
		return;
	else if (s->covered && strncmp(line, "note section ", 13) == 0)
		fprintf(s->covered, "%s\n", line + 5);
	else if (strncmp(line, "note ", 5) == 0)
		printf("        %s\n", line + 5);
	fflush(stdout);
}

static bool
drain(int *fd, char *bytes, size_t size, ssize_t *n)
{
	if (*fd < 0)
		return false;
	*n = read(*fd, bytes, size);
	if (*n > 0)
		return true;
	if (*n == 0 || (errno != EAGAIN && errno != EINTR)) {
		close(*fd);
		*fd = -1;
	}
	return false;
}

/* Until the machine has ended, or there is no point in going on. */
static void
watch(struct stress *s)
{
	static struct lines lines;
	char bytes[16384];
	ssize_t n;
	int status;

	s->heard = seconds_now();
	for (;;) {
		struct pollfd fds[] = {{.fd = s->machine.console, .events = POLLIN},
			{.fd = s->machine.verdict, .events = POLLIN}};
		bool over = waitpid(s->machine.pid, &status, WNOHANG) == s->machine.pid;

		while (drain(&s->machine.console, bytes, sizeof(bytes), &n))
			console_bytes(s, bytes, n);
		while (drain(&s->machine.verdict, bytes, sizeof(bytes), &n)) {
			const char *at = bytes;
			size_t rest = n;

			while (lines_next(&lines, &at, &rest))
				verdict_line(s, lines.text);
		}
		if (over) {
			s->machine.pid = 0;
			if (!s->done && !s->failures)
				failure(s, "the machine ended too soon");
			return;
		}
		if (interrupted)
			return;
		if (s->complained && seconds_now() - s->complained > AFTERMATH_SECONDS)
			return;
		if (seconds_now() - s->heard > SILENCE_SECONDS) {
			failure(s, "the Host has said nothing for %d seconds", SILENCE_SECONDS);
			return;
		}
		poll(fds, 2, 500);
	}
}

/* The last case, as a line that can be kept. */
static void
tell_case(const struct stress *s)
{
	static struct fuzz_plan plan;
	static char line[FUZZ_LINE_MAX];
	char path[PATH_MAX + 32];
	FILE *file;

	if (s->cases) {
		printf("fuzz: FAILED; it was line %u of %s\n", s->number + 1, s->cases);
		return;
	}
	fuzz_make(&plan, s->seed, s->number, attacks(s));
	snprintf(path, sizeof(path), "%s/found", s->directory);
	file = fopen(path, "we");
	if (!file || !fuzz_print(&plan, line, sizeof(line)) || fprintf(file, "%s\n", line) < 0 ||
		fclose(file) != 0)
		cannot("write", path);
	printf("fuzz: FAILED; the last case is in %s: %s --machine=%s --cases=%s "
	       "tries it alone;\n      if that finds nothing: the same as before, with --seed=%u\n",
		path, program_invocation_name, s->kind->option, path, s->seed);
}

int
main(int argc, char **argv)
{
	static struct stress s = {
		.images = {.build = "build", .tree = "reference"}, .seconds = 600, .kind = &qemu};
	char path[PATH_MAX + 64], plugin[2 * PATH_MAX + 96];
	struct machine_setup setup = {.memory_mb = MEMORY_MB, .nanoseconds = INSTRUCTION_NS};

	s.seed = (unsigned int)time(NULL) % 1000000;
	options(&s, argc, argv);
	prepare(&s);
	snprintf(path, sizeof(path), "%s/%u.console.log", s.directory, s.seed);
	s.log = fopen(path, "we");
	if (!s.log)
		cannot("make", path);
	setvbuf(s.log, NULL, _IOLBF, 0);
	if (s.count)
		printf("%s: %u cases with seed %u on %s; console: %s\n", name(&s), s.count, s.seed,
			s.kind->name, path);
	else if (s.cases)
		printf("%s: the cases of %s; console: %s\n", name(&s), s.cases, path);
	else
		printf("%s: %d seconds with seed %u; console: %s\n", name(&s), s.seconds, s.seed,
			path);
	if (s.plugin) {
		snprintf(path, sizeof(path), "%s/covered", s.directory);
		s.covered = fopen(path, "we");
		if (!s.covered)
			cannot("make", path);
		setvbuf(s.covered, NULL, _IOLBF, 0);
		snprintf(plugin, sizeof(plugin), "%s.addresses", path);
		unlink(plugin);
		snprintf(plugin, sizeof(plugin), "%s,out=%s.addresses", s.plugin, path);
		setup.plugin = plugin;
	}
	fflush(stdout);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGINT, interrupt);
	signal(SIGTERM, interrupt);
	signal(SIGHUP, interrupt);
	setup.kernel = s.kernel;
	setup.rom = s.rom;
	pack(&s);
	setup.initramfs = s.job.initramfs;
	setup.scratch = s.job.directory;
	if (s.kind->start(&s.machine, &setup) < 0) {
		job_remove(&s.job);
		cannot("start", s.kind->name);
	}
	watch(&s);
	machine_stop(&s.machine);
	job_remove(&s.job);
	fclose(s.log);
	if (interrupted)
		return 128 + interrupted;
	if (s.failures && s.fuzz)
		tell_case(&s);
	else if (s.failures)
		printf("stress: FAILED; the same again: make stress SECONDS=%d SEED=%u\n",
			s.seconds, s.seed);
	else
		printf("%s: nothing found\n", name(&s));
	return s.failures > 0;
}
