// SPDX-License-Identifier: Apache-2.0
/* svnic-pcicheck: arguments, and what is done in which order. docs/pcicheck.md is its manual. */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "pcicheck.h"

#define EXIT_VIOLATED	1
#define EXIT_TROUBLE	2
#define OPT_FORCE	256
#define OPT_SYSFS	257
#define OPT_VF		258

struct options {
	const char *file, *resource, *pf, *sysfs;
	bool vf, write, flr, force, verbose;
};

static const struct option long_options[] = {
	{ "file", required_argument, NULL, 'f' },
	{ "resource", required_argument, NULL, 'r' },
	{ "pf", required_argument, NULL, 'p' },
	{ "vf", no_argument, NULL, OPT_VF },
	{ "write", no_argument, NULL, 'w' },
	{ "flr", no_argument, NULL, 'F' },
	{ "force", no_argument, NULL, OPT_FORCE },
	{ "sysfs", required_argument, NULL, OPT_SYSFS },
	{ "list", no_argument, NULL, 'l' },
	{ "verbose", no_argument, NULL, 'v' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static void usage(FILE *to)
{
	fputs("usage: svnic-pcicheck [OPTION]... FUNCTION...      a function as lspci names it: 0000:01:00.0 or 01:00.0\n"
	      "       svnic-pcicheck [OPTION]... --file DUMP [FUNCTION]\n"
	      "Checks configuration space against the PCI Express Base Specification; prints TAP.\n"
	      "  -f, --file DUMP       output of `lspci -xxxx`, or raw bytes, instead of the living function\n"
	      "  -r, --resource FILE   with --file: sizes of its BARs, as sysfs has them in `resource`\n"
	      "  -p, --pf DUMP         with --file: it is a VF, and this is its PF\n"
	      "      --vf              with --file: it is a VF (else: if both its IDs read FFFFh)\n"
	      "  -w, --write           also write registers, and restore them; no driver may have the function\n"
	      "  -F, --flr             also reset it (Function Level Reset), and restore its registers; no driver\n"
	      "      --force           --write and --flr even so\n"
	      "      --sysfs DIR       instead of /sys/bus/pci/devices\n"
	      "  -l, --list            all rules: name, mode, level, section, register, text, with tabs between\n"
	      "  -v, --verbose         show rules that do not apply, too\n"
	      "Exit status: 0 no rule is violated, 1 one is, 2 usage, or the function cannot be read.\n", to);
}

static bool take_option(struct options *o, int c)
{
	switch (c) {
	case 'f': o->file = optarg; break;
	case 'r': o->resource = optarg; break;
	case 'p': o->pf = optarg; break;
	case OPT_VF: o->vf = true; break;
	case 'w': o->write = true; break;
	case 'F': o->flr = true; break;
	case OPT_FORCE: o->force = true; break;
	case OPT_SYSFS: o->sysfs = optarg; break;
	case 'v': o->verbose = true; break;
	case 'l': list_rules(); exit(0);
	case 'h': usage(stdout); exit(0);
	default: return false;
	}
	return true;
}

static bool sensible(const struct options *o, int names)
{
	bool from_file = o->resource || o->pf || o->vf;

	if (!o->file && (!names || from_file))
		return complain("%s", names ? "--resource, --pf and --vf go with --file" : "which function?"), false;
	if (o->file && (names > 1 || o->write || o->flr))
		return complain("--file takes one name at most, and no --write or --flr"), false;
	return true;
}

static bool load(struct function *f, const struct options *o, const char *name)
{
	if (!o->file)
		return load_sysfs(f, o->sysfs, name, o->write || o->flr);
	f->vf = o->vf || o->pf;
	if (!load_file(f, o->file, name) || (o->resource && !load_resource(f, o->resource)))
		return false;
	f->pf = o->pf ? calloc(1, sizeof(*f->pf)) : NULL;
	return !f->pf || load_file(f->pf, o->pf, NULL);
}

/*
 * Writing under a driver's feet, or resetting a PF whose VFs are in use, needs --force; so does a function that
 * sleeps, since its registers may be what is lost on the way to D0.
 */
static bool may_write(const struct function *f, const struct options *o)
{
	unsigned int sriov = ecap_at(f, ID_SRIOV), pm = cap_at(f, ID_PM);

	if (o->force || !(o->write || o->flr))
		return true;
	if (f->bound)
		return complain("%s: a driver has it; unbind it, or say --force", f->name), false;
	if (pm && get(f, pm + 4, 1) & 3)
		return complain("%s: not in D0 but in D%u; wake it, or say --force", f->name, get(f, pm + 4, 1) & 3), false;
	if (o->flr && sriov && get(f, sriov + 8, 1) & 1)
		return complain("%s: its VFs are enabled, and would be gone; disable them, or say --force",
				f->name), false;
	return true;
}

/* Nothing ends the program between a write and what restores it: a signal is answered afterwards. */
static void hold_signals(int how)
{
	static const int held[] = { SIGHUP, SIGINT, SIGPIPE, SIGTERM };
	sigset_t set;

	sigemptyset(&set);
	for (unsigned int i = 0; i < sizeof(held) / sizeof(held[0]); i++)
		sigaddset(&set, held[i]);
	sigprocmask(how, &set, NULL);
}

static bool write_and_reset(struct function *f, const struct options *o, struct totals *totals)
{
	if (o->write)
		run_rules(f, TYPE(WRITE), o->verbose, totals);
	if (o->flr && !reset_function(f))
		return false;
	if (o->flr)
		run_rules(f, TYPE(RESET), o->verbose, totals);
	return restored(f);
}

static bool check_function(struct function *f, const struct options *o, struct totals *totals)
{
	bool good;

	tap_note("%s: %s, %u bytes%s", f->name, f->vf ? "VF" : f->type < 0 ? "PCI" : "PCI Express", f->size,
		 f->bound ? ", a driver has it" : "");
	report_unknown(f);
	run_rules(f, TYPE(READ), o->verbose, totals);
	if (!o->write && !o->flr)
		return true;
	hold_signals(SIG_BLOCK);
	good = write_and_reset(f, o, totals);
	hold_signals(SIG_UNBLOCK);
	return good;
}

static bool check_named(const struct options *o, const char *name, struct totals *totals)
{
	struct function *f = calloc(1, sizeof(*f));
	bool good = f && load(f, o, name) && may_write(f, o) && check_function(f, o, totals);

	if (f && f->fd > 0)
		close(f->fd);
	if (f && f->pf && f->pf->fd > 0)
		close(f->pf->fd);
	free(f ? f->pf : NULL);
	free(f);
	return good;
}

int main(int argc, char **argv)
{
	struct options o = { .sysfs = "/sys/bus/pci/devices" };
	struct totals totals = { 0 };
	bool good = true;
	int c;

	while ((c = getopt_long(argc, argv, "f:r:p:wFlvh", long_options, NULL)) != -1)
		if (!take_option(&o, c))
			return usage(stderr), EXIT_TROUBLE;
	if (!sensible(&o, argc - optind))
		return usage(stderr), EXIT_TROUBLE;
	tap_begin();
	do
		good &= check_named(&o, optind < argc ? argv[optind] : NULL, &totals);
	while (++optind < argc);
	tap_end();
	if (!good)
		return EXIT_TROUBLE;
	tap_note("%u checks, %u violated, %u odd, %u not decided", totals.checks, totals.failed, totals.odd,
			totals.undecided);
	return totals.failed ? EXIT_VIOLATED : 0;
}
