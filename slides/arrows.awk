# SPDX-License-Identifier: GPL-2.0-only
# Draws the arrowheads of a figure as paths: not everything that shows SVG has its markers right.
# A path with marker-end="url(#NAME)" gets a triangle of class NAME at its end; its last stroke is
# horizontal or vertical (M, H and V, in absolute numbers).

BEGIN { RS = ">"; ORS = ">" }

match($0, /marker-end="url\(#[a-z]+\)"/) {
	name = substr($0, RSTART + 17, RLENGTH - 19)
	tag = substr($0, 1, RSTART - 1) substr($0, RSTART + RLENGTH)
	d = $0
	sub(/.* d="/, "", d)
	sub(/".*/, "", d)
	n = split(d, word, /[ ,]+/)
	for (i = 1; i <= n; i++) {
		letter = substr(word[i], 1, 1)
		from_x = x; from_y = y
		if (letter == "M") { x = substr(word[i], 2) + 0; y = word[++i] + 0 }
		if (letter == "H") x = substr(word[i], 2) + 0
		if (letter == "V") y = substr(word[i], 2) + 0
	}
	dx = (x > from_x) - (x < from_x)
	dy = (y > from_y) - (y < from_y)
	# The stroke ends inside the triangle, or its square end would show at the tip.
	head = sprintf("<path class=\"%s\" d=\"M%g %g L%g %g L%g %g z\"/", name, x + 2 * dx, y + 2 * dy,
		x - 11 * dx - 6 * dy, y - 11 * dy - 6 * dx, x - 11 * dx + 6 * dy, y - 11 * dy + 6 * dx)
	sub(/[HV][0-9.]+$/, dx ? "H" x - 4 * dx : "V" y - 4 * dy, d)
	sub(/ d="[^"]*"/, " d=\"" d "\"", tag)
	print tag
	print head
	next
}

{ x = y = 0 }
RT != "" || /[^ \n]/ { print }
