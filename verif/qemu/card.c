// SPDX-License-Identifier: GPL-2.0-only
/* The host's side of the card: opening, closing, the control plane and the rings' other ends. */
#include <signal.h>
#include <string.h>

#include "card-internal.h"
#include "pcap.h"

static bool has_payload(uint8_t type)
{
	switch (type) {
	case SVNIC_TLP_MWR:
	case SVNIC_TLP_CFGWR0:
	case SVNIC_TLP_CPLD:
	case SVNIC_TLP_DMWR:
	case SVNIC_TLP_FETCHADD:
	case SVNIC_TLP_SWAP:
	case SVNIC_TLP_CAS:
		return true;
	default:
		return false;
	}
}

void svnic_tlp_copy(struct svnic_tlp *to, const struct svnic_tlp *from)
{
	size_t dw = has_payload(from->type) && from->dw <= SVNIC_TLP_MAX_DW ? from->dw : 0;

	memcpy(to, from, offsetof(struct svnic_tlp, payload) + 4 * dw);
}

static void wait_until_seen(struct svnic_control *control)
{
	while (control->done != atomic_load(&control->asked))
		pthread_cond_wait(&control->seen, &control->lock);
}

/* Asks the thread for what the caller has just written into `control`, and waits until it is done. */
static void ask(struct svnic_card *card)
{
	atomic_fetch_add(&card->control.asked, 1);
	svnic_bell_ring_always(&card->work);
	wait_until_seen(&card->control);
}

void svnic_card_resume(struct svnic_card *card, uint64_t time_ns)
{
	pthread_mutex_lock(&card->control.lock);
	card->control.running = true;
	card->control.time_offset = time_ns - svnic_monotonic_ns();
	ask(card);
	pthread_mutex_unlock(&card->control.lock);
}

void svnic_card_park(struct svnic_card *card)
{
	pthread_mutex_lock(&card->control.lock);
	card->control.running = false;
	ask(card);
	pthread_mutex_unlock(&card->control.lock);
}

void svnic_card_reset(struct svnic_card *card)
{
	pthread_mutex_lock(&card->control.lock);
	card->control.reset = true;
	ask(card);
	pthread_mutex_unlock(&card->control.lock);
	while (svnic_card_front(card))
		svnic_ring_pop(&card->up);
	while (svnic_card_front_frame(card))
		svnic_ring_pop(&card->frames_up);
}

void svnic_card_set_carrier(struct svnic_card *card, bool up)
{
	pthread_mutex_lock(&card->control.lock);
	card->control.carrier = up;
	ask(card);
	pthread_mutex_unlock(&card->control.lock);
}

int svnic_card_send(struct svnic_card *card, const struct svnic_tlp *tlp)
{
	struct svnic_tlp *slot = svnic_ring_reserve(&card->down);

	if (!slot)
		return -EAGAIN;
	svnic_tlp_copy(slot, tlp);
	svnic_ring_commit(&card->down);
	svnic_bell_ring(&card->work);
	return 0;
}

void svnic_card_want_room(struct svnic_card *card, bool want)
{
	atomic_store(&card->want_room, want);
}

const struct svnic_tlp *svnic_card_front(struct svnic_card *card)
{
	return svnic_ring_front(&card->up);
}

void svnic_card_pop(struct svnic_card *card)
{
	bool full = !svnic_ring_reserve(&card->up);

	svnic_ring_pop(&card->up);
	if (full)
		svnic_bell_ring(&card->work);
}

bool svnic_card_can_send_frame(struct svnic_card *card)
{
	return svnic_ring_reserve(&card->frames_down);
}

int svnic_card_send_frame(struct svnic_card *card, const uint8_t *data, size_t length)
{
	struct svnic_frame *slot = svnic_ring_reserve(&card->frames_down);

	if (!slot)
		return -EAGAIN;
	if (length < SVNIC_FRAME_MIN || length > SVNIC_FRAME_MAX)
		return -EINVAL;
	slot->size = sizeof(*slot);
	slot->length = length;
	memcpy(slot->data, data, length);
	svnic_ring_commit(&card->frames_down);
	svnic_bell_ring(&card->work);
	return 0;
}

const struct svnic_frame *svnic_card_front_frame(struct svnic_card *card)
{
	return svnic_ring_front(&card->frames_up);
}

void svnic_card_pop_frame(struct svnic_card *card)
{
	bool full = !svnic_ring_reserve(&card->frames_up);

	svnic_ring_pop(&card->frames_up);
	if (full)
		svnic_bell_ring(&card->work);
}

void svnic_card_wait_begin(struct svnic_card *card)
{
	atomic_store(&card->waiting, true);
	svnic_bell_ring(&card->work);	/* a parked card works while somebody waits */
}

void svnic_card_wait(struct svnic_card *card, uint64_t ns)
{
	svnic_bell_arm(&card->waiter);
	if (svnic_card_front(card))
		ns = 0;
	svnic_bell_wait(&card->waiter, ns);
}

void svnic_card_wait_end(struct svnic_card *card)
{
	atomic_store(&card->waiting, false);
	if (svnic_card_front(card) || svnic_card_front_frame(card))
		svnic_bell_ring_always(&card->loop);
}

int svnic_card_fd(struct svnic_card *card)
{
	return card->loop.fd;
}

void svnic_card_attend(struct svnic_card *card)
{
	svnic_bell_silence(&card->loop);
}

bool svnic_card_rest(struct svnic_card *card)
{
	svnic_bell_arm(&card->loop);
	return svnic_card_front(card) || svnic_card_front_frame(card);
}

void svnic_card_poke(struct svnic_card *card)
{
	svnic_bell_ring_always(&card->loop);
}

void svnic_card_info(struct svnic_card *card, struct svnic_device_info *info)
{
	*info = card->info;
}

void svnic_card_get_stats(struct svnic_card *card, struct svnic_card_stats *stats)
{
	*stats = card->stats;
	stats->wall_ns = svnic_monotonic_ns() - card->opened_ns;
}

static int init_rings(struct svnic_card *card)
{
	return svnic_ring_init(&card->down, sizeof(struct svnic_tlp), SVNIC_TLP_SLOTS) ||
	       svnic_ring_init(&card->up, sizeof(struct svnic_tlp), SVNIC_TLP_SLOTS) ||
	       svnic_ring_init(&card->frames_down, sizeof(struct svnic_frame), SVNIC_FRAME_SLOTS) ||
	       svnic_ring_init(&card->frames_up, sizeof(struct svnic_frame), SVNIC_FRAME_SLOTS) ||
	       svnic_bell_init(&card->work) || svnic_bell_init(&card->waiter) || svnic_bell_init(&card->loop);
}

/* QEMU's signals are for QEMU's threads. */
static int start_thread(struct svnic_card *card)
{
	sigset_t all, old;
	int rc;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	rc = pthread_create(&card->thread, NULL, svnic_card_thread, card);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (!rc)
		pthread_setname_np(card->thread, "svnic-card");
	return rc;
}

static void free_card(struct svnic_card *card)
{
	free(card->down.slots);
	free(card->up.slots);
	free(card->frames_down.slots);
	free(card->frames_up.slots);
	close(card->work.fd);
	close(card->waiter.fd);
	close(card->loop.fd);
	if (card->pcap)
		fclose(card->pcap);
	free(card);
}

static int init_card(struct svnic_card *card, char *error, size_t error_size)
{
	const struct svnic_card_options *options = &card->options;

	card->error = error;
	card->error_size = error_size;
	card->opened_ns = svnic_monotonic_ns();
	card->batch = 64;
	card->carrier = card->control.carrier = true;
	card->work.fd = card->waiter.fd = card->loop.fd = -1;
	atomic_init(&card->control.asked, 1);	/* the thread answers when it has tried to create the card */
	pthread_mutex_init(&card->control.lock, NULL);
	pthread_cond_init(&card->control.seen, NULL);
	if (init_rings(card)) {
		snprintf(error, error_size, "no memory or files for the rings");
		return -1;
	}
	if (options->pcap && !(card->pcap = svnic_pcap_open(options->pcap))) {
		snprintf(error, error_size, "cannot write %s: %s", options->pcap, strerror(errno));
		return -1;
	}
	return svnic_backend_load(&card->backend, options->backend, options->library, error, error_size);
}

struct svnic_card *svnic_card_open(const struct svnic_card_options *options, char *error, size_t error_size)
{
	struct svnic_card *card = calloc(1, sizeof(*card));

	if (!card)
		return NULL;
	card->options = *options;
	snprintf(error, error_size, "the card's thread did not start");
	if (init_card(card, error, error_size) || start_thread(card)) {
		free_card(card);
		return NULL;
	}
	pthread_mutex_lock(&card->control.lock);
	wait_until_seen(&card->control);
	pthread_mutex_unlock(&card->control.lock);
	if (card->dev) {
		svnic_bell_arm(&card->loop);
		return card;
	}
	pthread_join(card->thread, NULL);
	free_card(card);
	return NULL;
}

void svnic_card_close(struct svnic_card *card)
{
	if (!card)
		return;
	pthread_mutex_lock(&card->control.lock);
	card->control.stop = true;
	ask(card);
	pthread_mutex_unlock(&card->control.lock);
	pthread_join(card->thread, NULL);
	free_card(card);
}
