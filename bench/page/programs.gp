# SPDX-License-Identifier: GPL-2.0-only
# Whole programs: how many times the native run time.  A program that nobody ran has no row.
$data << EOD
"POV-Ray" {{ladder povray}}
"make, gcc" {{ladder build}}
"web server" {{ladder web}}
"its CGI" {{ladder cgi}}
"POV-Ray, long" {{ladder povray-full}}
"make, gcc, long" {{ladder build-full}}
"web server, long" {{ladder web-full}}
"its CGI, long" {{ladder cgi-full}}
EOD
numbers = 1
load "slides/charts/ladder.gnuplot"
