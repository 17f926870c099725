# SPDX-License-Identifier: GPL-2.0-only
# After everything else: what all these tests have left behind.

load ../shell

# Others may run machines, too: only what was started in this tree is ours.
@test "no machine is left" {
	for pid in $(pgrep -f qemu-system-i386 -u "$(id -u)" -P 1); do
		case $(readlink "/proc/$pid/cwd") in
		"$PWD" | "$PWD"/*) ps -o pid,args -p "$pid" && false ;;
		esac
	done
}
