# SPDX-License-Identifier: Apache-2.0
# The model behind its ABI, driven by bytes (fuzz.cpp): build/fuzz/fuzz replays inputs (gcc, sanitizers), build/fuzz/libfuzzer/fuzz looks for new ones.
FUZZ_SRC    := verif/fuzz/fuzz.cpp verif/lockstep/host.cpp
FUZZ_H      := verif/rtl/link.h $(addprefix verif/lockstep/,host.h input.h listener.h random.h rootport.h) cmodel/tlp.h
FUZZ_FLAGS  := -std=c++17 -g -Wall -Wextra -Werror -Icmodel -Icmodel/include -Iverif/rtl -Iverif/lockstep
FUZZ_REPLAY := build/fuzz/fuzz
FUZZER      := build/fuzz/libfuzzer/fuzz
FUZZ_CLANG  := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all

$(FUZZ_REPLAY): $(FUZZ_SRC) $(FUZZ_H) build/lib/asan/libsvnic-model.a | $(SETUP_BUILD)
	@mkdir -p $(@D)
	@$(STEP) fuzz g++ $(FUZZ_FLAGS) $(CMODEL_SAN) -DFUZZ_REPLAY $(FUZZ_SRC) build/lib/asan/libsvnic-model.a -o $@

build/fuzz/libfuzzer/%.o: cmodel/%.c $(wildcard cmodel/*.h cmodel/include/svnic/*.h) | $(SETUP_FUZZ)
	@mkdir -p $(@D)
	@clang -std=c11 $(FUZZ_CLANG) -fsanitize=fuzzer-no-link -Icmodel -Icmodel/include -c $< -o $@

$(FUZZER): $(FUZZ_SRC) $(FUZZ_H) $(CMODEL_SRC:cmodel/%.c=build/fuzz/libfuzzer/%.o) | $(SETUP_FUZZ)
	@$(STEP) libfuzzer clang++ $(FUZZ_FLAGS) $(FUZZ_CLANG) -fsanitize=fuzzer $(FUZZ_SRC) $(filter %.o,$^) -o $@

TEST_DEPS += $(FUZZ_REPLAY)

##@ Verification
.PHONY: fuzz fuzz-replay fuzz-merge
FUZZ_SECONDS ?= 60
fuzz: $(FUZZER) ## libFuzzer on the model behind its ABI, with sanitizers, FUZZ_SECONDS=60; what it finds is in build/fuzz
	@mkdir -p build/fuzz/corpus
	@cd build/fuzz && ../../$(FUZZER) -max_len=4096 -max_total_time=$(FUZZ_SECONDS) -seed=$(SEED) -print_final_stats=1 corpus ../../verif/fuzz/corpus
	@echo "fuzz: no finding; new inputs are in build/fuzz/corpus; next: make fuzz-merge, make fuzz-replay"

fuzz-merge: $(FUZZER) ## keep of build/fuzz/corpus what reaches something new, in verif/fuzz/corpus
	@$(FUZZER) -merge=1 -max_len=4096 verif/fuzz/corpus build/fuzz/corpus

fuzz-replay: $(FUZZ_REPLAY) build/lockstep/512-64/lockstep ## the corpus through the model with sanitizers, then through RTL and model in lock-step
	@verif/fuzz/replay.sh verif/fuzz/corpus
