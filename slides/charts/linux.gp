# SPDX-License-Identifier: GPL-2.0-only
# The Linux guest, and plain User-Mode Linux, beside the Host's own programs.
$data << EOD
"getppid" {{uml getppid / native getppid}} {{linux lab1 getppid / native getppid}} {{linux lab2 getppid / native getppid}} {{linux lab3 getppid / native getppid}} {{linux lab4 getppid / native getppid}} {{linux fast getppid / native getppid}}
"pipe, there\nand back" {{uml pipe / native pipe}} {{linux lab1 pipe / native pipe}} {{linux lab2 pipe / native pipe}} {{linux lab3 pipe / native pipe}} {{linux lab4 pipe / native pipe}} {{linux fast pipe / native pipe}}
"fork, exit,\nwait" {{uml fork / native fork}} {{linux lab1 fork / native fork}} {{linux lab2 fork / native fork}} {{linux lab3 fork / native fork}} {{linux lab4 fork / native fork}} {{linux fast fork / native fork}}
"fork, exec,\nwait" {{uml exec / native exec}} {{linux lab1 exec / native exec}} {{linux lab2 exec / native exec}} {{linux lab3 exec / native exec}} {{linux lab4 exec / native exec}} {{linux fast exec / native exec}}
"page fault" {{uml page-fault / native page-fault}} {{linux lab1 page-fault / native page-fault}} {{linux lab2 page-fault / native page-fault}} {{linux lab3 page-fault / native page-fault}} {{linux lab4 page-fault / native page-fault}} {{linux fast page-fault / native page-fault}}
EOD
set logscale y
set yrange [0.5:*]
set ytics (1, 10, 100, 1000)
set ylabel "times native, logarithmic" offset 1
set key above horizontal center samplen 1
set xrange [-0.6:4.6]
set boxwidth 0.13
plot $data using 0:2:(""):xtic(1) with labels notitle, \
	'' using ($0-0.35):2 with boxes linecolor rgb uml title "User-Mode Linux", \
	'' using ($0-0.21):3 with boxes linecolor rgb lab1 title "lab 1", \
	'' using ($0-0.07):4 with boxes linecolor rgb lab2 title "lab 2", \
	'' using ($0+0.07):5 with boxes linecolor rgb lab3 title "lab 3", \
	'' using ($0+0.21):6 with boxes linecolor rgb lab4 title "lab 4", \
	'' using ($0+0.35):7 with boxes linecolor rgb fast title "fast path"
