/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * peers.c - other monitors beside ours, each with a native of its own.
 */
#include "bench/plan.h"
#include "grader/lib/child.h"
#include "grader/lib/files.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define XEN_LINUX                                                                \
	"console=ttyS0 quiet panic=-1 mitigations=off nopti norandmaps nokaslr " \
	"randomize_kstack_offset=off transparent_hugepage=never"

/*
 * The Type I monitor beside it: Debian's amd64 kernel as the first domain of Xen, a paravirtual
 * guest as any other, and the same kernel, with the same options, alone.  Neither defends itself
 * against the CPU.  Xen does not start on a CPU with SMAP that is TCG's.
 */
static const struct foreign xen_native = {.program = "qemu-system-x86_64",
	.cpu = "Nehalem",
	.kernel = "xen-linux",
	.options = XEN_LINUX};
static const struct foreign xen = {.program = "qemu-system-x86_64",
	.cpu = "Nehalem",
	.kernel = "xen",
	.options = "dom0_mem=768M,max:768M dom0_max_vcpus=1 spec-ctrl=no xpti=no no-real-mode "
		   "com1=115200,8n1,0x3e8,10 console=com1",
	.domain = "xen-linux",
	.domain_options = XEN_LINUX};

static const struct peer {
	const struct foreign *system; /* names as images.h knows them */
	const char *guest, *interception, *native, *title, *measure;
	int memory_mb;
} peers[] = {
	{&xen_native, "xen-native", NULL, NULL, "Debian's kernel, amd64", "measure-amd64", 768},
	{&xen, "xen", "xen-pv", "xen-native", "the same on Xen PV", "measure-amd64", 1024},
	{&xen_native, "xen-native-i386", NULL, NULL, "Debian's kernel, an i386 program", "measure",
		768},
	{&xen, "xen-i386", "xen-pv", "xen-native-i386", "the same on Xen PV", "measure", 1024},
};
#define PEERS (sizeof(peers) / sizeof(peers[0]))

/* What a peer is made of, in one line; the caller owns it. */
static char *
peer_versions(const struct plans *plans, const char *program)
{
	char path[PATH_MAX], packages[512], *qemu_version, *versions;
	FILE *file;

	image_path(&plans->images, "xen-versions", path);
	file = fopen(path, "re");
	if (!file)
		cannot("read", path);
	packages[fread(packages, 1, sizeof(packages) - 1, file)] = '\0';
	fclose(file);
	for (char *end = packages; (end = strchr(end, '\n')) != NULL;)
		*end = ',';
	qemu_version = program_version(program);
	versions = plan_text("%s %s", packages, qemu_version);
	free(qemu_version);
	return versions;
}

static void
plan_peer(
	const struct plans *plans, struct plan *plan, const struct peer *peer, const char *versions)
{
	const struct foreign *system = peer->system;
	struct cell *cell = plan->cell;
	struct test *test = plan_test(plan, peer->guest, LINUX_SECONDS,
		plan_text(TOLD "./%s %s /dev/ttyS1 " OPERATIONS_OF, peer->measure, peer->guest));
	const char *machine;

	test->files[0] = peer->measure;
	test->memory_mb = peer->memory_mb;
	test->nonce = NONCE;
	plan->foreign = *system;
	image_path(&plans->images, system->kernel, plan->kernel);
	plan->foreign.kernel = plan->kernel;
	if (system->domain) {
		image_path(&plans->images, system->domain, plan->domain);
		plan->foreign.domain = plan->domain;
	}
	plan->boot.foreign = &plan->foreign;
	cell->interception = peer->interception;
	cell->native = peer->native;
	cell->peer = peer->title;
	machine = plan_text("%s %s -cpu %s -m %d -kernel %s -append '%s'", system->program,
		strchr(bench_machine, '-'), system->cpu, peer->memory_mb, system->kernel,
		system->options);
	cell->machine = machine;
	if (system->domain)
		cell->machine = plan_text(
			"%s -initrd '%s %s,...'", machine, system->domain, system->domain_options);
	cell->versions = versions;
}

/* What has been measured stays in the file and in the table, as long as it is there. */
static bool
have_peers(const struct plans *plans)
{
	static const char *const names[] = {"xen", "xen-linux", "xen-versions", "measure-amd64"};
	char path[PATH_MAX];

	if (!plans->peers && !child_exists(peers[0].system->program))
		return false;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		image_path(&plans->images, names[i], path);
		if (access(path, R_OK) == 0)
			continue;
		if (plans->peers)
			errx(2, "%s is missing: `make bench PEERS=xen` makes it", path);
		return false;
	}
	return true;
}

void
plan_peers(struct plans *plans)
{
	const char *versions;

	if (!have_peers(plans))
		return;
	versions = peer_versions(plans, peers[0].system->program);
	for (size_t i = 0; i < PEERS; i++)
		plan_peer(plans, plan_cell(plans, peers[i].guest), &peers[i], versions);
}
