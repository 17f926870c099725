// SPDX-License-Identifier: GPL-2.0-only
/* cpu.c - flags, and the registers of the FPU and of SSE. */
#define _GNU_SOURCE
#include "same.h"

#include <asm/prctl.h>
#include <cpuid.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* ---- flags ---- */

#define SEEN                                                                                 \
	0x3f7700 /* of the flags: those that a program may want to set, and those it may not \
		  */

static void
nothing(int signal, siginfo_t *info, void *context)
{
	(void)signal;
	(void)info;
	(void)context;
}

static volatile unsigned int *
fresh_page(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

/* Set these flags, make a call, and look at them. */
static unsigned int
across_call(unsigned int set, long number, long first, long second)
{
	unsigned int flags;

	__asm__ volatile(
		"pushfl; orl %1, (%%esp); popfl; int $0x80; pushfl; popl %0; pushl $0x202; "
		"popfl"
		: "=r"(flags), "+d"(set), "+a"(number)
		: "b"(first), "c"(second)
		: "memory");
	return flags & SEEN;
}

static unsigned int
across_fault(unsigned int set, volatile unsigned int *page)
{
	unsigned int flags;

	__asm__ volatile("pushfl; orl %1, (%%esp); popfl; movl $1, (%2); pushfl; popl %0; pushl "
			 "$0x202; popfl"
			 : "=&r"(flags)
			 : "r"(set), "r"(page)
			 : "memory");
	return flags & SEEN;
}

void
same_flags(void)
{
	static const unsigned int set[] = {
		0, 0x200000, 0x4000, 0x40000, 0x400, 0x244400, 0x3000, 0x1a0000};
	struct timespec some = {0, 50000000};

	on(SIGUSR1, nothing, 0);
	for (size_t i = 0; i < sizeof(set) / sizeof(*set); i++)
		printf("flags %06x: getpid %06x fault %06x signal %06x sleep %06x\n", set[i],
			across_call(set[i], SYS_getpid, 0, 0), across_fault(set[i], fresh_page()),
			across_call(set[i], SYS_kill, getpid(), SIGUSR1),
			across_call(set[i], SYS_nanosleep, (long)&some, 0));
}

/*
 * The classic test for CPUID, with the page for the second value not touched yet, and whether a
 * program may use it.
 */
void
same_cpuid(void)
{
	unsigned int a, b;

	__asm__ volatile("pushfl; pushfl; popl %0; xorl $0x200000, %0; pushl %0; popfl; movl %0, "
			 "(%2); pushfl; popl %1; popfl"
			 : "=&r"(a), "=&r"(b)
			 : "r"(fresh_page())
			 : "memory", "cc");
	printf("CPUID: %s\n", (a ^ b) & 0x200000 ? "no" : "yes");
	printf("allowed: %ld\n", syscall(SYS_arch_prctl, ARCH_GET_CPUID, 0));
	printf("refused to itself: %s\n", error_of(syscall(SYS_arch_prctl, ARCH_SET_CPUID, 0)));
}

static volatile int traps;

static void
counts(int signal, siginfo_t *info, void *context)
{
	(void)signal;
	(void)context;
	if (info->si_code == 2 /* TRAP_TRACE */)
		traps++;
}

/* A process that steps itself forks: its child goes on stepping. */
void
same_fork_trap(void)
{
	int status;
	pid_t pid;

	on(SIGTRAP, counts, 0);
	fflush(stdout);
	__asm__ volatile("pushfl; orl $0x100, (%%esp); mov $2, %%eax; popfl; int $0x80; nop; nop; "
			 "nop; pushl $0x202; popfl"
			 : "=a"(pid)
			 :
			 : "memory");
	if (pid == 0)
		_exit(traps);
	waitpid(pid, &status, 0);
	printf("traps: parent %d, child %d\n", traps, WEXITSTATUS(status));
}

/* ---- MXCSR ---- */

static volatile unsigned int mxcsr_inside;
static volatile unsigned short word_inside;

static void
takes_words(int signal, siginfo_t *info, void *context)
{
	unsigned int mxcsr;
	unsigned short word;

	(void)signal;
	(void)info;
	(void)context;
	__asm__ volatile("stmxcsr %0; fnstcw %1" : "=m"(mxcsr), "=m"(word));
	mxcsr_inside = mxcsr;
	word_inside = word;
	mxcsr = 0x7f80;
	word = 0xf7f;
	__asm__ volatile("ldmxcsr %0; fldcw %1; fldpi; fldl2e" : : "m"(mxcsr), "m"(word));
}

void
same_mxcsr(void)
{
	static const unsigned int set[] = {0x1f80, 0x9f80, 0x1fc0, 0x9fc0, 0x7f80, 0x1fbf, 0x5fd2};
	unsigned int mxcsr = 0x9fc0, after;
	struct user_fpxregs_struct fx;
	pid_t pid;

	on(SIGUSR1, takes_words, 0);
	for (unsigned int i = 0; i < sizeof(set) / sizeof(*set); i++) {
		unsigned int usual = 0x1f80;
		unsigned short word = 0x27f | (i & 3) << 10, word_after, usual_word = 0x37f;

		__asm__ volatile("ldmxcsr %0; fldcw %1" : : "m"(set[i]), "m"(word));
		__asm__ volatile("int $0x80"
				 : "=a"(after)
				 : "0"(SYS_kill), "b"(getpid()), "c"(SIGUSR1)
				 : "memory");
		__asm__ volatile("stmxcsr %0; fnstcw %1" : "=m"(after), "=m"(word_after));
		__asm__ volatile("ldmxcsr %0; fldcw %1" : : "m"(usual), "m"(usual_word));
		printf("mxcsr %04x word %03x: in the handler %04x %03x, after it %04x %03x\n",
			set[i], word, mxcsr_inside, word_inside, after, word_after);
	}

	__asm__ volatile("ldmxcsr %0" : : "m"(mxcsr));
	pid = start_traced();
	if (pid == 0) {
		__asm__ volatile("stmxcsr %0" : "=m"(after));
		_exit(after >> 4 & 0xff);
	}
	ptrace(PTRACE_GETFPXREGS, pid, NULL, &fx);
	printf("traced: %lx, mask %lx\n", fx.mxcsr, fx.reserved);
	for (unsigned int bit = 6; bit < 32; bit += bit == 6 ? 10 : 5) {
		struct user_fpxregs_struct other = fx;

		other.mxcsr = 0x1f80 | 1u << bit;
		errno = 0;
		printf("set bit %u: %s\n", bit,
			error_of(ptrace(PTRACE_SETFPXREGS, pid, NULL, &other)));
	}
	ptrace(PTRACE_CONT, pid, NULL, NULL);
	ended("the child's", pid);
}

/* ---- the 387 ---- */

static void
tells_float(int signal, siginfo_t *info, void *context)
{
	const struct _libc_fpstate *fp = ((ucontext_t *)context)->uc_mcontext.fpregs;

	printf("signal %d code %d, trap %d, status %x word %x tags %x\n", signal, info->si_code,
		(int)REG(context, REG_TRAPNO), (unsigned)fp->sw & 0xffff, (unsigned)fp->cw & 0xffff,
		(unsigned)fp->tag & 0xffff);
	fflush(stdout);
	_exit(3);
}

/* An exception that nobody has waited for yet, and a tracer that looks, and writes back. */
void
same_pending(void)
{
	struct user_fpregs_struct fp;
	unsigned short word = 0x37b; /* division by zero is not masked */
	pid_t pid;

	on(SIGFPE, tells_float, 0);
	pid = start_traced();
	if (pid == 0) {
		__asm__ volatile(
			"fninit; fldcw %0; fld1; fldz; fdivrp %%st, %%st(1); int $0x80; fwait"
			:
			: "m"(word), "a"(SYS_kill), "b"(getpid()), "c"(SIGSTOP)
			: "memory");
		_exit(0);
	}
	go_on("traced", PTRACE_CONT, pid);
	ptrace(PTRACE_GETFPREGS, pid, NULL, &fp);
	printf("word %lx status %lx tags %lx\n", fp.cwd, fp.swd, fp.twd);
	errno = 0;
	printf("set: %s\n", error_of(ptrace(PTRACE_SETFPREGS, pid, NULL, &fp)));
	memset(&fp, 0xff, sizeof(fp));
	ptrace(PTRACE_GETFPREGS, pid, NULL, &fp);
	printf("word %lx status %lx tags %lx\n", fp.cwd, fp.swd, fp.twd);
	/* And one that was not there before. */
	fp.cwd = 0x340;
	fp.swd = 0x80bf;
	fp.twd = 0x1234;
	printf("set: %s\n", error_of(ptrace(PTRACE_SETFPREGS, pid, NULL, &fp)));
	ptrace(PTRACE_GETFPREGS, pid, NULL, &fp);
	printf("word %lx status %lx tags %lx\n", fp.cwd, fp.swd, fp.twd);
	ptrace(PTRACE_CONT, pid, NULL, NULL);
	ended("with an exception pending", pid);
}

/* ---- AVX ---- */

__attribute__((target("avx"))) static unsigned int
turn(unsigned int mine)
{
	uint32_t before[8] __attribute__((aligned(32))), after[8] __attribute__((aligned(32)));
	unsigned int wrong = 0;

	for (int i = 0; i < 8; i++)
		before[i] = mine + i;
	for (int i = 0; i < 30; i++) {
		long result;

		/* The compiler has its own use for the register in between. */
		__asm__ volatile("vmovaps %2, %%ymm5; int $0x80; vmovaps %%ymm5, %1"
				 : "=a"(result), "=m"(after)
				 : "m"(before), "0"(SYS_sched_yield)
				 : "memory", "xmm5");
		wrong += memcmp(before, after, sizeof(before)) != 0;
	}
	return wrong;
}

/* Vectors of two processes are kept apart, or there are none. */
void
same_vectors(void)
{
	unsigned int a, b, c = 0, d;

	__get_cpuid(1, &a, &b, &c, &d);
	printf("XSAVE in use: %s\n", c & bit_OSXSAVE ? "yes" : "no");
	if (c & bit_OSXSAVE && c & bit_AVX) {
		pid_t pid = start();

		if (pid == 0)
			_exit(turn(1000));
		printf("parent's: %s\n", turn(2000) ? "wrong" : "right");
		ended("child's", pid);
	}
}
