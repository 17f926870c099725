-- SPDX-License-Identifier: GPL-2.0-only
-- A handout's links to other handouts, as they are named in build/handouts.
function Link(link)
	link.target = link.target:gsub("^[./]*(lab%d)%-[^/]*/README%.md", "%1.html")
	link.target = link.target:gsub("^%.%./README%.md", "index.html")
	return link
end
