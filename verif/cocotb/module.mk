# SPDX-License-Identifier: Apache-2.0
# The RTL before an independent root complex (cocotbext-pcie) and scapy: build/cocotb/WIDTH-VFS, with the faults of plants.txt -planted
COCOTB_CARDS   := build/cocotb/128-8 build/cocotb/128-8-planted build/cocotb/512-8
COCOTB_SOURCES := verif/cocotb/build.py verif/cocotb/ports.vlt verif/cocotb/plants.txt verif/rtl/verilate.py
.PRECIOUS: build/cocotb/%.made

# Stamped with the time of its start: what was edited meanwhile is newer.
build/cocotb/%.made: $(COCOTB_SOURCES) $(RTL_LIST) $(wildcard rtl/*.sv rtl/*/*.sv) | $(SETUP_BUILD) $(SETUP_PYTHON)
	@mkdir -p $(@D) && touch $@.new
	@set -- $(subst -, ,$*) && $(STEP) cocotb-$* build/venv/bin/python verif/cocotb/build.py --data-w $$1 --num-vfs $$2 \
		$(if $(findstring planted,$*),--planted) -o build/cocotb/$*
	@mv $@.new $@

TEST_DEPS += $(COCOTB_CARDS:%=%.made)

##@ Verification
.PHONY: cocotb
cocotb: build/cocotb/128-8.made ## an independent root complex (cocotbext-pcie) meets the RTL; SEED, CASES="NAME ..." (docs/cocotb.md)
	@build/venv/bin/python verif/cocotb/run.py build/cocotb/128-8 --seed $(SEED) $(CASES)
