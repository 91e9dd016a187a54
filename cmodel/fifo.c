// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
#include "fifo.h"

#include <stdlib.h>
#include <string.h>

void fifo_init(struct fifo *fifo, size_t size)
{
	*fifo = (struct fifo){ .size = size };
}

void fifo_fini(struct fifo *fifo)
{
	free(fifo->data);
	fifo_init(fifo, fifo->size);
}

static void grow(struct fifo *fifo)
{
	uint32_t capacity = fifo->capacity ? 2 * fifo->capacity : 16;
	uint8_t *data = malloc(capacity * fifo->size);

	if (!data)
		abort();
	for (uint32_t i = 0; i < fifo->count; i++)
		memcpy(data + i * fifo->size, fifo_at(fifo, i), fifo->size);
	free(fifo->data);
	fifo->data = data;
	fifo->head = 0;
	fifo->capacity = capacity;
}

void *fifo_push(struct fifo *fifo, const void *element)
{
	if (fifo->count == fifo->capacity)
		grow(fifo);
	void *place = fifo_at(fifo, fifo->count++);

	return memcpy(place, element, fifo->size);
}

void fifo_remove(struct fifo *fifo, uint32_t i)
{
	for (; i; i--)
		memcpy(fifo_at(fifo, i), fifo_at(fifo, i - 1), fifo->size);
	fifo_pop(fifo);
}
