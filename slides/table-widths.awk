# SPDX-License-Identifier: GPL-2.0-only
# A slide of a PPTX, whose tables pandoc gives columns of one width, with widths after what is in them:
# a column gets its share by its longest cell.  Very long ones break in any case.

BEGIN { RS = "</a:tbl>"; MOST = 60 }

/<a:tbl>/ {
	start = index($0, "<a:tblGrid>")
	rest = substr($0, start)
	end = index(rest, "</a:tblGrid>")
	grid = substr(rest, 1, end - 1)
	columns = gsub(/<a:gridCol w="/, "&", grid)
	total = 0
	for (n = split(grid, part, /w="/); n > 1; n--)
		total += part[n] + 0

	for (c = 1; c <= columns; c++)
		longest[c] = 0
	rows = split(rest, row, "</a:tr>")
	for (r = 1; r < rows; r++) {
		cells = split(row[r], cell, "</a:tc>")
		for (c = 1; c < cells && c <= columns; c++) {
			pieces = split(cell[c], piece, "<a:t>")
			chars = 0
			for (p = 2; p <= pieces; p++) {
				sub(/<\/a:t>.*/, "", piece[p])
				gsub(/&[a-z]+;/, "x", piece[p])
				# Courier's characters are wider.
				chars += length(piece[p]) * (piece[p - 1] ~ /Courier New" ?\/><\/a:rPr>$/ ? 1.25 : 1)
			}
			if (chars > MOST)
				chars = MOST
			if (chars > longest[c])
				longest[c] = chars
		}
	}
	sum = 0
	for (c = 1; c <= columns; c++)
		sum += longest[c] + 2
	printf "%s<a:tblGrid>", substr($0, 1, start - 1)
	for (c = 1; c <= columns; c++)
		printf "<a:gridCol w=\"%d\" />", total * (longest[c] + 2) / sum
	printf "%s%s", substr(rest, end), RT
	next
}

{ printf "%s%s", $0, RT }
