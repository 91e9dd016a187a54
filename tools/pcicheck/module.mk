# SPDX-License-Identifier: Apache-2.0
# svnic-pcicheck (docs/pcicheck.md). Static: it runs in guests that have no libraries. With sanitizers, and with a device
# of the tests' own instead of sysfs (mock), for the tests.
PCICHECK      := build/pcicheck/svnic-pcicheck
PCICHECK_SRC  := $(sort $(wildcard tools/pcicheck/*.c))
PCICHECK_MOCK := $(filter-out %/io.c,$(PCICHECK_SRC)) tools/pcicheck/test/mock.c
# designated members come first in the tables of rules, and what they do not name is zero
PCICHECK_CC   := $(CC) -std=c11 -D_GNU_SOURCE -O2 -g -Wall -Wextra -Werror -Wshadow -Wno-missing-field-initializers
PCICHECK_SAN  := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer

$(PCICHECK) build/pcicheck/asan/svnic-pcicheck: $(PCICHECK_SRC)
build/pcicheck/asan/mock: $(PCICHECK_MOCK)
build/pcicheck/asan/fuzz: $(filter-out %/main.c,$(PCICHECK_SRC)) tools/pcicheck/test/fuzz.c
build/pcicheck/asan/%: PCICHECK_FLAGS := $(PCICHECK_SAN)
$(PCICHECK): PCICHECK_FLAGS := -static

PCICHECK_BUILT := $(PCICHECK) $(addprefix build/pcicheck/asan/,svnic-pcicheck mock fuzz)
$(PCICHECK_BUILT): tools/pcicheck/pcicheck.h | $(SETUP_BUILD)
	@mkdir -p $(@D) && $(STEP) $(subst /,-,$(@:build/%=%)) $(PCICHECK_CC) $(PCICHECK_FLAGS) $(filter %.c,$^) -o $@

build/pcicheck/dump: tools/pcicheck/test/dump.c build/lib/libsvnic-cmodel.so cmodel/include/svnic/device.h
	@mkdir -p $(@D) && $(PCICHECK_CC) -Icmodel/include $< -Lbuild/lib -Wl,-rpath,$(CURDIR)/build/lib -lsvnic-cmodel -o $@

TEST_DEPS += $(PCICHECK_BUILT) build/pcicheck/dump

##@ Every day
.PHONY: pcicheck
pcicheck: $(PCICHECK) ## build svnic-pcicheck, which holds any device's configuration space against the specification
