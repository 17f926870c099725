/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * run.c - a guest on this terminal: what `make run` starts.
 *
 * Exit status: the launcher's (<typetwo/machine.h>); 2 when used wrongly or something is not built,
 * 3 when the machine broke down, 128 + signal when a signal ended it.
 */
#define _GNU_SOURCE
#include "grader/boot/archive.h"
#include "grader/boot/images.h"
#include "grader/judge/verdict.h"
#include "grader/lib/child.h"
#include "grader/lib/files.h"
#include "grader/lib/signals.h"
#include "grader/machine/machine.h"
#include "grader/tests/test.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#define HOST_MB 192 /* what the Host needs besides the guest's RAM */
#define GUEST_MB 64 /* the launcher's default */
#define PORT_BASE 25000
#define PORTS 5000

static const char usage[] =
	"usage: run [OPTION...] [-- ARGUMENT...]\n"
	"Boots the Host with a guest on this terminal; Ctrl-A X ends the machine.\n"
	"  --lab=1            whose mechanisms; 1 to 4\n"
	"  --tree=skeleton    whose launcher: skeleton or reference\n"
	"  --base=ref         whose the labs before are; with the next two\n"
	"  --vmm=FILE         this launcher instead of the tree's\n"
	"  --module=FILE      this module instead of the tree's monitor.ko\n"
	"  --guest=linux      linux, or a unit guest\n"
	"  --machine=qemu     qemu or bochs; Bochs has no disk and takes no --gdb\n"
	"  --gdb              wait for `make gdb` in another terminal\n"
	"  --count            the CPU's clock counts instructions, one a cycle, as where it is "
	"graded\n"
	"  --build=build      where everything is built\n"
	"  --net              a network: the Host is 10.0.0.1, the Linux guest 10.0.0.2\n"
	"  --intercept= --protect= --spaces= --fast --async --mem= --append=   for the launcher\n"
	"The arguments join the guest's command line.  The Linux guest gets its initrd, and a copy "
	"of\n"
	"its disk that is kept in build/run until the original is newer.\n";

struct session {
	int lab;
	struct images images;
	const char *guest;
	const struct machine_kind *kind;
	bool gdb;
	bool net;
	bool module; /* the Monitor is one */
	int memory_mb;
	char *command; /* the launcher's, for the Host's shell */
	size_t command_size;
	FILE *command_file;
	char directory[PATH_MAX];
	char disk[PATH_MAX + 16];
	struct machine_setup setup;
	struct machine machine;
	struct job job;
	int port;
	bool escape; /* Ctrl-A was typed */
};

/* A word for the shell, whatever is in it. */
static void
quote(FILE *file, const char *text)
{
	fputs(" '", file);
	for (; *text; text++) {
		if (*text == '\'')
			fputs("'\\''", file);
		else
			fputc(*text, file);
	}
	fputc('\'', file);
}

static void
option_for_launcher(struct session *s, const char *name, const char *value)
{
	char word[4096];
	char *end;

	if (snprintf(word, sizeof(word), "--%s%s%s", name, value ? "=" : "", value ? value : "") >=
		(int)sizeof(word))
		errx(2, "--%s is too long", name);
	quote(s->command_file, word);
	if (strcmp(name, "intercept") == 0)
		s->module = strcmp(value, "module") == 0;
	if (strcmp(name, "mem") == 0) {
		unsigned long long n = strtoull(value, &end, 10);

		n = *end == 'G' ? n << 10 : *end == 'M' ? n : *end == 'K' ? n >> 10 : n >> 20;
		s->memory_mb = n < 1024 ? n : 1024; /* the launcher says what is wrong with it */
	}
}

static void
options(struct session *s, int argc, char **argv)
{
	enum {
		LAB = 256,
		TREE,
		BASE,
		VMM,
		MODULE,
		GUEST,
		MACHINE,
		GDB,
		COUNT,
		BUILD,
		NET,
		LAUNCHER,
		VERSION,
		HELP
	};
	static const struct option known[] = {
		{"lab", required_argument, NULL, LAB},
		{"tree", required_argument, NULL, TREE},
		{"base", required_argument, NULL, BASE},
		{"vmm", required_argument, NULL, VMM},
		{"module", required_argument, NULL, MODULE},
		{"guest", required_argument, NULL, GUEST},
		{"machine", required_argument, NULL, MACHINE},
		{"gdb", no_argument, NULL, GDB},
		{"count", no_argument, NULL, COUNT},
		{"build", required_argument, NULL, BUILD},
		{"net", no_argument, NULL, NET},
		{"intercept", required_argument, NULL, LAUNCHER},
		{"protect", required_argument, NULL, LAUNCHER},
		{"spaces", required_argument, NULL, LAUNCHER},
		{"fast", no_argument, NULL, LAUNCHER},
		{"async", no_argument, NULL, LAUNCHER},
		{"mem", required_argument, NULL, LAUNCHER},
		{"append", required_argument, NULL, LAUNCHER},
		{"version", no_argument, NULL, VERSION},
		{"help", no_argument, NULL, HELP},
		{NULL, 0, NULL, 0},
	};
	int c, which;
	char *end;

	while ((c = getopt_long(argc, argv, "", known, &which)) != -1) {
		switch (c) {
		case LAB:
			s->lab = strtol(optarg, &end, 10);
			if (*end || !lab_find(s->lab))
				errx(2, "no lab \"%s\"; there are labs 1 to 4", optarg);
			s->module = lab_find(s->lab)->module;
			break;
		case TREE:
			s->images.tree = optarg;
			break;
		case BASE:
			break; /* who is asked for it by make says it to the grader, too */
		case VMM:
			s->images.vmm = optarg;
			break;
		case MODULE:
			s->images.module = optarg;
			break;
		case GUEST:
			s->guest = optarg;
			break;
		case MACHINE:
			s->kind = machine_named(optarg);
			if (!s->kind)
				errx(2, "no machine \"%s\"; there are qemu and bochs", optarg);
			break;
		case GDB:
			s->gdb = true;
			break;
		case COUNT:
			s->setup.nanoseconds = 1;
			break;
		case BUILD:
			s->images.build = optarg;
			break;
		case NET:
			s->net = true;
			option_for_launcher(s, "net", "tap0");
			option_for_launcher(s, "append", "ip=10.0.0.2::::guest:eth0:off");
			break;
		case LAUNCHER:
			option_for_launcher(s, known[which].name, optarg);
			break;
		case VERSION:
			puts("run (TypeTwo) " TYPETWO_VERSION);
			exit(0);
		case HELP:
			fputs(usage, stdout);
			exit(0);
		default:
			fprintf(stderr, "run --help lists the options\n");
			exit(2);
		}
	}
	if (strcmp(s->guest, "linux") == 0)
		fprintf(s->command_file, " --initrd=./initrd%s",
			s->kind->disks ? " --disk=/dev/vda" : "");
	quote(s->command_file, s->guest);
	for (; optind < argc; optind++)
		quote(s->command_file, argv[optind]);
}

static void
require(const struct session *s)
{
	const char *missing = s->kind->missing();

	if (missing)
		errx(2, "%s", missing);
	if (s->gdb && !s->kind->debugger)
		errx(2, "gdb cannot attach to %s", s->kind->name);
	if (!child_exists("cpio"))
		errx(2, "cpio is missing: install the Debian package cpio (make deps does)");
	tree_require(&s->images);
	if (s->module)
		image_require(&s->images, "monitor.ko");
	image_require(&s->images, "kernel");
	if (s->kind == &bochs)
		image_require(&s->images, "rom");
	image_require(&s->images, "initramfs");
	guest_require(&s->images, s->guest);
	if (strcmp(s->guest, "linux") == 0) {
		image_require(&s->images, "initrd");
		if (s->kind->disks)
			image_require(&s->images, "disk");
	}
}

/* The debugger's port belongs to the user; a second session of the same user has to wait. */
static void
find_port(struct session *s)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;

	s->port = PORT_BASE + getuid() % PORTS;
	address.sin_port = htons(s->port);
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0)
		err(3, "no socket");
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 || listen(fd, 1) < 0)
		err(2, "port %d, where gdb would attach, is taken (another `make run GDB=1`?)",
			s->port);
	close(fd);
}

/* What `make gdb` reads: symbols of all that runs, and where to attach. */
static void
write_session(const struct session *s)
{
	char path[PATH_MAX + 16], guest[PATH_MAX], vmm[PATH_MAX], module[PATH_MAX];
	FILE *file;

	image_path(&s->images, strcmp(s->guest, "linux") ? s->guest : "linux-symbols", guest);
	image_path(&s->images, "vmm", vmm);
	snprintf(path, sizeof(path), "%s/session.gdb", s->directory);
	file = fopen(path, "we");
	if (!file)
		cannot("make", path);
	fprintf(file,
		"file %s/host/vmlinux\n"
		"directory %s/host/kbuild\n"
		"source vm-images/gdb/typetwo.gdb\n"
		"%s%s%sadd-symbol-file %s\n"
		"target remote 127.0.0.1:%d\n",
		s->images.build, s->images.build, s->module ? "" : "add-symbol-file ",
		s->module ? "" : vmm, s->module ? "" : "\n", guest, s->port);
	image_path(&s->images, "monitor.ko", module);
	if (s->module)
		fprintf(file, "monitor-module %s\n", module);
	if (fclose(file) != 0)
		cannot("write", path);
}

/* `make gdb` is not to wait for a machine that is gone. */
static void
remove_session(const struct session *s)
{
	char path[PATH_MAX + 16];

	snprintf(path, sizeof(path), "%s/session.gdb", s->directory);
	unlink(path);
}

static bool
newer(const char *a, const char *b)
{
	struct stat one, other;

	if (stat(a, &one) < 0 || stat(b, &other) < 0)
		return true;
	return one.st_mtim.tv_sec > other.st_mtim.tv_sec;
}

/* The guest writes to a copy: the original is what the tests start from. */
static void
copy_disk(struct session *s)
{
	char from[PATH_MAX], temporary[PATH_MAX + 32];
	int fd;

	image_path(&s->images, "disk", from);
	snprintf(s->disk, sizeof(s->disk), "%s/disk.img", s->directory);
	snprintf(temporary, sizeof(temporary), "%s.%d", s->disk, getpid());
	if (newer(from, s->disk)) {
		char *argv[] = {"cp", "--sparse=always", "--reflink=auto", from, temporary, NULL};
		struct child_io io = {.in = -1, .out = -1, .err = -1};

		if (child_run(argv, &io) != 0 || rename(temporary, s->disk) < 0) {
			unlink(temporary);
			errx(3, "cannot copy %s to %s", from, s->disk);
		}
	}
	fd = open(s->disk, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		err(3, "cannot open %s", s->disk);
	if (flock(fd, LOCK_EX | LOCK_NB) < 0)
		errx(2, "%s is in use by another `make run`", s->disk);
	s->setup.disk = s->disk;
	s->setup.keep_disk = true;
}

static void
pack(struct session *s)
{
	char directory[PATH_MAX + 32], path[PATH_MAX], *text;
	struct winsize window = {0};
	bool good;

	snprintf(directory, sizeof(directory), "%s/%d.boot", s->directory, getpid());
	ioctl(STDIN_FILENO, TIOCGWINSZ, &window);
	fclose(s->command_file);
	if (asprintf(&text,
		    "#!/bin/sh\n[ %u = 0 ] || stty rows %u cols %u\n"
		    "%s%sexec ./vmm --lab=%d%s\n",
		    window.ws_row, window.ws_row, window.ws_col,
		    s->module ? "insmod ./monitor.ko || exit 1\n" : "",
		    s->net ? "tunctl -t tap0 && ifconfig tap0 10.0.0.1 up || exit 1\n" : "", s->lab,
		    s->command) < 0)
		err(3, "no memory");
	good = job_start(&s->job, directory);
	image_path(&s->images, "vmm", path);
	good = good && job_file(&s->job, "vmm", path);
	image_path(&s->images, "monitor.ko", path);
	if (s->module)
		good = good && job_file(&s->job, "monitor.ko", path);
	image_path(&s->images, s->guest, path);
	good = good && job_file(&s->job, s->guest, path);
	image_path(&s->images, "initrd", path);
	if (strcmp(s->guest, "linux") == 0)
		good = good && job_file(&s->job, "initrd", path);
	good = good && job_text(&s->job, "run", text) && job_pack(&s->job, &s->images);
	free(text);
	if (!good) {
		job_remove(&s->job);
		errx(3, "%s", s->job.why);
	}
}

/* Show what the console says.  Nothing to do if the machine has the terminal itself. */
static void
show_console(struct session *s)
{
	char bytes[4096];
	ssize_t n;

	while (s->machine.console >= 0 && (n = read(s->machine.console, bytes, sizeof(bytes))) > 0)
		if (write(STDOUT_FILENO, bytes, n) != n)
			return;
}

/* Hand on what was typed.  false: Ctrl-A X was. */
static bool
type(struct session *s, struct pollfd *fd)
{
	char c;

	if (!(fd->revents & (POLLIN | POLLHUP)))
		return true;
	if (read(STDIN_FILENO, &c, 1) != 1) {
		fd->fd = -1; /* end of the input, not of the machine */
		return true;
	}
	if (s->escape && (c == 'x' || c == 'X'))
		return false;
	s->escape = !s->escape && c == 1;
	/* It has room for what a person types. */
	if (!s->escape && write(s->machine.console, &c, 1) < 0)
		return true;
	return true;
}

/* Wait for the machine.  The Host's exit status, -1 if it said none, 128 + signal if we got one. */
static int
wait_for_end(struct session *s, int signals)
{
	struct pollfd fds[4] = {{.fd = signals, .events = POLLIN},
		{.fd = s->machine.verdict, .events = POLLIN},
		{.fd = s->machine.console, .events = POLLIN},
		{.fd = s->machine.console >= 0 ? STDIN_FILENO : -1, .events = POLLIN}};
	struct lines lines = {0};
	char bytes[4096];
	int status = -1, wait_status, stop;

	for (bool over = false;;) {
		const char *at = bytes;
		ssize_t n;
		size_t rest;

		if (!over)
			poll(fds, 4, -1);
		show_console(s);
		if (!over && !type(s, &fds[3]))
			return -1;
		stop = signals_stop(signals);
		if (stop)
			return 128 + stop;
		n = read(s->machine.verdict, bytes, sizeof(bytes));
		if (n == 0 || (n < 0 && errno == EIO)) /* hung up: a socket, or a terminal line */
			fds[1].fd = fds[2].fd = -1;
		rest = n > 0 ? n : 0;
		while (lines_next(&lines, &at, &rest))
			if (sscanf(lines.text, "host: exit %d", &status) != 1)
				continue;
		if (over && n <= 0)
			return status;
		if (waitpid(s->machine.pid, &wait_status, WNOHANG) == s->machine.pid) {
			s->machine.pid = 0;
			over = true;
			if (child_status(wait_status) != 0)
				status = -1;
		}
	}
}

int
main(int argc, char **argv)
{
	static struct session s = {.lab = 1,
		.images = {.build = "build", .tree = "skeleton"},
		.guest = "linux",
		.kind = &qemu,
		.memory_mb = GUEST_MB};
	struct termios terminal;
	bool has_terminal;
	char kernel[PATH_MAX], rom[PATH_MAX];
	int signals, status;

	s.command_file = open_memstream(&s.command, &s.command_size);
	if (!s.command_file)
		err(3, "no memory");
	options(&s, argc, argv);
	require(&s);
	if (snprintf(s.directory, sizeof(s.directory), "%s/run", s.images.build) >= PATH_MAX - 64)
		errx(2, "this path is too long: %s", s.images.build);
	if (make_directory(s.directory) < 0)
		cannot("make", s.directory);
	if (s.gdb) {
		find_port(&s);
		write_session(&s);
		fprintf(stderr, "run: waiting for `make gdb` in another terminal, port %d\n",
			s.port);
	}
	if (strcmp(s.guest, "linux") == 0 && s.kind->disks)
		copy_disk(&s);
	has_terminal = tcgetattr(STDIN_FILENO, &terminal) == 0;
	signals = signals_catch();
	signal(SIGPIPE, SIG_DFL); /* whoever looks at the console has gone: then so do we */
	pack(&s);
	image_path(&s.images, "kernel", kernel);
	image_path(&s.images, "rom", rom);
	s.setup.kernel = kernel;
	s.setup.rom = rom;
	s.setup.initramfs = s.job.initramfs;
	s.setup.scratch = s.job.directory;
	s.setup.memory_mb = HOST_MB + s.memory_mb;
	s.setup.terminal = s.kind->terminal;
	s.setup.gdb_port = s.port;
	s.setup.gdb_wait = s.gdb;
	if (has_terminal)
		fprintf(stderr, "run: Ctrl-A X ends the machine at once\n");
	if (s.kind->start(&s.machine, &s.setup) < 0) {
		job_remove(&s.job);
		cannot("start", s.kind->name);
	}
	if (has_terminal && !s.kind->terminal) {
		struct termios raw = terminal;

		cfmakeraw(&raw);
		tcsetattr(STDIN_FILENO, TCSANOW, &raw);
	}
	status = wait_for_end(&s, signals);
	machine_stop(&s.machine);
	if (has_terminal)
		tcsetattr(STDIN_FILENO, TCSANOW, &terminal);
	job_remove(&s.job);
	if (s.gdb)
		remove_session(&s);
	if (status < 0)
		errx(3, "the machine ended before the Host did");
	return status;
}
