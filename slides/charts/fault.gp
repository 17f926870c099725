# SPDX-License-Identifier: GPL-2.0-only
# A page fault of an application: the miss, the map, and back.
$data << EOD
"native"                 {{=native page-fault}} 0x77818c "{{native page-fault}}"
"lab 1\nptrace"          {{=unit lab1 page-fault}} 0xb8553a "{{unit lab1 page-fault}}"
"lab 2\nmodule"          {{=unit lab2 page-fault}} 0xd9952b "{{unit lab2 page-fault}}"
"lab 3\nsegments"        {{=unit lab3 page-fault}} 0x4a90c2 "{{unit lab3 page-fault}}"
"lab 4\ntables"          {{=unit lab4 page-fault}} 0x2f8f5b "{{unit lab4 page-fault}}"
"fast path"              {{=unit fast page-fault}} 0x1c5c3a "{{unit fast page-fault}}"
EOD
set logscale y
set yrange [100:1000000]
set format y "%.0s%c"
set ylabel "instructions, logarithmic" offset 1
set xrange [-0.6:|$data|-0.4]
plot $data using 0:2:3:xtic(1) with boxes linecolor rgb variable, \
	'' using 0:2:4 with labels offset 0,0.8
