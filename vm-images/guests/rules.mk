# SPDX-License-Identifier: GPL-2.0-only
# Unit guests: build/guests/NAME from NAME.c and the library.  No libc and no floating point in them:
# its registers belong to the applications.

guests-src := vm-images/guests
guests-out := $(B)/guests
GUESTS := $(patsubst $(guests-src)/%.c,%,$(wildcard $(guests-src)/*.c))
guests-lib := $(patsubst $(guests-src)/%,$(guests-out)/%.o,$(wildcard $(guests-src)/lib/*.[cS]))
guests-flags := -std=gnu11 -O2 -g -fdebug-prefix-map=$(CURDIR)=. -Wall -Wextra -Werror -march=i686 -mgeneral-regs-only \
	-ffreestanding -fno-pic -fno-pie -fno-stack-protector -fcf-protection=none \
	-fno-asynchronous-unwind-tables -I$(ABI) -I$(guests-src)/lib -MMD -MP

.PHONY: guests
guests: $(addprefix $(guests-out)/,$(GUESTS))

$(guests-out)/%.c.o: $(guests-src)/%.c $(guests-src)/rules.mk
	$(Q)$(say) "CC  $@"
	$(Q)mkdir -p $(@D)
	$(Q)$(CROSS)gcc $(guests-flags) -c -o $@ $<

$(guests-out)/%.S.o: $(guests-src)/%.S $(guests-src)/rules.mk
	$(Q)$(say) "AS  $@"
	$(Q)mkdir -p $(@D)
	$(Q)$(CROSS)gcc $(guests-flags) -c -o $@ $<

$(addprefix $(guests-out)/,$(GUESTS)): $(guests-out)/%: $(guests-out)/%.c.o $(guests-lib) \
		$(guests-src)/lib/guest.lds
	$(Q)$(say) "LD  $@"
	$(Q)$(CROSS)gcc -nostdlib -static -no-pie -Wl,--build-id=none -Wl,--fatal-warnings \
		-Wl,-z,max-page-size=0x1000 -T $(guests-src)/lib/guest.lds -o $@ \
		$(filter %.o,$^)

-include $(wildcard $(guests-out)/*.d $(guests-out)/lib/*.d)
