# SPDX-License-Identifier: GPL-2.0-only
# Here and elsewhere: a row for each system, a point for each operation that somebody measured.
$data << EOD
{{table compared.rows}}
EOD
rows = |$data|
set terminal svg size 1152,(150+32*rows) font "Liberation Sans,20" linewidth 1.5 background rgb "white"
set lmargin 32
set bmargin 3.4
set logscale x
set xrange [0.7:3000]
set yrange [0.5-rows:0.5]
set xtics scale 0.5 (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)
set grid xtics ytics
set xlabel "times native, logarithmic"
set key above horizontal center samplen 1
array title[6] = ["null call", "context switch", "page fault", "kernel build", "POV-Ray", "web server"]
array colour[6] = [0x1f3a5f, 0xb8553a, 0xd9952b, 0x2f8f5b, 0x8a6bb0, 0x77818c]
set arrow from 1,graph 0 to 1,graph 1 nohead linecolor rgb native linewidth 2 dashtype 2 back
plot $data using (1):(-$0):(""):ytic(1) with labels notitle, \
	for [i=1:6] '' using (column(i+1)):(-$0) with points pointtype 7 pointsize 1.1 linecolor rgb colour[i] notitle, \
	for [i=1:6] keyentry with points pointtype 7 pointsize 1.1 linecolor rgb colour[i] title title[i]
