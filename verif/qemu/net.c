// SPDX-License-Identifier: GPL-2.0-only
/* The wire: frames to and from a QEMU netdev. */
#include "svnic-qemu.h"

#define ETHERNET_MIN 60		/* bytes without FCS: a wire carries no less */

static bool net_can_receive(NetClientState *nc)
{
	SvnicState *s = qemu_get_nic_opaque(nc);

	s->frames_blocked = !svnic_card_can_send_frame(s->card);
	if (s->frames_blocked)
		svnic_card_want_room(s->card, true);
	return !s->frames_blocked;
}

static ssize_t net_receive(NetClientState *nc, const uint8_t *data, size_t size)
{
	SvnicState *s = qemu_get_nic_opaque(nc);
	uint8_t padded[ETHERNET_MIN] = { 0 };
	int rc;

	if (!net_can_receive(nc))
		return 0;
	if (size < sizeof(padded))
		rc = svnic_card_send_frame(s->card, memcpy(padded, data, size), sizeof(padded));
	else
		rc = svnic_card_send_frame(s->card, data, size);
	s->count.frames_dropped += rc != 0;
	return size;
}

static void net_link_changed(NetClientState *nc)
{
	SvnicState *s = qemu_get_nic_opaque(nc);

	svnic_card_set_carrier(s->card, !nc->link_down);
}

static NetClientInfo net_info = {
	.type = NET_CLIENT_DRIVER_NIC,
	.size = sizeof(NICState),
	.can_receive = net_can_receive,
	.receive = net_receive,
	.link_status_changed = net_link_changed,
};

/* Hands up to `limit` frames of the card to the netdev; true when there may be more. */
bool svnic_net_serve(SvnicState *s, unsigned int limit)
{
	const struct svnic_frame *frame;

	while (limit-- && (frame = svnic_card_front_frame(s->card))) {
		qemu_send_packet(qemu_get_queue(s->nic), frame->data, frame->length);
		svnic_card_pop_frame(s->card);
	}
	return svnic_card_front_frame(s->card);
}

/* There may be room again for what the netdev held back. */
void svnic_net_unblock(SvnicState *s)
{
	if (s->frames_blocked && svnic_card_can_send_frame(s->card)) {
		s->frames_blocked = false;
		qemu_flush_queued_packets(qemu_get_queue(s->nic));
	}
}

void svnic_net_init(SvnicState *s)
{
	DeviceState *dev = DEVICE(s);

	qemu_macaddr_default_if_unset(&s->conf.macaddr);
	s->nic = qemu_new_nic(&net_info, &s->conf, TYPE_SVNIC, dev->id, &dev->mem_reentrancy_guard, s);
	qemu_format_nic_info_str(qemu_get_queue(s->nic), s->conf.macaddr.a);
}

void svnic_net_exit(SvnicState *s)
{
	qemu_del_nic(s->nic);
	s->nic = NULL;
}
