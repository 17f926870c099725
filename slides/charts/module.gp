# SPDX-License-Identifier: GPL-2.0-only
# Lab 2 beside lab 1: what the module takes away, and what it leaves.
$data << EOD
"no protection"         {{=unit lab1-bare null-call-16}} {{=unit lab2-bare null-call-16}} "{{unit lab1-bare null-call-16}}" "{{unit lab2-bare null-call-16}}"
"mprotect, 16 pages"    {{=unit lab1 null-call-16}} {{=unit lab2 null-call-16}} "{{unit lab1 null-call-16}}" "{{unit lab2 null-call-16}}"
"mprotect, 4096 pages"  {{=unit lab1 null-call-4096}} {{=unit lab2 null-call-4096}} "{{unit lab1 null-call-4096}}" "{{unit lab2 null-call-4096}}"
EOD
set key top left Left reverse
set bmargin 2.6
set logscale y
set yrange [100:5000000]
set format y "%.0s%c"
set ylabel "instructions, logarithmic" offset 1
set xrange [-0.6:|$data|-0.4]
set boxwidth 0.36
plot $data using 0:(1):(""):xtic(1) with labels notitle, \
	'' using ($0-0.2):2 with boxes linecolor rgb lab1 title "lab 1, ptrace", \
	'' using ($0+0.2):3 with boxes linecolor rgb lab2 title "lab 2, module", \
	'' using ($0-0.2):2:4 with labels offset 0,0.8 notitle, \
	'' using ($0+0.2):3:5 with labels offset 0,0.8 notitle
