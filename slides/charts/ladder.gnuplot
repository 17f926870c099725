# SPDX-License-Identifier: GPL-2.0-only
# Rows of $data: a name, and what {{ladder}} gives.  With numbers = 1, above the bars, too.
set logscale y
set yrange [0.5:*]
set ytics (1, 10, 100, 1000)
set ylabel "times native, logarithmic" offset 1
set key above horizontal center samplen 1
set xrange [-0.6:|$data|-0.4]
set boxwidth 0.13
array title[6] = ["User-Mode Linux", "lab 1", "lab 2", "lab 3", "lab 4", "fast path"]
array colour[6] = [uml, lab1, lab2, lab3, lab4, fast]
at(i) = 0.14 * i - 0.49
plot $data using 0:(1):(""):xtic(1) with labels notitle, \
	for [i=1:6] '' using ($0+at(i)):(column(i+1)) with boxes linecolor rgb colour[i] notitle, \
	for [i=1:(exists("numbers") ? 6 : 0)] '' using ($0+at(i)):(column(i+1)):i+1 with labels offset 0,0.6 \
		font ",16" notitle, \
	for [i=1:6] keyentry with boxes linecolor rgb colour[i] title title[i]
