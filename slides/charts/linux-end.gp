# SPDX-License-Identifier: GPL-2.0-only
# Where the Linux guest ends: all three bottlenecks removed.
$data << EOD
"getppid" {{linux lab4 getppid / native getppid}} {{linux fast getppid / native getppid}}
"pipe, there\nand back" {{linux lab4 pipe / native pipe}} {{linux fast pipe / native pipe}}
"fork, exit,\nwait" {{linux lab4 fork / native fork}} {{linux fast fork / native fork}}
"fork, exec,\nwait" {{linux lab4 exec / native exec}} {{linux fast exec / native exec}}
"page fault" {{linux lab4 page-fault / native page-fault}} {{linux fast page-fault / native page-fault}}
EOD
set yrange [0:*]
set offsets 0, 0, 0.25, 0
set ylabel "times native" offset 1
set key above horizontal center samplen 1
set xrange [-0.6:|$data|-0.4]
set boxwidth 0.36
# The dashed line is native.
set arrow from -0.6,1 to |$data|-0.4,1 nohead linecolor rgb native linewidth 2 dashtype 2 front
plot $data using 0:(1):(""):xtic(1) with labels notitle, \
	'' using ($0-0.2):2 with boxes linecolor rgb lab4 title "lab 4", \
	'' using ($0+0.2):3 with boxes linecolor rgb fast title "fast path", \
	'' using ($0-0.2):2:2 with labels offset 0,0.7 notitle, \
	'' using ($0+0.2):3:3 with labels offset 0,0.7 notitle
