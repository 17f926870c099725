// SPDX-License-Identifier: GPL-2.0-only
/* signals.c - what a handler starts with, where its frame is, and what comes back from it. */
#define _GNU_SOURCE
#include "same.h"

#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SS_AUTODISARM
#define SS_AUTODISARM (1u << 31)
#endif

static char stack[65536] __attribute__((aligned(64)));

/* ---- the alternate stack ---- */

static void
show(const char *when)
{
	stack_t now;

	sigaltstack(NULL, &now);
	printf("%s: %s, size %u flags %x\n", when,
		now.ss_sp == stack ? "ours"
		: now.ss_sp        ? "another"
				   : "none",
		(unsigned)now.ss_size, now.ss_flags);
}

static void
shows(int signal, siginfo_t *info, void *context)
{
	(void)signal;
	(void)info;
	(void)context;
	show("in the handler");
}

static void
edits(int signal, siginfo_t *info, void *context)
{
	(void)signal;
	(void)info;
	((ucontext_t *)context)->uc_stack.ss_size = 16384;
	show("in a handler that edits uc_stack");
}

static volatile int depth;

static void
goes_deeper(int signal, siginfo_t *info, void *context)
{
	(void)info;
	(void)context;
	if (++depth < 100)
		raise(signal);
}

void
same_alternate(void)
{
	stack_t alternate = {.ss_sp = stack, .ss_size = sizeof(stack), .ss_flags = SS_AUTODISARM};
	pid_t pid;

	printf("sigaltstack: %d\n", sigaltstack(&alternate, NULL));
	on(SIGUSR1, shows, SA_ONSTACK);
	raise(SIGUSR1);
	show("after one");
	raise(SIGUSR1);
	show("after two");
	alternate.ss_flags = 0;
	sigaltstack(&alternate, NULL);
	on(SIGUSR2, edits, 0);
	raise(SIGUSR2);
	show("after the edit");

	/* A frame that does not fit is none, and what lies below the stack is somebody else's. */
	pid = start();
	if (pid == 0) {
		char *below = mmap(
			NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		memset(below, 'x', 4096);
		alternate.ss_sp = below + 4096;
		alternate.ss_size = 4096;
		printf("sigaltstack: %d\n", sigaltstack(&alternate, NULL));
		fflush(stdout);
		on(SIGUSR1, goes_deeper, SA_ONSTACK | SA_NODEFER);
		raise(SIGUSR1);
		_exit(below[4095] == 'x' ? 1 : 2);
	}
	ended("a stack that overflows", pid);
}

/* ---- segment registers ---- */

static volatile struct {
	unsigned int ds, es, fs, gs, ss, cs, flags;
} inside;

#define SELECTOR(name)                                                  \
	({                                                              \
		unsigned int value_;                                    \
		__asm__ volatile("mov %%" #name ", %0" : "=r"(value_)); \
		value_;                                                 \
	})

__attribute__((optimize("no-stack-protector"))) static void
takes_segments(int signal, siginfo_t *info, void *context)
{
	unsigned int es = SELECTOR(es), ds = SELECTOR(ds), flags;

	__asm__ volatile("pushfl; popl %0" : "=r"(flags));
	__asm__ volatile("mov %0, %%es" : : "r"(0x7b));
	(void)signal;
	(void)info;
	(void)context;
	inside.ds = ds;
	inside.es = es;
	inside.fs = SELECTOR(fs);
	inside.gs = SELECTOR(gs);
	inside.ss = SELECTOR(ss);
	inside.cs = SELECTOR(cs);
	inside.flags = flags;
}

static void
with_segments(unsigned int selector, bool backwards)
{
	unsigned int es, fs;

	__asm__ volatile(
		"push %%es; mov %3, %%es; mov %3, %%fs; test %4, %4; je 1f; std\n"
		"1: int $0x80; cld; mov %%es, %0; mov %%fs, %1; pop %%es"
		: "=&S"(es), "=&D"(fs)
		: "a"(SYS_kill), "d"(selector), "r"((int)backwards), "b"(getpid()), "c"(SIGUSR1)
		: "memory");
	printf("es = fs = %x, %s: ds %x es %x fs %x gs %x ss %x cs %x df %d tf %d; then es %x fs "
	       "%x\n",
		selector, backwards ? "down" : "up", inside.ds, inside.es, inside.fs, inside.gs,
		inside.ss, inside.cs, inside.flags >> 10 & 1, inside.flags >> 8 & 1, es, fs);
	__asm__ volatile("mov %0, %%fs" : : "r"(0));
}

void
same_segments(void)
{
	static const unsigned int selectors[] = {0x7b, 0x33, 0, 0x73, 3};

	on(SIGUSR1, takes_segments, 0);
	with_segments(0x7b, true);
	for (size_t i = 0; i < sizeof(selectors) / sizeof(*selectors); i++)
		with_segments(selectors[i], false);
}

static unsigned int new_cs, new_ss;

static void
changes_selectors(int signal, siginfo_t *info, void *context)
{
	(void)signal;
	(void)info;
	if (new_cs)
		REG(context, REG_CS) = new_cs;
	if (new_ss)
		REG(context, REG_SS) = new_ss;
}

static sigjmp_buf back;

static void
tells(int signal, siginfo_t *info, void *context)
{
	printf("signal %d code %x, trap %d error %x, cs %x ss %x\n", signal, info->si_code,
		(int)REG(context, REG_TRAPNO), (int)REG(context, REG_ERR),
		(int)REG(context, REG_CS), (int)REG(context, REG_SS));
	siglongjmp(back, 1);
}

/* What a frame says of cs and ss that is no user's: IRET does not load it. */
void
same_selectors(void)
{
	static const unsigned int pairs[][2] = {{0x73, 0}, {0, 0x7b}, {0x70, 0x78}, {0x60, 0},
		{0x63, 0}, {0, 0x68}, {0, 0x6b}, {0x7b, 0}, {0, 0x73}, {3, 0}, {0, 3}, {0xffff, 0}};

	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		pid_t pid;

		new_cs = pairs[i][0];
		new_ss = pairs[i][1];
		printf("cs %x ss %x\n", new_cs, new_ss);
		on(SIGUSR1, changes_selectors, 0);
		on(SIGILL, tells, 0);
		on(SIGSEGV, tells, 0);
		on(SIGBUS, tells, 0);
		if (sigsetjmp(back, 1) == 0)
			raise(SIGUSR1);
		pid = start();
		if (pid == 0) {
			signal(SIGILL, SIG_DFL);
			signal(SIGSEGV, SIG_DFL);
			raise(SIGUSR1);
			_exit(0);
		}
		ended("without a handler", pid);
	}
}

/* ---- the frame ---- */

static void
shows_frame(int signal, siginfo_t *info, void *context)
{
	ucontext_t *c = context;
	const char *fp = (const char *)c->uc_mcontext.fpregs, *top = stack + sizeof(stack);
	const uint32_t *software = (const uint32_t *)(fp + 112 + 464);

	printf("signal %d code %d: info at %d, context at %d, FPU at %d\n", signal, info->si_code,
		(int)(top - (char *)info), (int)(top - (char *)c), (int)(top - fp));
	printf("uc_flags %lx link %p stack flags %x size %u, oldmask %lx trap %x error %x\n",
		c->uc_flags, (void *)c->uc_link, c->uc_stack.ss_flags,
		(unsigned)c->uc_stack.ss_size, c->uc_mcontext.oldmask, (int)REG(c, REG_TRAPNO),
		(int)REG(c, REG_ERR));
	printf("status %x, software %x %x %x\n", (int)c->uc_mcontext.fpregs->status, software[0],
		software[1], software[4]);
	/* What a program may not change stays as it is. */
	REG(c, REG_EFL) ^= 0x3f7200;
}

void
same_frame(void)
{
	stack_t alternate = {.ss_sp = stack, .ss_size = sizeof(stack)};
	unsigned int flags;

	sigaltstack(&alternate, NULL);
	on(SIGUSR1, shows_frame, SA_ONSTACK);
	__asm__ volatile("int $0x80; pushfl; popl %0; pushl $0x202; popfl"
			 : "=r"(flags)
			 : "a"(SYS_kill), "b"(getpid()), "c"(SIGUSR1)
			 : "memory");
	printf("flags %x\n", flags & 0x3f7702);
	alternate.ss_size -= 24;
	sigaltstack(&alternate, NULL);
	raise(SIGUSR1);
}

/* ---- what a fault's handler is told ---- */

static char *page;

static void
tells_fault(int signal, siginfo_t *info, void *context)
{
	char *address = info->si_addr;
	bool near = address >= page && address < page + 8192, code = signal != SIGSEGV;

	printf("signal %d code %x, address %s %x, trap %d error %x\n", signal, info->si_code,
		near              ? "page"
		: code && address ? "some"
				  : "",
		near              ? (int)(address - page)
		: code && address ? 0
				  : (int)address,
		(int)REG(context, REG_TRAPNO), (int)REG(context, REG_ERR));
	siglongjmp(back, 1);
}

#define FAULT(what, ...)                       \
	do {                                   \
		printf("%s: ", what);          \
		if (sigsetjmp(back, 1) == 0) { \
			__VA_ARGS__;           \
			puts("nothing");       \
		}                              \
	} while (0)

void
same_faults(void)
{
	static const int signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP};
	volatile char *p;

	page = mmap(NULL, 8192, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	munmap(page + 4096, 4096);
	p = page;
	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		on(signals[i], tells_fault, 0);
	FAULT("write, not mapped in", p[3] = 1);
	FAULT("read", (void)p[3]; puts("read"));
	FAULT("write", p[3] = 1);
	FAULT("not there", (void)p[4097]);
	FAULT("write, not there", p[4097] = 1);
	FAULT("no access", mprotect(page, 4096, PROT_NONE); (void)p[5]);
	FAULT("the Host kernel", (void)*(volatile char *)0xc0100000);
	FAULT("the last byte", (void)*(volatile char *)0xffffffff);
	FAULT("int3", __asm__ volatile("int3"));
	FAULT("int1", __asm__ volatile(".byte 0xf1"));
	FAULT("into", __asm__ volatile("movb $127, %%al; addb $1, %%al; into" : : : "eax"));
	FAULT("bound", __asm__ volatile("bound %0, %1"
					:
					: "r"(9), "m"(*(const int(*)[2])(int[]){1, 2})));
	FAULT("ud2", __asm__ volatile("ud2"));
	FAULT("hlt", __asm__ volatile("hlt"));
	FAULT("cli", __asm__ volatile("cli"));
	FAULT("in", __asm__ volatile("inb $0x80, %%al" : : : "eax"));
	FAULT("int 6", __asm__ volatile("int $6"));
	FAULT("int 0x90", __asm__ volatile("int $0x90"));
	FAULT("divide", __asm__ volatile("xor %%ecx, %%ecx; mov $1, %%eax; cltd; div %%ecx"
					 :
					 :
					 : "eax", "ecx", "edx"));
	FAULT("mov to ds", __asm__ volatile("mov %0, %%es" : : "r"(0x60)));
	FAULT("mov to cr0", __asm__ volatile("mov %0, %%cr0" : : "r"(0)));
	FAULT("iret with NT", __asm__ volatile("pushfl; orl $0x4000, (%esp); popfl; iret"));
}

/* ---- addresses that a process never has ---- */

static void
tells_address(int signal, siginfo_t *info, void *context)
{
	printf("signal %d code %x, address %x, trap %d\n", signal, info->si_code,
		(unsigned int)info->si_addr, (int)REG(context, REG_TRAPNO));
	siglongjmp(back, 1);
}

/* With another esp, and, for what reads and writes, another ebp; the handler has its own stack. */
#define WITH_STACK(to, code)                                                                       \
	__asm__ volatile("mov %%esp, %%ecx; mov %%ebp, %%edx; mov %0, %%esp; mov %0, %%ebp\n" code \
			 "\nmov %%edx, %%ebp; mov %%ecx, %%esp"                                    \
			 :                                                                         \
			 : "r"(to)                                                                 \
			 : "eax", "ecx", "edx", "memory")

void
same_wild(void)
{
	static const unsigned int places[] = {
		0x70000000, 0x70000004, 0x80001234, 0xa0000ffc, 0xc0000000, 0xfffffff0};
	stack_t alternate = {.ss_sp = stack, .ss_size = sizeof(stack)};

	sigaltstack(&alternate, NULL);
	on(SIGSEGV, tells_address, SA_ONSTACK);
	on(SIGBUS, tells_address, SA_ONSTACK);
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		volatile char *p = (volatile char *)places[i];
		unsigned int here = places[i];

		FAULT("read", (void)p[0]);
		FAULT("write", p[1] = 1);
		FAULT("index", (void)p[here & 15]);
		FAULT("absolute", __asm__ volatile("movl 0x90000000, %%eax" : : : "eax"));
		FAULT("rep movsb",
			__asm__ volatile("mov %0, %%edi; mov %0, %%esi; mov $4, %%ecx; rep movsb"
					 :
					 : "r"(here)
					 : "ecx", "edi", "esi", "memory"));
		FAULT("rep stosl", __asm__ volatile("mov %0, %%edi; mov $4, %%ecx; rep stosl"
						    :
						    : "r"(here)
						    : "ecx", "edi", "memory"));
		FAULT("lock", __asm__ volatile("lock incl 8(%0)" : : "r"(here) : "memory"));
		FAULT("SSE", __asm__ volatile("movups %%xmm0, (%0)" : : "r"(here) : "memory"));
		FAULT("387", __asm__ volatile("fldl (%0)" : : "r"(here)));
		FAULT("jump", __asm__ volatile("jmp *%0" : : "r"(here)));
		FAULT("return", __asm__ volatile("push %0; ret" : : "r"(here)));
		FAULT("by way of ebp", WITH_STACK(here, "movl 4(%%ebp), %%eax"));
		FAULT("pop", WITH_STACK(here, "pop %%eax"));
		FAULT("push", WITH_STACK(here + 4, "push %%eax"));
		FAULT("call", WITH_STACK(here + 4, "call 1f; 1:"));
		FAULT("leave", WITH_STACK(here, "leave"));
	}
}
