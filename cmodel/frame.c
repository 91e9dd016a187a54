// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
#include "frame.h"

#include <stdlib.h>

struct frame *frame_new(uint32_t length)
{
	struct frame *frame = calloc(1, sizeof(*frame) + length);

	if (!frame)
		abort();
	frame->references = 1;
	frame->length = length;
	return frame;
}

void frame_put(struct frame *frame)
{
	if (!--frame->references)
		free(frame);
}
