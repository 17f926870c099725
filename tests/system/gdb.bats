# SPDX-License-Identifier: GPL-2.0-only
# gdb on the machine: a breakpoint in each of the four characters, and `layer` knows whose it is.

load ../shell

stops_in() { # LAB GUEST BREAKPOINT LAYER
	expect 0 "build/bin/run --lab=$1 --tree=reference --gdb --guest=$2 >build/test/gdb.log &
		pid=\$!
		sleep 1
		timeout 120 gdb -q -batch -x build/run/session.gdb -ex 'tbreak $3' -ex continue \
			-ex 'printf \"layer: \"' -ex layer -ex 'info symbol \$eip' -ex kill
		kill \$pid 2>/dev/null
		wait \$pid
		true"
	says "layer: $4" && says "$3"
}

@test "gdb stops in each layer, and layer names it" {
	rows stops_in <<-'END'
		1	syscall	do_int80_syscall_32	Host
		1	syscall	monitor_run	Monitor
		1	syscall	hc_enter	Guest kernel
		1	syscall	application	Guest application
		1	linux	tt_run	Guest kernel
		4	syscall	do_int80_syscall_32	Host
		4	syscall	host_call_allowed	Monitor
		4	syscall	hc_enter	Guest kernel
		4	syscall	application	Guest application
	END
}
