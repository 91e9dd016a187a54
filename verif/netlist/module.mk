# SPDX-License-Identifier: Apache-2.0
# What synthesis makes of a small card, simulated with X.
NETLIST_PARAMETERS := DataW=128 NumVfs=4 NumQps=16 NumSlots=16

build/netlist/svnic.v: $(RTL_LIST) $(wildcard rtl/*.sv rtl/*/*.sv) tools/netlist.py tools/synth.py | $(SETUP_PYTHON)
	@$(STEP) netlist build/venv/bin/python tools/netlist.py $(RTL_LIST) --top svnic $(NETLIST_PARAMETERS:%=-G %) -o $@

##@ RTL
.PHONY: netlist
netlist: build/netlist/passed ## simulate the synthesized netlist of a small card in Icarus: it enumerates, and a frame passes

build/netlist/passed: build/netlist/svnic.v $(wildcard verif/netlist/*.py) | $(SETUP_BUILD)
	@$(STEP) netlist-sim build/venv/bin/python verif/netlist/run.py
	@touch $@
