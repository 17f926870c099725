# SPDX-License-Identifier: GPL-2.0-only
# Whose instructions one system call is made of, in parts of all; above them, how many there are.
$data << EOD
{{table whose.rows}}
EOD
set yrange [0:120]
set ytics 0,25,100
set format y "%.0f %%"
set xrange [-0.6:|$data|-0.4]
load "bench/page/stacks.gnuplot"
plot $data using 0:(1):(""):xtic(1) with labels notitle, \
	for [i=4:1:-1] '' using 0:(100*share(i)/column(6)) with boxes linecolor rgb colour[i] notitle, \
	'' using 0:(109):7 with labels notitle, \
	for [i=1:4] keyentry with boxes linecolor rgb colour[i] title title[i]
