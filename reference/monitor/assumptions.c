// SPDX-License-Identifier: GPL-2.0-only
/*
 * assumptions.c - what the Monitor takes for granted about its Host.  There is no code here: a
 * Host that is otherwise does not compile.
 */
#include "monitor.h"

#ifdef CONFIG_SMP
#error "One CPU: what the Monitor changes in the GDT, the IDT and the TLB is this CPU's alone."
#endif
#ifdef CONFIG_X86_PAE
#error "No PAE: directories and page tables are of 1,024 words of 32 bits."
#endif
#ifdef CONFIG_HIGHMEM
#error "No high memory: the Host kernel sees each page of RAM at an address of its own."
#endif
#ifdef CONFIG_RSEQ
#error "No restartable sequences: the Host would write to the memory of the application."
#endif
#ifdef CONFIG_MODIFY_LDT_SYSCALL
#error "No LDT: its segments are bounded by nobody."
#endif
#ifdef CONFIG_VM86
#error "No virtual 8086 mode: the registers on the kernel's stack would be others."
#endif

/* Registers move between a frame and the Host kernel's stack in one copy. */
#define ALIKE(frame_register, host_register) \
	static_assert(offsetof(struct tt_regs, frame_register) == \
		      offsetof(struct pt_regs, host_register))
ALIKE(ebx, bx);
ALIKE(ecx, cx);
ALIKE(edx, dx);
ALIKE(esi, si);
ALIKE(edi, di);
ALIKE(ebp, bp);
ALIKE(eax, ax);
ALIKE(ds, ds);
ALIKE(es, es);
ALIKE(fs, fs);
ALIKE(gs, gs);
ALIKE(orig_eax, orig_ax);
ALIKE(eip, ip);
ALIKE(cs, cs);
ALIKE(eflags, flags);
ALIKE(esp, sp);
ALIKE(ss, ss);
static_assert(sizeof(struct tt_regs) == sizeof(struct pt_regs));
