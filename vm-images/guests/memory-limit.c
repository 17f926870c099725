/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * memory-limit - RAM is as large as the boot page says and not a byte larger, and what the Guest
 * kernel maps behind it for itself is there until it is unmapped.
 */
#include <asm/errno.h>
#include <asm/signal.h>

#include "guest.h"

#define STRIDE (5 * TT_PAGE_SIZE) /* not every page, for the sake of time */

LABEL(read_at);
APPLICATION(read, "read_at: mov	(%ebx), %eax\n	int	$0x80\n");

static struct space space;
static struct app app;

static bool
not_there(unsigned int address)
{
	unsigned int value, s = try_read(address, &value);
	bool ok = holds(s == SIGSEGV || s == SIGBUS, "read at 0x%x: signal %u", address, s) &&
		  holds(last_fault.trap == 14 && last_fault.address == address,
			  "read at 0x%x: trap %u, cr2 0x%x", address, last_fault.trap,
			  last_fault.address);

	s = try_write(address, 0xbad);
	return holds(s == SIGSEGV || s == SIGBUS, "write at 0x%x: signal %u", address, s) && ok;
}

static void
check_ram(void)
{
	const unsigned int end = TT_GUEST_KERNEL_BASE + boot->ram_bytes;
	unsigned int first = boot->image_end, value;

	check("ram-is-there");
	for (unsigned int at = first; at < boot->ram_bytes; at += STRIDE)
		if (!holds(try_write(TT_GUEST_KERNEL_BASE + at, at ^ 0xa5a5) == 0, "offset 0x%x",
			    at))
			break;
	for (unsigned int at = first; at < boot->ram_bytes; at += STRIDE)
		if (!holds(try_read(TT_GUEST_KERNEL_BASE + at, &value) == 0 &&
				    value == (at ^ 0xa5a5),
			    "offset 0x%x has 0x%x", at, value))
			break;
	same("last word", try_write(end - 4, 0x1a57), 0);

	check("nothing-behind-ram");
	not_there(end);
	not_there(end + 4);
	not_there(end + TT_PAGE_SIZE);
	not_there((end / 2 + TT_MONITOR_BASE / 2) & -4);
	not_there(TT_MONITOR_BASE - 4);
	not_there(TT_MONITOR_BASE - TT_PAGE_SIZE);
	/* A word that begins in RAM. */
	holds(try_read(end - 2, &value) != 0, "read over the end");
	holds(try_write(end - 2, 0) != 0, "write over the end");
	same("last word", *(volatile unsigned int *)(end - 4), 0x1a57);

	check("nothing-below-the-guest-kernel");
	not_there(0);
	not_there(4);
	holds(try_write(TT_HOST_KERNEL_BASE, 0) == SIGSEGV, "the Host kernel can be written");
	holds(try_read(TT_HOST_KERNEL_BASE, &value) == SIGSEGV, "the Host kernel can be read");
}

static void
check_last_page(void)
{
	unsigned int entry = (boot->ram_bytes - TT_PAGE_SIZE) | TT_MAP_PRESENT | TT_MAP_WRITE;
	const unsigned int behind = boot->ram_bytes | TT_MAP_PRESENT | TT_MAP_WRITE;

	check("last-page-for-an-application");
	*(volatile unsigned int *)ram(boot->ram_bytes - 4) = 0x1a57;
	process_space_map(&space, APP_FREE, boot->ram_bytes - TT_PAGE_SIZE, 0);
	app_restart(&app, read);
	app.frame.regs.ebx = APP_FREE + TT_PAGE_SIZE - 4;
	if (run_to_syscall(&app))
		same("last word", app.frame.regs.eax, 0x1a57);
	same("map of the next page", (unsigned int)hc_map(space.id, APP_FREE, &behind, 1), -EINVAL);
	same("for the Guest kernel",
		(unsigned int)hc_map(TT_SPACE_KERNEL, TT_MONITOR_BASE - TT_PAGE_SIZE, &behind, 1),
		-EINVAL);
	same("map of the last page",
		(unsigned int)hc_map(TT_SPACE_KERNEL, TT_MONITOR_BASE - TT_PAGE_SIZE, &entry, 1),
		0);
	same("last word", *(volatile unsigned int *)(TT_MONITOR_BASE - 4), 0x1a57);
	same("unmap",
		(unsigned int)hc_unmap(
			TT_SPACE_KERNEL, TT_MONITOR_BASE - TT_PAGE_SIZE, TT_PAGE_SIZE),
		0);
}

static void
check_kernel_space(void)
{
	const unsigned int end = TT_GUEST_KERNEL_BASE + boot->ram_bytes;
	const unsigned int places[] = {end, (end / 2 + TT_MONITOR_BASE / 2) & -TT_PAGE_SIZE,
		TT_MONITOR_BASE - 4 * TT_PAGE_SIZE};
	unsigned int entries[4] __attribute__((aligned(16))), value;

	for (unsigned int p = 0; p < ARRAY_SIZE(places); p++) {
		volatile unsigned int *at = (unsigned int *)places[p];

		check("kernel-mapping-%u", p);
		/* Backwards, so that no order of RAM can stand in for the entries. */
		for (unsigned int i = 0; i < 4; i++) {
			unsigned int page = page_alloc();

			*(volatile unsigned int *)ram(page) = 0xcafe0000 + i;
			entries[3 - i] = page | TT_MAP_PRESENT | TT_MAP_WRITE;
		}
		entries[1] &= ~TT_MAP_WRITE;
		same("map of a read-only page",
			(unsigned int)hc_map(TT_SPACE_KERNEL, places[p], entries, 4), -EINVAL);
		/* The entry in front of it may have been set. */
		for (unsigned int i = 1; i < 4; i++)
			not_there(places[p] + i * TT_PAGE_SIZE);
		entries[1] |= TT_MAP_WRITE;
		if (!same("map", (unsigned int)hc_map(TT_SPACE_KERNEL, places[p], entries, 4), 0))
			continue;
		for (unsigned int i = 0; i < 4; i++)
			same("word", at[i * TT_PAGE_SIZE / 4], 0xcafe0003 - i);
		at[1] = 0x1234;
		same("word in RAM", *(unsigned int *)ram((entries[0] & -TT_PAGE_SIZE) + 4), 0x1234);

		/* They are kept while applications run. */
		for (unsigned int i = 0; i < 3; i++) {
			app_restart(&app, read);
			app.frame.regs.ebx = APP_DATA;
			run_to_syscall(&app);
			holds(try_read(places[p], &value) == 0 && value == 0xcafe0003,
				"after enter: signal %u", last_fault.signal);
			same("write after enter", try_write(places[p] + 8, i), 0);
		}
		same("unmap of the middle",
			(unsigned int)hc_unmap(
				TT_SPACE_KERNEL, places[p] + TT_PAGE_SIZE, 2 * TT_PAGE_SIZE),
			0);
		not_there(places[p] + TT_PAGE_SIZE);
		not_there(places[p] + 2 * TT_PAGE_SIZE);
		same("first page", at[0], 0xcafe0003);
		same("last page", at[3 * TT_PAGE_SIZE / 4], 0xcafe0000);
		same("unmap of all",
			(unsigned int)hc_unmap(TT_SPACE_KERNEL, places[p], 4 * TT_PAGE_SIZE), 0);
		not_there(places[p]);
		not_there(places[p] + 3 * TT_PAGE_SIZE);
	}
}

int
main(void)
{
	app_create(&app, &space, read);
	check_kernel_space();
	check_last_page();
	check_ram();
	return 0;
}
