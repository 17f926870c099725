// SPDX-License-Identifier: GPL-2.0-only
#include "machine.h"

#include <err.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <termios.h>
#include <unistd.h>

#include "loader.h"
#include "queue.h"

#define FILE_BYTES_MAX (1ULL << 30) /* of a console or a verdict */

static struct termios terminal;
static bool terminal_changed;

void *
machine_ram(const struct machine *m, unsigned int address, size_t bytes, unsigned int align)
{
	/* Unsigned, so that an address below RAM becomes one far above it. */
	unsigned int offset = address - TT_GUEST_KERNEL_BASE;

	if (address % align || offset >= m->ram_bytes || bytes > m->ram_bytes - offset)
		return NULL;
	return m->ram + offset;
}

void *
machine_page(const struct machine *m, unsigned int address, size_t bytes)
{
	if (address % TT_PAGE_SIZE + bytes > TT_PAGE_SIZE)
		return NULL;
	return machine_ram(m, address, bytes, sizeof(unsigned int));
}

const struct tt_device *
machine_device(const struct machine *m, int fd)
{
	for (unsigned int i = 0; i < m->devices; i++)
		if (m->device[i].fd == fd)
			return &m->device[i];
	return NULL;
}

static bool
is_file(int fd)
{
	struct stat st;

	return !fstat(fd, &st) && S_ISREG(st.st_mode);
}

static struct tt_device *
add_device(struct machine *m, unsigned int kind, int fd)
{
	struct tt_device *d = &m->device[m->devices++];

	*d = (struct tt_device){.kind = kind, .fd = fd};
	return d;
}

static void
add_file(struct machine *m, unsigned int kind, const char *path, int mode)
{
	struct tt_device *d;
	struct stat st;
	unsigned long long bytes = 0;
	int fd;

	if (!path)
		return;
	fd = open(path, mode | O_CLOEXEC | O_NOCTTY);
	if (fd < 0 || fstat(fd, &st))
		err(2, "%s: cannot open this device file", path);
	d = add_device(m, kind, fd);
	if (mode == O_RDONLY)
		d->flags = TT_DEV_READ_ONLY;
	if (kind == TT_DEV_VERDICT)
		return;
	if (S_ISBLK(st.st_mode) ? ioctl(fd, BLKGETSIZE64, &bytes) : !S_ISREG(st.st_mode))
		errx(2, "%s: a disk is a regular file or a block device", path);
	d->bytes = S_ISBLK(st.st_mode) ? bytes : (unsigned long long)st.st_size;
	if (d->bytes < 512)
		errx(2, "%s: too small for a disk", path);
}

/*
 * One frame a read or write.  The guest takes and gives long ones, without checksums.  The Host
 * would make a TAP interface that is not there; whose address nobody has set, and a name with a
 * slip of the pen would go unnoticed.
 */
static void
add_net(struct machine *m, const char *name)
{
	struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR};
	int fd, head = sizeof(struct virtio_net_hdr);

	if (!name)
		return;
	if (strlen(name) >= sizeof(request.ifr_name) || !if_nametoindex(name))
		errx(2, "--net=%s: the Host has no such interface; `tunctl -t %s` makes it", name,
			name);
	fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		err(2, "/dev/net/tun: cannot open the Host's TAP interfaces");
	strcpy(request.ifr_name, name);
	if (ioctl(fd, TUNSETIFF, &request) || ioctl(fd, TUNSETVNETHDRSZ, &head) ||
		ioctl(fd, TUNSETOFFLOAD, TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6))
		err(2, "--net=%s: this is no TAP interface that is free", name);
	add_device(m, TT_DEV_NET, fd)->signal = SIGIO;
}

void
machine_restore_terminal(void)
{
	if (terminal_changed)
		tcsetattr(STDIN_FILENO, TCSANOW, &terminal);
	terminal_changed = false;
}

/* The guest does its own line editing; its output still wants a carriage return a line. */
static void
raw_terminal(void)
{
	struct termios raw;

	if (tcgetattr(STDIN_FILENO, &terminal))
		return;
	raw = terminal;
	cfmakeraw(&raw);
	raw.c_oflag |= OPOST | ONLCR;
	terminal_changed = !tcsetattr(STDIN_FILENO, TCSANOW, &raw);
	atexit(machine_restore_terminal);
}

void
machine_limit_files(const struct machine *m)
{
	unsigned long long bytes = 0;
	struct rlimit limit;

	for (unsigned int i = 0; i < m->devices; i++) {
		const struct tt_device *d = &m->device[i];
		bool grows = d->kind == TT_DEV_CONSOLE_OUT || d->kind == TT_DEV_VERDICT;
		unsigned long long most = grows && is_file(d->fd) ? FILE_BYTES_MAX : d->bytes;

		if (most > bytes)
			bytes = most;
	}
	if (getrlimit(RLIMIT_FSIZE, &limit))
		err(TT_STATUS_HOST, "the largest file that a machine may write");
	if (bytes < limit.rlim_max)
		limit.rlim_max = bytes;
	if (bytes < limit.rlim_cur)
		limit.rlim_cur = bytes;
	/* A call that would is an error, -EFBIG, and no signal. */
	if (signal(SIGXFSZ, SIG_IGN) == SIG_ERR || setrlimit(RLIMIT_FSIZE, &limit))
		err(TT_STATUS_HOST, "the largest file that a machine may write");
}

void
machine_route_signals(const struct machine *m, int pid)
{
	for (unsigned int i = 0; i < m->devices; i++) {
		int fd = m->device[i].fd;

		if (!m->device[i].signal)
			continue;
		/* It may come before the Guest kernel listens: by default it would kill. */
		signal(m->device[i].signal, SIG_IGN);
		if (fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_ASYNC) || fcntl(fd, F_SETOWN, pid))
			err(TT_STATUS_HOST, "device %u: cannot route SIGIO to the guest", i);
	}
}

static void
load_initrd(struct machine *m, const char *path)
{
	struct tt_boot *boot = m->boot;
	struct stat st;
	unsigned int room;
	int fd;

	if (!path)
		return;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st))
		err(2, "%s: cannot open this initrd", path);
	room = m->ram_bytes - boot->image_end;
	if (!S_ISREG(st.st_mode) || st.st_size <= 0 || st.st_size > (off_t)room)
		errx(2, "%s: an initrd is a file of 1 to %u bytes, the RAM left by the image", path,
			room);
	boot->initrd_bytes = st.st_size;
	boot->initrd_offset = (m->ram_bytes - boot->initrd_bytes) & -TT_PAGE_SIZE;
	if (read(fd, m->ram + boot->initrd_offset, st.st_size) != st.st_size)
		err(2, "%s: cannot read this initrd", path);
	close(fd);
}

/* SIGIO works on terminals, pipes and sockets; on a file input is always ready. */
static unsigned int
console_signal(void)
{
	struct stat st;

	return !fstat(STDIN_FILENO, &st) && !S_ISREG(st.st_mode) ? SIGIO : 0;
}

void
machine_create(struct machine *m, const struct options *o, unsigned int *entry)
{
	struct sysinfo host;

	*m = (struct machine){.ram_bytes = o->ram_bytes};
	if (!sysinfo(&host) &&
		(unsigned long long)(host.freeram + host.bufferram) * host.mem_unit < o->ram_bytes)
		errx(2, "--mem: the Host has %llu MiB free, the guest is to have %u MiB",
			(unsigned long long)host.freeram * host.mem_unit >> 20, o->ram_bytes >> 20);

	m->ram_fd = memfd_create("guest-ram", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (m->ram_fd < 0 || ftruncate(m->ram_fd, m->ram_bytes))
		err(TT_STATUS_HOST, "guest RAM");
	/* A Guest kernel that finds the file open may write to its RAM, but get no more of it. */
	if (fcntl(m->ram_fd, F_ADD_SEALS, F_SEAL_GROW))
		err(TT_STATUS_HOST, "guest RAM");
	m->ram = mmap(NULL, m->ram_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, m->ram_fd, 0);
	if (m->ram == MAP_FAILED)
		err(TT_STATUS_HOST, "guest RAM");

	m->boot = (struct tt_boot *)m->ram;
	m->boot->magic = TT_BOOT_MAGIC;
	m->boot->version = TT_BOOT_VERSION;
	m->boot->ram_bytes = m->ram_bytes;
	m->boot->image_end = load_image(m, o->guest, entry);
	load_initrd(m, o->initrd);
	strcpy(m->boot->cmdline, o->cmdline);

	add_device(m, TT_DEV_CONSOLE_IN, STDIN_FILENO)->signal = console_signal();
	add_device(m, TT_DEV_CONSOLE_OUT, STDOUT_FILENO);
	add_file(m, TT_DEV_VERDICT, o->verdict, O_RDWR);
	add_file(m, TT_DEV_DISK, o->disk, O_RDWR);
	add_file(m, TT_DEV_CDROM, o->cdrom, O_RDONLY);
	add_net(m, o->net);
	if (o->async)
		add_device(m, TT_DEV_QUEUE, queue_start(m))->signal = SIGIO;
	m->boot->devices = m->devices;
	memcpy(m->boot->device, m->device, sizeof(m->device));
	raw_terminal();
}
