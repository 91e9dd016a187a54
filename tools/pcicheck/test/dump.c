// SPDX-License-Identifier: Apache-2.0
/*
 * Writes the configuration spaces of the golden model as raw files into a folder: the PF alone (pf),
		the PF with its VFs
 * enabled (pf-vfs), the first and the last VF (vf1, vfn).
 */
#include <stdio.h>
#include <string.h>
#include <svnic/device.h>

static struct svnic_device *dev;
static struct svnic_tlp tlp;

static uint32_t ask(uint8_t type, uint8_t function, uint16_t reg, uint32_t value)
{
	struct svnic_tlp request = { .size = sizeof(tlp), .type = type, .completer = 0x100 | function, .dw = 1,
			.address = reg,
				     .first_be = 0xf };

	for (int i = 0; i < 4; i++)
		request.payload[i] = (uint8_t)(value >> 8 * i);
	svnic_device_put_tlp(dev, &request);
	tlp.type = 0;
	while (tlp.type != SVNIC_TLP_CPL && tlp.type != SVNIC_TLP_CPLD) {
		svnic_device_run(dev, 100, SVNIC_NS(4));
		while (svnic_device_get_tlp(dev, &tlp) == 1)
			;
	}
	return tlp.payload[0] | tlp.payload[1] << 8 | tlp.payload[2] << 16 | (uint32_t)tlp.payload[3] << 24;
}

static int dump(const char *folder, const char *name, uint8_t function)
{
	char path[512];
	FILE *out;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	out = fopen(path, "wb");
	if (!out)
		return perror(path), 1;
	for (uint16_t reg = 0; reg < 4096; reg += 4) {
		uint32_t v = ask(SVNIC_TLP_CFGRD0, function, reg, 0);

		fwrite((uint8_t[]){ (uint8_t)v, (uint8_t)(v >> 8), (uint8_t)(v >> 16), (uint8_t)(v >> 24) }, 1, 4, out);
	}
	return fclose(out);
}

static void set(uint16_t reg, uint32_t value)
{
	ask(SVNIC_TLP_CFGWR0, 0, reg, value);
}

int main(int argc, char **argv)
{
	struct svnic_device_config config = { .size = sizeof(config), .seed = 1 };
	uint32_t vfs;
	int failed;

	dev = argc == 2 ? svnic_device_create(&config, NULL, 0) : NULL;
	if (!dev)
		return 2;
	tlp.size = sizeof(tlp);
	set(0x10, 0x80000000), set(0x14, 1);
	set(0x18, 0x90000000), set(0x1c, 1);
	set(0x04, 0x2);
	failed = dump(argv[1], "pf", 0);
	vfs = ask(SVNIC_TLP_CFGRD0, 0, 0x18c, 0) >> 16;
	set(0x1a4, 0), set(0x1a8, 2);
	set(0x1ac, 0), set(0x1b0, 3);
	set(0x190, vfs);
	set(0x188, 0x19);
	failed |= dump(argv[1], "pf-vfs", 0) | dump(argv[1], "vf1", 1) | dump(argv[1], "vfn", (uint8_t)vfs);
	svnic_device_destroy(dev);
	return failed;
}
