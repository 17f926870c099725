/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * qemu.c - the Host on QEMU.
 *
 * Always TCG: KVM is faster, but it is not everywhere, and it does not count instructions.
 */
#define _GNU_SOURCE
#include "grader/machine/machine.h"

#include "grader/lib/args.h"
#include "grader/lib/child.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define HOST_CMDLINE "console=ttyS0 quiet panic=-1"
/* A machine has no place for what a CPU would save by it (reference/vmm/main.c). */
#define WITHOUT_XSAVE " noxsave"

static const char *
program(void)
{
	const char *name = getenv("QEMU");

	return name && *name ? name : "qemu-system-i386";
}

static const char *
missing(void)
{
	static char why[256];

	if (child_exists(program()))
		return NULL;
	snprintf(why, sizeof(why),
		"%s is missing: install the Debian package qemu-system-x86 (make deps does)",
		program());
	return why;
}

#define NAME_SIZE 2048

/* QEMU splits an option at commas; a comma in a file name is written twice. */
static const char *
escaped(char name[NAME_SIZE], const char *path)
{
	size_t n = 0;

	for (const char *c = path; *c && n < NAME_SIZE - 2; c++) {
		if (*c == ',')
			name[n++] = ',';
		name[n++] = *c;
	}
	name[n] = '\0';
	return name;
}

static void
add_drive(struct args *args, const struct machine_setup *setup)
{
	char name[NAME_SIZE];

	args_add(args, "-drive");
	args_add(args, "if=virtio,format=raw,snapshot=%s,file=%s", setup->keep_disk ? "off" : "on",
		escaped(name, setup->disk));
}

static void
add_host(struct args *args, const struct machine_setup *setup)
{
	args_add(args, "-kernel");
	args_add(args, "%s", setup->kernel);
	args_add(args, "-initrd");
	args_add(args, "%s", setup->initramfs);
	args_add(args, "-append");
	/* What comes with the Host may be more than the half of RAM that a tmpfs takes. */
	args_add(args, HOST_CMDLINE "%s%s", setup->xsave ? "" : WITHOUT_XSAVE,
		setup->repeatable ? " norandmaps rootfstype=ramfs" : "");
}

/*
 * A hypervisor gets its domain's kernel and initramfs as modules.  The first two serial ports are
 * the domain's; the hypervisor has a third one, which its options name, with an interrupt that
 * nobody shares: without one it would look at the port every millisecond, and that counts.
 */
static void
add_foreign(struct args *args, const struct machine_setup *setup)
{
	const struct foreign *foreign = setup->foreign;
	char kernel[NAME_SIZE], initramfs[NAME_SIZE];

	args_add(args, "-cpu");
	args_add(args, "%s", foreign->cpu);
	args_add(args, "-kernel");
	args_add(args, "%s", foreign->kernel);
	args_add(args, "-append");
	args_add(args, "%s", foreign->options);
	args_add(args, "-initrd");
	if (!foreign->domain) {
		args_add(args, "%s", setup->initramfs);
		return;
	}
	args_add(args, "%s %s,%s", escaped(kernel, foreign->domain), foreign->domain_options,
		escaped(initramfs, setup->initramfs));
	args_add(args, "-device");
	args_add(args, "isa-serial,iobase=0x3e8,irq=10,chardev=console");
}

/*
 * A machine waits while a line of its takes no more, and its clock runs on.  A socket takes less
 * than 300 bytes, as QEMU writes them one by one: a machine that has to be the same each time,
 * whenever we come to read, has pipes, which take 64 KiB, and hears nothing.
 */
static int
open_line(int pair[2], const struct machine_setup *setup)
{
	return setup->repeatable ? pipe2(pair, O_CLOEXEC)
				 : socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair);
}

static void
add_line(struct args *args, const char *id, int fd, const struct machine_setup *setup, bool shared)
{
	args_add(args, "-chardev");
	args_add(args, setup->repeatable ? "file,id=%s,path=/dev/fd/%d%s" : "socket,id=%s,fd=%d%s",
		id, fd, shared ? ",mux=on" : "");
}

static void
add_setup(
	struct args *args, const struct machine_setup *setup, int console, int verdict, int control)
{
	args_add(args, "%s", setup->foreign ? setup->foreign->program : program());
	/* What breaks out of QEMU finds that it may start nothing, and become nobody else. */
	args_add(args, "-sandbox");
	args_add(args, "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny");
	args_add(args, "-nodefaults");
	args_add(args, "-no-user-config");
	args_add(args, "-no-reboot");
	args_add(args, "-display");
	args_add(args, "none");
	args_add(args, "-accel");
	args_add(args, "tcg");
	if (setup->nanoseconds) {
		args_add(args, "-icount");
		args_add(args, "shift=%d,sleep=off", __builtin_ctz(setup->nanoseconds));
	}
	if (setup->repeatable) {
		args_add(args, "-rtc");
		args_add(args, "base=2026-01-01T00:00:00,clock=vm");
	}
	if (setup->plugin) {
		args_add(args, "-plugin");
		args_add(args, "file=%s", setup->plugin);
	}
	if (setup->cpu) {
		args_add(args, "-cpu");
		args_add(args, "%s", setup->cpu);
	}
	args_add(args, "-m");
	args_add(args, "%d", setup->memory_mb);
	if (setup->foreign) {
		add_foreign(args, setup);
	} else {
		/* Our Host does not use it, and a module could put the machine to sleep by it. */
		args_add(args, "-machine");
		args_add(args, "acpi=off");
		add_host(args, setup);
	}
	if (setup->disk)
		add_drive(args, setup);
	if (setup->terminal) { /* Ctrl-A X ends QEMU; Ctrl-C goes to the guest */
		args_add(args, "-chardev");
		args_add(args, "stdio,id=console,mux=on,signal=off");
	} else {
		add_line(args, "console", console, setup, setup->foreign);
		args_add(args, "-chardev");
		args_add(args, "socket,id=control,fd=%d", control);
		args_add(args, "-mon");
		args_add(args, "chardev=control,mode=readline");
	}
	args_add(args, "-serial");
	args_add(args, "chardev:console");
	if (setup->terminal) {
		args_add(args, "-mon");
		args_add(args, "chardev=console,mode=readline");
	}
	add_line(args, "verdict", verdict, setup, false);
	args_add(args, "-serial");
	args_add(args, "chardev:verdict");
	if (setup->gdb_port) {
		args_add(args, "-gdb");
		args_add(args, "tcp:127.0.0.1:%d", setup->gdb_port);
	}
	if (setup->gdb_wait)
		args_add(args, "-S");
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
	int console[2] = {-1, -1}, verdict[2] = {-1, -1}, errors[2] = {-1, -1};
	int control[2] = {-1, -1}, nothing = -1;
	struct child_io io = {.in = -1, .out = -1, .err = -1, .foreground = setup->terminal};
	struct args *args = calloc(1, sizeof(*args));
	int keep[3], saved;

	*machine = (struct machine){
		.pid = -1, .console = -1, .verdict = -1, .errors = -1, .control = -1};
	if (!args)
		goto failed;
	if (open_line(verdict, setup) < 0)
		goto failed;
	keep[io.keeps++] = verdict[1];
	if (!setup->terminal) {
		nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
		if (nothing < 0 || pipe2(errors, O_CLOEXEC) < 0 ||
			socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, control) < 0 ||
			open_line(console, setup) < 0)
			goto failed;
		keep[io.keeps++] = console[1];
		keep[io.keeps++] = control[1];
		io.in = nothing;
		io.out = io.err = errors[1];
	}
	io.keep = keep;
	io.limits = &setup->limits;
	machine_jail(args, setup, program(), &io);
	add_setup(args, setup, console[1], verdict[1], control[1]);
	if (args->full) {
		errno = E2BIG;
		goto failed;
	}
	setenv("TMPDIR", setup->scratch, 1); /* where snapshot=on keeps what is written */
	machine->pid = child_start(args->v, &io);
	if (machine->pid < 0)
		goto failed;
	free(args);
	close(verdict[1]);
	machine->verdict = verdict[0];
	fcntl(verdict[0], F_SETFL, O_NONBLOCK);
	if (setup->terminal)
		return 0;
	close(nothing);
	close(console[1]);
	close(errors[1]);
	close(control[1]);
	machine->console = console[0];
	machine->errors = errors[0];
	machine->control = control[0];
	fcntl(console[0], F_SETFL, O_NONBLOCK);
	fcntl(errors[0], F_SETFL, O_NONBLOCK);
	fcntl(control[0], F_SETFL, O_NONBLOCK);
	return 0;

failed:
	saved = errno;
	free(args);
	close_pair(console);
	close_pair(verdict);
	close_pair(errors);
	close_pair(control);
	if (nothing >= 0)
		close(nothing);
	machine->pid = 0;
	errno = saved;
	return -1;
}

static void
command(struct machine *machine, const char *text)
{
	/* If QEMU does not read it, nothing comes of it: the caller's time is bounded. */
	if (write(machine->control, text, strlen(text)) < 0)
		return;
}

/* Takes the answer to the last question, and asks again. */
static enum cpu_state
look(struct machine *machine)
{
	char text[8192];
	const char *at;
	ssize_t n = read(machine->control, text, sizeof(text) - 1);
	int level, halted;

	command(machine, "info registers\n");
	text[n > 0 ? n : 0] = '\0';
	at = strstr(text, "CPL=");
	if (!at || sscanf(at, "CPL=%d", &level) != 1)
		return CPU_UNKNOWN;
	at = strstr(at, "HLT=");
	if (!at || sscanf(at, "HLT=%d", &halted) != 1)
		return CPU_UNKNOWN;
	return halted ? CPU_IDLE : level == 0 ? CPU_IN_KERNEL : CPU_IN_USER_MODE;
}

static void
interrupt(struct machine *machine)
{
	command(machine, "nmi\n");
}

const struct machine_kind qemu = {.name = "QEMU",
	.option = "qemu",
	.disks = true,
	.pace = 1,
	.boot_cpu = 1.5,
	.terminal = true,
	.debugger = true,
	.missing = missing,
	.start = start,
	.look = look,
	.interrupt = interrupt};
