/* SPDX-License-Identifier: GPL-2.0-only */
/* memory.c - RAM, handed out once and never taken back. */
#include "guest.h"

unsigned int
page_alloc(void)
{
	static unsigned int next;
	unsigned int end = boot->initrd_bytes ? boot->initrd_offset : boot->ram_bytes;

	if (!next)
		next = boot->image_end;
	if (next > end - TT_PAGE_SIZE)
		fatal("out of RAM: give the machine more with --mem");
	next += TT_PAGE_SIZE;
	return next - TT_PAGE_SIZE;
}

void *
memcpy(void *to, const void *from, size_t bytes)
{
	void *at = to;

	__asm__ volatile("rep movsb" : "+D"(at), "+S"(from), "+c"(bytes)::"memory");
	return to;
}

void *
memset(void *to, int byte, size_t bytes)
{
	void *at = to;

	__asm__ volatile("rep stosb" : "+D"(at), "+c"(bytes) : "a"(byte) : "memory");
	return to;
}

bool
strings_equal(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return *a == *b;
}
