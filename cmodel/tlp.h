/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* What is true of any transaction layer packet (PCI Express Base Specification 5.0, section 2.2), whoever sends it. */
#ifndef SVNIC_TLP_H
#define SVNIC_TLP_H

#include "svnic/device.h"

/* A TLP that came in, with no more of its payload than a register takes. */
struct tlp {
	uint8_t type, attr, tc;
	bool poisoned;
	svnic_rid_t requester, completer;
	uint16_t tag, dw;
	uint8_t first_be, last_be;
	uint64_t address;
	uint8_t status, lower_address;
	uint16_t byte_count;
	uint32_t data[2];
};

bool tlp_valid(const struct svnic_tlp *tlp);	/* could a link carry it? */
bool tlp_has_payload(uint8_t type);
bool tlp_is_completion(uint8_t type);
bool tlp_is_non_posted(uint8_t type);
size_t tlp_size(const struct svnic_tlp *tlp);	/* bytes of the structure that mean something */

struct tlp tlp_brief(const struct svnic_tlp *tlp);
uint16_t tlp_byte_count(const struct tlp *request);	/* of its only completion, table 2-38 */
uint8_t tlp_lower_address(const struct tlp *read);
void tlp_header(const struct tlp *tlp, uint32_t header[4]);	/* as the AER header log shows it */

uint32_t tlp_get_dw(const uint8_t *payload);
void tlp_put_dw(uint8_t *payload, uint32_t value);
void tlp_put_qw(uint8_t *payload, uint64_t value);
uint64_t tlp_get_qw(const uint8_t *payload);

#endif
