/* SPDX-License-Identifier: GPL-2.0-only */
/* Frames of both directions in one file of the classic pcap format with nanoseconds. */
#ifndef SVNIC_PCAP_H
#define SVNIC_PCAP_H

#include <stdint.h>
#include <stdio.h>

#include "svnic/device.h"

FILE *svnic_pcap_open(const char *path);
void svnic_pcap_write(FILE *file, uint64_t time_ns, const struct svnic_frame *frame);

#endif
