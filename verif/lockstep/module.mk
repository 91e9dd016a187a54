# SPDX-License-Identifier: Apache-2.0
# RTL and golden model in lock-step: build/lockstep/WIDTH-VFS/lockstep
LOCKSTEP_H   := $(wildcard verif/lockstep/*.h) verif/rtl/rtl_card.h cmodel/model.h cmodel/include/svnic/device.h build/lockstep/commit_names.h
LOCKSTEP_LIBS = build/lib/libsvnic-model.a $(call VERILATED_LIBS,$(1)) -lsystemc

build/lockstep/commit_names.h: verif/lockstep/commit_names.py rtl/svnic_pkg.sv
	@mkdir -p $(@D)
	@python3 $^ >$@

.PRECIOUS: build/lockstep/%/lockstep
build/lockstep/%/lockstep: $(wildcard verif/lockstep/*.cpp) $(LOCKSTEP_H) build/verilated/%-check.made build/lib/libsvnic-model.a
	@mkdir -p $(@D)
	@$(call VERILATED_CXX,$*-check,lockstep-$*) -Ibuild/lockstep $(filter %.cpp,$^) $(call LOCKSTEP_LIBS,$*-check) -o $@

# With planted faults of the RTL (plants.txt), one chosen by SVNIC_PLANT: a small card is enough to find them
LOCKSTEP_PLANTED := build/lockstep/planted/lockstep
$(LOCKSTEP_PLANTED): $(wildcard verif/lockstep/*.cpp) $(LOCKSTEP_H) build/verilated/128-8-check-planted.made build/lib/libsvnic-model.a
	@mkdir -p $(@D)
	@$(call VERILATED_CXX,128-8-check-planted,lockstep-planted) -Ibuild/lockstep $(filter %.cpp,$^) $(call LOCKSTEP_LIBS,128-8-check-planted) -o $@

LOCKSTEP_ALL    := $(foreach card,512-64 128-64 256-64 512-255 512-1,build/lockstep/$(card)/lockstep)
TEST_DEPS += $(LOCKSTEP_ALL) $(LOCKSTEP_PLANTED)

##@ Verification
.PHONY: lockstep lockstep-all
lockstep: build/lockstep/$(DATA_W)-$(NUM_VFS)/lockstep ## RTL and golden model in lock-step under random traffic; SEED, CYCLES, DATA_W, NUM_VFS
	@LOCKSTEP_WAVES=build/lockstep/lockstep.fst SYSTEMC_DISABLE_COPYRIGHT_MESSAGE=1 $< --seed=$(SEED) --cycles=$(CYCLES)

lockstep-all: $(LOCKSTEP_ALL) ## the long list: 60 seeds of 100,000 cycles at 512 bit and 64 VFs, 10 at each other width, at 255 and at 1 VF; table in build/lockstep/all.txt
	@verif/lockstep/all.sh
