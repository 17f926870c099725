# SPDX-License-Identifier: GPL-2.0-only
# The Linux guest, and plain User-Mode Linux, beside the Host's own programs.
$data << EOD
"getppid" {{ladder getppid}}
"pipe, there\nand back" {{ladder pipe}}
"fork, exit,\nwait" {{ladder fork}}
"fork, exec,\nwait" {{ladder exec}}
"page fault" {{ladder page-fault}}
EOD
load "slides/charts/ladder.gnuplot"
