# SPDX-License-Identifier: GPL-2.0-only
# fill.awk FIGURES HOLES FILE: FILE with what the build knows put in, so that no number and no list
# of holes is written down twice.
#
#   {{linux lab4 getppid}}               a measurement in instructions: 1,234
#   {{=linux lab4 getppid}}              the same for a program: 1234
#   {{linux lab4 getppid / native getppid}}   how many times: 2.1
#   {{unit lab1 null-call-16 switches}}  host context switches of it; also "flushes" of the TLB
#   {{holes lab1}}                       rows of a table: id, what, where
#   {{ladder getppid}}                   User-Mode Linux, labs 1 to 4 and the fast path, times native
#   {{common}}                           the style of all figures
#   {{table cells}}                      the file cells in the directory `tables`
#
# FIGURES has lines "cell<TAB>metric<TAB>instructions<TAB>context switches<TAB>TLB flushes", a cell
# as cells.jq names it; HOLES has lines "id<TAB>what<TAB>file<TAB>function".
#
# With missing="-", that stands for what was not measured, where without it nothing is made.  A line
# that has nothing else is left out.  A chart that would be empty says so.

BEGIN { FS = "\t" }

FILENAME != file { file = FILENAME; nth++ }
nth == 1 { instructions[$1, $2] = $3; switches[$1, $2] = $4; flushes[$1, $2] = $5; next }
nth == 2 { holes[++last] = $0; next }

{
	text = $0
	line = ""
	found = lost = 0
	while (match(text, /\{\{[^}]*\}\}/)) {
		line = line substr(text, 1, RSTART - 1)
		what = substr(text, RSTART + 2, RLENGTH - 4)
		text = substr(text, RSTART + RLENGTH)
		line = line value(what)
	}
	line = line text "\n"
	any += found
	all = all line
	if (found || !lost)
		some = some line
}

function fail(why)
{
	lost++
	if (missing)
		return missing
	printf "%s: {{%s}}: %s\n", FILENAME, what, why >"/dev/stderr"
	failed = 1
	return "?"
}

# "unit lab4 null-call-16" -> the key of it
function key(name)
{
	match(name, / [^ ]*$/)
	return substr(name, 1, RSTART - 1) SUBSEP substr(name, RSTART + 1)
}

function measured(name, k)
{
	k = key(name)
	if (!(k in instructions))
		return fail("not measured; `make bench` does, and says why if it cannot")
	found++
	return instructions[k]
}

function commas(n, out)
{
	if (n == missing)
		return n
	n = sprintf("%d", n)
	while (length(n) > 3) {
		out = "," substr(n, length(n) - 2) out
		n = substr(n, 1, length(n) - 3)
	}
	return n out
}

function times(a, b)
{
	if (a == missing || b == missing)
		return missing
	if (b == 0)
		return "?"
	a /= b
	return sprintf(a < 9.995 ? "%.2f" : a < 99.95 ? "%.1f" : "%.0f", a)
}

# Found when both are: native alone is nothing to show.
function ratio(a, b, was, out)
{
	was = found
	out = times(measured(a), measured(b))
	if (out == missing)
		found = was
	return out
}

function ladder(metric, n, on, i, out)
{
	n = split("uml,linux lab1,linux lab2,linux lab3,linux lab4,linux fast", on, ",")
	for (i = 1; i <= n; i++)
		out = out (i > 1 ? " " : "") ratio(on[i] " " metric, "native " metric)
	return out
}

# A clock tick of the Host in the batch is nobody's event.
function events(list, name, k)
{
	k = key(name)
	if (list[k] == "")
		return fail("not counted; `make bench` does")
	found++
	return sprintf("%.3g", int(list[k] * 20 + 0.5) / 20)
}

function rows(lab, i, part, out)
{
	for (i = 1; i <= last; i++) {
		split(holes[i], part, "\t")
		if (index(part[1], lab ".") == 1)
			out = out "| " part[1] " | " part[2] " | `" part[3] "` | `" part[4] "` |\n"
	}
	if (out == "")
		return fail("no hole of this lab")
	found++
	sub(/\n$/, "", out)
	return out
}

function contents(path, line, out)
{
	while ((getline line <path) > 0)
		out = out line "\n"
	close(path)
	if (out == "")
		return fail("nothing in " path)
	found++
	sub(/\n$/, "", out)
	return out
}

function value(what, part)
{
	if (what == "common")
		return contents(common)
	if (what ~ /^table /)
		return contents(tables "/" substr(what, 7))
	if (what ~ /^holes /)
		return rows(substr(what, 7))
	if (what ~ /^ladder /)
		return ladder(substr(what, 8))
	if (split(what, part, " / ") == 2)
		return ratio(part[1], part[2])
	if (sub(/ switches$/, "", what))
		return events(switches, what)
	if (sub(/ flushes$/, "", what))
		return events(flushes, what)
	if (sub(/^=/, "", what))
		return measured(what)
	return commas(measured(what))
}

END {
	if (missing && !any && FILENAME ~ /\.gp$/)
		print "set label \"not measured yet\" at graph 0.5,0.5 center textcolor rgb \"#77818c\""
	printf "%s", any ? some : all
	exit failed
}
