-- SPDX-License-Identifier: GPL-2.0-only
-- What pandoc's PPTX needs told differently: the lines of a code block are lines.
function CodeBlock(block)
	local inlines = {}
	for line in (block.text .. "\n"):gmatch("(.-)\n") do
		if #inlines > 0 then
			inlines[#inlines + 1] = pandoc.LineBreak()
		end
		inlines[#inlines + 1] = pandoc.Code(line)
	end
	return pandoc.Para(inlines)
end

-- Notes of the title slide are in front of all others.
function Pandoc(document)
	table.insert(document.blocks, 1, pandoc.Div(document.meta.notes, pandoc.Attr("", {"notes"})))
	return document
end
