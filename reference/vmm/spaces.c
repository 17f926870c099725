// SPDX-License-Identifier: GPL-2.0-only
/*
 * spaces.c - guest address spaces by remapping.
 *
 * The process has one lower half, and it belongs to one guest address space at a time.  Mappings
 * of any other space are not kept at all: a mapping may be dropped at any time, so a switch drops
 * everything, and what is needed again comes back by page faults, one by one.  The cost of that
 * is the paper's third bottleneck.
 */
#include "monitor.h"

#include <err.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#define MAP_BITS (TT_MAP_PRESENT | TT_MAP_WRITE)
#define OFFSET_MASK (-TT_PAGE_SIZE)

static bool
exists(const struct monitor *mon, unsigned int space)
{
	return space <= TT_SPACES_MAX && mon->space[space];
}

/* True if the range is one that map and unmap may change in this space. */
static bool
range_ok(const struct monitor *mon, unsigned int space, unsigned int address, unsigned int bytes)
{
	unsigned int first = TT_GUEST_USER_BASE, end = TT_GUEST_KERNEL_BASE;

	if (space == TT_SPACE_KERNEL) {
		first = TT_GUEST_KERNEL_BASE + mon->machine->ram_bytes;
		end = TT_MONITOR_BASE;
	} else if (!exists(mon, space)) {
		return false;
	}
	return address % TT_PAGE_SIZE == 0 && bytes % TT_PAGE_SIZE == 0 && bytes > 0 &&
	       address >= first && address <= end && bytes <= end - address;
}

static void
must_succeed(int result)
{
	if (result < 0 && result > -4096)
		errx(TT_STATUS_HOST, "changing the guest's mappings: %s", strerror(-result));
}

/* Take everything that is mapped for guest user mode out of the process. */
static void
drop_all(struct monitor *mon)
{
	must_succeed(tracee_call(&mon->tracee, SYS_munmap, TT_GUEST_USER_BASE,
		TT_GUEST_KERNEL_BASE - TT_GUEST_USER_BASE, 0, 0, 0, 0));
}

/*
 * The Host keeps only so many mappings a process, and a change may split one in two.  A full TLB is
 * emptied; the Guest kernel's own mappings are kept, so too many of these end the machine.
 */
static void
changed(struct monitor *mon, unsigned int space, int result)
{
	if (result == -ENOMEM && space != TT_SPACE_KERNEL)
		drop_all(mon);
	else
		must_succeed(result);
}

static void
remove_mappings(struct monitor *mon, unsigned int space, unsigned int address, unsigned int bytes)
{
	if (space == TT_SPACE_KERNEL) {
		/* Back to the mapping that lies beyond the end of RAM: a touch is SIGBUS. */
		must_succeed(tracee_call(&mon->tracee, SYS_mmap2, address, bytes,
			PROT_READ | PROT_WRITE | PROT_EXEC, MAP_SHARED | MAP_FIXED,
			mon->machine->ram_fd, (address - TT_GUEST_KERNEL_BASE) / TT_PAGE_SIZE));
	} else {
		changed(mon, space,
			tracee_call(&mon->tracee, SYS_munmap, address, bytes, 0, 0, 0, 0));
	}
}

/* Map a run of pages that lie one behind the other in RAM. */
static void
map_run(struct monitor *mon, unsigned int space, unsigned int address, unsigned int bytes,
	unsigned int entry)
{
	int protection = PROT_READ | PROT_EXEC | (entry & TT_MAP_WRITE ? PROT_WRITE : 0);

	changed(mon, space,
		tracee_call(&mon->tracee, SYS_mmap2, address, bytes, protection,
			MAP_SHARED | MAP_FIXED, mon->machine->ram_fd,
			(entry & OFFSET_MASK) / TT_PAGE_SIZE));
}

int
space_map(struct monitor *mon, unsigned int space, unsigned int address, unsigned int entries,
	unsigned int count)
{
	unsigned int copy[TT_MAP_COUNT_MAX];
	const unsigned int *given;
	unsigned int i, run;

	if (count == 0 || count > TT_MAP_COUNT_MAX ||
		!range_ok(mon, space, address, count * TT_PAGE_SIZE))
		return -EINVAL;
	given = machine_page(mon->machine, entries, count * sizeof(*given));
	if (!given)
		return -EFAULT;
	memcpy(copy, given, count * sizeof(*given));
	for (i = 0; i < count; i++)
		if (copy[i] & TT_MAP_PRESENT &&
			((copy[i] & ~OFFSET_MASK & ~MAP_BITS) ||
				(space == TT_SPACE_KERNEL && !(copy[i] & TT_MAP_WRITE)) ||
				(copy[i] & OFFSET_MASK) >= mon->machine->ram_bytes))
			return -EINVAL;

	if (!mon->loaded)
		mon->loaded = space;
	if (space != TT_SPACE_KERNEL && space != mon->loaded)
		return 0;
	for (i = 0; i < count; i += run) {
		bool present = copy[i] & TT_MAP_PRESENT;

		for (run = 1; i + run < count; run++)
			if (present ? copy[i + run] != copy[i] + run * TT_PAGE_SIZE
				    : copy[i + run] & TT_MAP_PRESENT)
				break;
		if (present)
			map_run(mon, space, address + i * TT_PAGE_SIZE, run * TT_PAGE_SIZE,
				copy[i]);
		else
			remove_mappings(mon, space, address + i * TT_PAGE_SIZE, run * TT_PAGE_SIZE);
	}
	return 0;
}

int
space_unmap(struct monitor *mon, unsigned int space, unsigned int address, unsigned int bytes)
{
	if (!range_ok(mon, space, address, bytes))
		return -EINVAL;
	if (space == TT_SPACE_KERNEL || space == mon->loaded)
		remove_mappings(mon, space, address, bytes);
	return 0;
}

int
space_create(struct monitor *mon)
{
	for (int i = 1; i <= TT_SPACES_MAX; i++) {
		if (!mon->space[i]) {
			mon->space[i] = true;
			return i;
		}
	}
	return -ENOSPC;
}

int
space_destroy(struct monitor *mon, unsigned int space)
{
	if (space == TT_SPACE_KERNEL || !exists(mon, space))
		return -EINVAL;
	mon->space[space] = false;
	if (space == mon->loaded) {
		drop_all(mon);
		mon->loaded = 0;
	}
	return 0;
}

int
space_load(struct monitor *mon, unsigned int space)
{
	if (space == TT_SPACE_KERNEL || !exists(mon, space))
		return -EINVAL;
	if (mon->loaded && mon->loaded != space) {
		/* BEGIN lab1.7 */
		drop_all(mon);
		/* END lab1.7 */
	}
	mon->loaded = space;
	return 0;
}
