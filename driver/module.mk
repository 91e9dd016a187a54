# SPDX-License-Identifier: GPL-2.0-only
# The Linux drivers, built for the guest's kernel in build/driver (build/driver-SUITE with GUEST_KERNEL_SUITE): the source tree stays clean.
DRIVER_DIR     := build/driver$(OF_KERNEL)
DRIVER_KO      := $(DRIVER_DIR)/svnic.ko
DRIVER_MODULES := svnic svnic_vfio svnic_kvm
DRIVER_SOURCES := $(wildcard driver/svnic/*.[ch]) driver/svnic/Kbuild driver/svnic/features.sh cmodel/include/svnic/regs.h
HOST_SOURCES   := driver/Kbuild $(wildcard $(foreach m,svnic_vfio svnic_kvm,driver/$(m)/*))

# make -C KDIR M=DIR/src: the sources are links. W=1 and sparse (C=2) count: a warning is an error. All modules, though only one is named.
$(DRIVER_KO): $(DRIVER_SOURCES) $(HOST_SOURCES) $(GUEST_KERNEL) | $(SETUP_GUEST)
	@mkdir -p $(addprefix $(DRIVER_DIR)/src/,$(DRIVER_MODULES)) && ln -sf $(abspath driver/Kbuild) $(DRIVER_DIR)/src/
	@for m in $(DRIVER_MODULES); do ln -sf $(abspath driver)/$$m/* $(DRIVER_DIR)/src/$$m/; done
	@. $(KERNEL_ENV) && $(STEP) driver$(OF_KERNEL) $(MAKE) -C $$KDIR M=$(abspath $(DRIVER_DIR)/src) SVNIC_INCLUDE=$(abspath cmodel/include) \
		CONFIG_DEBUG_INFO_BTF_MODULES= C=2 CHECK=sparse W=1 KCFLAGS=-Werror modules
	@cp $(foreach m,$(DRIVER_MODULES),$(DRIVER_DIR)/src/$(m)/$(m).ko) $(DRIVER_DIR)/

# The same with faults (driver/faults): its N-th allocation fails, one of plants.txt is in it.
DRIVER_FAULTS_KO := build/driver-faults/svnic.ko
$(DRIVER_FAULTS_KO): $(DRIVER_SOURCES) $(wildcard driver/faults/*) tools/plants.py build/.setup/guest-kernel | $(SETUP_GUEST)
	@rm -rf $(@D)/src && mkdir -p $(@D)/src
	@tools/plants.py driver/faults/plants.txt $(@D)/src $(wildcard driver/svnic/* driver/faults/*.[ch])
	@. build/guest-kernel.env && $(STEP) driver-faults $(MAKE) -C $$KDIR M=$(abspath $(@D)/src) SVNIC_INCLUDE=$(abspath cmodel/include) \
		SVNIC_FAULTS=1 CONFIG_DEBUG_INFO_BTF_MODULES= KCFLAGS=-Werror modules
	@cp $(@D)/src/svnic.ko $@

TEST_DEPS += $(DRIVER_KO) $(DRIVER_FAULTS_KO)

##@ Linux driver
.PHONY: checkpatch
checkpatch: | $(GUEST_KERNEL) ## the kernel's style check, --strict, of the drivers
	@tools/checkpatch.sh $(foreach m,$(DRIVER_MODULES),driver/$(m)/*.[ch])

.PHONY: driver driver-faults
driver-faults: $(DRIVER_FAULTS_KO) ## the driver with parameters fail_alloc=N, its N-th allocation fails, and plant=N, a fault of driver/faults/plants.txt

driver: $(DRIVER_KO) ## build the Linux drivers for the guest's kernel, with sparse: build/driver/svnic.ko and others; GUEST_KERNEL_SUITE
