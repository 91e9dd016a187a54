// SPDX-License-Identifier: GPL-2.0-only
/* The countdown of faults.h, and which planted fault there is. */

#include <linux/moduleparam.h>
#include "faults.h"

static int fail_alloc;
module_param(fail_alloc, int, 0644);
MODULE_PARM_DESC(fail_alloc, "the allocation that fails, counted from now; 0: none");
static DEFINE_SPINLOCK(fault_lock);

int svnic_plant;
module_param_named(plant, svnic_plant, int, 0444);
MODULE_PARM_DESC(plant, "the planted fault, by its number in plants.txt; 0: none");

bool svnic_fault(void)
{
	unsigned long flags;
	bool now;

	spin_lock_irqsave(&fault_lock, flags);
	now = fail_alloc > 0 && !--fail_alloc;
	spin_unlock_irqrestore(&fault_lock, flags);
	return now;
}
