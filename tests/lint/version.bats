# SPDX-License-Identifier: GPL-2.0-only
# One version: where it is defined, and in the changelog.

load ../shell

@test "the changelog has the version" {
	version=$(sed -n 's/^#define TT_VERSION "\([^"]*\)".*/\1/p' vm-images/host/include/typetwo/vmm.h)
	[ -n "$version" ]
	expect 0 "grep -q '^## $version' CHANGELOG.md"
}
