# SPDX-License-Identifier: Apache-2.0
# What runs in guests.

# What every guest with the card needs
demo experiment: build/lib/libsvnic-$(BACKEND).so $(DRIVER_KO) $(QEMU_PLUGIN) | $(SETUP_PYTHON) $(SETUP_GUEST) $(GUEST_KERNEL)

##@ First
.PHONY: demo
demo: ## boot Linux in stock QEMU with the card: VFs, traffic, a reset; BACKEND, VFS
	@build/venv/bin/python sw-tests/demo/demo.py --backend $(BACKEND) --vfs $(VFS) $(if $(WAVES),--waves)

# Static: it runs in guests that have no libraries of its own.
HOSTILE := build/sw-tests/hostile
$(HOSTILE): $(wildcard sw-tests/hostile/*.[ch]) cmodel/include/svnic/regs.h | $(SETUP_BUILD)
	@mkdir -p $(@D)
	@$(STEP) hostile gcc -static -O2 -Wall -Wextra -Werror -Icmodel/include $(filter %.c,$^) -o $@

# The golden model with faults that the hostile tests must find, as a back end.
HOSTILE_PLANTED := build/lib/planted/libsvnic-cmodel.so
$(HOSTILE_PLANTED): $(CMODEL_SRC) $(wildcard cmodel/*.h sw-tests/hostile/planted/*) cmodel/svnic.map tools/plants.py | $(SETUP_BUILD)
	@rm -rf build/cmodel/planted && mkdir -p $(@D) build/cmodel/planted
	@tools/plants.py sw-tests/hostile/planted/plants.txt build/cmodel/planted $(CMODEL_SRC)
	@$(STEP) $(@F)-planted $(CMODEL_CC) $(filter-out -MMD -MP,$(CMODEL_FLAGS)) -O2 -include sw-tests/hostile/planted/plant.h -shared \
		-Wl,--version-script=cmodel/svnic.map build/cmodel/planted/*.c sw-tests/hostile/planted/plant.c -o $@
TEST_DEPS += $(HOSTILE) $(HOSTILE_PLANTED)

##@ Measurements
.PHONY: experiment
NAME  ?= moderation
PAIRS ?= 20
experiment: ## A and B with a VF in a KVM guest, interleaved: table, CSV, plot; NAME=moderation PAIRS=20 WORDS='of the script' BACKEND
	@build/venv/bin/python sw-tests/kvm/experiment.py $(NAME) $(WORDS) --pairs $(PAIRS) --backend $(BACKEND)
