/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The three places where the machine ABI needs more than C: power-on without a stack, enter with a
 * return address that signal handlers can recognise, and the return from a signal handler.
 */
#include <linux/linkage.h>
#include <asm/page.h>
#include <asm/thread_info.h>
#include <asm/unistd_32.h>
#include <typetwo/hypercall.h>

	.section .init.text, "ax"
SYM_CODE_START(_start)
	cld
	movl $(init_thread_union + THREAD_SIZE), %esp
	xorl %ebp, %ebp
	call tt_start
	ud2
SYM_CODE_END(_start)

	.text

/*
 * long tt_enter(struct tt_frame *frame)
 *
 * A host signal that comes in guest user mode finds eip at tt_enter_return: that is how the clock
 * tick knows whose time it is.
 */
SYM_FUNC_START(tt_enter)
	pushl %ebx
	movl %eax, %ebx
	movl $TT_HC_ENTER, %eax
	int $0x80
SYM_INNER_LABEL(tt_enter_return, SYM_L_GLOBAL)
	popl %ebx
	ret
SYM_FUNC_END(tt_enter)

SYM_CODE_START(tt_sigreturn)
	movl $__NR_rt_sigreturn, %eax
	int $0x80
	ud2
SYM_CODE_END(tt_sigreturn)

/*
 * void tt_idle(void): wait for a host signal, with soft interrupts off.
 *
 * A signal between the look and the trap would be slept over.  Its handler finds eip in
 * [tt_idle, tt_idle_woken) and moves it on (irq.c); blocking the signals would be the usual way,
 * but costs two more host calls each time.
 */
SYM_FUNC_START(tt_idle)
	pushl %ebx
SYM_INNER_LABEL(tt_idle_look, SYM_L_GLOBAL)
	cmpl $0, signals_pending
	jne tt_idle_woken
	movl $__NR_rt_sigsuspend, %eax
	movl $tt_no_signals, %ebx
	movl $8, %ecx
	int $0x80
SYM_INNER_LABEL(tt_idle_woken, SYM_L_GLOBAL)
	popl %ebx
	ret
SYM_FUNC_END(tt_idle)

	.section .rodata
tt_no_signals:
	.long 0, 0
