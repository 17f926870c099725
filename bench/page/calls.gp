# SPDX-License-Identifier: GPL-2.0-only
# Operations that stay in one process.
$data << EOD
"read" {{ladder read}}
"write" {{ladder write}}
"stat" {{ladder stat}}
"open,\nclose" {{ladder open}}
"sigaction" {{ladder signal-install}}
"signal" {{ladder signal}}
"protection\nfault" {{ladder protection-fault}}
"mmap,\nmunmap" {{ladder mmap}}
"sh -c" {{ladder shell}}
EOD
load "slides/charts/ladder.gnuplot"
