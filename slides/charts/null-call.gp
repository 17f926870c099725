# SPDX-License-Identifier: GPL-2.0-only
# A null system call of an application, on each combination of mechanisms.
$data << EOD
"native"                 {{=native getppid}} 0x77818c "{{native getppid}}"
"ptrace"                 {{=unit lab1-bare null-call-16}} 0xe0b3a4 "{{unit lab1-bare null-call-16}}"
"ptrace,\nmprotect"      {{=unit lab1 null-call-16}} 0xb8553a "{{unit lab1 null-call-16}}"
"module"                 {{=unit lab2-bare null-call-16}} 0xf0d3a0 "{{unit lab2-bare null-call-16}}"
"module,\nmprotect"      {{=unit lab2 null-call-16}} 0xd9952b "{{unit lab2 null-call-16}}"
"module,\nsegments"      {{=unit lab3 null-call-16}} 0x4a90c2 "{{unit lab3 null-call-16}}"
"module,\nsupervisor"    {{=unit supervisor null-call-16}} 0x9cc3e0 "{{unit supervisor null-call-16}}"
"segments,\ntables"      {{=unit lab4 null-call-16}} 0x2f8f5b "{{unit lab4 null-call-16}}"
"fast path"              {{=unit fast null-call-16}} 0x1c5c3a "{{unit fast null-call-16}}"
EOD
set logscale y
set yrange [50:400000]
set format y "%.0s%c"
set ylabel "instructions, logarithmic" offset 1
set xrange [-0.6:|$data|-0.4]
plot $data using 0:2:3:xtic(1) with boxes linecolor rgb variable, \
	'' using 0:2:4 with labels offset 0,0.8
