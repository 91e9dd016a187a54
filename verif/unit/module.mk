# SPDX-License-Identifier: Apache-2.0
# Unit tests: build/unit/BLOCK/PARAMETERS/test. Each takes +seed=N and Verilator's own +verilator+seed+N.
UNIT_BUILDS := $(shell sed '/^\#/d' verif/unit/builds.txt)
UNIT_BLOCKS := $(sort $(foreach build,$(UNIT_BUILDS),$(firstword $(subst /, ,$(build)))))
UNIT_TESTS  := $(UNIT_BUILDS:%=build/unit/%/test)
UNIT_WANTED := $(if $(BLOCK),$(filter build/unit/$(BLOCK)/%,$(UNIT_TESTS)),$(UNIT_TESTS))

define UNIT_BLOCK  # $(1) block
$(filter build/unit/$(1)/%,$(UNIT_TESTS)): $(wildcard verif/unit/$(1)/*) verif/unit/test.h $(patsubst ../../../%,%,$(filter ../%,$(shell cat verif/unit/$(1)/files)))
endef
$(foreach block,$(UNIT_BLOCKS),$(eval $(call UNIT_BLOCK,$(block))))

$(UNIT_TESTS): build/unit/%/test: verif/unit/build.py | $(SETUP_BUILD)
	@$(STEP) unit-$* python3 verif/unit/build.py $* -o $@

TEST_DEPS += $(UNIT_TESTS)

##@ Verification
.PHONY: unit
unit: $(UNIT_WANTED) ## run the unit tests of the blocks with SEED; BLOCK=dma for one
	@test -n "$(UNIT_WANTED)" || { echo "unit: no test of $(BLOCK); there are: $(UNIT_BLOCKS)" >&2; exit 2; }
	@for test in $(UNIT_WANTED); do $$test +seed=$(SEED) +verilator+rand+reset+2 +verilator+seed+$(SEED); done
