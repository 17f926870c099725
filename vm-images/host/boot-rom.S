/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * boot-rom.S - what Bochs starts with instead of a BIOS: the Host's kernel lies in RAM already, put
 * there by Bochs itself (optramimage; grader/machine/bochs.c makes the image), and is entered by Linux's
 * 32-bit boot protocol (Documentation/x86/boot.rst).  No disk, no boot loader, no BIOS calls: the
 * machine is in the kernel after a few hundred instructions.
 *
 * The same ROM is where a reset ends up.  Then the Host has rebooted, crashed or died of a triple
 * fault, and the machine is to end, as QEMU does with -no-reboot.
 */

#define ROM_BASE 0xffff0000 /* the last 64 KiB of the address space */
#define RAM_IMAGE 0x100000 /* where its boot_params are */
#define RAM_BLOCK 0x20000 /* a divisor of what Bochs allocates RAM by */
#define MAGIC 0x4d524f54 /* "TORM" right behind the initramfs: all of the image is there */

/* Fields of boot_params (Documentation/x86/zero-page.rst). */
#define CODE32_START 0x214
#define RAMDISK_IMAGE 0x218
#define RAMDISK_SIZE 0x21c

#define CMOS_INDEX 0x70
#define CMOS_DATA 0x71
#define CMOS_BEEN_HERE 0x50 /* nobody else's byte; 0 at power-on, kept over a reset */

/* A letter to this port: Bochs goes to its debugger's next command, which is to quit. */
#define DEBUGGER_PORT 0x8900
#define DEBUGGER_BREAK 'D'

	.code16
	.text
	.globl	_start
_start:
	cli
	lgdtl	%cs:(gdt_pointer - _start)
	movl	%cr0, %eax
	orb	$1, %al
	movl	%eax, %cr0
	ljmpl	$0x10, $(protected - _start + ROM_BASE)

	.code32
protected:
	movl	$0x18, %eax
	movl	%eax, %ds
	movl	%eax, %es
	movl	%eax, %fs
	movl	%eax, %gs
	movl	%eax, %ss

	movb	$CMOS_BEEN_HERE, %al
	outb	%al, $CMOS_INDEX
	inb	$CMOS_DATA, %al
	testb	%al, %al
	jnz	end
	movb	$1, %al
	outb	%al, $CMOS_DATA

	/*
	 * Bochs 2.7 reads the image in one go to where RAM's first allocated block is, and allocates
	 * a block when it is first touched, in the order of touching.  Nobody has touched any but
	 * the first yet; so touch them in order, and the image lies in one piece.
	 */
	movl	$RAM_IMAGE, %esi
	movl	%esi, %ebx
	movl	RAMDISK_IMAGE(%esi), %ecx
	addl	RAMDISK_SIZE(%esi), %ecx
1:	movl	(%ebx), %eax
	addl	$RAM_BLOCK, %ebx
	cmpl	%ecx, %ebx
	jbe	1b
	cmpl	$MAGIC, (%ecx)
	jne	end

	/* boot_params in esi, ebp, edi and ebx 0, interrupts off, flat segments. */
	movl	CODE32_START(%esi), %eax
	xorl	%ebx, %ebx
	xorl	%ebp, %ebp
	xorl	%edi, %edi
	jmp	*%eax

end:
	movw	$DEBUGGER_PORT, %dx
	movb	$DEBUGGER_BREAK, %al
	outb	%al, %dx
2:	hlt
	jmp	2b

	.balign	8
gdt:	/* The kernel expects its code segment at 0x10, its data segment at 0x18. */
	.quad	0, 0
	.quad	0x00cf9b000000ffff
	.quad	0x00cf93000000ffff
gdt_pointer:
	.word	gdt_pointer - gdt - 1
	.long	gdt - _start + ROM_BASE

	.org	0xfff0 /* the reset vector */
	.code16
	jmp	_start
	.org	0x10000
