// SPDX-License-Identifier: GPL-2.0-only
/*
 * queue.c - asynchronous I/O without a host system call more: the queue is a socket, and at its
 * other end is a process that waits for the disks while the guest-machine process runs on.
 *
 * The Guest kernel writes requests, and may be hostile.  A socket copies what is written: nobody
 * changes a request that was looked at.
 */
#include "queue.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

/* What the Host takes for a packet of that size, when it counts how full a socket is, and more. */
#define PACKET_COST (sizeof(struct tt_request) + 1024)

/* The device of a request that is allowed, or NULL; its RAM is in memory[], *total bytes. */
static const struct tt_device *
checked(const struct machine *m, const struct tt_request *r, size_t bytes, struct iovec *memory,
	unsigned long long *total)
{
	const struct tt_device *d;

	if (r->device >= m->devices || r->segments > TT_SEGMENTS_MAX ||
		bytes != offsetof(struct tt_request, segment) + r->segments * sizeof(*r->segment))
		return NULL;
	d = &m->device[r->device];
	if (d->kind != TT_DEV_DISK && d->kind != TT_DEV_CDROM)
		return NULL;
	*total = 0;
	for (unsigned int i = 0; i < r->segments; i++) {
		const struct tt_segment *s = &r->segment[i];

		if (s->ram > m->ram_bytes || s->bytes > m->ram_bytes - s->ram)
			return NULL;
		memory[i] = (struct iovec){m->ram + s->ram, s->bytes};
		*total += s->bytes;
	}
	/* The Host would let a disk that is a file grow. */
	return r->offset <= d->bytes && *total <= d->bytes - r->offset ? d : NULL;
}

static int
serve(const struct machine *m, const struct tt_request *r, size_t bytes)
{
	struct iovec memory[TT_SEGMENTS_MAX];
	unsigned long long total;
	const struct tt_device *d = checked(m, r, bytes, memory, &total);
	ssize_t n;

	if (!d)
		return -EINVAL;
	switch (r->op) {
	case TT_IO_READ:
		n = preadv(d->fd, memory, (int)r->segments, (off_t)r->offset);
		break;
	case TT_IO_WRITE:
		n = pwritev(d->fd, memory, (int)r->segments, (off_t)r->offset);
		break;
	case TT_IO_SYNC:
		n = r->segments ? -EINVAL : fdatasync(d->fd);
		break;
	default:
		return -EINVAL;
	}
	if (n < 0)
		return -errno;
	/* A disk that has become shorter, or a Host's that is full. */
	return (unsigned long long)n == total ? 0 : -EIO;
}

/* Nothing was received: the machine has closed its end, unless it has written a packet of 0 bytes.
 */
static bool
hung_up(int fd)
{
	struct pollfd p = {.fd = fd};

	return poll(&p, 1, 0) < 0 || p.revents & POLLHUP;
}

static _Noreturn void
serve_all(const struct machine *m, int fd, pid_t launcher)
{
	struct tt_request request;
	ssize_t n;

	if (prctl(PR_SET_PDEATHSIG, SIGKILL) || getppid() != launcher)
		_exit(TT_STATUS_HOST);
	prctl(PR_SET_NAME, "vmm-queue");
	signal(SIGPIPE, SIG_IGN);
	/* With MSG_TRUNC a packet that is too long says how long it was. */
	while ((n = recv(fd, &request, sizeof(request), MSG_TRUNC)) >= 0) {
		struct tt_completion c = {0, -EINVAL};

		if (n == 0 && hung_up(fd))
			break;
		if (n >= (ssize_t)offsetof(struct tt_request, segment)) {
			c.tag = request.tag;
			c.result = serve(m, &request, (size_t)n);
		}
		/* This waits for a guest that does not read: it has nothing but its own to lose. */
		if (send(fd, &c, sizeof(c), 0) < 0)
			break;
	}
	_exit(0);
}

int
queue_start(const struct machine *m)
{
	int room = TT_QUEUE_DEPTH * PACKET_COST, end[2];
	pid_t launcher = getpid(), child;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, end) ||
		fcntl(end[0], F_SETFL, O_NONBLOCK) ||
		setsockopt(end[0], SOL_SOCKET, SO_SNDBUF, &room, sizeof(room)) ||
		setsockopt(end[1], SOL_SOCKET, SO_SNDBUF, &room, sizeof(room)))
		err(TT_STATUS_HOST, "queue");
	child = fork();
	if (child < 0)
		err(TT_STATUS_HOST, "queue");
	if (child == 0) {
		close(end[0]);
		serve_all(m, end[1], launcher);
	}
	close(end[1]);
	return end[0];
}
