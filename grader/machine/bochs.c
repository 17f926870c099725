/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bochs.c - the Host on Bochs, which checks what QEMU's TCG does not: segment limits.
 *
 * Written for Debian 12's Bochs 2.7, built with its debugger: it waits at a prompt unless it is
 * given commands, and when the Host resets the machine, the ROM (vm-images/host/boot-rom.S) makes
 * Bochs take the next one, which is to quit.
 */
#define _GNU_SOURCE
#include "grader/machine/machine.h"

#include "grader/lib/args.h"
#include "grader/lib/child.h"
#include "grader/machine/ram_image.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/*
 * How long an instruction takes, at the least.  It is about as fast as Bochs is; and while the Host
 * is idle, Bochs spends on each tick what it spends on an instruction, so that a second of sleep at
 * a nanosecond each would be ten of ours.  rdtsc counts instructions all the same.
 */
#define INSTRUCTION_NS 8
/* Simulated UARTs take their time, so let it be the least that there is. */
#define HOST_CMDLINE "console=ttyS0,115200 quiet panic=-1 noxsave tsc=reliable tsc_early_khz=%ld"

/* A display that needs neither a window nor a port; a package of its own. */
#define DISPLAY_LIBRARY "/usr/lib/*/bochs/plugins/libbx_term_gui.so"

/* In the scratch directory, where Bochs runs: no path of ours has to survive its parser. */
#define ROM "boot.rom"
#define RAM "ram.img"
#define CONFIGURATION "bochsrc"
#define COMMANDS "commands"
#define MESSAGES "messages" /* what it says before it has read its configuration */

static const char *
program(void)
{
	const char *name = getenv("BOCHS");

	return name && *name ? name : "bochs";
}

static const char *
missing(void)
{
	static char why[256];
	glob_t found = {0};

	if (!child_exists(program())) {
		snprintf(why, sizeof(why),
			"%s is missing: install the Debian package bochs (make deps does)",
			program());
		return why;
	}
	if (!getenv("BOCHS") && glob(DISPLAY_LIBRARY, GLOB_NOSORT, NULL, &found) != 0)
		return "Bochs has no display for us: install the Debian package bochs-term "
		       "(make deps does)";
	globfree(&found);
	return NULL;
}

/* dir/name; false with errno when it is too long. */
static bool
inside(char path[PATH_MAX], const char *directory, const char *name)
{
	if (snprintf(path, PATH_MAX, "%s/%s", directory, name) < PATH_MAX)
		return true;
	errno = ENAMETOOLONG;
	return false;
}

__attribute__((format(printf, 3, 4))) static bool
write_file(const char *directory, const char *name, const char *format, ...)
{
	char path[PATH_MAX];
	va_list list;
	FILE *file;

	if (!inside(path, directory, name))
		return false;
	file = fopen(path, "we");
	if (!file)
		return false;
	va_start(list, format);
	vfprintf(file, format, list);
	va_end(list);
	return fclose(file) == 0;
}

/*
 * What is off is off because each device costs time at power-on and the Host drives none of them.
 * The display writes to standard output, which nobody reads: the others want a window, or open a
 * port for anyone to look.
 */
static bool
write_configuration(const struct machine_setup *setup, int console, int verdict, int log, long ips)
{
	return write_file(setup->scratch, CONFIGURATION,
		"config_interface: textconfig\n"
		"display_library: term, options=\"hideIPS\"\n"
		"plugin_ctrl: biosdev=0, extfpuirq=0, gameport=0, iodebug=0, parallel=0, "
		"speaker=0\n"
		"log: /proc/self/fd/%d\n"
		"panic: action=fatal\n"
		"error: action=ignore\n"
		"info: action=ignore\n"
		"debug: action=ignore\n"
		"memory: guest=%d, host=%d\n"
		"romimage: file=" ROM ", address=0xffff0000\n"
		"vgaromimage: file=" ROM "\n" /* it insists on one; nobody calls it */
		"optramimage1: file=" RAM ", address=%#x\n"
		/* A processor whose counters the kernel does not look for. */
		"cpuid: vendor_string=GenuineIntel, family=6, model=15\n"
		"cpu: model=bx_generic, ips=%ld, reset_on_triple_fault=1\n"
		"clock: sync=%s, time0=1\n"
		"pci: enabled=1, chipset=i440fx\n" /* the kernel complains if there is none */
		"vga: extension=none\n"
		"floppya: status=ejected\n"
		"ata0: enabled=0\n"
		/* By their names there are none in a jail. */
		"com1: enabled=1, mode=term, dev=/proc/self/fd/%d\n"
		"com2: enabled=1, mode=term, dev=/proc/self/fd/%d\n",
		log, setup->memory_mb, setup->memory_mb, RAM_IMAGE_BASE, ips,
		setup->nanoseconds ? "none" : "slowdown", console, verdict);
}

static bool
write_scratch(const struct machine_setup *setup, int console, int verdict, int log)
{
	long ips = 1000000000 /
		   (setup->nanoseconds > INSTRUCTION_NS ? setup->nanoseconds : INSTRUCTION_NS);
	char path[PATH_MAX], line[256], *rom;
	bool done;

	if (!inside(path, setup->scratch, ROM))
		return false;
	rom = realpath(setup->rom, NULL);
	if (!rom)
		return false;
	done = symlink(rom, path) == 0;
	free(rom);
	if (!done || !inside(path, setup->scratch, RAM))
		return false;
	snprintf(line, sizeof(line), HOST_CMDLINE, ips / 1000);
	return ram_image(path, setup, line) == 0 &&
	       write_file(setup->scratch, COMMANDS, "continue\nquit\n") &&
	       write_configuration(setup, console, verdict, log, ips);
}

/*
 * A serial line: ours, and the one that Bochs inherits and opens once more.  Bochs opens it
 * non-blocking and loses what does not fit: whoever stops to read loses some tens of kilobytes
 * later.
 */
static bool
open_line(int line[2])
{
	struct termios raw;
	char name[64];

	line[0] = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (line[0] < 0 || grantpt(line[0]) < 0 || unlockpt(line[0]) < 0)
		return false;
	errno = ptsname_r(line[0], name, sizeof(name));
	if (errno)
		return false;
	/* Held open until Bochs has it, or reading would say that it has hung up. */
	line[1] = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (line[1] < 0 || tcgetattr(line[1], &raw) < 0)
		return false;
	cfmakeraw(&raw);
	return tcsetattr(line[1], TCSANOW, &raw) == 0;
}

static void
close_pair(int pair[2])
{
	for (int i = 0; i < 2; i++)
		if (pair[i] >= 0)
			close(pair[i]);
}

static int
start(struct machine *machine, const struct machine_setup *setup)
{
	const char *const words[] = {program(), "-q", "-f", CONFIGURATION, "-rc", COMMANDS, NULL};
	int console[2] = {-1, -1}, verdict[2] = {-1, -1}, errors[2] = {-1, -1};
	int nothing = -1, messages = -1, saved;
	char path[PATH_MAX];
	struct child_io io = {.directory = setup->scratch, .limits = &setup->limits};
	struct args *args = calloc(1, sizeof(*args));
	int keep[3];

	*machine = (struct machine){
		.pid = 0, .console = -1, .verdict = -1, .errors = -1, .control = -1};
	if (!args)
		return -1;
	if (setup->disk || setup->terminal || setup->gdb_port || setup->gdb_wait ||
		setup->repeatable) {
		free(args);
		errno = ENOTSUP;
		return -1;
	}
	nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (nothing < 0 || !open_line(verdict) || !open_line(console) ||
		pipe2(errors, O_CLOEXEC) < 0 ||
		!write_scratch(setup, console[1], verdict[1], errors[1]) ||
		!inside(path, setup->scratch, MESSAGES))
		goto failed;
	messages = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (messages < 0)
		goto failed;
	io.in = io.out = nothing;
	io.err = messages;
	keep[io.keeps++] = errors[1];
	keep[io.keeps++] = verdict[1];
	keep[io.keeps++] = console[1];
	io.keep = keep;
	setenv("TERM", "linux", 1); /* for the display; any that is described would do */
	machine_jail(args, setup, program(), &io);
	for (int i = 0; words[i]; i++)
		args_add(args, "%s", words[i]);
	if (args->full) {
		errno = E2BIG;
		goto failed;
	}
	machine->pid = child_start(args->v, &io);
	if (machine->pid < 0)
		goto failed;
	free(args);
	close(nothing);
	close(messages);
	close(errors[1]);
	close(verdict[1]);
	machine->verdict = verdict[0];
	machine->errors = errors[0];
	fcntl(errors[0], F_SETFL, O_NONBLOCK);
	close(console[1]);
	machine->console = console[0];
	return 0;

failed:
	saved = errno;
	free(args);
	close_pair(console);
	close_pair(verdict);
	close_pair(errors);
	if (nothing >= 0)
		close(nothing);
	if (messages >= 0)
		close(messages);
	machine->pid = 0;
	errno = saved;
	return -1;
}

const struct machine_kind bochs = {.name = "Bochs",
	.option = "bochs",
	.pace = 5,
	.boot_cpu = 5,
	.missing = missing,
	.start = start};
