# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
# The golden model:
#   build/lib/libsvnic-cmodel.so          a card (cmodel/include/svnic/device.h)
#   build/lib/asan/libsvnic-cmodel.so     the same with address and undefined-behaviour sanitizers
#   build/lib/libsvnic-model.a            the model from the inside (cmodel/model.h), for the lock-step bench; asan/ likewise
#   build/cmodel/host                     the example host; build/cmodel/test/*, and asan/test/*, the tests
# and, with either back end:
#   build/lib/vfs-N/libsvnic-BACKEND.so   a card with N VFs; 64 otherwise
#   build/systemc/BACKEND                 the card as a SystemC module (svnic/systemc.h) with examples/systemc.cpp around it

CMODEL_CC     ?= gcc
CMODEL_FLAGS  := -std=c11 -Wall -Wextra -Werror -fPIC -g -Icmodel/include -Icmodel -MMD -MP
CMODEL_SAN    := -O1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
CMODEL_SRC    := $(wildcard cmodel/*.c)
CMODEL_TESTS  := $(patsubst cmodel/test/%.c,%,$(filter-out cmodel/test/bus.c,$(wildcard cmodel/test/*.c)))
CMODEL_SO     := build/lib/libsvnic-cmodel.so
CMODEL_MODEL  := build/lib/libsvnic-model.a

# A variant: $(1) folder below build/cmodel and build/lib ("" or "asan/"), $(2) flags
define CMODEL_VARIANT
build/cmodel/$(1)%.o: cmodel/%.c | $$(SETUP_BUILD)
	@mkdir -p $$(@D)
	@$$(CMODEL_CC) $$(CMODEL_FLAGS) $(2) -c $$< -o $$@

build/lib/$(1)libsvnic-cmodel.so: $$(CMODEL_SRC:cmodel/%.c=build/cmodel/$(1)%.o) cmodel/svnic.map
	@mkdir -p $$(@D)
	@$$(STEP) $$(@F)$(if $(1),-asan) $$(CMODEL_CC) -shared $(2) -Wl,--version-script=cmodel/svnic.map $$(filter %.o,$$^) -o $$@

build/lib/$(1)libsvnic-model.a: $$(CMODEL_SRC:cmodel/%.c=build/cmodel/$(1)%.o)
	@mkdir -p $$(@D)
	@rm -f $$@; ar rcs $$@ $$^

$$(CMODEL_TESTS:%=build/cmodel/$(1)test/%): build/cmodel/$(1)test/%: build/cmodel/$(1)test/%.o build/cmodel/$(1)test/bus.o build/lib/$(1)libsvnic-model.a
	@$$(CMODEL_CC) $(2) $$^ -o $$@

build/cmodel/$(1)host: build/cmodel/$(1)examples/host.o build/lib/$(1)libsvnic-cmodel.so
	@$$(CMODEL_CC) $(2) $$< -Lbuild/lib/$(1) -lsvnic-cmodel -Wl,-rpath,$$(abspath build/lib/$(1)) -o $$@
endef
$(eval $(call CMODEL_VARIANT,,-O2))
$(eval $(call CMODEL_VARIANT,asan/,$(CMODEL_SAN)))

# Cards with another number of VFs; only the device around the model knows it
.PRECIOUS: build/lib/vfs-%/libsvnic-cmodel.so build/lib/vfs-%/libsvnic-rtl.so
build/lib/vfs-%/libsvnic-cmodel.so: cmodel/device.c build/lib/libsvnic-model.a cmodel/svnic.map
	@mkdir -p $(@D)
	@$(CMODEL_CC) $(CMODEL_FLAGS) -MF build/cmodel/vfs-$*.d -O2 -DSVNIC_NUM_VFS=$* -shared -Wl,--version-script=cmodel/svnic.map cmodel/device.c build/lib/libsvnic-model.a -o $@

build/systemc/%: cmodel/examples/systemc.cpp cmodel/include/svnic/systemc.h build/lib/libsvnic-%.so
	@mkdir -p $(@D)
	@$(STEP) systemc-$* g++ -std=c++17 -O1 -g -Wall -Wextra -Werror -Icmodel/include $< -Lbuild/lib -lsvnic-$* -lsystemc \
		-Wl,-rpath,$(abspath build/lib) -o $@

-include $(wildcard build/cmodel/*.d build/cmodel/*/*.d build/cmodel/*/*/*.d)

CMODEL_BUILT := $(CMODEL_SO) $(CMODEL_MODEL) build/cmodel/host $(CMODEL_TESTS:%=build/cmodel/test/%)
CMODEL_ASAN  := $(subst build/lib/,build/lib/asan/,$(subst build/cmodel/,build/cmodel/asan/,$(CMODEL_BUILT)))
TEST_DEPS    += $(CMODEL_BUILT) $(CMODEL_ASAN) build/systemc/cmodel

##@ Golden model
.PHONY: cmodel cmodel-asan
cmodel: $(CMODEL_BUILT) ## build the golden C model: build/lib/libsvnic-cmodel.so
cmodel-asan: $(CMODEL_ASAN) ## the same with sanitizers: build/lib/asan/
