# SPDX-License-Identifier: GPL-2.0-only
# Lab 1: a null system call, and what makes it dear.
$data << EOD
"native"                        {{=native getppid}} 0x77818c "{{native getppid}}"
"ptrace,\nno protection"        {{=unit lab1-bare null-call-16}} 0xe0b3a4 "{{unit lab1-bare null-call-16}}"
"mprotect,\n16 pages"           {{=unit lab1 null-call-16}} 0xb8553a "{{unit lab1 null-call-16}}"
"mprotect,\n4096 pages"         {{=unit lab1 null-call-4096}} 0x8c3a24 "{{unit lab1 null-call-4096}}"
EOD
set logscale y
set yrange [100:2000000]
set format y "%.0s%c"
set ylabel "instructions, logarithmic" offset 1
set xrange [-0.6:|$data|-0.4]
plot $data using 0:2:3:xtic(1) with boxes linecolor rgb variable, \
	'' using 0:2:4 with labels offset 0,0.8
