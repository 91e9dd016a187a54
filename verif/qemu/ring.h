/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A bounded ring with one producer and one consumer, and a bell (an eventfd) that wakes whoever sleeps at its end.
 *
 * No QEMU in here: the card's thread may use nothing else.
 */
#ifndef SVNIC_RING_H
#define SVNIC_RING_H

#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

struct svnic_ring {
	uint8_t *slots;
	size_t slot_size;	/* bytes */
	uint32_t mask;		/* number of slots, a power of two, less one */
	_Alignas(64) atomic_uint head;	/* next slot that the producer fills */
	_Alignas(64) atomic_uint tail;	/* next slot that the consumer reads */
};

static inline int svnic_ring_init(struct svnic_ring *ring, size_t slot_size, uint32_t slots)
{
	ring->slots = calloc(slots, slot_size);
	ring->slot_size = slot_size;
	ring->mask = slots - 1;
	atomic_init(&ring->head, 0);
	atomic_init(&ring->tail, 0);
	return ring->slots ? 0 : -ENOMEM;
}

static inline void *svnic_ring_slot(struct svnic_ring *ring, uint32_t index)
{
	return ring->slots + (index & ring->mask) * ring->slot_size;
}

/* The producer's next slot, or NULL when the ring is full. */
static inline void *svnic_ring_reserve(struct svnic_ring *ring)
{
	uint32_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);
	uint32_t tail = atomic_load_explicit(&ring->tail, memory_order_acquire);

	return head - tail > ring->mask ? NULL : svnic_ring_slot(ring, head);
}

static inline void svnic_ring_commit(struct svnic_ring *ring)
{
	uint32_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);

	atomic_store_explicit(&ring->head, head + 1, memory_order_release);
}

/* The consumer's oldest slot, or NULL when the ring is empty. */
static inline void *svnic_ring_front(struct svnic_ring *ring)
{
	uint32_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);
	uint32_t head = atomic_load_explicit(&ring->head, memory_order_acquire);

	return head == tail ? NULL : svnic_ring_slot(ring, tail);
}

static inline void svnic_ring_pop(struct svnic_ring *ring)
{
	uint32_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);

	atomic_store_explicit(&ring->tail, tail + 1, memory_order_release);
}

/*
 * A sleeper arms the bell, looks at its rings once more, and sleeps; a producer that has put something into a ring
 * rings it, which costs a system call only when somebody sleeps.
 */
struct svnic_bell {
	int fd;
	atomic_bool armed;
};

static inline int svnic_bell_init(struct svnic_bell *bell)
{
	bell->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	atomic_init(&bell->armed, false);
	return bell->fd < 0 ? -errno : 0;
}

static inline void svnic_bell_ring_always(struct svnic_bell *bell)
{
	uint64_t one = 1;
	ssize_t written = write(bell->fd, &one, sizeof(one));

	(void)written;	/* EAGAIN: it rings already */
}

static inline void svnic_bell_ring(struct svnic_bell *bell)
{
	atomic_thread_fence(memory_order_seq_cst);
	if (atomic_load_explicit(&bell->armed, memory_order_relaxed) && atomic_exchange(&bell->armed, false))
		svnic_bell_ring_always(bell);
}

static inline void svnic_bell_arm(struct svnic_bell *bell)
{
	atomic_store(&bell->armed, true);
	atomic_thread_fence(memory_order_seq_cst);
}

static inline void svnic_bell_silence(struct svnic_bell *bell)
{
	uint64_t count;
	ssize_t got = read(bell->fd, &count, sizeof(count));

	(void)got;
}

/* Sleeps until the bell rings or `ns` have passed (UINT64_MAX: for ever). */
static inline void svnic_bell_wait(struct svnic_bell *bell, uint64_t ns)
{
	struct pollfd pfd = { .fd = bell->fd, .events = POLLIN };
	struct timespec ts = { .tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000 };

	if (ppoll(&pfd, 1, ns == UINT64_MAX ? NULL : &ts, NULL) > 0)
		svnic_bell_silence(bell);
	atomic_store(&bell->armed, false);
}

#endif
