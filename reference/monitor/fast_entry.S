/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fast_entry.S - crossings without the Host's entry code, a step beyond lab 4.
 *
 * While a machine with --fast has the CPU, these are behind int $0x80 and the page
 * fault (fast.c).  They do what crossings.c does in the cases that count: a system call or
 * page fault of a Guest application, and enter.  In any other case all is put back and
 * the Host's own entry goes on, so nothing here is needed.
 *
 * Interrupts are off, and nothing becomes pending meanwhile.  The stack is the Host's
 * entry stack, where there is no sleeping.  %ds and %es are the guest's: memory is reached
 * through %ss.  The frame is where the Host kernel has it, so nothing here can fault.
 */
#include <linux/linkage.h>
#include <asm/asm-offsets.h>
#include <asm/processor-flags.h>
#include <asm/segment.h>
#include <typetwo/frame.h>
#include <typetwo/hypercall.h>
#include <typetwo/machine.h>
#include "fast.h"

#define GDT_LIMIT(selector) gdt_page + ((selector) & ~7) + 6 /* flags, and limit 19:16 */

.macro REGISTERS load:req at:req base:req
	.set	offset, \at + PT_EBP
	.irp	reg, ebp, edi, esi, edx, ecx, ebx
	.if	\load
	movl	%ss:offset(\base), %\reg
	.else
	movl	%\reg, %ss:offset(\base)
	.endif
	.set	offset, offset - 4
	.endr
.endm

/* The application's registers go to the frame, %eax; its eax is on the stack. */
.macro SAVE_APPLICATION reason:req
	REGISTERS 0, 0, %eax
	movl	$\reason, %ss:TT_FRAME_REASON(%eax)
	movw	%ds, %ss:PT_DS(%eax)
	movw	%es, %ss:PT_ES(%eax)
	movw	%fs, %ss:PT_FS(%eax)
	movw	%gs, %ss:PT_GS(%eax)
	popl	%ss:PT_EAX(%eax)
.endm

/* The Guest kernel's come from where enter left them; enter returns 0. */
.macro LEAVE
	popl	%ss:PT_EIP(%eax)
	popl	%ss:PT_CS(%eax)
	popl	%ss:PT_EFLAGS(%eax)
	popl	%ss:PT_OLDESP(%eax)
	movl	$__USER_DS, (%esp)	/* either mode's ss, whatever the application has made of it */
	movl	$__USER_DS, %ss:PT_OLDSS(%eax)
	movl	%ss:fast_machine, %eax
	movb	$0, %ss:FAST_USER(%eax)
	movb	$FLAT, %ss:GDT_LIMIT(__USER_CS)
	movb	$FLAT, %ss:GDT_LIMIT(__USER_DS)
	pushl	%ss:FAST_KERNEL + PT_OLDESP(%eax)
	pushl	%ss:FAST_KERNEL + PT_EFLAGS(%eax)
	pushl	$__USER_CS
	pushl	%ss:FAST_KERNEL + PT_EIP(%eax)
	movl	$__USER_DS, %ecx
	movl	%ecx, %ds
	movl	%ecx, %es
	REGISTERS 1, FAST_KERNEL, %eax
	xorl	%eax, %eax
	movl	%eax, %fs
	movl	%eax, %gs
	iret
.endm

SYM_FUNC_START(fast_int80)
	testl	$X86_EFLAGS_VM, 8(%esp)
	jnz	.Lvirtual
	pushl	%eax
	movl	%ss:fast_machine, %eax
	cmpb	$0, %ss:FAST_USER(%eax)
	je	.Lenter
	movl	%ss:FAST_FRAME(%eax), %eax
	SAVE_APPLICATION TT_EXIT_SYSCALL
	movl	%ss:PT_EAX(%eax), %ecx
	movl	%ecx, %ss:PT_ORIG_EAX(%eax)
	LEAVE
.Lenter:
	REGISTERS 0, FAST_KERNEL, %eax
	cmpl	$TT_HC_ENTER, (%esp)
	jne	.Lhelp
	cmpl	%ss:FAST_FRAME_ADDRESS(%eax), %ebx
	jne	.Lhelp
	movl	%ss:FAST_FRAME(%eax), %ebx
	cmpl	$0, %ss:TT_FRAME_IMMEDIATE_EXIT(%ebx)
	jne	.Lhost
	.irp	word, 20, 16, 12, 8, 4, 0
	movl	%ss:TT_FRAME_TLS + \word(%ebx), %ecx
	cmpl	%ss:FAST_TLS + \word(%eax), %ecx
	jne	.Lhost
	.endr
	movl	%ss:TT_FRAME_SPACE(%ebx), %ecx
	cmpl	%ss:FAST_LOADED(%eax), %ecx
	jne	.Lhelp
	addl	$4, %esp
	popl	%ss:FAST_KERNEL + PT_EIP(%eax)
	addl	$4, %esp
	popl	%ss:FAST_KERNEL + PT_EFLAGS(%eax)
	popl	%ss:FAST_KERNEL + PT_OLDESP(%eax)
	movl	$__USER_DS, (%esp)
	movb	$1, %ss:FAST_USER(%eax)
	movb	%ss:FAST_BOUND(%eax), %cl
	movb	%cl, %ss:GDT_LIMIT(__USER_CS)
	movb	%cl, %ss:GDT_LIMIT(__USER_DS)
	pushl	%ss:PT_OLDESP(%ebx)
	pushl	%ss:PT_EFLAGS(%ebx)
	andl	$TT_USER_FLAGS, (%esp)
	orl	$TT_FIXED_FLAGS, (%esp)
	pushl	$__USER_CS
	pushl	%ss:PT_EIP(%ebx)
	/* What cannot be loaded becomes 0, in the frame; what only level 0 may, IRET makes 0. */
	.set	offset, PT_DS
	.irp	seg, ds, es, fs, gs
1:	movw	%ss:offset(%ebx), %\seg
	.pushsection .text.unlikely
4:	movl	$0, %ss:offset(%ebx)
	jmp	1b
	.popsection
	_ASM_EXTABLE(1b, 4b)
	.set	offset, offset + 4
	.endr
	movl	%ss:PT_EAX(%ebx), %eax
	REGISTERS 1, 0, %ebx
2:	iret
3:	pushl	$0			/* eip is out of bounds: as if the first fetch had said so */
	jmp	*%ss:fast_host_protection
	_ASM_EXTABLE(2b, 3b)
.Lhelp:
	movl	(%esp), %edx
	pushl	%ds
	pushl	%es
	movl	$__KERNEL_DS, %ecx
	movl	%ecx, %ds
	movl	%ecx, %es
	movl	%eax, %ebx
	cld
	call	fast_help		/* (eax monitor, edx number) */
	popl	%es
	popl	%ds
	testl	%eax, %eax
	movl	%ebx, %eax
	movl	%ss:FAST_KERNEL + PT_EBX(%eax), %ebx
	movl	%ss:FAST_KERNEL + PT_ECX(%eax), %ecx
	movl	%ss:FAST_KERNEL + PT_EDX(%eax), %edx
	jg	.Lenter
	jl	.Lhost
	xorl	%eax, %eax
	addl	$4, %esp
	iret
.Lhost:					/* it finds everything as the CPU left it */
	movl	%ss:FAST_KERNEL + PT_EBX(%eax), %ebx
	movl	%ss:FAST_KERNEL + PT_ECX(%eax), %ecx
	popl	%eax
.Lvirtual:				/* TCG's; the Host's entry makes of it what it should be */
	jmp	*%ss:fast_host_int80
SYM_FUNC_END(fast_int80)

SYM_FUNC_START(fast_page_fault)
	pushl	%eax
	pushl	%ecx
	movl	%cr2, %ecx
	testb	$SEGMENT_RPL_MASK, %ss:16(%esp)
	jz	.Lhost_page_fault
	testl	$X86_EFLAGS_VM, 20(%esp)
	jnz	.Lhost_page_fault
	movl	%ss:fast_machine, %eax
	cmpb	$0, %ss:FAST_USER(%eax)
	je	.Lhost_page_fault
	cmpl	$TT_GUEST_KERNEL_BASE, %ecx
	jae	.Lhost_page_fault
	movl	%ss:FAST_FRAME(%eax), %eax
	movl	%ecx, %ss:TT_FRAME_CR2(%eax)
	popl	%ecx
	SAVE_APPLICATION TT_EXIT_EXCEPTION
	popl	%ss:TT_FRAME_ERROR_CODE(%eax)
	movl	$14, %ss:TT_FRAME_TRAP(%eax)
	movl	$-1, %ss:PT_ORIG_EAX(%eax)
	LEAVE
.Lhost_page_fault:
	popl	%ecx
	popl	%eax
	jmp	*%ss:fast_host_page_fault
SYM_FUNC_END(fast_page_fault)
