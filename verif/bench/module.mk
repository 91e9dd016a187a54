# SPDX-License-Identifier: Apache-2.0
# Speed of the RTL alone: build/bench/WIDTH-VFS/bench, tables and plots by bench.py.
.PRECIOUS: build/bench/%/bench
build/bench/%/bench: verif/bench/bench.cpp verif/rtl/rtl_card.h cmodel/include/svnic/device.h build/verilated/%-fast.made
	@mkdir -p $(@D)
	@$(call VERILATED_CXX,$*-fast,bench-$*) $< $(call VERILATED_LIBS,$*-fast) -o $@

TEST_DEPS += build/bench/512-64/bench

##@ Verification
.PHONY: bench
bench: build/bench/$(DATA_W)-$(NUM_VFS)/bench | $(SETUP_PYTHON) ## speed of the RTL alone, cycle-exact: packets per cycle, latencies, kHz; tables and a plot in build/bench
	@build/venv/bin/python verif/bench/bench.py $< --plot build/bench/bench.png --write build/bench/bench.md
