// SPDX-License-Identifier: GPL-2.0-only
/*
 * An address at the Guest kernel's or above is nothing that a guest process has, and so on a bare
 * machine it is a page fault.  Where segments end before it, it is a general protection or stack fault,
 * which has no address: so the instruction is looked at.
 */
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/uaccess.h>
#include <asm/typetwo.h>

#define CODE_MAX 15 /* bytes of an instruction */

struct instruction {
	unsigned char code[CODE_MAX];
	unsigned int at, bytes; /* the next byte, and how many there are */
	unsigned int segment; /* a selector that a prefix chose; 0: the usual one */
	bool short_operand, short_address;
};

static unsigned int next(struct instruction *i, unsigned int size)
{
	unsigned int value = 0, n;

	for (n = 0; n < size && i->at < i->bytes; n++)
		value |= i->code[i->at++] << 8 * n;
	return value;
}

static unsigned int prefixes(struct instruction *i, const struct tt_regs *r)
{
	for (;;) {
		unsigned int byte = next(i, 1);

		switch (byte) {
		case 0x2e:
		case 0x36:
		case 0x3e: /* cs, ss and ds are flat */
			i->segment = TT_USER_DS;
			break;
		case 0x26:
			i->segment = r->es;
			break;
		case 0x64:
			i->segment = r->fs;
			break;
		case 0x65:
			i->segment = r->gs;
			break;
		case 0x66:
			i->short_operand = true;
			break;
		case 0x67:
			i->short_address = true;
			break;
		case 0xf0:
		case 0xf2:
		case 0xf3:
			break;
		default:
			return byte;
		}
	}
}

/* SDM volume 2A, table 2-2 and 2-3; 16-bit addresses do not reach so far. */
static unsigned long effective(struct instruction *i, const struct tt_regs *r)
{
	const unsigned int *reg[] = { &r->eax, &r->ecx, &r->edx, &r->ebx,
				      &r->esp, &r->ebp, &r->esi, &r->edi };
	unsigned int modrm = next(i, 1), mod = modrm >> 6, base = modrm & 7;
	unsigned long address = 0;

	if (mod == 3 || i->short_address)
		return 0;
	if (base == 4) {
		unsigned int sib = next(i, 1);

		base = sib & 7;
		if ((sib >> 3 & 7) != 4)
			address += *reg[sib >> 3 & 7] << (sib >> 6);
	}
	if (mod == 0 && base == 5)
		return address + next(i, 4);
	address += *reg[base];
	if (mod == 1)
		address += (s8)next(i, 1);
	else if (mod == 2)
		address += next(i, 4);
	return address;
}

/* Opcodes with a ModRM byte (SDM volume 2D, appendix A); those of two bytes nearly all have one. */
static bool has_modrm(unsigned int op)
{
	switch (op) {
	case 0x00 ... 0x3f:
		return (op & 7) < 4;
	case 0x62 ... 0x63:
	case 0x69:
	case 0x6b:
	case 0x80 ... 0x8f:
	case 0xc0 ... 0xc1:
	case 0xc4 ... 0xc7:
	case 0xd0 ... 0xd3:
	case 0xd8 ... 0xdf:
	case 0xf6 ... 0xf7:
	case 0xfe ... 0xff:
		return true;
	}
	return false;
}

static unsigned long operand(struct instruction *i, unsigned int op, const struct tt_regs *r)
{
	switch (op) {
	case 0x0f:
		op = next(i, 1);
		if (op == 0x38 || op == 0x3a)
			next(i, 1);
		return effective(i, r);
	case 0xa0 ... 0xa3:
		return next(i, 4);
	case 0xa4 ... 0xa7: /* of two, the one that is out of bounds */
		return r->esi >= TASK_SIZE ? r->esi : r->edi;
	case 0xaa ... 0xab:
	case 0xae ... 0xaf:
		return r->edi;
	case 0xac ... 0xad:
		return r->esi;
	case 0xd7:
		return r->ebx + (u8)r->eax;
	case 0xc9: /* leave */
		return r->ebp;
	}
	return has_modrm(op) ? effective(i, r) : 0;
}

/* Where a jump goes; 0 if it is none. */
static unsigned long target(struct instruction i, unsigned int op, const struct tt_regs *r)
{
	const unsigned int *reg[] = { &r->eax, &r->ecx, &r->edx, &r->ebx,
				      &r->esp, &r->ebp, &r->esi, &r->edi };
	unsigned int modrm;
	u32 word = 0;

	switch (op) {
	case 0xc2 ... 0xc3: /* ret */
		get_user(word, (u32 __user *)r->esp);
		return word;
	case 0xe8 ... 0xe9: /* call, jmp */
		word = next(&i, 4);
		return word + r->eip + i.at;
	case 0xff: /* the same, by way of a register or of memory */
		modrm = i.code[i.at];
		if ((modrm & 0x38) != 0x10 && (modrm & 0x38) != 0x20)
			return 0;
		if (modrm >> 6 == 3)
			return *reg[modrm & 7];
		get_user(word, (u32 __user *)effective(&i, r));
		return word;
	}
	return 0;
}

/* The word of the stack that it pushes or pops. */
static unsigned long top_of_stack(unsigned int op, const struct tt_regs *r)
{
	switch (op) {
	case 0x58 ... 0x5f:
	case 0x61:
	case 0x8f:
	case 0x9d:
	case 0xc2 ... 0xc3:
		return r->esp;
	}
	return r->esp - sizeof(u32);
}

/* What a segment that the process has asked for adds to an offset. */
static unsigned long base_of(unsigned int selector)
{
	unsigned int slot = (selector >> 3) - GDT_ENTRY_TLS_MIN;
	struct tt_tls tls;

	if (slot >= TT_TLS_SLOTS)
		return 0;
	tls = current->thread.arch.segments.asked[slot];
	return tls.low >> 16 | (tls.high & 0xff) << 16 | (tls.high & 0xff000000);
}

/* The address that the instruction wanted, at TASK_SIZE or above; 0 if it was something else. */
unsigned long tt_out_of_bounds(const struct tt_regs *r, bool stack)
{
	struct instruction i = {};
	unsigned long address;
	unsigned int op;

	for (i.bytes = 0; i.bytes < CODE_MAX; i.bytes++)
		if (get_user(i.code[i.bytes], (u8 __user *)r->eip + i.bytes))
			break;
	op = prefixes(&i, r);
	address = target(i, op, r);
	if (address < TASK_SIZE)
		address = operand(&i, op, r) + base_of(i.segment);
	if (address < TASK_SIZE && stack)
		address = top_of_stack(op, r);
	return address < TASK_SIZE ? 0 : address;
}
