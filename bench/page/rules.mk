# SPDX-License-Identifier: GPL-2.0-only
# The bench as a page: charts, tables, what others measured, all from bench.json.  The page and the
# charts lie beside it; page/ there has what they are made from.  Charts that the slides have, too, are
# the slides'.  Here a cell that nobody measured is left out.

page_dir := bench/page
page_out := $(patsubst %/,%,$(dir $(BENCH_JSON)))
page_work := $(page_out)/page
page_charts := $(patsubst $(page_dir)/%.gp,%,$(wildcard $(page_dir)/*.gp)) \
	linux linux-end null-call pages fault switch
page_tables := $(shell sed -n 's/.*{{table \(.*\)}}.*/\1/p' $(page_dir)/page.md $(page_dir)/*.gp)
page_images := $(page_charts:%=$(page_out)/%.svg)
page_fill = awk -v missing=- -v tables=$(page_work) -f $(slides_dir)/fill.awk $(page_work)/figures.tsv \
	$(slides_out)/holes.tsv
page_filling := $(slides_dir)/fill.awk $(page_work)/figures.tsv $(page_tables:%=$(page_work)/%) \
	$(slides_out)/holes.tsv $(page_dir)/rules.mk

.PHONY: page
page: $(page_out)/index.html

$(page_work)/figures.tsv: $(BENCH_JSON) $(slides_dir)/figures.jq $(slides_dir)/cells.jq
	$(Q)mkdir -p $(@D)
	$(Q)jq -r -L $(slides_dir) -f $(slides_dir)/figures.jq $< >$@

# What make profile has found beside it, all in one.
$(page_work)/profile.json: FORCE
	$(Q)mkdir -p $(@D)
	$(Q)cat /dev/null $(wildcard $(page_out)/profile/*/getppid.json) >$@.new
	$(Q)cmp -s $@.new $@ || cp $@.new $@

$(page_tables:%=$(page_work)/%): $(page_work)/%: $(BENCH_JSON) $(page_work)/profile.json $(page_dir)/tables.jq \
		$(slides_dir)/cells.jq $(page_dir)/literature
	$(Q)jq -r -L $(slides_dir) --arg table $* --rawfile literature $(page_dir)/literature \
		--slurpfile profile $(page_work)/profile.json -f $(page_dir)/tables.jq $< >$@

# What is missing is no news to whoever sees the chart.
$(page_images): $(page_out)/%.svg: $(page_filling) $(wildcard $(addsuffix /*.g*,$(page_dir) $(slides_dir)/charts))
	$(Q)$(say) "PLOT    $@"
	$(Q)$(page_fill) $(firstword $(wildcard $(page_dir)/$*.gp $(slides_dir)/charts/$*.gp)) >$(page_work)/$*.gp
	$(Q)gnuplot $(slides_dir)/charts/style.gnuplot $(page_work)/$*.gp 2>$(page_work)/$*.log >$(page_work)/$*.svg || \
		{ cat $(page_work)/$*.log >&2; exit 1; }
	$(Q)sed -E "$(slides_points)" $(page_work)/$*.svg >$@

$(page_work)/page.md: $(page_dir)/page.md $(page_filling)
	$(Q)$(page_fill) $< >$@

$(page_out)/index.html: $(page_work)/page.md $(page_images) labs/handouts.css \
		$(addprefix $(page_dir)/,shade.lua page.css)
	$(Q)$(say) "HTML    $@"
	$(Q)pandoc --from=markdown-smart --to=html5 --columns=1000 --standalone --self-contained --toc --toc-depth=2 \
		--fail-if-warnings --metadata=lang:en --metadata=pagetitle:"$$(sed -n 's/^# //p;/^# /q' $<)" \
		--css=labs/handouts.css --css=$(page_dir)/page.css --lua-filter=$(page_dir)/shade.lua \
		--resource-path=$(page_out) -o $@ $<
