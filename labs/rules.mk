# SPDX-License-Identifier: GPL-2.0-only
# What a student writes, built: the launcher with the ptrace VMM, a static i386 program of the
# Host's, and the Monitor, a module of the Host kernel.  The same rules for each tree.  Nothing but
# the machine ABI and the header of /dev/vmm is on the include path.

HOST_INCLUDE := vm-images/host/include
MODULE_INCLUDES := -I$(CURDIR)/$(ABI) -I$(CURDIR)/$(HOST_INCLUDE)
VMM_CFLAGS := -std=gnu11 -O2 -g -Wall -Wextra -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 \
	-I$(ABI) -I$(HOST_INCLUDE)
reference_CFLAGS := -Werror
# What a hole leaves unused is no news to a student.
skeleton_CFLAGS := -Wno-unused

# What was handed in is no tree: kit/build-handed-in builds it, in a jail.
submission_CFLAGS := $(VMM_CFLAGS) $(skeleton_CFLAGS)

# What the compiler says that an object depends on is read by the next make, which stops for good at
# a name that is odd.  Then it is not worth knowing.
plain_depends = ! LC_ALL=C grep -qE '[^-A-Za-z0-9_./ \\:+@~]|:.*:' $(@:.o=.d) 2>/dev/null || rm -f $(@:.o=.d)

define vmm_rules
$1_VMM_OBJECTS := $$(patsubst $1/vmm/%.c,$$(B)/$1/%.o,$$(wildcard $1/vmm/*.c))

$$(B)/$1/vmm: $$($1_VMM_OBJECTS)
	$$(Q)$$(say) "LD  $$@"
	$$(Q)$$(CROSS)gcc -static -o $$@ $$^

$$(B)/$1/%.o: $1/vmm/%.c
	$$(Q)mkdir -p $$(@D)
	$$(Q)$$(say) "CC  $$<"
	$$(Q)$$(CROSS)gcc $$(VMM_CFLAGS) $$($1_CFLAGS) -MMD -MP -c -o $$@ $$<; \
		status=$$$$?; $$(plain_depends); exit $$$$status

-include $$($1_VMM_OBJECTS:.o=.d)
endef

# $(call monitor_rules,TREE,NAME,HOST): build/TREE/NAME.ko for the kernel in build/HOST.
define monitor_rules
$$(B)/$1/$2.ko: labs/build-module $$(wildcard $1/monitor/*.[chS]) $1/monitor/Kbuild \
		$$(wildcard $$(ABI)/typetwo/*.h $$(HOST_INCLUDE)/typetwo/*.h) $$(B)/$3/vmlinux
	$$(Q)$$(say) "MOD $$@"
	$$(Q)CROSS=$$(CROSS) V=$$(if $$(V),V=1) labs/build-module $$(B)/$3/kbuild $1/monitor \
		$$(B)/$1/$2 '$$(MODULE_INCLUDES) $$($1_CFLAGS) $4'
	$$(Q)cp $$(B)/$1/$2/monitor.ko $$@
endef

every_tree := reference skeleton
$(foreach tree,$(every_tree),$(eval $(call vmm_rules,$(tree))))
$(foreach tree,$(every_tree),$(eval $(call monitor_rules,$(tree),monitor,host)))
$(eval $(call monitor_rules,reference,monitor-debug,host-debug,-g))

# BASE=ref: the objects of the reference that the labs before LAB stand on, and the rest from TREE.
on_base := $(B)/$(TREE)/on-ref-$(lastword $(LAB))

$(on_base)/vmm $(on_base)/monitor.ko &: labs/build-on-base labs/build-module $(B)/base/made $(B)/host/vmlinux \
		$(wildcard $(addprefix $(TREE)/,vmm/*.[ch] monitor/*.[chS]) \
			$(ABI)/typetwo/*.h $(HOST_INCLUDE)/typetwo/*.h)
	$(Q)$(say) "MOD $(on_base)/monitor.ko"
	$(Q)CC='$(CROSS)gcc $(VMM_CFLAGS) $($(TREE)_CFLAGS)' CROSS=$(CROSS) V=$(if $(V),V=1) \
		KERNEL=$(B)/host/kbuild FLAGS='$(MODULE_INCLUDES) $($(TREE)_CFLAGS)' \
		labs/build-on-base $(B)/base/on-$(lastword $(LAB)) $(TREE) $(lastword $(LAB)) $(on_base)

.PHONY: FORCE
FORCE:

ifeq ($(IN_KIT),)
$(B)/base/made: labs/make-base $(B)/reference/vmm $(B)/reference/monitor.ko $(B)/skeleton-new/SUMS
	$(Q)$(say) "BASE    $(@D)"
	$(Q)CROSS=$(CROSS) labs/make-base reference $(B)/reference $(B)/skeleton-new $(@D)

# skeleton/ is derived: what a student finds takes the place of the solutions in the reference.  SUMS
# remembers what was derived, so that a file which somebody has worked on since is never written over.
SKELETON_FILES := $(wildcard reference/vmm/*.[ch] reference/monitor/*.[chS] labs/hole/*/* labs/*/holes/*)

.PHONY: skeleton
skeleton: $(B)/skeleton-new/SUMS
	$(Q)if [ -f skeleton/SUMS ] && ! (cd skeleton && sha256sum --check --quiet SUMS); then \
		echo 'make skeleton: the files above are not as they were derived: somebody has' \
			'worked on them. Move skeleton/ away first; nothing was changed.' >&2; exit 2; fi
	$(Q)rm -rf skeleton && cp -r $(B)/skeleton-new skeleton

$(B)/skeleton-new/SUMS: $(SKELETON_FILES) reference/monitor/Kbuild labs/Makefile labs/put-holes
	$(Q)$(say) "GEN skeleton"
	$(Q)rm -rf $(@D) && labs/put-holes $(@D)
	$(Q)for d in . vmm monitor; do cp labs/Makefile $(@D)/$$d; done
	$(Q)cd $(@D) && sha256sum Makefile vmm/* monitor/* >SUMS
endif

# The handouts as pages that need nothing but the file.
handouts_dir = $(if $(filter index,$1),labs,$(wildcard labs/$1-*))
HANDOUTS := index $(patsubst %,lab%,1 2 3 4)

define handout_rule
$$(B)/handouts/$1.html: $$(call handouts_dir,$1)/README.md labs/handouts.css labs/handouts.lua labs/rules.mk \
		$$(wildcard labs/*/figures/*.svg)
	$$(Q)mkdir -p $$(@D)
	$$(Q)$$(say) "HTML $$@"
	$$(Q)pandoc --from=gfm --to=html5 --standalone --self-contained --toc --toc-depth=2 --fail-if-warnings \
		--metadata=lang:en --metadata=pagetitle:"$$$$(sed -n 's/^# //p;/^# /q' $$<)" --css=labs/handouts.css \
		--lua-filter=labs/handouts.lua --resource-path=.:$$(<D) -o $$@ $$<
endef
$(foreach page,$(HANDOUTS),$(eval $(call handout_rule,$(page))))

.PHONY: handout-pages
handout-pages: $(HANDOUTS:%=$(B)/handouts/%.html)
