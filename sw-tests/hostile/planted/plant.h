/* SPDX-License-Identifier: Apache-2.0 */
/* In front of each file of the planted model (-include). */
extern int svnic_plant;	/* number of the fault that is in force; 0: none */
