// SPDX-License-Identifier: GPL-2.0-only
/*
 * measure_net.c - bytes by TCP, to and from the other end at $PEER.  One connection is for all.
 */
#include <arpa/inet.h>
#include <err.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "measure.h"

#define PORT 5420
#define CHUNK 65536
#define WARM 16 /* CHUNKs each way, which do not count */
#define BUFFER (1 << 20)

/* What the other end is to do: in CHUNKs.  It answers what it got with one byte. */
struct order {
	uint32_t take, give;
};

static int peer = -1;
static char chunk[CHUNK];

static void
no_delay(void)
{
	int yes = 1;

	if (setsockopt(peer, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes)) < 0)
		err(1, "TCP_NODELAY");
}

/* Buffers that do not grow: how far they have makes frames of another size, and more of them. */
static void
fix_buffers(int fd)
{
	int bytes = BUFFER;

	if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &bytes, sizeof(bytes)) < 0 ||
		setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)) < 0)
		err(1, "the socket's buffers");
}

static void
put(const void *from, size_t n)
{
	while (n) {
		ssize_t some = send(peer, from, n, MSG_NOSIGNAL);

		if (some <= 0)
			err(1, "send");
		from = (const char *)from + some;
		n -= some;
	}
}

static int
get(void *to, size_t n)
{
	return recv(peer, to, n, MSG_WAITALL) == (ssize_t)n;
}

void
sends(unsigned int n)
{
	struct order order = {.take = n};
	char c;

	put(&order, sizeof(order));
	while (n--)
		put(chunk, sizeof(chunk));
	if (!get(&c, 1))
		err(1, "the other end");
}

void
receives(unsigned int n)
{
	struct order order = {.give = n};

	put(&order, sizeof(order));
	while (n--)
		if (!get(chunk, sizeof(chunk)))
			err(1, "the other end");
}

void
open_peer(const struct metric *metric)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(PORT)};
	const char *name = getenv("PEER") ?: "";

	(void)metric;
	if (peer >= 0)
		return;
	if (inet_aton(name, &address.sin_addr) == 0)
		errx(2, "PEER is the address of a `measure serve`, not \"%s\"", name);
	peer = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (peer >= 0)
		fix_buffers(peer);
	if (peer < 0 || connect(peer, (struct sockaddr *)&address, sizeof(address)) < 0)
		err(1, "%s", name);
	no_delay();
	sends(WARM);
	receives(WARM);
}

/* Whoever starts this may connect as soon as it returns. */
void
serve(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(PORT)};
	int listener = socket(AF_INET, SOCK_STREAM, 0), yes = 1;
	struct order order;

	if (listener < 0 || setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) < 0 ||
		bind(listener, (struct sockaddr *)&address, sizeof(address)) < 0 ||
		listen(listener, 1) < 0)
		err(1, "port %d", PORT);
	fix_buffers(listener); /* those of a connection are the listener's */
	if (daemon(1, 1) < 0)
		err(1, "fork");
	peer = accept(listener, NULL, NULL);
	if (peer < 0)
		err(1, "accept");
	no_delay();
	while (get(&order, sizeof(order))) {
		for (; order.take; order.take--)
			if (!get(chunk, sizeof(chunk)))
				return;
		for (uint32_t i = 0; i < order.give; i++)
			put(chunk, sizeof(chunk));
		if (!order.give)
			put(chunk, 1);
	}
}
