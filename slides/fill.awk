# SPDX-License-Identifier: GPL-2.0-only
# fill.awk FIGURES HOLES FILE: FILE with what the build knows put in, so that no number and no list
# of holes is written down twice.
#
#   {{linux lab4 getppid}}               a measurement in instructions: 1,234
#   {{=linux lab4 getppid}}              the same for a program: 1234
#   {{linux lab4 getppid / native getppid}}   how many times: 2.1
#   {{unit lab1 null-call-16 switches}}  host context switches of it; also "flushes" of the TLB
#   {{holes lab1}}                       rows of a table: id, what, where
#   {{common}}                           the style of all figures
#
# FIGURES has lines "cell<TAB>metric<TAB>instructions<TAB>context switches<TAB>TLB flushes", a cell
# as `make bench` names it; HOLES has lines "id<TAB>what<TAB>file<TAB>function".

BEGIN {
	FS = "\t"
	short["lab1"] = "ptrace mprotect remap"
	short["lab1-bare"] = "ptrace none remap"
	short["lab2"] = "module mprotect remap"
	short["lab2-bare"] = "module none remap"
	short["lab3"] = "module segments remap"
	short["supervisor"] = "module supervisor remap"
	short["lab4"] = "module segments tables"
	short["fast"] = "module segments tables fast"
}

FILENAME != file { file = FILENAME; nth++ }
nth == 1 { instructions[$1, $2] = $3; switches[$1, $2] = $4; flushes[$1, $2] = $5; next }
nth == 2 { holes[++last] = $0; next }

{
	text = $0
	while (match(text, /\{\{[^}]*\}\}/)) {
		printf "%s", substr(text, 1, RSTART - 1)
		what = substr(text, RSTART + 2, RLENGTH - 4)
		text = substr(text, RSTART + RLENGTH)
		printf "%s", value(what)
	}
	print text
}

function fail(why)
{
	printf "%s: {{%s}}: %s\n", FILENAME, what, why >"/dev/stderr"
	failed = 1
	return "?"
}

# "unit lab4 null-call-16" -> the key of it
function key(name, word, n)
{
	n = split(name, word, " ")
	if (n == 2)
		return word[1] SUBSEP word[2]
	if (!(word[2] in short))
		return fail("no such lab or variant")
	return word[1] " " short[word[2]] SUBSEP word[3]
}

function measured(name, k)
{
	k = key(name)
	if (!(k in instructions))
		return fail("not measured; `make bench` does, and says why if it cannot")
	return instructions[k]
}

function commas(n, out)
{
	n = sprintf("%d", n)
	while (length(n) > 3) {
		out = "," substr(n, length(n) - 2) out
		n = substr(n, 1, length(n) - 3)
	}
	return n out
}

function times(a, b)
{
	if (b == 0)
		return "?"
	a /= b
	return sprintf(a < 9.995 ? "%.2f" : a < 99.95 ? "%.1f" : "%.0f", a)
}

# A clock tick of the Host in the batch is nobody's event.
function events(list, name, k)
{
	k = key(name)
	if (list[k] == "")
		return fail("not counted; `make bench` does")
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
	sub(/\n$/, "", out)
	return out
}

function contents(path, line, out)
{
	while ((getline line <path) > 0)
		out = out line "\n"
	close(path)
	return out
}

function value(what, part)
{
	if (what == "common")
		return contents(common)
	if (what ~ /^holes /)
		return rows(substr(what, 7))
	if (split(what, part, " / ") == 2)
		return times(measured(part[1]), measured(part[2]))
	if (sub(/ switches$/, "", what))
		return events(switches, what)
	if (sub(/ flushes$/, "", what))
		return events(flushes, what)
	if (sub(/^=/, "", what))
		return measured(what)
	return commas(measured(what))
}

END { exit failed }
