/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * The two containers of the model: fifo (elements of one size, copied, grows) and list (work lists: what is on one is on it once).
 */
#ifndef SVNIC_FIFO_H
#define SVNIC_FIFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fifo {
	uint8_t *data;
	size_t size;		/* bytes of an element */
	uint32_t head, count, capacity;
};

void fifo_init(struct fifo *fifo, size_t size);
void fifo_fini(struct fifo *fifo);
void *fifo_push(struct fifo *fifo, const void *element);	/* returns where it is until the next push */
void fifo_remove(struct fifo *fifo, uint32_t i);		/* i = 0 is the oldest */

static inline void *fifo_at(const struct fifo *fifo, uint32_t i)
{
	return fifo->data + fifo->size * ((fifo->head + i) & (fifo->capacity - 1));
}

/* The oldest element, or NULL. */
static inline void *fifo_front(const struct fifo *fifo)
{
	return fifo->count ? fifo_at(fifo, 0) : NULL;
}

static inline void fifo_pop(struct fifo *fifo)
{
	fifo->head = (fifo->head + 1) & (fifo->capacity - 1);
	fifo->count--;
}

/* An element of a list; zero: on no list. The list itself is a ring closed by its head. */
struct list {
	struct list *next, *prev;
};

#define container_of(pointer, type, member) ((type *)(void *)((char *)(pointer) - offsetof(type, member)))

static inline void list_init(struct list *head)
{
	head->next = head->prev = head;
}

static inline bool list_empty(const struct list *head)
{
	return head->next == head;
}

static inline void list_add(struct list *head, struct list *element)
{
	if (element->next)
		return;
	element->prev = head->prev;
	element->next = head;
	head->prev->next = element;
	head->prev = element;
}

static inline void list_del(struct list *element)
{
	if (!element->next)
		return;
	element->prev->next = element->next;
	element->next->prev = element->prev;
	element->next = element->prev = NULL;
}

/* On the list if and only if `wanted`. */
static inline void list_set(struct list *head, struct list *element, bool wanted)
{
	if (wanted)
		list_add(head, element);
	else
		list_del(element);
}

#endif
