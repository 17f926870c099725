# SPDX-License-Identifier: GPL-2.0-only
# What protection costs, with few and with many pages of the Guest kernel touched.
$data << EOD
"lab 1\nptrace, mprotect"  {{=unit lab1 null-call-16}} {{=unit lab1 null-call-4096}} "{{unit lab1 null-call-16}}" "{{unit lab1 null-call-4096}}"
"lab 2\nmodule, mprotect"  {{=unit lab2 null-call-16}} {{=unit lab2 null-call-4096}} "{{unit lab2 null-call-16}}" "{{unit lab2 null-call-4096}}"
"lab 3\nsegments"          {{=unit lab3 null-call-16}} {{=unit lab3 null-call-4096}} "{{unit lab3 null-call-16}}" "{{unit lab3 null-call-4096}}"
"lab 3\nsupervisor pages"  {{=unit supervisor null-call-16}} {{=unit supervisor null-call-4096}} "{{unit supervisor null-call-16}}" "{{unit supervisor null-call-4096}}"
EOD
set key above horizontal center samplen 1
set logscale y
set yrange [100:3000000]
set format y "%.0s%c"
set ylabel "instructions, logarithmic" offset 1
set xrange [-0.6:|$data|-0.4]
set boxwidth 0.36
plot $data using 0:(1):(""):xtic(1) with labels notitle, \
	'' using ($0-0.2):2 with boxes linecolor rgb 0x9cc3e0 title "16 pages touched", \
	'' using ($0+0.2):3 with boxes linecolor rgb 0x1f3a5f title "4096 pages touched", \
	'' using ($0-0.2):2:4 with labels offset 0,0.8 notitle, \
	'' using ($0+0.2):3:5 with labels offset 0,0.8 notitle
