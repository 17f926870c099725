/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vmm.h - /dev/vmm: how a process becomes a virtual machine.  The launcher and the Monitor module
 * meet here and in the machine ABI, nowhere else.
 *
 * An open file is one machine.  It holds the machine's memory, and says after its end what ended
 * it, so the launcher opens it, and a child of the launcher starts it and is the machine.
 */
#ifndef TYPETWO_VMM_H
#define TYPETWO_VMM_H

#include <typetwo/machine.h>

#define TT_VERSION "1.0.0" /* of everything here */
#define TT_VMM_DEVICE "/dev/vmm"

/* How the Guest kernel is kept from its applications. */
#define TT_PROTECT_NONE 0
#define TT_PROTECT_MPROTECT 1
#define TT_PROTECT_SEGMENTS 2
#define TT_PROTECT_SUPERVISOR 3

/* What a guest address space is. */
#define TT_SPACES_REMAP 0
#define TT_SPACES_TABLES 1

/* All in.  Numbers that are not listed above or in machine.h are -EINVAL. */
struct tt_vmm_machine {
	unsigned int entry; /* where the Guest kernel starts, an address in RAM */
	unsigned int ram_bytes; /* TT_RAM_MIN to TT_RAM_MAX, whole pages */
	int ram_fd; /* a memfd of at least ram_bytes */
	unsigned int protect; /* TT_PROTECT_* */
	unsigned int spaces; /* TT_SPACES_* */
	unsigned int fast; /* 1: crossings by the fast path; needs tables, and segments or none */
};

/*
 * The calling process becomes the machine: it loses all that it has mapped, and goes on in guest
 * kernel mode at entry; there is no way back.  Its open files are the machine's devices, so it has
 * closed all others.  When the call fails the process is unharmed, and errno says:
 *   EBUSY           the file has been used for a machine; the process has threads; or somebody
 *                   looks at its memory just now, as /proc/PID/stat does: try again
 *   EFAULT EINVAL   the structure is not readable, or not as said above
 *   EOPNOTSUPP      the Host saves registers by XSAVE
 *   EBADF           ram_fd
 *   ENOMEM
 * The file is used up then, but for EBUSY.
 */
#define TT_VMM_START 0x40005454 /* an _IOW; the size is fixed by the structure */

/* Why the Monitor ended a machine: tt_vmm_end.why. */
#define TT_END_NONE 0 /* it did not: the guest or a signal did */
#define TT_END_EXCEPTION 1 /* the Guest kernel's last exception, if a signal ended it: what */
#define TT_END_HYPERCALL 2 /* there is no hypercall what */
#define TT_END_HOST_CALL 3 /* the host system call what is forbidden; arguments are its first */
#define TT_END_MEMORY 4 /* the Host has no memory for it */
#define TT_END_PROTECT 5 /* the Host could not protect the Guest kernel: (int)what is the errno */
#define TT_END_HOLE 6 /* lab what / 10's hole what % 10 was reached */

/* What read gives once the machine has ended.  The first reason is the one that matters. */
struct tt_vmm_end {
	unsigned int why; /* TT_END_* */
	unsigned int what;
	unsigned int trap, eip, cr2; /* the process's last exception, and where it was */
	unsigned int argument[3];
};

#endif
