// SPDX-License-Identifier: GPL-2.0-only
/* Counters as key=value lines: at the end of the run (stats=on or stats=FILE), or at any time by qom-get NAME counters. */
#include "svnic-qemu.h"

static const char *const tlp_names[SVNIC_TLP_TYPES] = {
	[SVNIC_TLP_MRD] = "mrd", [SVNIC_TLP_MWR] = "mwr", [SVNIC_TLP_CFGRD0] = "cfgrd0", [SVNIC_TLP_CFGWR0] = "cfgwr0",
	[SVNIC_TLP_CPL] = "cpl", [SVNIC_TLP_CPLD] = "cpld", [SVNIC_TLP_FETCHADD] = "fetchadd", [SVNIC_TLP_SWAP] = "swap",
	[SVNIC_TLP_CAS] = "cas", [SVNIC_TLP_DMWR] = "dmwr", [SVNIC_TLP_MSG] = "msg",
};

static void add(GString *text, const char *key, uint64_t value)
{
	g_string_append_printf(text, "%s=%" PRIu64 "\n", key, value);
}

static void add_tlps(GString *text, const char *way, const uint64_t *counts)
{
	uint64_t total = 0;
	int i;

	for (i = SVNIC_TLP_MRD; i < SVNIC_TLP_TYPES; i++) {
		g_string_append_printf(text, "tlp_%s_%s=%" PRIu64 "\n", way, tlp_names[i], counts[i]);
		total += counts[i];
	}
	g_string_append_printf(text, "tlp_%s=%" PRIu64 "\n", way, total);
}

static void add_card(GString *text, const struct svnic_card_stats *stats)
{
	add(text, "cycles", stats->cycles);
	add(text, "card_ns", stats->card_ns);
	add(text, "busy_ns", stats->busy_ns);
	add(text, "wall_ns", stats->wall_ns);
	add(text, "khz", stats->busy_ns ? stats->cycles * 1000000 / stats->busy_ns : 0);
	add(text, "sleeps", stats->sleeps);
	add_tlps(text, "down", stats->tlps_down);
	add_tlps(text, "up", stats->tlps_up);
	add(text, "tlp_refused", stats->tlps_refused);
	add(text, "frames_down", stats->frames_down);
	add(text, "frames_up", stats->frames_up);
	add(text, "frame_bytes_down", stats->frame_bytes_down);
	add(text, "frame_bytes_up", stats->frame_bytes_up);
}

static void add_host(GString *text, const SvnicCounters *count)
{
	add(text, "config_reads", count->config_reads);
	add(text, "config_writes", count->config_writes);
	add(text, "config_retries", count->config_retries);
	add(text, "mmio_reads", count->mmio_reads);
	add(text, "mmio_writes", count->mmio_writes);
	add(text, "mmio_unsupported", count->mmio_unsupported);
	add(text, "dma_read_bytes", count->dma_read_bytes);
	add(text, "dma_write_bytes", count->dma_write_bytes);
	add(text, "dma_faults", count->dma_faults);
	add(text, "msi_writes", count->msi_writes);
	add(text, "messages", count->messages);
	add(text, "rid_unknown", count->rid_unknown);
	add(text, "cpl_unexpected", count->cpl_unexpected);
	add(text, "time_outs", count->time_outs);
	add(text, "frames_dropped", count->frames_dropped);
}

char *svnic_stats_text(SvnicState *s)
{
	GString *text = g_string_new(NULL);
	struct svnic_card_stats stats;
	struct svnic_device_info info;

	if (!s->card)
		return g_string_free(text, FALSE);
	svnic_card_get_stats(s->card, &stats);
	svnic_card_info(s->card, &info);
	g_string_append_printf(text, "backend=%.16s\nnum_vfs=%u\nnum_qps=%u\ndata_width=%u\n", info.backend, info.num_vfs,
			       info.num_qps, info.data_width);
	add_card(text, &stats);
	add_host(text, &s->count);
	return g_string_free(text, FALSE);
}

static void print_lines(char *text)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", 0);
	int i;

	for (i = 0; lines[i] && *lines[i]; i++)
		fprintf(stderr, "svnic-stats: %s\n", lines[i]);
}

void svnic_stats_report(SvnicState *s)
{
	g_autofree char *text = NULL;

	if (!s->stats || !*s->stats || !strcmp(s->stats, "off"))
		return;
	text = svnic_stats_text(s);
	if (!strcmp(s->stats, "on"))
		print_lines(text);
	else if (!g_file_set_contents(s->stats, text, -1, NULL))
		error_report("svnic: cannot write %s", s->stats);
}
