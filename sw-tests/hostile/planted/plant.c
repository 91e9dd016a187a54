// SPDX-License-Identifier: Apache-2.0
/* Which fault of plants.txt is in the planted model: SVNIC_PLANT=NUMBER. */
#include <stdlib.h>
#include "plant.h"

int svnic_plant;

static void __attribute__((constructor)) choose(void)
{
	const char *number = getenv("SVNIC_PLANT");

	svnic_plant = number ? atoi(number) : 0;
}
