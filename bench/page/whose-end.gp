# SPDX-License-Identifier: GPL-2.0-only
# The same in instructions, where there are few of them.
$data << EOD
{{table whose-end.rows}}
EOD
set yrange [0:*]
set offsets 0, 0, graph 0.08, 0
set ylabel "instructions" offset 1
set xrange [-0.6:|$data|-0.4]
load "bench/page/stacks.gnuplot"
plot $data using 0:(1):(""):xtic(1) with labels notitle, \
	for [i=4:1:-1] '' using 0:(share(i)) with boxes linecolor rgb colour[i] notitle, \
	'' using 0:6:7 with labels offset 0,0.8 notitle, \
	for [i=1:4] keyentry with boxes linecolor rgb colour[i] title title[i]
