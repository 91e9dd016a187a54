# SPDX-License-Identifier: GPL-2.0-only
# The svnic device as a plugin for the QEMU that the distribution ships (docs/qemu.md).
QEMU_PLUGIN := build/qemu/svnic-qemu.so
QEMU_STUB := build/qemu/libsvnic-stub.so
QEMU_TEST_TOOLS := build/qemu/vfio-copy
# The card's thread: no QEMU headers in there, so that it can call nothing of QEMU's.
QEMU_CARD_OBJECTS := $(addprefix build/qemu/,backend.o card.o pcap.o thread.o)
QEMU_HOST_OBJECTS := $(addprefix build/qemu/,bar.o config.o derive.o dma.o net.o pf.o plugin.o request.o stats.o vf.o)
QEMU_SOURCES_H := $(wildcard verif/qemu/*.h) cmodel/include/svnic/device.h
QEMU_C := $(CC) -O2 -g -fPIC -Wall -Wextra -Werror -Icmodel/include

$(QEMU_CARD_OBJECTS): build/qemu/%.o: verif/qemu/%.c $(QEMU_SOURCES_H) | $(SETUP_BUILD)
	@mkdir -p $(@D) && $(QEMU_C) -std=gnu11 -D_GNU_SOURCE -c -o $@ $<

# QEMU's own headers compare signed with unsigned in inline functions, and its call-backs have arguments that nobody uses.
$(QEMU_HOST_OBJECTS): build/qemu/%.o: verif/qemu/%.c $(QEMU_SOURCES_H) verif/qemu/features.sh $(QEMU_HEADERS) | $(SETUP_BUILD)
	@mkdir -p $(@D) && . build/qemu.env && $(QEMU_C) -Wno-unused-parameter -Wno-sign-compare \
		$${QEMU_CFLAGS//-I/-isystem } $$(sh verif/qemu/features.sh $$QEMU_SRC) -DQEMU_PKGVERSION="\"$$QEMU_PKGVERSION\"" -c -o $@ $<

# A symbol that QEMU does not export would show only when it is called.
$(QEMU_PLUGIN): $(QEMU_CARD_OBJECTS) $(QEMU_HOST_OBJECTS) verif/qemu/check-symbols
	@$(CC) -shared -Wl,-z,now -o $@.new $(filter %.o,$^) -lglib-2.0 -lpthread -ldl
	@. build/qemu.env && verif/qemu/check-symbols $@.new "$$QEMU_EXPORTS" && mv $@.new $@
	@echo "$@: for QEMU package $$(. build/qemu.env; echo "$$QEMU_PKGVERSION")"

$(QEMU_STUB): verif/qemu/test/stubcard.c cmodel/include/svnic/device.h | $(SETUP_BUILD)
	@mkdir -p $(@D) && $(QEMU_C) -std=gnu11 -shared -o $@ $<

$(QEMU_TEST_TOOLS): build/qemu/%: verif/qemu/test/%.c | $(SETUP_BUILD)
	@mkdir -p $(@D) && $(CC) -O1 -g -Wall -Wextra -Werror -static -o $@ $<

TEST_DEPS += $(QEMU_PLUGIN) $(QEMU_STUB) $(QEMU_TEST_TOOLS)

##@ Simulation in QEMU
.PHONY: qemu-device
qemu-device: $(QEMU_PLUGIN) ## build the svnic device for the installed QEMU
