// SPDX-License-Identifier: GPL-2.0-only
/* The physical function: properties, life, and its place in QEMU's main loop. */
#include "svnic-qemu.h"
#include "qemu/main-loop.h"
#include "qemu/timer.h"

#define SERVE_TLPS 512		/* then let others have the big lock */
#define SERVE_FRAMES 64

static uint32_t pf_config_read(PCIDevice *pf, uint32_t address, int length)
{
	SvnicState *s = SVNIC(pf);

	s->count.config_reads++;
	return svnic_config_read(s, pf, address, length);
}

static void pf_config_write(PCIDevice *pf, uint32_t address, uint32_t value, int length)
{
	SvnicState *s = SVNIC(pf);

	s->count.config_writes++;
	svnic_config_write(s, pf, address, value, length);
	svnic_derive_written(s, address, value, length);
}

/* The card has something for the host. */
static void attend(void *opaque)
{
	SvnicState *s = opaque;
	bool more;

	svnic_card_attend(s->card);
	more = svnic_serve(s, SERVE_TLPS);
	more |= svnic_net_serve(s, SERVE_FRAMES);
	svnic_net_unblock(s);
	if (svnic_card_rest(s->card) || more)
		svnic_card_poke(s->card);
}

/* Before the VM stops, the card does; what it had sent by then is carried out. */
static void run_state_changed(void *opaque, bool running, RunState state)
{
	SvnicState *s = opaque;

	if (running) {
		svnic_card_resume(s->card, qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL));
		return;
	}
	svnic_card_park(s->card);
	svnic_serve(s, UINT_MAX);
}

/* Reset of the bus or the machine; FLR goes to the card through configuration space. */
static void pf_reset(DeviceState *dev)
{
	SvnicState *s = SVNIC(dev);

	svnic_card_reset(s->card);
	svnic_forget(s);
	svnic_derive_all(s);
}

static void close_card(SvnicState *s)
{
	if (!s->card)
		return;
	svnic_stats_report(s);
	qemu_set_fd_handler(svnic_card_fd(s->card), NULL, NULL, NULL);
	svnic_card_close(s->card);
	s->card = NULL;
}

/* QEMU's end does not end its devices. */
static void at_exit(Notifier *notifier, void *data)
{
	SvnicState *s = container_of(notifier, SvnicState, exit);

	if (!s->card)
		return;
	svnic_stats_report(s);
	svnic_card_close(s->card);
	s->card = NULL;
}

/* "waves=" is no waves: a Makefile passes what it has. */
static const char *given(const char *value)
{
	return value && *value ? value : NULL;
}

static bool open_card(SvnicState *s, Error **errp)
{
	const struct svnic_card_options options = {
		.backend = s->backend,
		.library = given(s->library),
		.waves = given(s->waves),
		.pcap = given(s->pcap),
		.plant = given(s->plant),
		.seed = s->seed,
	};
	char error[256] = "";

	s->card = svnic_card_open(&options, error, sizeof(error));
	if (!s->card)
		error_setg(errp, "%s back end: %s", s->backend, error);
	return s->card;
}

static bool check_properties(SvnicState *s, Error **errp)
{
	if (!s->backend || (strcmp(s->backend, "rtl") && strcmp(s->backend, "cmodel"))) {
		error_setg(errp, "backend= must be rtl or cmodel");
		return false;
	}
	if (svnic_compat_use_icount) {
		error_setg(errp, "-icount is not supported: the card runs in a thread of its own");
		return false;
	}
	if (pci_bus_is_root(pci_get_bus(PCI_DEVICE(s)))) {
		error_setg(errp, "a PCI Express endpoint needs a port: -device pcie-root-port,id=rp0 -device svnic,bus=rp0");
		return false;
	}
	return true;
}

static bool forbid_migration(SvnicState *s, Error **errp)
{
	error_setg(&s->no_migration, "svnic: the state of the card cannot be migrated");
	return svnic_compat_block_migration(&s->no_migration, errp);
}

static void attach(SvnicState *s)
{
	svnic_net_init(s);
	qemu_set_fd_handler(svnic_card_fd(s->card), attend, NULL, s);
	s->run_state = qemu_add_vm_change_state_handler(run_state_changed, s);
	s->exit.notify = at_exit;
	qemu_add_exit_notifier(&s->exit);
	if (runstate_is_running())
		run_state_changed(s, true, RUN_STATE_RUNNING);
}

static void pf_realize(PCIDevice *pf, Error **errp)
{
	SvnicState *s = SVNIC(pf);

	QLIST_INIT(&s->requests);
	QSIMPLEQ_INIT(&s->backlog);
	if (!check_properties(s, errp) || !forbid_migration(s, errp))
		return;
	if (open_card(s, errp) && svnic_derive_init(s, errp)) {
		attach(s);
		return;
	}
	svnic_card_close(s->card);
	s->card = NULL;
	svnic_compat_unblock_migration(&s->no_migration);
}

static void pf_exit(PCIDevice *pf)
{
	SvnicState *s = SVNIC(pf);

	if (pf->exp.sriov_cap)
		pcie_sriov_pf_exit(pf);
	qemu_remove_exit_notifier(&s->exit);
	qemu_del_vm_change_state_handler(s->run_state);
	svnic_net_exit(s);
	close_card(s);
	svnic_forget(s);
	svnic_compat_unblock_migration(&s->no_migration);
}

static char *get_counters(Object *object, Error **errp)
{
	return svnic_stats_text(SVNIC(object));
}

/* Surprise removal: nothing reaches the card or comes from it, reads return all ones. Back in: it starts from reset. */
static bool get_gone(Object *object, Error **errp)
{
	return SVNIC(object)->gone;
}

static void set_gone(Object *object, bool gone, Error **errp)
{
	SvnicState *s = SVNIC(object);
	bool back = s->gone && !gone;

	s->gone = gone;
	if (back && s->card)
		pf_reset(DEVICE(object));
}

static const Property pf_properties[] = {
	DEFINE_NIC_PROPERTIES(SvnicState, conf),
	DEFINE_PROP_STRING("backend", SvnicState, backend),
	DEFINE_PROP_STRING("lib", SvnicState, library),
	DEFINE_PROP_STRING("waves", SvnicState, waves),
	DEFINE_PROP_STRING("pcap", SvnicState, pcap),
	DEFINE_PROP_STRING("plant", SvnicState, plant),
	DEFINE_PROP_STRING("stats", SvnicState, stats),
	DEFINE_PROP_UINT32("seed", SvnicState, seed, 1),
	DEFINE_PROP_UINT32("timeout-ms", SvnicState, timeout_ms, 5000),
	SVNIC_END_OF_PROPERTIES
};

static void pf_class_init(ObjectClass *klass, void *data)
{
	PCIDeviceClass *pci = PCI_DEVICE_CLASS(klass);
	DeviceClass *device = DEVICE_CLASS(klass);

	pci->realize = pf_realize;
	pci->exit = pf_exit;
	pci->config_read = pf_config_read;
	pci->config_write = pf_config_write;
	pci->class_id = PCI_CLASS_NETWORK_ETHERNET;
	device->desc = "svnic SR-IOV network card (Verilated RTL or golden model)";
	device_class_set_legacy_reset(device, pf_reset);
	set_bit(DEVICE_CATEGORY_NETWORK, device->categories);
	svnic_compat_set_props(device, pf_properties);
	object_class_property_add_str(klass, "counters", get_counters, NULL);
	object_class_property_add_bool(klass, "gone", get_gone, set_gone);
}

static const TypeInfo pf_type = {
	.name = TYPE_SVNIC,
	.parent = TYPE_PCI_DEVICE,
	.instance_size = sizeof(SvnicState),
	.class_init = pf_class_init,
	.interfaces = (InterfaceInfo[]){ { INTERFACE_PCIE_DEVICE }, { } },
};

void svnic_pf_register(void)
{
	type_register_static(&pf_type);
}
