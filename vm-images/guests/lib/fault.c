/* SPDX-License-Identifier: GPL-2.0-only */
/* fault.c - faults of the Guest kernel: those with a label to go on at, and the others. */
#include <asm/sigcontext.h>
#include <asm/siginfo.h>
#include <asm/signal.h>
#include <asm/ucontext.h>

#include "guest.h"

struct fixup {
	unsigned int at, go_on;
};

extern const struct fixup fixups_start[], fixups_end[];

struct fault last_fault;

static void
on_fault(int signal, struct siginfo *info, struct ucontext *context)
{
	struct sigcontext *c = &context->uc_mcontext;

	(void)info;
	last_fault = (struct fault){(unsigned int)signal, c->trapno, c->err, c->cr2};
	for (const struct fixup *f = fixups_start; f < fixups_end; f++) {
		if (f->at == c->eip) {
			c->eip = f->go_on;
			return;
		}
	}
	fatal("Guest kernel: signal %d (trap %u error 0x%x cr2 0x%x) at eip 0x%x", signal,
		(unsigned int)c->trapno, (unsigned int)c->err, (unsigned int)c->cr2,
		(unsigned int)c->eip);
}

void
fault_start(void)
{
	handle_signal(SIGSEGV, on_fault);
	handle_signal(SIGBUS, on_fault);
	handle_signal(SIGILL, on_fault);
	handle_signal(SIGFPE, on_fault);
	handle_signal(SIGTRAP, on_fault);
}

unsigned int
try_read(unsigned int address, unsigned int *value)
{
	last_fault = (struct fault){0};
	__asm__ volatile("1: mov (%1), %0\n2:" MAY_FAULT : "=&r"(*value) : "r"(address) : "memory");
	return last_fault.signal;
}

unsigned int
try_write(unsigned int address, unsigned int value)
{
	last_fault = (struct fault){0};
	__asm__ volatile("1: mov %0, (%1)\n2:" MAY_FAULT : : "r"(value), "r"(address) : "memory");
	return last_fault.signal;
}
