// SPDX-License-Identifier: GPL-2.0-only
/* The pcap file format: https://www.ietf.org/archive/id/draft-ietf-opsawg-pcap-04.html, host byte order. */
#include "pcap.h"

#define PCAP_MAGIC_NANOSECONDS 0xa1b23c4d
#define LINKTYPE_ETHERNET 1

struct pcap_file_header {
	uint32_t magic;
	uint16_t major, minor;
	uint32_t reserved[2];
	uint32_t snaplen;
	uint32_t link_type;
};

struct pcap_record {
	uint32_t seconds;
	uint32_t nanoseconds;
	uint32_t captured;
	uint32_t original;
};

FILE *svnic_pcap_open(const char *path)
{
	const struct pcap_file_header header = {
		.magic = PCAP_MAGIC_NANOSECONDS,
		.major = 2,
		.minor = 4,
		.snaplen = SVNIC_FRAME_MAX,
		.link_type = LINKTYPE_ETHERNET,
	};
	FILE *file = fopen(path, "wb");

	if (file && fwrite(&header, sizeof(header), 1, file) != 1) {
		fclose(file);
		file = NULL;
	}
	return file;
}

void svnic_pcap_write(FILE *file, uint64_t time_ns, const struct svnic_frame *frame)
{
	const struct pcap_record record = {
		.seconds = time_ns / 1000000000,
		.nanoseconds = time_ns % 1000000000,
		.captured = frame->length,
		.original = frame->length,
	};

	if (!file)
		return;
	fwrite(&record, sizeof(record), 1, file);
	fwrite(frame->data, 1, frame->length, file);
}
