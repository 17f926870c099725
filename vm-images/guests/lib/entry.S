/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * entry.S - power-on.  There is no stack yet; the registers are kept for those who check them.
 */
#define STACK_BYTES 0x4000

	.text
	.globl	_start
_start:
	mov	%esp, stack + STACK_BYTES - 4
	mov	$stack + STACK_BYTES - 4, %esp
	pushf
	pusha
	push	%fs
	push	%gs
	mov	%esp, %eax
	push	%eax
	call	start

	/* Where a signal handler returns to: the Host's own trampoline is not mapped here. */
	.globl	signal_return
signal_return:
	mov	$173, %eax			/* rt_sigreturn */
	int	$0x80

	.bss
	.balign	16
stack:	.skip	STACK_BYTES

	.section .note.GNU-stack, "", @progbits
