// SPDX-License-Identifier: GPL-2.0-only
/*
 * fast.c - what fast_entry.S stands on: gates of its own for int $0x80 and the page
 * fault while a machine with --fast has the CPU, and help with what is not done in a
 * few instructions.
 */
#include "monitor.h"

#include <asm/trapnr.h>

#define AT(member, number) static_assert(offsetof(struct monitor, member) == (number))
AT(user, FAST_USER);
AT(bound, FAST_BOUND);
AT(frame, FAST_FRAME);
AT(frame_address, FAST_FRAME_ADDRESS);
AT(loaded, FAST_LOADED);
AT(tls, FAST_TLS);
AT(kernel, FAST_KERNEL);

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
 * What fast_entry.S does not do by itself: enter with another frame or space, map, and unmap.
 * The Guest kernel's registers are in mon->kernel.  Interrupts are off, and there is no sleeping:
 * what needs to fails, as what is wrong does, and the Host's way does it again.
 * 1: enter, and fast_entry.S knows the frame now.  0: done, with 0.  -1: it has to go the Host's way.
 */
__visible int fast_help(struct monitor *mon, u32 number)
{
	const struct pt_regs *regs = &mon->kernel;
	long error = -1;

	mon->no_sleep = true;
	if (number == TT_HC_ENTER) {
		struct tt_frame *frame = ram_at(mon, regs->bx, sizeof(*frame));

		if (frame && (frame->space == mon->loaded || !space_load(mon, frame->space))) {
			mon->frame = frame;
			mon->frame_address = regs->bx;
			error = 1;
		}
	} else if (number == TT_HC_MAP && regs->bx != TT_SPACE_KERNEL) {
		error = space_map(mon, regs->bx, regs->cx, regs->dx, regs->si);
	} else if (number == TT_HC_UNMAP && regs->bx != TT_SPACE_KERNEL && regs->dx <= PGDIR_SIZE) {
		error = space_unmap(mon, regs->bx, regs->cx, regs->dx);
	}
	mon->no_sleep = false;
	return error;
}
