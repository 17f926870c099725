# SPDX-License-Identifier: GPL-2.0-only
# A switch of guest processes, by the pages that the next one has mapped and touches.
$data << EOD
1    {{=unit lab1 switch-1}} {{=unit lab2 switch-1}} {{=unit lab3 switch-1}} {{=unit lab4 switch-1}} {{=unit fast switch-1}}
16   {{=unit lab1 switch-16}} {{=unit lab2 switch-16}} {{=unit lab3 switch-16}} {{=unit lab4 switch-16}} {{=unit fast switch-16}}
64   {{=unit lab1 switch-64}} {{=unit lab2 switch-64}} {{=unit lab3 switch-64}} {{=unit lab4 switch-64}} {{=unit fast switch-64}}
256  {{=unit lab1 switch-256}} {{=unit lab2 switch-256}} {{=unit lab3 switch-256}} {{=unit lab4 switch-256}} {{=unit fast switch-256}}
1024 {{=unit lab1 switch-1024}} {{=unit lab2 switch-1024}} {{=unit lab3 switch-1024}} {{=unit lab4 switch-1024}} {{=unit fast switch-1024}}
4096 - - - {{=unit lab4 switch-4096}} {{=unit fast switch-4096}}
EOD
set logscale xy
set xrange [0.8:5200]
set yrange [100:*]
set xtics (1, 16, 64, 256, 1024, 4096)
set format y "%.0s%c"
set key above horizontal center samplen 2
set bmargin 4.2
set xlabel "pages mapped and touched"
set ylabel "instructions, logarithmic" offset 1
plot $data using 1:(1000):("") with labels notitle, \
	'' using 1:2 with linespoints linecolor rgb lab1 pointtype 7 title "lab 1: ptrace", \
	'' using 1:3 with linespoints linecolor rgb lab2 pointtype 7 title "lab 2: module", \
	'' using 1:4 with linespoints linecolor rgb lab3 pointtype 7 title "lab 3: segments", \
	'' using 1:5 with linespoints linecolor rgb lab4 pointtype 7 title "lab 4: tables", \
	'' using 1:6 with linespoints linecolor rgb fast pointtype 7 title "fast path"
