// SPDX-License-Identifier: GPL-2.0-only
/* traced.c - what a tracer sees and may change, steps, and addresses that the CPU watches. */
#define _GNU_SOURCE
#include "same.h"

#include <asm/ldt.h>
#include <elf.h>
#include <errno.h>
#include <linux/ptrace.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

/* glibc's <sys/ptrace.h> does not go together with the kernel's. */
long ptrace(int request, ...);
#define PTRACE_GETREGS 12
#define PTRACE_SETREGS 13
#define PTRACE_GETFPXREGS 18
#define PTRACE_SYSEMU 31
#define PTRACE_SYSEMU_SINGLESTEP 32

#define OFFSET(member) offsetof(struct user, member)

static void
poke(const char *what, pid_t pid, long offset, unsigned long value)
{
	errno = 0;
	printf("%s %lx: %s\n", what, value,
		error_of(ptrace(PTRACE_POKEUSR, pid, offset, (void *)value)));
}

static void
peek(const char *what, pid_t pid, long offset)
{
	long value;

	errno = 0;
	value = ptrace(PTRACE_PEEKUSR, pid, offset, 0);
	printf("%s: %lx %s\n", what, errno ? 0 : value, error_of(errno ? -1 : 0));
}

static void
register_sets(pid_t pid)
{
	static const int types[] = {
		NT_PRSTATUS, NT_PRFPREG, NT_PRXFPREG, NT_X86_XSTATE, NT_386_TLS, 77};
	static unsigned char buffer[4096];

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		struct iovec vector = {buffer, sizeof(buffer)};
		long result;

		errno = 0;
		result = ptrace(PTRACE_GETREGSET, pid, types[i], &vector);
		printf("set %x: %s, %u bytes", types[i], error_of(result),
			result ? 0 : (unsigned)vector.iov_len);
		errno = 0;
		printf("; written: %s",
			result ? "" : error_of(ptrace(PTRACE_SETREGSET, pid, types[i], &vector)));
		vector.iov_len = 8;
		errno = 0;
		result = ptrace(PTRACE_SETREGSET, pid, types[i], &vector);
		printf("; 8 bytes: %s\n", error_of(result));
	}
}

void
same_registers(void)
{
	struct user_regs_struct regs;
	pid_t pid = start_traced();

	if (pid == 0) {
		raise(SIGUSR1);
		_exit(0);
	}
	peek("cs", pid, OFFSET(regs.xcs));
	peek("ss", pid, OFFSET(regs.xss));
	peek("the flags", pid, OFFSET(regs.eflags));
	peek("a word behind the registers", pid, sizeof(struct user_regs_struct));
	peek("the last word", pid, sizeof(struct user) - 4);
	peek("a word behind", pid, sizeof(struct user));
	peek("far behind", pid, 0x7ffffff0);
	peek("in front", pid, -4);
	peek("not a word", pid, 2);
	poke("cs", pid, OFFSET(regs.xcs), 0x60);
	poke("cs", pid, OFFSET(regs.xcs), 0);
	poke("ss", pid, OFFSET(regs.xss), 0x78);
	poke("ds", pid, OFFSET(regs.xds), 0x68);
	poke("ds", pid, OFFSET(regs.xds), 0x1007b);
	poke("gs", pid, OFFSET(regs.xgs), 1);
	poke("the flags", pid, OFFSET(regs.eflags), 0xffffffff & ~0x100);
	peek("the flags", pid, OFFSET(regs.eflags));
	poke("the flags", pid, OFFSET(regs.eflags), 0);
	peek("the flags", pid, OFFSET(regs.eflags));
	poke("behind", pid, sizeof(struct user_regs_struct), 1);
	poke("far behind", pid, sizeof(struct user), 1);
	poke("DR0", pid, OFFSET(u_debugreg), 0xc0100000);
	poke("DR0", pid, OFFSET(u_debugreg), 0x8000001);
	poke("DR4", pid, OFFSET(u_debugreg) + 16, 1);
	poke("DR7, four bytes", pid, OFFSET(u_debugreg) + 28, 0xd0001);
	poke("DR7, I/O", pid, OFFSET(u_debugreg) + 28, 0x20001);
	poke("DR7, eight bytes", pid, OFFSET(u_debugreg) + 28, 0x90001);
	poke("DR7, one byte", pid, OFFSET(u_debugreg) + 28, 0x10001);
	peek("DR7", pid, OFFSET(u_debugreg) + 28);
	peek("DR6", pid, OFFSET(u_debugreg) + 24);
	poke("DR7", pid, OFFSET(u_debugreg) + 28, 0);
	register_sets(pid);

	ptrace(PTRACE_GETREGS, pid, 0, &regs);
	regs.xcs = 0x60;
	errno = 0;
	printf("set, cs 60: %s\n", error_of(ptrace(PTRACE_SETREGS, pid, 0, &regs)));
	regs.xcs = 0x63;
	errno = 0;
	printf("set, cs 63: %s\n", error_of(ptrace(PTRACE_SETREGS, pid, 0, &regs)));
	go_on("with cs 63", PTRACE_CONT, pid);
	regs.xcs = 0x73;
	errno = 0;
	printf("set, cs 73: %s\n", error_of(ptrace(PTRACE_SETREGS, pid, 0, &regs)));
	go_on("with cs 73", PTRACE_CONT, pid);
	go_on("to the end", PTRACE_CONT, pid);
}

static void
call_information(pid_t pid)
{
	struct ptrace_syscall_info info;
	long bytes;

	memset(&info, 0, sizeof(info));
	errno = 0;
	bytes = ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), &info);
	printf("  %ld bytes, op %d arch %x nr %d first %x; %s\n", bytes, info.op, info.arch,
		info.op == 1 ? (int)info.entry.nr : 0, info.op == 1 ? (int)info.entry.args[0] : 0,
		error_of(bytes));
	if (info.op == 2)
		printf("  result %d, error %d\n", (int)info.exit.rval, info.exit.is_error);
}

void
same_calls(void)
{
	struct user_regs_struct regs;
	pid_t pid = start_traced();

	if (pid == 0) {
		syscall(SYS_umask, 022);
		syscall(SYS_close, -1);
		syscall(9999, 7);
		syscall(SYS_umask, 077);
		printf("emulated: %ld\n", syscall(SYS_umask, 0));
		printf("after it: %lo\n", syscall(SYS_umask, 0));
		fflush(stdout);
		_exit(0);
	}
	for (int i = 0; i < 7; i++) {
		if (!go_on("call", PTRACE_SYSCALL, pid))
			return;
		call_information(pid);
		ptrace(PTRACE_GETREGS, pid, 0, &regs);
		printf("  eax %lx orig_eax %lx\n", i ? regs.eax : 0, regs.orig_eax);
	}
	/* Another call instead, and none. */
	go_on("call", PTRACE_SYSCALL, pid);
	if (!go_on("emulated call", PTRACE_SYSEMU, pid))
		return;
	ptrace(PTRACE_GETREGS, pid, 0, &regs);
	printf("  eax %lx orig_eax %lx\n", regs.eax, regs.orig_eax);
	regs.eax = 1234;
	ptrace(PTRACE_SETREGS, pid, 0, &regs);
	go_on("emulated step", PTRACE_SYSEMU_SINGLESTEP, pid);
	while (go_on("to the end", PTRACE_CONT, pid))
		;
}

/* ---- steps ---- */

static volatile int handled;

static void
handles(int signal, siginfo_t *info, void *context)
{
	(void)signal;
	(void)info;
	(void)context;
	handled++;
}

/* Through a handler and sigreturn; not as far as the C library's own code, which may differ. */
static void
step_along(const char *what, int request, pid_t pid)
{
	struct user_regs_struct regs, before = {0};

	for (int i = 0; i < 7; i++) {
		ptrace(PTRACE_GETREGS, pid, 0, &before);
		if (!go_on(what, request, pid))
			return;
		ptrace(PTRACE_GETREGS, pid, 0, &regs);
		printf("  moved %lx, eax %lx, flags %lx\n", regs.eip - before.eip, regs.eax,
			regs.eflags & 0x254dd5);
	}
}

void
same_steps(void)
{
	pid_t pid;

	on(SIGUSR1, handles, 0);
	pid = start_traced();
	if (pid == 0) {
		__asm__ volatile("int3; pushfl; popl %%eax; nop; mov $20, %%eax; int $0x80; xor "
				 "%%eax, %%eax; pushl $0x302; popfl; nop; nop; pushl $0x202; popfl"
				 :
				 :
				 : "eax", "memory", "cc");
		_exit(0);
	}
	go_on("to the breakpoint", PTRACE_CONT, pid);
	for (int i = 0; i < 2; i++) {
		go_on("step", PTRACE_SINGLESTEP, pid);
	}
	/* A tracer's trap flag is not the program's: the copy of the flags that it has pushed. */
	{
		struct user_regs_struct regs;

		ptrace(PTRACE_GETREGS, pid, 0, &regs);
		printf("flags %lx\n", regs.eflags & 0x254dd5);
		go_on("nop", PTRACE_SINGLESTEP, pid);
		go_on("mov", PTRACE_SINGLESTEP, pid);
		go_on("int $0x80", PTRACE_SINGLESTEP, pid);
		for (int i = 0; i < 7; i++) {
			go_on("step", PTRACE_SINGLESTEP, pid);
			ptrace(PTRACE_GETREGS, pid, 0, &regs);
			printf("flags %lx\n", regs.eflags & 0x254dd5);
		}
	}
	go_on("to the end", PTRACE_CONT, pid);

	/* Into a handler, and out of it. */
	pid = start_traced();
	if (pid == 0) {
		__asm__ volatile("int3; int $0x80; nop; nop"
				 :
				 : "a"(SYS_kill), "b"(getpid()), "c"(SIGUSR1)
				 : "memory");
		_exit(handled);
	}
	go_on("to the breakpoint", PTRACE_CONT, pid);
	go_on("kill", PTRACE_SINGLESTEP, pid);
	{
		int status;
		struct user_regs_struct regs;

		ptrace(PTRACE_SINGLESTEP, pid, 0, SIGUSR1);
		waitpid(pid, &status, 0);
		ptrace(PTRACE_GETREGS, pid, 0, &regs);
		printf("delivered: %x, at the handler: %d, flags %lx\n", status,
			regs.eip == (long)handles, regs.eflags & 0x254700);
	}
	step_along("step", PTRACE_SINGLESTEP, pid);
	go_on("to the end", PTRACE_CONT, pid);
}

/* ---- debug registers ---- */

static volatile int watched[2];

__attribute__((noinline)) static void
called(void)
{
	__asm__ volatile("");
}

static void
stops(pid_t pid)
{
	while (go_on("watched", PTRACE_CONT, pid)) {
		siginfo_t info;

		ptrace(PTRACE_GETSIGINFO, pid, 0, &info);
		errno = 0;
		printf("  %ld %ld", ptrace(PTRACE_PEEKDATA, pid, &watched[0], 0),
			ptrace(PTRACE_PEEKDATA, pid, &watched[1], 0));
		printf(", DR6 %lx, in the function: %d\n",
			ptrace(PTRACE_PEEKUSR, pid, OFFSET(u_debugreg) + 24, 0) & 15,
			ptrace(PTRACE_PEEKUSR, pid, OFFSET(regs.eip), 0) == (long)called);
	}
}

/* What gdb's watch, rwatch and hbreak ask for. */
void
same_watch(void)
{
	pid_t pid = start_traced();

	if (pid == 0) {
		pid_t child;

		watched[0] = 1;
		watched[1] = 5;
		watched[0] = 2;
		called();
		(void)watched[1];
		child = fork(); /* who is not traced, and has none */
		if (child == 0) {
			watched[0] = 9;
			_exit(4);
		}
		ended("its child", child);
		fflush(stdout);
		watched[0] = 3;
		called();
		_exit(0);
	}
	poke("DR0", pid, OFFSET(u_debugreg), 0);
	ptrace(PTRACE_POKEUSR, pid, OFFSET(u_debugreg), &watched[0]);
	ptrace(PTRACE_POKEUSR, pid, OFFSET(u_debugreg) + 4, &watched[1]);
	ptrace(PTRACE_POKEUSR, pid, OFFSET(u_debugreg) + 8, called);
	poke("DR7", pid, OFFSET(u_debugreg) + 28, 0x0fd0015);
	stops(pid);
}
