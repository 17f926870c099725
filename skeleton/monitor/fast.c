// SPDX-License-Identifier: GPL-2.0-only
/*
 * fast.c - what fast_entry.S stands on: gates of its own for int $0x80 and the page
 * fault while a machine with --fast has the CPU, and help with what is not done in a
 * few instructions.
 */
#include "fast.h"
#include "monitor.h"

#include <asm/trapnr.h>

#define SAME(member, number) static_assert(offsetof(struct monitor, member) == (number))
SAME(user, FAST_USER);
SAME(bound, FAST_BOUND);
SAME(frame, FAST_FRAME);
SAME(frame_address, FAST_FRAME_ADDRESS);
SAME(loaded, FAST_LOADED);
SAME(tls, FAST_TLS);
SAME(kernel, FAST_KERNEL);

void fast_int80(void);
void fast_page_fault(void);

struct monitor *fast_machine;
unsigned long fast_host_int80, fast_host_page_fault, fast_host_protection;

static gate_desc gates[IDT_ENTRIES] __aligned(PAGE_SIZE);
static struct desc_ptr host, machine = { sizeof(gates) - 1, (unsigned long)gates };

void fast_init(void)
{
	store_idt(&host);
	memcpy(gates, (void *)host.address, sizeof(gates));
	fast_host_int80 = gate_offset(&gates[0x80]);
	fast_host_page_fault = gate_offset(&gates[X86_TRAP_PF]);
	fast_host_protection = gate_offset(&gates[X86_TRAP_GP]);
	pack_gate(&gates[0x80], GATE_INTERRUPT, (unsigned long)fast_int80, 3, 0, __KERNEL_CS);
	pack_gate(&gates[X86_TRAP_PF], GATE_INTERRUPT, (unsigned long)fast_page_fault, 0, 0,
		  __KERNEL_CS);
}

void fast_gates(struct monitor *mon)
{
	fast_machine = mon;
	load_idt(mon ? &machine : &host);
}

/*
 * enter with another frame or space: true if fast_entry.S knows it now.  It runs on the Host's
 * entry stack with interrupts off, so the frame's page has to be there.
 */
__visible bool fast_help(struct monitor *mon, u32 address)
{
	u32 index = (address - TT_GUEST_KERNEL_BASE) / PAGE_SIZE;
	struct tt_frame *frame;

	if (index >= mon->machine.ram_bytes / PAGE_SIZE || !mon->page[index])
		return false;
	frame = ram_at(mon, address, sizeof(*frame));
	if (!frame || (frame->space != mon->loaded && space_load(mon, frame->space)))
		return false;
	mon->frame = frame;
	mon->frame_address = address;
	return true;
}
