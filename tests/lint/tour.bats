# SPDX-License-Identifier: GPL-2.0-only
# The tour names what there is: each name in its code font is in the sources.

load ../shell

@test "the tour's names are in the code" {
	names=$(grep -oE '`[^`]+`' reference/README.md | tr -d '`' | sort -u)
	[ "$(wc -l <<<"$names")" -gt 60 ]
	while read -r name; do
		case $name in
		# The CPU's, and functions of the Host's that the patch does not touch.
		'%cr3' | 'int $0x80' | do_syscall_32_irqs_on | get_signal | do_exit | exit_mm) continue ;;
		host: | guest: | host:* | 'BEGIN '* | 'END '* | labs/labN-*) continue ;;
		guest:*) [ -e "vm-images/guest-linux/files/arch/um/typetwo/${name#guest:}" ] ;;
		*/) [ -d "$name" ] || [ -d "reference/$name" ] ;;
		*.[chS]) [ -e "reference/$name" ] || [ -e "reference/vmm/$name" ] || [ -e "reference/monitor/$name" ] ;;
		*) grep -rqF -e "$name" reference/vmm reference/monitor vm-images/host vm-images/guest-linux ||
			grep -rqF -e "${name#*>}" reference/vmm reference/monitor || [ -e "$name" ] ;;
		esac || { echo "$name: nowhere"; return 1; }
	done <<<"$names"
}
