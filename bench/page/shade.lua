-- SPDX-License-Identifier: GPL-2.0-only
-- A table in a div of class "shaded": a cell that begins with a number is the darker the dearer it is,
-- beside the cheapest of its column.
local DARKEST = 1000 -- times the cheapest

local function number(cell)
	local text = pandoc.utils.stringify(cell.contents):gsub(",", "")
	return tonumber(text:match("^%d+%.?%d*"))
end

local function shade(tbl)
	local cheapest = {}
	local function each(f)
		for _, body in ipairs(tbl.bodies) do
			for _, row in ipairs(body.body) do
				for column, cell in ipairs(row.cells) do
					local n = number(cell)
					if n then f(column, cell, n) end
				end
			end
		end
	end
	each(function(column, _, n) cheapest[column] = math.min(cheapest[column] or n, n) end)
	each(function(column, cell, n)
		local part = math.min(1, math.log(n / cheapest[column]) / math.log(DARKEST))
		cell.attr.attributes.style = (cell.attr.attributes.style or "") ..
			string.format("background: rgba(217, 149, 43, %.2f)", part)
	end)
	return tbl
end

function Div(div)
	if div.classes:includes("shaded") then return div:walk({Table = shade}) end
end
