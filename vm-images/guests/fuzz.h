/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fuzz.h - a case of `make fuzz`: what a hostile Guest kernel and its application are to do, in a
 * row.  The guest "fuzz" finds it as its initrd.
 */
#ifndef FUZZ_H
#define FUZZ_H

enum fuzz_what {
	FUZZ_CALL, /* int $0x80 with a in eax, then ebx, ecx, edx, esi, edi */
	FUZZ_POKE, /* *a = b */
	FUZZ_PEEK, /* read *a */
	FUZZ_FRAME, /* word b of frame a is c */
	FUZZ_CODE, /* the application's code from offset a on: the 20 bytes behind a */
	FUZZ_RUN, /* enter with frame a, up to b times, and serve its misses */
	FUZZ_SEGMENT, /* load segment register a with b */
	FUZZ_FLAGS, /* popf */
	FUZZ_HANDLE, /* rt_sigaction: signal a, flags b, handler c: 0 default, 1 ignore, else one */
	FUZZ_MASK, /* rt_sigprocmask: how a, signals b and c */
	FUZZ_TIMER, /* setitimer: first a and then every b microseconds */
	FUZZ_QUEUE, /* a request: op a, device b, offset c, RAM d, bytes e, segments f */
	FUZZ_DOOR, /* another way into the Host: sysenter, lcall, iret, int; see the guest */
	FUZZ_FILL, /* map a page in space a every b pages, from the first that is the application's
		      on */
	FUZZ_REQUEST, /* the request in the making: its words from word a on are b to f */
	FUZZ_SUBMIT, /* that request, as a packet of a bytes, b times; then take c completions */
	FUZZ_DEVICE, /* FUZZ_READ and on, a, of device b: memory c, bytes d, offset e and f; f of a
			frame is the header's first word */
	FUZZ_WHATS
};

enum fuzz_access {
	FUZZ_READ,
	FUZZ_WRITE,
	FUZZ_PREAD,
	FUZZ_PWRITE,
	FUZZ_SYNC,
	FUZZ_POLL, /* d descriptors */
	FUZZ_FRAME_OUT, /* write, of what begins as a frame of a network does */
	FUZZ_ACCESSES
};

#define FUZZ_ARGUMENTS 6
#define FUZZ_OPS_MAX 160

struct fuzz_op {
	unsigned int what, argument[FUZZ_ARGUMENTS];
};

struct fuzz_case {
	unsigned int seed; /* of what fills memory and frames at the start */
	unsigned int hidden; /* 1: the application must not see the Guest kernel's memory */
	unsigned int ops;
	struct fuzz_op op[FUZZ_OPS_MAX];
};

/* Where things are, for who makes up addresses. */
#define FUZZ_FRAMES 4
#define FUZZ_FRAME_WORDS 29
#define FUZZ_CODE_AT 0x00400000 /* the application's code, and its stack in the page behind */
#define FUZZ_SCRATCH 0x70100000 /* RAM from here on is a place to play, up to 1 MiB more */
#define FUZZ_PAGES 64 /* of it are what applications get */
/*
 * RAM from here on is the Guest kernel's secret, up to the initrd: it lets nobody have a page of
 * it, and does not write there.  There are some pages in front, for what is longer than it seemed.
 */
#define FUZZ_SECRET_AT (FUZZ_SCRATCH + (FUZZ_PAGES + 8) * 0x1000)
#define FUZZ_SECRET_PAGES 160 /* there are at least, with FUZZ_MEMORY */
#define FUZZ_SECRET_WORDS 4 /* of each page are what it looks at after every run */
#define FUZZ_MEMORY "2M"

/* Exit statuses of a guest that has found something. */
#define FUZZ_SEEN 42 /* the application has seen the Guest kernel's memory */
#define FUZZ_WRITTEN 43 /* the application has changed the Guest kernel's memory */
#define FUZZ_UNSERVED 44 /* the queue does not do what it has to do any more */
/* Enter came back with what no application can have. */
#define FUZZ_BROKEN_REASON 50
#define FUZZ_BROKEN_SEGMENTS 51
#define FUZZ_BROKEN_FLAGS 52
#define FUZZ_BROKEN_TRAP 53
#define FUZZ_BROKEN_FRAME 54 /* it says that there is no frame */

#endif
