/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hypercall.h - what the Guest kernel may ask of the Monitor, and of the Host.
 *
 * In guest kernel mode, int $0x80 with a TT_HC_* number in eax is a hypercall; with a number of
 * the list below it is a host system call; with any other the machine is killed, with a reason.
 * Arguments go in ebx, ecx, edx, esi, and edi where Linux has a fifth; the result comes back in
 * eax, negative for an errno; every other register is kept, but fs and gs, which are null in
 * guest kernel mode, and ds, es and ss, which may be TT_USER_DS again after enter.
 *
 * A mapping behaves as an entry of a software-filled TLB: the Monitor may drop it at any time, a
 * miss comes back as a page fault, and the Guest kernel maps the page again.  Only mappings of
 * TT_SPACE_KERNEL stay until they are unmapped.
 */
#ifndef TYPETWO_HYPERCALL_H
#define TYPETWO_HYPERCALL_H

/* Numbers only grow. */
#define TT_HC_BASE 0x54540000

/*
 * enter(struct tt_frame *frame): run guest user code until something happens: frame.h.
 *   0        frame says what; -EFAULT frame is not in one page of RAM or not aligned;
 *   -EINVAL  no such space, or a TLS descriptor that is not allowed.
 * Host signals blocked by the Guest kernel stay blocked in guest user mode.  One that comes in
 * guest user mode ends it; its handler has run by the time enter's caller goes on.
 */
#define TT_HC_ENTER (TT_HC_BASE + 0)

/*
 * map(space, address, const unsigned *entries, count): set the mappings of count pages from
 * address on.  An entry is a page-aligned RAM offset plus TT_MAP_* bits; one without
 * TT_MAP_PRESENT removes the mapping of its page.
 *   0        done; -EFAULT entries are not in one page of RAM or not aligned;
 *   -EINVAL  no such space; address not page-aligned; count 0 or over TT_MAP_COUNT_MAX; a page
 *            outside the space's range: nothing has been changed then.  Or an offset outside RAM,
 *            or an entry of TT_SPACE_KERNEL without TT_MAP_WRITE: those in front of it may have
 *            been set, none behind it is.
 */
#define TT_HC_MAP (TT_HC_BASE + 1)
#define TT_MAP_PRESENT 1
#define TT_MAP_WRITE 2
#define TT_MAP_COUNT_MAX 1024 /* pages a call */

/* unmap(space, address, bytes): remove mappings.  bytes > 0; both page-aligned.  0 or -EINVAL. */
#define TT_HC_UNMAP (TT_HC_BASE + 2)

/* space_create(): a new, empty guest address space.  Its number, 1 or more; -ENOSPC. */
#define TT_HC_SPACE_CREATE (TT_HC_BASE + 3)

/* space_destroy(space): the number may come back from a later space_create.  0 or -EINVAL. */
#define TT_HC_SPACE_DESTROY (TT_HC_BASE + 4)

/*
 * debug(const struct tt_debug *debug): the debug registers of guest user mode, from now on; at
 * first none is enabled.  An address hit comes as trap 1.
 *   0        done; -EFAULT debug is not in one page of RAM or not aligned;
 *   -EINVAL  an address at TT_GUEST_KERNEL_BASE or above, or what a tracer of the Host's would
 *            be refused (an I/O breakpoint, a length of 8, an address that is not aligned);
 *   -ENOSPC  somebody on the Host uses them.  In both cases none is enabled.
 */
#define TT_HC_DEBUG (TT_HC_BASE + 5)
#define TT_DEBUG_ADDRESSES 4

/*
 * forget(): RAM keeps its bytes; but the Guest kernel will touch few of its pages for a while.  A
 * Monitor that protects by the page pays at each crossing for each page that was touched since
 * power-on, or since this.  Always 0.
 */
#define TT_HC_FORGET (TT_HC_BASE + 6)

#define TT_HC_COUNT 7 /* hypercalls that there are */
#define TT_HC_NUMBERS 0x10000 /* numbers from TT_HC_BASE on that no host system call has */

#define TT_SPACES_MAX 1024 /* at a time; the paper's limit */
/*
 * The Guest kernel's own space, for map and unmap only: from the end of RAM up to
 * TT_MONITOR_BASE.  These mappings are kept, not cached, and guest user mode never reaches them.
 */
#define TT_SPACE_KERNEL 0

/*
 * Host system calls of guest kernel mode, by their Linux i386 names.  The only open files are the
 * boot page's devices.
 *   exit_group           power off; the status is the launcher's, up to TT_STATUS_GUEST_MAX
 *   read write poll      devices
 *   pread64 pwrite64 fdatasync    disks and CD-ROMs; -EFBIG behind the end of the largest
 *   rt_sigaction         any signal but SIGKILL and SIGSTOP; a handler needs SA_SIGINFO and
 *                        SA_RESTORER, and may have SA_NODEFER and SA_RESTART.  The signals of
 *                        exceptions (SIGSEGV SIGBUS SIGFPE SIGILL SIGTRAP) need a handler: in
 *                        guest kernel mode an exception without one kills the machine.  Handlers
 *                        run in guest kernel mode on the stack of that moment.
 *   rt_sigprocmask rt_sigreturn rt_sigsuspend    interrupts
 *   setitimer            ITIMER_REAL only
 *   clock_gettime64      time
 * Any other call kills the machine.  One of these with arguments that are not as said kills it,
 * too, or fails with the Host's errno, or harms nobody but the guest that made it.
 */

#ifndef __ASSEMBLER__

struct tt_debug {
	unsigned int address[TT_DEBUG_ADDRESSES]; /* DR0 to DR3 */
	unsigned int control; /* DR7 (SDM volume 3B, section 18.2.4) */
};

static inline int
tt_trap(unsigned int number, unsigned int a, unsigned int b, unsigned int c, unsigned int d)
{
	int result;

	__asm__ volatile("int $0x80"
			 : "=a"(result)
			 : "0"(number), "b"(a), "c"(b), "d"(c), "S"(d)
			 : "memory", "cc");
	return result;
}

#endif /* !__ASSEMBLER__ */
#endif
