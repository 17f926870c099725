// SPDX-License-Identifier: GPL-2.0-only
/*
 * fast.c - what fast_entry.S stands on: gates of its own for int $0x80 and the page
 * fault while a machine with --fast has the CPU, and help with what is not done in a
 * few instructions.
 */
#include "fast.h"
#include "monitor.h"

#include <asm/desc.h>
#include <asm/trapnr.h>

#define SAME(member, number) static_assert(offsetof(struct monitor, member) == (number))
SAME(user, FAST_USER);
SAME(bound, FAST_BOUND);
SAME(frame, FAST_FRAME);
SAME(loaded, FAST_LOADED);
SAME(tls, FAST_TLS);
SAME(kernel, FAST_KERNEL);

void fast_int80(void);
void fast_enter(void);
void fast_page_fault(void);
void fast_int80_fixup(void);
void fast_enter_fixup(void);
void fast_page_fault_fixup(void);

struct monitor *fast_machine;
unsigned long fast_host_int80, fast_host_page_fault, fast_host_protection;

static gate_desc gates[IDT_ENTRIES] __aligned(PAGE_SIZE);
static struct desc_ptr host, machine = { sizeof(gates) - 1, (unsigned long)gates };

static unsigned long replace(unsigned int vector, void (*entry)(void))
{
	unsigned long old = gate_offset(&gates[vector]);

	gates[vector].offset_low = (unsigned long)entry;
	gates[vector].offset_middle = (unsigned long)entry >> 16;
	return old;
}

void fast_init(void)
{
	store_idt(&host);
	memcpy(gates, (void *)host.address, sizeof(gates));
	fast_host_protection = gate_offset(&gates[X86_TRAP_GP]);
	fast_host_int80 = replace(0x80, fast_int80);
	fast_host_page_fault = replace(X86_TRAP_PF, fast_page_fault);
}

void fast_gates(struct monitor *mon, bool in)
{
	fast_machine = mon;
	load_idt(in ? &machine : &host);
}

bool fast_fixup(struct pt_regs *regs)
{
	unsigned long ip = regs->ip;

	if (ip < (unsigned long)fast_int80 || ip >= (unsigned long)fast_enter_fixup)
		return false;
	regs->ip = (unsigned long)(ip < (unsigned long)fast_enter      ? fast_int80_fixup :
				   ip < (unsigned long)fast_page_fault ? fast_enter_fixup :
									 fast_page_fault_fixup);
	return true;
}

/* A word of guest memory, for the time being; NULL: use the Host's way. */
static u32 *word(struct monitor *mon, unsigned long address)
{
	struct page *page;

	if (address % sizeof(u32) || !ram_contains(mon, address, sizeof(u32)))
		return NULL;
	page = mon->page[(address - TT_GUEST_KERNEL_BASE) / PAGE_SIZE];
	return page ? page_address(page) + offset_in_page(address) : NULL;
}

struct help {
	u32 edi, esi, ebp, esp, ebx, edx, ecx, eax, es, ds, number;
};

/*
 * A hypercall that fast_entry.S does not know: enter with another frame or space, or
 * map of one page.  No page fault may happen here.
 * 0: done, its result is in eax; 1: enter, and fast_entry.S knows it now; -1: the Host's way.
 */
__visible int fast_help(struct monitor *mon, struct help *regs)
{
	u32 *space, *entry;

	if (regs->number == TT_HC_ENTER) {
		space = word(mon, regs->ebx + TT_FRAME_SPACE);
		if (!space || !ram_contains(mon, regs->ebx, sizeof(struct tt_frame)) ||
		    !space_exists(mon, *space))
			return -1;
		mon->frame = (struct tt_frame *)regs->ebx;
		if (*space != mon->loaded)
			tables_load(mon, *space);
		mon->loaded = *space;
		return 1;
	}
	entry = word(mon, regs->edx);
	if (regs->number != TT_HC_MAP || regs->esi != 1 || !entry ||
	    !space_map_ok(mon, regs->ebx, regs->ecx, *entry))
		return -1;
	if (!tables_set(mon, regs->ebx, regs->ecx, *entry))
		return -1;
	regs->eax = 0;
	return 0;
}
