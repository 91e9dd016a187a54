# SPDX-License-Identifier: Apache-2.0
# The front door. Each folder adds its own targets in its module.mk, which this file includes; see "Fragments" below.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-builtin-rules --no-print-directory
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
.PHONY: help setup test test-exhaustive test-all hosts hosts-built clean

# Variables: make TARGET NAME=value. The text behind ## is what `make help` prints.
BACKEND ?= rtl## which card: rtl (Verilated Verilog) or cmodel (golden C model)
VFS     ?= 8## how many VFs a guest enables
SEED    ?= 1## of everything random
CYCLES  ?= 100000## length of a random run
DATA_W  ?= 512## width of the TLP channels in bits: 128, 256 or 512
NUM_VFS ?= 64## how many VFs the card is built with, 1 to 255
GUEST_KERNEL_SUITE ?= ## whose kernel guests run, e.g. bookworm-backports; empty: this machine's release
SVNIC_CACHE ?= $(HOME)/.cache/svnic## downloads and other slow things, kept across `make clean`
export BACKEND VFS SEED CYCLES DATA_W NUM_VFS SVNIC_CACHE GUEST_KERNEL_SUITE
export YOWASP_CACHE_DIR ?= $(SVNIC_CACHE)/yowasp

# Fragments may use
#   $(SETUP_BUILD) $(SETUP_QEMU) $(SETUP_GUEST) $(SETUP_PYTHON) $(SETUP_FUZZ)   order-only prerequisites: what a target needs installed
#   $(QEMU_HEADERS) $(GUEST_KERNEL)   order-only: build/qemu.env or $(KERNEL_ENV) is there, to be sourced in a recipe
#                                     (`. build/qemu.env; gcc $$QEMU_CFLAGS ...`) or, as .mk, included by a sub-make
#   $(OF_KERNEL)                      -SUITE in the names of what is made for the kernel of GUEST_KERNEL_SUITE, if that is set
#   $(STEP) LABEL COMMAND...          runs a command, says what it did and how long it took
#   TEST_DEPS += FILE                 something that must be built before `make test`
# A public target carries `## text`; a line `##@ Heading` starts a group of them.
SETUP_BUILD  := build/.setup/build
SETUP_QEMU   := build/.setup/qemu
SETUP_GUEST  := build/.setup/guest
SETUP_PYTHON := build/.setup/python
SETUP_FUZZ   := build/.setup/fuzz
QEMU_HEADERS := build/.setup/qemu-headers
OF_KERNEL    := $(addprefix -,$(strip $(GUEST_KERNEL_SUITE)))
GUEST_KERNEL := build/.setup/guest-kernel$(OF_KERNEL)
KERNEL_ENV   := build/guest-kernel$(OF_KERNEL).env
STEP         := tools/step.sh
TEST_DEPS    :=

# A stamp newer than what set-up is made of: nothing to do, and nothing is run.
build/.setup/%: tools/setup.sh tools/lib.sh
	@mkdir -p $(@D) && tools/setup.sh $* && touch $@
$(SETUP_PYTHON): tools/requirements.txt
$(QEMU_HEADERS): tools/qemu-headers.sh tools/lib.sh | $(SETUP_QEMU)
	@tools/qemu-headers.sh && touch $@
$(GUEST_KERNEL): tools/guest-kernel.sh tools/lib.sh | $(SETUP_GUEST)
	@tools/guest-kernel.sh && touch $@

##@ First
help: ## this text
	@awk -f tools/help.awk $(MAKEFILE_LIST)

setup: ## install what all targets need (Debian packages as root; the rest into the cache)
	@tools/setup.sh
	@$(MAKE) $(SETUP_BUILD) $(SETUP_PYTHON) $(QEMU_HEADERS) $(GUEST_KERNEL)
	@echo "setup: done; next: make test"

# guests last: what they are made of is named by the others
include $(sort $(filter-out sw-tests/%,$(wildcard */module.mk verif/*/module.mk tools/*/module.mk))) $(wildcard sw-tests/module.mk)

##@ Every day
# PYTEST_ARGS selects: make test PYTEST_ARGS='-k guest -x'
test: | $(SETUP_BUILD) $(SETUP_PYTHON) $(QEMU_HEADERS) $(GUEST_KERNEL) ## run all tests; PYTEST_ARGS='-k NAME' selects
	@$(MAKE) -j$$(nproc) tests-built
	@build/venv/bin/pytest $(PYTEST_ARGS)

# The tests that would make `make test` too long, marked `exhaustive`; what they said is kept.
test-exhaustive: | $(SETUP_PYTHON) ## run what test leaves out for its time (docs/results/exhaustive.log)
	@build/venv/bin/pytest -m exhaustive --durations=0 -v --color=no | sed -u 's,rootdir: .*,rootdir: .,; s, -- /.*,,' | tee docs/results/exhaustive.log

test-all: test test-exhaustive hosts ## all of test, what it leaves out, all hosts and guest kernels (docs/results/hosts.md)

hosts: ## each Debian release and kernel that this works with, tried: another release in a root of its own in the cache
	@python3 tools/hosts.py

# What the tests need that tools/hosts.py runs.
hosts-built: $(RTL_LIB) $(RTL_PLANTED) $(CMODEL_SO) $(QEMU_PLUGIN) $(QEMU_STUB) $(QEMU_TEST_TOOLS) $(DRIVER_KO) $(PCICHECK) | $(SETUP_PYTHON)

.PHONY: tests-built
tests-built: $(TEST_DEPS)

clean: ## remove build/ (the cache stays; it is safe to remove at any time)
	@rm -rf build
	@echo "clean: build/ removed; downloads stay in $(SVNIC_CACHE)"
