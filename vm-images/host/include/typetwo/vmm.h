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
	int ram_fd; /* a memfd of at least ram_bytes, open for reading and writing */
	unsigned int protect; /* TT_PROTECT_* */
	unsigned int spaces; /* TT_SPACES_* */
	unsigned int fast; /* 1: crossings by the fast path; needs tables, and segments or none */
	unsigned int devices; /* used entries of device[] */
	struct tt_device device[TT_DEVICES_MAX]; /* fd and kind: what host calls may name */
};

/*
 * The calling process becomes the machine: it loses all that it has mapped, and goes on in guest
 * kernel mode at entry; there is no way back.  Otherwise it is unharmed, and errno says:
 *   EFAULT EINVAL   the structure is not readable, or not as said above
 *   EBADF           ram_fd
 *   EBUSY           the file has been a machine before; the process has threads; or somebody
 *                   looks at its memory just now, as /proc/PID/stat does: try again
 *   ENOMEM
 */
#define TT_VMM_START 0x40005454 /* an _IOW; the size is fixed by the structure */

/*
 * What read gives once the machine has ended: why the Monitor ended it.  status is 0 if it did not,
 * but the guest or a signal.
 */
struct tt_vmm_end {
	unsigned int status; /* TT_STATUS_* */
	char reason[124]; /* one line, NUL-terminated */
};

#endif
