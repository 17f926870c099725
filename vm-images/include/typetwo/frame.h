/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * frame.h - what the Guest kernel and the Monitor hand each other at enter.
 *
 * The Guest kernel owns the frame; it lies in one page of RAM, 4-byte aligned, so that a Monitor
 * finds all of it where it finds its first word.  The Monitor reads it at enter and writes it
 * before enter returns, at no other time.
 */
#ifndef TYPETWO_FRAME_H
#define TYPETWO_FRAME_H

/* Why enter returned: tt_frame.reason.  Numbers only grow. */
#define TT_EXIT_SYSCALL 1 /* int $0x80: eax and orig_eax hold the number, eip is behind it */
/*
 * trap, error_code and cr2 say which; eip as the CPU reports it.  There is no sysenter in guest
 * user mode: it is a general protection fault, whose eip means nothing where the Host has lost it.
 */
#define TT_EXIT_EXCEPTION 2
#define TT_EXIT_INTERRUPT 3 /* a host signal, or immediate_exit; may be spurious */

/* Bits of error_code for trap 14 (Intel SDM volume 3A, section 4.7).  U is always set. */
#define TT_PF_PRESENT 1 /* the page is mapped and forbids the access; clear: it is not mapped */
#define TT_PF_WRITE 2
#define TT_PF_USER 4

/* Selectors of guest user mode; Linux i386's own, so that applications find what they expect. */
#define TT_USER_CS 0x73
#define TT_USER_DS 0x7b
#define TT_TLS_SLOTS 3
#define TT_TLS_SELECTOR(slot) (0x33 + 8 * (slot))

/*
 * The flags that are an application's own (SDM volume 1, section 3.4.3): CF PF AF ZF SF TF DF OF NT
 * RF AC ID.  Of the others IF is set, and the rest is not.
 */
#define TT_USER_FLAGS 0x00254dd5
#define TT_FIXED_FLAGS 0x00000202

#define TT_FRAME_REGS 17 /* words of struct tt_regs */

/* Where assembly finds the fields of struct tt_frame behind the registers. */
#define TT_FRAME_SPACE 68
#define TT_FRAME_IMMEDIATE_EXIT 72
#define TT_FRAME_TLS 76
#define TT_FRAME_REASON 100
#define TT_FRAME_TRAP 104
#define TT_FRAME_ERROR_CODE 108
#define TT_FRAME_CR2 112

#ifndef __ASSEMBLER__

/*
 * Registers of guest user mode, in the order of Linux's i386 struct user_regs_struct and pt_regs,
 * so that either monitor moves them in one copy.  All in and out, except as said.
 */
struct tt_regs {
	unsigned int ebx, ecx, edx, esi, edi, ebp, eax;
	unsigned int ds, es, fs,
		gs; /* in: a selector that guest user mode may not load becomes 0 */
	unsigned int orig_eax; /* out: system call number, else -1; ignored on the way in */
	unsigned int eip;
	unsigned int cs; /* ignored on the way in: always TT_USER_CS */
	unsigned int eflags; /* in: TT_USER_FLAGS are looked at, TT_FIXED_FLAGS set */
	unsigned int esp;
	unsigned int ss; /* ignored on the way in: always TT_USER_DS */
};

/*
 * A segment descriptor as the CPU has it (SDM volume 3A, section 3.4.5): all zero for an empty
 * slot, or a present, writable 32-bit data segment of privilege level 3, expand-down or not.  Where
 * segment bounds protect the Guest kernel, it has no byte at TT_GUEST_KERNEL_BASE or above,
 * whatever the offset; a Monitor that protects otherwise may not look.  An i386 libc has variables
 * at negative offsets: only an expand-down segment has these and ends in time.
 */
struct tt_tls {
	unsigned int low, high;
};

struct tt_frame {
	struct tt_regs regs;
	unsigned int space; /* in: address space to run in, from space_create */
	/*
	 * in: when not 0, enter returns at once with TT_EXIT_INTERRUPT and the registers as they
	 * were.  A signal handler of the Guest kernel sets it, so that a wake-up which arrives
	 * after the last look and before enter is not lost (as kvm_run.immediate_exit does).  The
	 * Guest kernel clears it.
	 */
	unsigned int immediate_exit;
	struct tt_tls tls[TT_TLS_SLOTS]; /* in: what the GDT's TLS slots hold in guest user mode */
	unsigned int reason; /* out: TT_EXIT_* */
	unsigned int trap; /* out, for TT_EXIT_EXCEPTION: vector, 0 to 31 */
	unsigned int error_code; /* out, for TT_EXIT_EXCEPTION: as the CPU gives it, 0 if it gives
				    none */
	unsigned int cr2; /* out, for trap 14: fault address; for trap 1: DR6, bits 0 to 3 and 14 */
};

#define TT_SAME(number, expression) _Static_assert((number) == (expression), #number)
TT_SAME(TT_FRAME_REGS, sizeof(struct tt_regs) / sizeof(unsigned int));
TT_SAME(TT_FRAME_SPACE, __builtin_offsetof(struct tt_frame, space));
TT_SAME(TT_FRAME_IMMEDIATE_EXIT, __builtin_offsetof(struct tt_frame, immediate_exit));
TT_SAME(TT_FRAME_TLS, __builtin_offsetof(struct tt_frame, tls));
TT_SAME(TT_FRAME_REASON, __builtin_offsetof(struct tt_frame, reason));
TT_SAME(TT_FRAME_TRAP, __builtin_offsetof(struct tt_frame, trap));
TT_SAME(TT_FRAME_ERROR_CODE, __builtin_offsetof(struct tt_frame, error_code));
TT_SAME(TT_FRAME_CR2, __builtin_offsetof(struct tt_frame, cr2));
#undef TT_SAME

#endif /* !__ASSEMBLER__ */
#endif
