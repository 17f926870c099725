/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * probe PREFIX - a program of the Host: which protections does the machine below it enforce?  A
 * line for each: "PREFIX probe NAME enforced", or "not-enforced".  Emulators skip checks that the
 * manual asks for, and a Monitor that stands on one of those looks better than it is.
 *
 * No libc: it is in every boot, and small.
 */
#include <asm/ldt.h>
#include <asm/mman.h>
#include <asm/signal.h>
#include <asm/sigcontext.h>
#include <asm/siginfo.h>
#include <asm/ucontext.h>
#include <asm/unistd.h>

#define GENERAL_PROTECTION 13
#define PAGE_FAULT 14
#define PF_PRESENT 1

#define HOST_KERNEL 0xc0100000 /* mapped, and not for us */
#define USER_DATA 0x7b
#define KERNEL_DATA 0x68 /* a selector for level 0 */
#define LIMIT 0xff

static int
call(int number, long a, long b, long c, long d)
{
	int result;

	__asm__ volatile("int $0x80"
			 : "=a"(result)
			 : "0"(number), "b"(a), "c"(b), "d"(c), "S"(d)
			 : "memory", "cc");
	return result;
}

static unsigned int
length(const char *text)
{
	unsigned int n = 0;

	while (text[n])
		n++;
	return n;
}

static void
say(const char *text)
{
	call(__NR_write, 1, (long)text, length(text), 0);
}

static void
end(int status)
{
	call(__NR_exit_group, status, 0, 0, 0);
	__builtin_unreachable();
}

/* The last exception; trap 0 if there was none. */
static unsigned int trap, error;

extern char recover[]; /* where an expected exception goes on */

static void
on_exception(int signal, siginfo_t *info, struct ucontext *context)
{
	(void)signal, (void)info;
	trap = context->uc_mcontext.trapno;
	error = context->uc_mcontext.err;
	context->uc_mcontext.eip = (unsigned long)recover;
}

#define TEXT(number) TEXT_OF(number)
#define TEXT_OF(number) #number

__asm__(".text\n"
	"restorer: movl $" TEXT(__NR_rt_sigreturn) ", %eax\n"
						   "	int $0x80\n");
extern char restorer[];

static void
watch(int signal)
{
	/* The kernel's own struct: not what a libc calls sigaction. */
	struct {
		void *handler;
		unsigned long flags;
		void *restorer;
		unsigned long long mask;
	} action = {on_exception, SA_SIGINFO | SA_NODEFER | SA_RESTORER, restorer, 0};

	if (call(__NR_rt_sigaction, signal, (long)&action, 0, 8) < 0)
		end(1);
}

/* Read a byte through %fs; a selector for it comes first. */
static void
read_byte(unsigned short selector, unsigned int offset)
{
	trap = error = 0;
	__asm__ volatile("movw %0, %%fs\n"
			 "movb %%fs:(%1), %%al\n"
			 "jmp 1f\n"
			 ".globl recover\n"
			 "recover:\n"
			 "1: xorl %%eax, %%eax\n"
			 "movw %%ax, %%fs\n"
			 :
			 : "r"(selector), "r"(offset)
			 : "eax", "memory");
}

/* The selector of a new data segment. */
static unsigned short
segment(void *base, unsigned int limit)
{
	struct user_desc desc = {.entry_number = -1,
		.base_addr = (unsigned long)base,
		.limit = limit,
		.seg_32bit = 1,
		.useable = 1};

	if (call(__NR_set_thread_area, (long)&desc, 0, 0, 0) < 0)
		end(1);
	return desc.entry_number * 8 + 3;
}

static const char *prefix;

static void
report(const char *name, int enforced)
{
	say(prefix);
	say(" probe ");
	say(name);
	say(enforced ? " enforced\n" : " not-enforced\n");
}

static char bytes[2 * (LIMIT + 1)];

__attribute__((used)) static void
probe(long *stack)
{
	unsigned short small;

	if (stack[0] != 2)
		end(2);
	prefix = (const char *)stack[2];
	watch(SIGSEGV);
	watch(SIGBUS);
	small = segment(bytes, LIMIT);
	read_byte(small, LIMIT);
	if (trap) /* what is allowed has to work, or the rest says nothing */
		end(1);
	read_byte(small, LIMIT + 1);
	report("segment-limits", trap == GENERAL_PROTECTION);
	read_byte(0, (unsigned long)bytes);
	report("null-selectors", trap == GENERAL_PROTECTION);
	read_byte(KERNEL_DATA, (unsigned long)bytes);
	report("descriptor-privilege", trap == GENERAL_PROTECTION && error == KERNEL_DATA);
	read_byte(USER_DATA, HOST_KERNEL);
	report("page-privilege", trap == PAGE_FAULT && error & PF_PRESENT);
	end(0);
}

__asm__(".globl _start\n"
	"_start: movl %esp, %eax\n"
	"	andl $-16, %esp\n"
	"	subl $12, %esp\n"
	"	pushl %eax\n"
	"	call probe\n");
