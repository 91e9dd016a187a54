# SPDX-License-Identifier: Apache-2.0
# The card in SystemVerilog: lint and synthesis. rtl/rtl.f lists its files.
RTL_LIST   := rtl/rtl.f
RTL_BLOCKS := svnic_cfg svnic_mgmt svnic_dma svnic_queue svnic_tx svnic_rx svnic_veb svnic_event
# one block instead of all: make synth BLOCK=veb
RTL_SYNTH  := $(if $(BLOCK),svnic_$(BLOCK),$(RTL_BLOCKS))

##@ RTL
.PHONY: lint synth
lint: | $(SETUP_BUILD) $(SETUP_PYTHON) ## lint the RTL by Verilator and slang, count the waivers
	@build/venv/bin/python tools/lint.py $(RTL_LIST) --top svnic --waivers

synth: | $(SETUP_PYTHON) ## synthesize each block for xcup and ECP5: soundness, LUT, FF, BRAM, logic levels; BLOCK=veb for one
	@build/venv/bin/python tools/synth.py $(RTL_LIST) $(RTL_SYNTH:%=--top %)

WAVES_FST ?= build/waves/svnic.fst## what make waves shows; absent: a short lock-step run writes it
.PHONY: waves
waves: build/lockstep/$(DATA_W)-$(NUM_VFS)/lockstep ## show waves in GTKWave, signals grouped by block; WAVES_FST=build/guest/demo/waves.fst after make demo WAVES=1
	@mkdir -p build/waves
	@test -e $(WAVES_FST) || SYSTEMC_DISABLE_COPYRIGHT_MESSAGE=1 $< --seed=$(SEED) --cycles=8000 --waves=$(WAVES_FST) || test $$? = 3
	@python3 verif/rtl/gtkw.py $(WAVES_FST) build/waves/svnic.gtkw
	@if command -v gtkwave >/dev/null && [ -n "$${DISPLAY:-}" ]; then gtkwave build/waves/svnic.gtkw; \
	else echo "waves: $(WAVES_FST); with GTKWave (apt-get install gtkwave) and a display: gtkwave build/waves/svnic.gtkw"; fi
