# SPDX-License-Identifier: GPL-2.0-only
# The slides: a deck is markdown with figures (SVG) and charts (gnuplot), and comes out as HTML in one
# file, as PDF and as PPTX.  fill.awk puts in what was measured and what there is to write, so
# a deck is never older than what it tells about.

slides_dir := slides
slides_out := $(B)/slides
DECKS := $(patsubst $(slides_dir)/%.md,%,$(wildcard $(slides_dir)/*.md))
BENCH_JSON ?= $(B)/bench/bench.json

slides_figures := $(patsubst $(slides_dir)/figures/%.svg,%,$(wildcard $(slides_dir)/figures/*.svg))
slides_charts := $(patsubst $(slides_dir)/charts/%.gp,%,$(wildcard $(slides_dir)/charts/*.gp))
slides_images := $(addprefix $(slides_out)/,$(slides_figures) $(slides_charts))
slides_fill = awk -v common=$(slides_dir)/figures/common.xml -f $(slides_dir)/fill.awk $(slides_out)/figures.tsv \
	$(slides_out)/holes.tsv
slides_filling := $(slides_dir)/fill.awk $(slides_dir)/rules.mk $(slides_out)/figures.tsv $(slides_out)/holes.tsv
# What pandoc reads the same way for each kind of output.  Widths of a table's columns: its dashes.
slides_read := --from=markdown-smart --columns=30 --slide-level=2 --resource-path=.:$(slides_out)

.PHONY: decks
decks: $(foreach deck,$(DECKS),$(addprefix $(slides_out)/$(deck).,html pdf pptx))

# Nobody has measured anything here yet.  What could be measured is kept when something could not.  The
# slides show the labs' combinations and, of the unit guests, those without protection and lab 3's other.
slides_cells := @(native|uml|*mprotect remap|* segments *|unit * remap)
.PRECIOUS: $(B)/bench/bench.json
$(B)/bench/bench.json:
	$(Q)$(say) "BENCH   nothing is measured yet; some minutes"
	$(Q)$(MAKE) --no-print-directory bench BRIEF=1 ONLY='$(slides_cells)'

$(slides_out)/figures.tsv: $(BENCH_JSON) $(slides_dir)/figures.jq $(slides_dir)/cells.jq
	$(Q)mkdir -p $(@D)
	$(Q)jq -r -L $(slides_dir) -f $(slides_dir)/figures.jq $< >$@

$(slides_out)/holes.tsv: $(slides_dir)/holes.awk $(B)/skeleton-new/SUMS
	$(Q)mkdir -p $(@D)
	$(Q)awk -f $< $(B)/skeleton-new/*/*.c | sort -V >$@

$(addsuffix .svg,$(addprefix $(slides_out)/,$(slides_figures))): $(slides_out)/%.svg: $(slides_dir)/figures/%.svg \
		$(slides_dir)/figures/common.xml $(slides_dir)/arrows.awk $(slides_filling)
	$(Q)$(slides_fill) $< >$@.new
	$(Q)awk -f $(slides_dir)/arrows.awk $@.new >$@ && rm $@.new

# Gnuplot's round points are copies of a shape in the current colour, which WeasyPrint has not got.
slides_points := s|<use xlink:href='\#gpPt6' transform='translate\(([^,]*),([^)]*)\)[^']*' color='([^']*)'/>|<circle cx='\1' cy='\2' r='6' fill='\3' stroke='none'/>|

$(addsuffix .svg,$(addprefix $(slides_out)/,$(slides_charts))): $(slides_out)/%.svg: $(slides_dir)/charts/%.gp \
		$(slides_dir)/charts/style.gnuplot $(slides_dir)/charts/ladder.gnuplot $(slides_filling)
	$(Q)$(say) "PLOT    $@"
	$(Q)$(slides_fill) $< >$(slides_out)/$*.gp
	$(Q)gnuplot $(slides_dir)/charts/style.gnuplot $(slides_out)/$*.gp | sed -E "$(slides_points)" >$@

$(slides_out)/%.png: $(slides_out)/%.svg
	$(Q)rsvg-convert --zoom=2 -o $@ $<

$(DECKS:%=$(slides_out)/%.md): $(slides_out)/%.md: $(slides_dir)/%.md $(slides_filling)
	$(Q)$(slides_fill) $< >$@

$(DECKS:%=$(slides_out)/%.html): $(slides_out)/%.html: $(slides_out)/%.md $(addprefix $(slides_dir)/,deck.html deck.css deck.js) $(slides_images:=.svg)
	$(Q)$(say) "HTML    $@"
	$(Q)pandoc $(slides_read) --to=dzslides --self-contained --template=$(slides_dir)/deck.html \
		--css=$(slides_dir)/deck.css --include-after-body=$(slides_dir)/deck.js \
		--default-image-extension=svg -o $@ $<

# The same page that a browser shows.
$(DECKS:%=$(slides_out)/%.pdf): $(slides_out)/%.pdf: $(slides_out)/%.html
	$(Q)$(say) "PDF     $@"
	$(Q)weasyprint --quiet $< $@

$(slides_out)/design.pptx: $(slides_dir)/pptx-design
	$(Q)mkdir -p $(@D)
	$(Q)$< $@

$(DECKS:%=$(slides_out)/%.pptx): $(slides_out)/%.pptx: $(slides_out)/%.md $(slides_out)/design.pptx \
		$(addprefix $(slides_dir)/,pptx.lua pptx-tables table-widths.awk) $(slides_images:=.png)
	$(Q)$(say) "PPTX    $@"
	$(Q)pandoc $(slides_read) --to=pptx --reference-doc=$(slides_out)/design.pptx \
		--lua-filter=$(slides_dir)/pptx.lua --variable=monofont='Courier New' \
		--default-image-extension=png -o $@.new.pptx $<
	$(Q)$(slides_dir)/pptx-tables $@.new.pptx $@ && rm $@.new.pptx
