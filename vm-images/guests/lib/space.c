/* SPDX-License-Identifier: GPL-2.0-only */
/* space.c - guest address spaces, with the Guest kernel's own tables of what is in them. */
#include "guest.h"

#define TABLE_ENTRIES (TT_PAGE_SIZE / sizeof(unsigned int))

static unsigned int *
entry_of(struct space *s, unsigned int address)
{
	unsigned int *table = s->table[address >> 22];

	return table ? &table[address / TT_PAGE_SIZE % TABLE_ENTRIES] : NULL;
}

void
process_space_create(struct space *s)
{
	int id = hc_space_create();

	if (id < 1)
		fatal("process_space_create: %d", id);
	memset(s, 0, sizeof(*s));
	s->id = (unsigned int)id;
}

void
process_space_destroy(struct space *s)
{
	int error = hc_space_destroy(s->id);

	if (error)
		fatal("process_space_destroy %u: %d", s->id, error);
}

void
process_space_note(struct space *s, unsigned int address, unsigned int offset, unsigned int flags)
{
	if (!s->table[address >> 22]) {
		s->table[address >> 22] = ram(page_alloc());
		memset(s->table[address >> 22], 0, TT_PAGE_SIZE);
	}
	*entry_of(s, address) = offset | flags | TT_MAP_PRESENT;
}

void
process_space_load(struct space *s, unsigned int address, unsigned int count)
{
	int error = hc_map(s->id, address, entry_of(s, address), count);

	if (error)
		fatal("map 0x%x in space %u: %d", address, s->id, error);
}

void
process_space_map(struct space *s, unsigned int address, unsigned int offset, unsigned int flags)
{
	process_space_note(s, address, offset, flags);
	process_space_load(s, address, 1);
}

void
process_space_unmap(struct space *s, unsigned int address)
{
	unsigned int *entry = entry_of(s, address);
	int error = hc_unmap(s->id, address, TT_PAGE_SIZE);

	if (error)
		fatal("unmap 0x%x in space %u: %d", address, s->id, error);
	if (entry)
		*entry = 0;
}

bool
process_space_refill(struct space *s, const struct tt_frame *f)
{
	unsigned int address = f->cr2 & -TT_PAGE_SIZE;
	const unsigned int *entry;

	if (f->reason != TT_EXIT_EXCEPTION || f->trap != 14 || f->error_code & TT_PF_PRESENT ||
		f->cr2 >= TT_GUEST_KERNEL_BASE)
		return false;
	entry = entry_of(s, address);
	if (!entry || !*entry)
		return false;
	process_space_load(s, address, 1);
	return true;
}
