# SPDX-License-Identifier: Apache-2.0
# The Verilated card: build/verilated/WIDTH-VFS-MODE (verilate.py), with the faults of verif/lockstep/plants.txt -planted, and as a back end build/lib/libsvnic-rtl.so.
RTL_SOURCES := rtl/rtl.f $(wildcard rtl/*.sv rtl/*/*.sv)
# The back end's width is not $(DATA_W): 512 bits take the fewest cycles per packet, and a cycle costs hardly more (make bench DATA_W=...).
RTL_LIB_W   ?= 512
RTL_LIB     := build/lib/libsvnic-rtl.so
RTL_LIB_OF  := build/rtl/$(RTL_LIB_W)-$(NUM_VFS)/libsvnic-rtl.so
.PRECIOUS: build/verilated/%.made build/rtl/%/libsvnic-rtl.so

# A program around a Verilated card. $(1) WIDTH-VFS-MODE[-planted], $(2) what the step is called; sources, VERILATED_LIBS and -o follow.
VERILATED_CXX = sed 's/^VERILATED_CFLAGS := //' build/verilated/$(1)/flags.mk | xargs $(STEP) $(2) g++ -std=c++17 -O2 -g -Wall -Wextra -Werror \
	-Icmodel/include -Icmodel -Iverif/rtl -isystem build/verilated/$(1)
VERILATED_LIBS = build/verilated/$(1)/libVsvnic.a -lz -lpthread

# The same as a back end: the device ABI around it.
RTL_LINK = $(VERILATED_CXX) -fPIC -shared verif/rtl/device.cpp build/cmodel/tlp.o $(VERILATED_LIBS) -Wl,--version-script=cmodel/svnic.map -Wl,-z,defs -o $@

# Stamped with the time of its start: what was edited meanwhile is newer.
build/verilated/%.made: verif/rtl/verilate.py tools/plants.py $(RTL_SOURCES) | $(SETUP_BUILD) $(SETUP_PYTHON)
	@mkdir -p $(@D) && touch $@.new
	@set -- $(subst -, ,$*) && $(STEP) verilate-$* build/venv/bin/python verif/rtl/verilate.py \
		--data-w $$1 --num-vfs $$2 --mode $$3 $(if $(findstring planted,$*),--plants verif/lockstep/plants.txt) -o build/verilated/$*
	@mv $@.new $@

build/rtl/%/libsvnic-rtl.so: build/verilated/%-fast.made verif/rtl/device.cpp verif/rtl/rtl_card.h cmodel/include/svnic/device.h build/cmodel/tlp.o
	@mkdir -p $(@D)
	@$(call RTL_LINK,$*-fast,librtl-$*)

# The card with planted faults, one of which leaves it without an answer in configuration space
RTL_PLANTED := build/rtl/planted/libsvnic-rtl.so
build/verilated/128-8-check-planted.made: verif/lockstep/plants.txt
$(RTL_PLANTED): build/verilated/128-8-check-planted.made verif/rtl/device.cpp verif/rtl/rtl_card.h cmodel/include/svnic/device.h build/cmodel/tlp.o
	@mkdir -p $(@D)
	@$(call RTL_LINK,128-8-check-planted,librtl-planted)

$(RTL_LIB): $(RTL_LIB_OF)
	@mkdir -p $(@D) && cp $< $@

build/lib/vfs-%/libsvnic-rtl.so: build/rtl/$(RTL_LIB_W)-%/libsvnic-rtl.so
	@mkdir -p $(@D) && cp $< $@

build/rtl/host: cmodel/examples/host.c $(RTL_LIB)
	@gcc -std=c11 -O1 -g -Wall -Wextra -Werror -Icmodel/include $< -Lbuild/lib -lsvnic-rtl -Wl,-rpath,$(abspath build/lib) -o $@

TEST_DEPS += $(RTL_LIB) $(foreach backend,rtl cmodel,build/lib/vfs-255/libsvnic-$(backend).so) $(RTL_PLANTED) build/rtl/host build/systemc/rtl

##@ RTL
.PHONY: rtl-lib
rtl-lib: $(RTL_LIB) ## build the Verilated card as a back end: build/lib/libsvnic-rtl.so; NUM_VFS
