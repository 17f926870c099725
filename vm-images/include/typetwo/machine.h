/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * machine.h - the guest machine: its address space, its RAM, what it finds at power-on.
 *
 * The machine is one process of the Host.  Its 4 GiB look like this:
 *
 *   0xffffffff  +--------------------------------------------+
 *               | Host kernel                                |
 *   0xc0000000  +--------------------------------------------+ TT_HOST_KERNEL_BASE
 *               | (the Host's own leavings: none, by then)   |
 *   0xbff04000  +--------------------------------------------+ TT_MONITOR_END
 *               | four pages of the Monitor's                |
 *   0xbff00000  +--------------------------------------------+ TT_MONITOR_BASE
 *               | Guest kernel: room for its own mappings    |
 *               | (map with space TT_SPACE_KERNEL)           |
 *   0x70000000  +--------------------------------------------+ TT_GUEST_KERNEL_BASE + RAM size
 *     + RAM     | Guest kernel: all of RAM, linear           |
 *               |   RAM + image end   free, initrd at the end|
 *               |   RAM + 0x1000 ...  the image (ELF)        |
 *               |   RAM + 0           boot page              |
 *   0x70000000  +--------------------------------------------+ TT_GUEST_KERNEL_BASE
 *               | Guest applications                         |
 *   0x00001000  +--------------------------------------------+ TT_GUEST_USER_BASE
 *               | never mapped                               |
 *   0x00000000  +--------------------------------------------+
 *
 * RAM is a host file.  Byte n of it is guest-physical address n and, in guest kernel mode,
 * virtual address TT_GUEST_KERNEL_BASE + n.  The division is the paper's (King, Dunlap, Chen,
 * "Operating System Support for Virtual Machines", USENIX 2003): the Guest kernel has to be one
 * run of addresses below the Host kernel, or a segment limit could not cut it off (lab 3).
 *
 * At power-on: guest kernel mode, eip at the ELF entry, flags 0x202, every other general register
 * 0 (so: no stack), fs and gs null, no host signal blocked and every one at its default action, but
 * a device's, and SIGXFSZ, ignored: who installs a handler asks the device once.
 */
#ifndef TYPETWO_MACHINE_H
#define TYPETWO_MACHINE_H

#define TT_PAGE_SIZE 0x1000
#define TT_GUEST_USER_BASE 0x00001000
#define TT_GUEST_KERNEL_BASE 0x70000000
#define TT_MONITOR_BASE 0xbff00000
#define TT_MONITOR_END 0xbff04000
#define TT_HOST_KERNEL_BASE 0xc0000000

/* RAM sizes, in bytes; a size is a multiple of TT_PAGE_SIZE. */
#define TT_RAM_MIN 0x00100000
#define TT_RAM_MAX 0x40000000

#define TT_BOOT_MAGIC 0x32305454 /* "TT02" in memory */
#define TT_BOOT_VERSION 1
#define TT_CMDLINE_MAX 2048 /* bytes, with the terminating NUL */
#define TT_DEVICES_MAX 8

/* Kinds of device.  Numbers only grow. */
#define TT_DEV_NONE 0
#define TT_DEV_CONSOLE_IN 1 /* read; its signal says there may be input */
#define TT_DEV_CONSOLE_OUT 2 /* write */
#define TT_DEV_VERDICT 3 /* read and write: verdict.h */
#define TT_DEV_DISK 4 /* pread64, pwrite64, fdatasync */
#define TT_DEV_CDROM 5 /* pread64 */
/*
 * read, write: one Ethernet frame a call, behind a struct virtio_net_hdr (<linux/virtio_net.h>;
 * virtio 1.1, 5.1.6.1: 10 bytes, in the CPU's byte order); neither waits.  Both ways a frame of TCP
 * may have up to 64 KiB, and no checksum.
 */
#define TT_DEV_NET 6
#define TT_DEV_QUEUE 7 /* write: one struct tt_request; read: one struct tt_completion */

/* What a queue is asked to do with a disk or CD-ROM, while the guest runs on. */
#define TT_IO_READ 1
#define TT_IO_WRITE 2
#define TT_IO_SYNC 3 /* what was written before is on the disk, as after fdatasync */
#define TT_SEGMENTS_MAX 32
/* So many requests a queue takes whose completions are not read yet; then it may be full. */
#define TT_QUEUE_DEPTH 64

/*
 * Exit status of the launcher.  The Guest kernel's own status is passed on up to
 * TT_STATUS_GUEST_MAX; 2 is also a bad option, file or guest, found before power-on.
 */
#define TT_STATUS_GUEST_MAX 99
#define TT_STATUS_KILLED 121 /* the Monitor killed the machine; one line on stderr says why */
#define TT_STATUS_HOST 122 /* the Host failed: out of memory, a lost process, a failed call */
#define TT_STATUS_HOLE                                                            \
	123 /* a hole of a lab was reached: "labN.M is not written yet" on stderr \
	     */

#define TT_DEV_READ_ONLY 1 /* flag: writes fail with -EBADF */

#ifndef __ASSEMBLER__

/* A device is an open host file.  All fields are filled in by the launcher before power-on. */
struct tt_device {
	unsigned int kind; /* TT_DEV_* */
	int fd; /* descriptor for the host system call */
	unsigned int signal; /* host signal that says "ready", 0 for none; may be spurious */
	unsigned int flags; /* TT_DEV_READ_ONLY */
	unsigned long long bytes; /* size of a disk or CD-ROM, else 0 */
};

/*
 * A request is one write, of its first bytes up to the last segment.  Each gets one completion, in
 * any order, and the queue's signal then; RAM belongs to the request until it is read.  Neither
 * call waits: a full queue, or nothing to read, is -EAGAIN.  When a queue is broken, read gives 0
 * or an error, write -EPIPE and SIGPIPE.
 */
struct tt_request {
	unsigned long long offset; /* first byte on the device */
	unsigned int op; /* TT_IO_* */
	unsigned int device; /* index into the boot page's device[] */
	unsigned int tag; /* the guest's own: what the completion is to carry */
	unsigned int segments; /* 0 for TT_IO_SYNC */
	struct tt_segment {
		unsigned int ram; /* RAM offset */
		unsigned int bytes;
	} segment[TT_SEGMENTS_MAX];
};

struct tt_completion {
	unsigned int tag;
	int result; /* 0 when all of it is done, or -EINVAL, -EIO... */
};

/* Guest-physical page 0.  Filled in by the launcher; the Guest kernel may reuse it once read. */
struct tt_boot {
	unsigned int magic; /* TT_BOOT_MAGIC */
	unsigned int version; /* TT_BOOT_VERSION */
	unsigned int ram_bytes; /* size of RAM */
	unsigned int image_end; /* first RAM offset after the image, a multiple of TT_PAGE_SIZE */
	unsigned int initrd_offset; /* RAM offset, a multiple of TT_PAGE_SIZE */
	unsigned int initrd_bytes; /* 0 for none */
	unsigned int devices; /* used entries of device[] */
	unsigned int reserved; /* 0 */
	struct tt_device device[TT_DEVICES_MAX];
	char cmdline[TT_CMDLINE_MAX]; /* NUL-terminated */
};

#endif /* !__ASSEMBLER__ */
#endif
