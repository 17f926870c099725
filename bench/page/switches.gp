# SPDX-License-Identifier: GPL-2.0-only
# Context switches as lmbench measures them, by processes and by what each of them writes to.
$data << EOD
"2 processes,\n0 KB" {{ladder switch-2p-0k}}
"8 processes,\n0 KB" {{ladder switch-8p-0k}}
"16 processes,\n0 KB" {{ladder switch-16p-0k}}
"2 processes,\n64 KB" {{ladder switch-2p-64k}}
"8 processes,\n64 KB" {{ladder switch-8p-64k}}
"16 processes,\n64 KB" {{ladder switch-16p-64k}}
EOD
load "slides/charts/ladder.gnuplot"
