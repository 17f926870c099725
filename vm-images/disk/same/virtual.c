// SPDX-License-Identifier: GPL-2.0-only
/*
 * virtual.c - IRET with VM set.  A CPU does not look at VM in user mode; but QEMU's TCG goes to
 * virtual 8086 mode, and whatever comes next, a fault, a system call, a step or a tick, enters the
 * kernel from there, with a cs that is a paragraph.
 */
#define _GNU_SOURCE
#include "same.h"

#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FLAG_TF 0x100
#define FLAG_IF 0x200
#define FLAG_IOPL 0x3000
#define FLAG_VM 0x20000
#define FLAGS_ODD 0x1a7000 /* NT, and what only level 0 changes */
#define PAGE 0x20000 /* both modes reach it */

static volatile unsigned int own_gs;
static sigjmp_buf back;

/*
 * Whoever comes from virtual 8086 mode has 0 in gs, behind which the C library's variables are.
 * Which fault a SIGSEGV is, is not said: a kernel that has the instruction tried again has it tried
 * in the usual mode, where eip is nowhere.
 */
__attribute__((optimize("no-stack-protector"))) static void
tells(int signal, siginfo_t *info, void *context)
{
	__asm__ volatile("mov %0, %%gs" : : "r"(own_gs) : "memory");
	if (signal != SIGSEGV)
		printf("code %x trap %d error %x ", info->si_code, (int)REG(context, REG_TRAPNO),
			(int)REG(context, REG_ERR));
	printf("signal %d, eip %x eax %s cs %x ss %x, flags %x\n", signal,
		(int)REG(context, REG_EIP),
		REG(context, REG_EAX) == SYS_getpid ? "as it was"
		: REG(context, REG_EAX) == getpid() ? "of a call"
						    : "another",
		(int)REG(context, REG_CS), (int)REG(context, REG_SS),
		(int)REG(context, REG_EFL) & FLAGS_ODD);
	siglongjmp(back, 1);
}

static void
go(unsigned int cs, unsigned int eip, unsigned int flags)
{
	/* A page fault would be the last of it: whoever brings the page goes on with the usual
	 * mode. */
	(void)*(volatile char *)PAGE;
	/* Nine words for virtual 8086 mode; a CPU that stays takes three. */
	__asm__ volatile("mov %%gs, %%ecx; mov %%ecx, %0; mov %%esp, %%ecx\n"
			 "push $0; push $0; push $0; push $0; push $0x2000; push %%ecx\n"
			 "push %4; push %2; push %3; iret"
			 : "=m"(own_gs)
			 : "a"(SYS_getpid), "r"(cs), "r"(eip), "r"(flags)
			 : "ecx", "memory");
}

void
same_virtual(void)
{
	static const struct {
		const char *what;
		uint8_t code[4];
		unsigned int flags;
	} cases[] = {
		{"ud2", {0x0f, 0x0b}, 0},
		{"hlt", {0xf4}, FLAG_IOPL},
		{"int $0x80", {0xcd, 0x80}, 0},
		{"int $0x80, IOPL", {0xcd, 0x80}, FLAG_IOPL},
		{"mov to 0", {0xa2}, FLAG_IOPL},
		{"nop, TF", {0x90, 0x90}, FLAG_TF},
		{"int3", {0xcc}, FLAG_IOPL},
		{"a loop", {0xeb, 0xfe}, FLAG_IOPL},
	};
	/* Of each level, and one that is a user's. */
	static const unsigned int selectors[] = {0x2000, 0x1ffd, 0x1ffe, 0x1fff, 0x73};
	uint8_t *page = mmap((void *)PAGE, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		for (size_t j = 0; j < sizeof(selectors) / sizeof(*selectors); j++) {
			unsigned int cs = selectors[j];
			unsigned int eip = cs == 0x73 ? 0 : PAGE - cs * 16;
			unsigned int flags = FLAG_VM | FLAG_IF | cases[i].flags;
			pid_t pid;

			memset(page, 0, 4096);
			memcpy(page, cases[i].code, sizeof(cases[i].code));
			on(SIGILL, tells, 0);
			on(SIGSEGV, tells, 0);
			on(SIGTRAP, tells, 0);
			printf("%s, cs %x: ", cases[i].what, cs);
			fflush(stdout);
			if (sigsetjmp(back, 1) == 0)
				go(cs, eip, flags);
			pid = start();
			if (pid == 0) {
				signal(SIGILL, SIG_DFL);
				signal(SIGSEGV, SIG_DFL);
				signal(SIGTRAP, SIG_DFL);
				go(cs, eip, flags);
			}
			ended("without a handler", pid);
		}
	}
}
