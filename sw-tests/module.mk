# SPDX-License-Identifier: Apache-2.0
# What runs in guests.

##@ First
.PHONY: demo
demo: build/lib/libsvnic-$(BACKEND).so build/driver/svnic.ko $(QEMU_PLUGIN) | $(SETUP_PYTHON) $(SETUP_GUEST) $(GUEST_KERNEL) ## boot Linux in stock QEMU with the card: VFs, traffic, a reset; BACKEND, VFS
	@build/venv/bin/python sw-tests/demo/demo.py --backend $(BACKEND) --vfs $(VFS) $(if $(WAVES),--waves)
