/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * queue - asynchronous I/O: a request goes out by write, its completion comes back by signal and
 * read. What a hostile Guest kernel may ask is refused, and the queue goes on serving.  The machine
 * has a disk and a CD-ROM of BYTES each.
 */
#include <asm/errno.h>
#include <asm/poll.h>
#include <asm/unistd.h>

#include "guest.h"

#define BYTES 65536
#define PATTERN 0x5a17

static const struct tt_device *queue;
static unsigned int disk, cdrom, page;
static volatile unsigned int signals;

static void
on_completion(int signal, struct siginfo *info, struct ucontext *context)
{
	(void)signal, (void)info, (void)context;
	signals++;
}

static int
submit(const struct tt_request *r, size_t bytes)
{
	return host_call(__NR_write, (unsigned int)queue->fd, (unsigned int)r, bytes, 0);
}

/* -EAGAIN: there is none. */
static int
next_completion(struct tt_completion *c)
{
	int n;

	do
		n = host_call(__NR_read, (unsigned int)queue->fd, (unsigned int)c, sizeof(*c), 0);
	while (n == -EINTR);
	return n;
}

/* The result of a packet of that size: the completion has to be its own. */
static int
result_of(const struct tt_request *r, size_t bytes, unsigned int tag)
{
	struct pollfd p = {.fd = queue->fd, .events = POLLIN};
	struct tt_completion c = {0, 0};

	same("write", (unsigned int)submit(r, bytes), bytes);
	while (host_call(__NR_poll, (unsigned int)&p, 1, -1U, 0) == -EINTR)
		;
	same("read", (unsigned int)next_completion(&c), sizeof(c));
	same("tag", c.tag, tag);
	return c.result;
}

static int
ask(struct tt_request *r)
{
	static unsigned int tag = 100;

	r->tag = tag++;
	return result_of(r, offsetof(struct tt_request, segment[r->segments]), r->tag);
}

static struct tt_request
request(unsigned int op, unsigned int device, unsigned long long offset, unsigned int at,
	unsigned int bytes)
{
	return (struct tt_request){.op = op,
		.device = device,
		.offset = offset,
		.segments = op != TT_IO_SYNC,
		.segment = {{at, bytes}}};
}

static void
check_service(void)
{
	struct tt_request write = request(TT_IO_WRITE, disk, 8192, page, 512);
	struct tt_request sync = request(TT_IO_SYNC, disk, 0, 0, 0);
	struct tt_request read = request(TT_IO_READ, disk, 8192, page + 1024, 256);
	unsigned int *word = ram(page);

	check("queue-serves");
	for (unsigned int i = 0; i < 128; i++)
		word[i] = PATTERN + i;
	same("write", (unsigned int)ask(&write), 0);
	same("sync", (unsigned int)ask(&sync), 0);
	/* In two pieces, and not in their order. */
	read.segment[read.segments++] = (struct tt_segment){page + 512, 256};
	same("read", (unsigned int)ask(&read), 0);
	same("first word", word[256], PATTERN);
	same("word of the second piece", word[128], PATTERN + 64);
	same("last word", word[128 + 63], PATTERN + 127);
	holds(signals > 0, "no signal came");
}

static void
check_refusals(void)
{
	const unsigned int end = boot->ram_bytes;
	const struct tt_request bad[] = {
		request(0, disk, 0, page, 512),
		request(4, disk, 0, page, 512),
		request(-1U, disk, 0, page, 512),
		request(TT_IO_READ, boot->devices, 0, page, 512),
		request(TT_IO_READ, TT_DEVICES_MAX, 0, page, 512),
		request(TT_IO_READ, -1U, 0, page, 512),
		request(TT_IO_READ, 0x10000000, 0, page, 512),
		request(TT_IO_READ, 0, 0, page, 512), /* the console */
		request(TT_IO_WRITE, (unsigned int)(queue - boot->device), 0, page, 512),
		request(TT_IO_WRITE, cdrom, 0, page, 512),
		request(TT_IO_READ, disk, BYTES, page, 512),
		request(TT_IO_WRITE, disk, BYTES - 256, page, 512),
		request(TT_IO_WRITE, disk, -512ULL, page, 512),
		request(TT_IO_WRITE, disk, 1ULL << 63, page, 512),
		request(TT_IO_READ, disk, 0, end, 512),
		request(TT_IO_READ, disk, 0, end - 256, 512),
		request(TT_IO_READ, disk, 0, -256U, 512),
		request(TT_IO_READ, disk, 0, TT_GUEST_KERNEL_BASE, 512),
		request(TT_IO_READ, disk, 0, page, -1U),
		request(TT_IO_READ, disk, 0, page, 0x80000000),
	};
	volatile unsigned int *last = ram(end - 4), *here = ram(page);

	check("queue-refuses");
	*last = *here = PATTERN;
	for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++) {
		struct tt_request r = bad[i];
		int result = ask(&r);

		holds(result == (r.op == TT_IO_WRITE && r.device == cdrom ? -EBADF : -EINVAL),
			"request %u: %d", i, result);
	}
	same("RAM", *here, PATTERN);
	same("end of RAM", *last, PATTERN);
}

static void
check_packets(void)
{
	static struct {
		struct tt_request r;
		char more[TT_PAGE_SIZE];
	} big;
	struct tt_request r = request(TT_IO_READ, disk, 0, page, 512);
	const size_t bytes = offsetof(struct tt_request, segment[1]);

	check("queue-bad-packets");
	r.tag = 7;
	same("no byte", (unsigned int)result_of(&r, 0, 0), -EINVAL);
	same("a byte", (unsigned int)result_of(&r, 1, 0), -EINVAL);
	same("a byte short", (unsigned int)result_of(&r, bytes - 1, 7), -EINVAL);
	same("a byte more", (unsigned int)result_of(&r, bytes + 1, 7), -EINVAL);
	r.segments = 2;
	same("a segment short", (unsigned int)result_of(&r, bytes, 7), -EINVAL);
	/* So many that their size is that of one. */
	r.segments = 0x20000001;
	same("a size that wraps", (unsigned int)result_of(&r, bytes, 7), -EINVAL);
	big.r.op = TT_IO_READ;
	big.r.device = disk;
	big.r.tag = 7;
	big.r.segments = TT_SEGMENTS_MAX;
	same("a page too much", (unsigned int)result_of(&big.r, sizeof(big), 7), -EINVAL);
	big.r.segments++;
	same("a segment too much",
		(unsigned int)result_of(&big.r, sizeof(big.r) + sizeof(struct tt_segment), 7),
		-EINVAL);
}

/* Nobody reads: it has to take as many as promised, refuse more, and then answer them all. */
static void
check_flood(void)
{
	struct tt_request r = request(TT_IO_READ, disk, 0, page, 512);
	struct pollfd p = {.fd = queue->fd, .events = POLLIN};
	unsigned int sent = 0, answered = 0, sum = 0;
	struct tt_completion c;
	int n;

	check("queue-flood");
	for (; sent < 100000; sent++) {
		r.tag = sent + 1;
		n = submit(&r, offsetof(struct tt_request, segment[1]));
		if (n < 0)
			break;
		sum += r.tag;
	}
	same("write, in the end", (unsigned int)n, -EAGAIN);
	holds(sent >= TT_QUEUE_DEPTH, "full after %u requests", sent);
	while (answered < sent) {
		host_call(__NR_poll, (unsigned int)&p, 1, 1000, 0);
		n = next_completion(&c);
		if (!same("read", (unsigned int)n, sizeof(c)) ||
			!same("result", (unsigned int)c.result, 0))
			return;
		answered++;
		sum -= c.tag;
	}
	same("tags", sum, 0);
	same("one more", (unsigned int)next_completion(&c), -EAGAIN);
}

int
main(void)
{
	const struct tt_device *d = find_device(TT_DEV_DISK), *c = find_device(TT_DEV_CDROM);

	queue = find_device(TT_DEV_QUEUE);
	check("machine-has-a-queue");
	if (!holds(queue && d && c, "a device is missing") ||
		!same("bytes of the disk", (unsigned int)d->bytes, BYTES))
		return 1;
	disk = (unsigned int)(d - boot->device);
	cdrom = (unsigned int)(c - boot->device);
	page = page_alloc();
	handle_signal((int)queue->signal, on_completion);
	check_service();
	check_refusals();
	check_packets();
	check_flood();
	check_service();
	return 0;
}
