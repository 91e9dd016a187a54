# SPDX-License-Identifier: Apache-2.0
# Proofs beside the RTL (rtl/*/*.sby) and the faults that they must find (faults.py).

##@ Verification
.PHONY: formal formal-faults
formal: | $(SETUP_PYTHON) ## prove what stands beside the RTL: mode, depth, time, verdict; BLOCK=common for one block
	@build/venv/bin/python verif/formal/prove.py $(if $(BLOCK),--block $(BLOCK))

formal-faults: | $(SETUP_PYTHON) ## plant each fault of verif/formal/faults.py and see the proofs find it; BLOCK=
	@build/venv/bin/python verif/formal/prove.py --faults $(if $(BLOCK),--block $(BLOCK))
