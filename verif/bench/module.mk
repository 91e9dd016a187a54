# SPDX-License-Identifier: Apache-2.0
# Speed of the RTL alone: build/bench/WIDTH-VFS/bench, tables and plots by bench.py.
.PRECIOUS: build/bench/%/bench
build/bench/%/bench: verif/bench/bench.cpp verif/rtl/rtl_card.h cmodel/include/svnic/device.h build/verilated/%-fast.made
	@mkdir -p $(@D)
	@sed 's/^VERILATED_CFLAGS := //' build/verilated/$*-fast/flags.mk | xargs $(STEP) bench-$* g++ -std=c++17 -O2 -g -Wall -Wextra -Werror \
		-Icmodel/include -Iverif/rtl -isystem build/verilated/$*-fast $< build/verilated/$*-fast/libVsvnic.a -lz -lpthread -o $@
