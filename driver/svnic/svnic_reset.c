// SPDX-License-Identifier: GPL-2.0-only
/*
 * Everything that stops the function and brings it back: FLR and AER call-backs, suspend,
 * transmit time-outs, queues that stopped by an error. svnic_quiesce() and svnic_resume() run
 * under the device lock, whoever calls them.
 */

#include <linux/delay.h>
#include <linux/rtnetlink.h>
#include "svnic.h"
#include "svnic_pf.h"

#define SVNIC_CALM (60 * HZ) /* without a time-out: the next one counts as the first */
#define SVNIC_RESTART_PAUSE_MS 100 /* between restarts of a queue that keeps stopping */

/**
 * svnic_quiesce() - no more traffic, events or work, until svnic_resume()
 * @sd: function; under the device lock
 *
 * Vectors and their handlers stay, as do netdev and configuration.
 */
void svnic_quiesce(struct svnic_dev *sd)
{
	rtnl_lock();
	netif_device_detach(sd->netdev);
	svnic_down(sd);
	set_bit(SVNIC_FLAG_QUIET, &sd->flags);
	rtnl_unlock();
	if (sd->pf)
		synchronize_rcu(); /* svnic_vf_set_run_state(): it looks at that flag */
	cancel_work_sync(&sd->rx_mode_work);
	svnic_slots_stop(sd);
	cancel_work_sync(&sd->control);
	if (sd->pf)
		cancel_delayed_work_sync(&sd->pf->retry);
}

static int svnic_check_resources(struct svnic_dev *sd)
{
	u32 res = svnic_rd32(sd, SVNIC_RESOURCES);

	if (FIELD_GET(SVNIC_RESOURCES_QPS, res) >= sd->max_qps &&
	    FIELD_GET(SVNIC_RESOURCES_SLOTS, res) >= sd->num_slots)
		return 0;
	dev_err(&sd->pdev->dev,
		"fewer queue pairs or slots than before the reset (RESOURCES %#x)\n", res);
	return -ENODEV;
}

/* The card's side of coming back: tables, slots, and for a VF the PF's acquaintance. */
static int svnic_resume_card(struct svnic_dev *sd)
{
	int err;

	clear_bit(SVNIC_FLAG_FROZEN, &sd->flags);
	clear_bit(SVNIC_FLAG_STUCK, &sd->flags);
	clear_bit(SVNIC_FLAG_GONE, &sd->flags);
	pci_set_master(sd->pdev);
	err = svnic_identify(sd);
	if (err)
		return err;
	if (sd->pf)
		svnic_pf_restore(sd);
	err = svnic_check_resources(sd);
	if (err)
		return err;
	err = svnic_slots_start(sd);
	if (err || sd->pf)
		return err;
	return svnic_mbox_handshake(sd);
}

static int svnic_resume_netdev(struct svnic_dev *sd)
{
	int err = 0;

	rtnl_lock();
	clear_bit(SVNIC_FLAG_QUIET, &sd->flags);
	if (netif_running(sd->netdev))
		err = svnic_up(sd);
	if (!err)
		netif_device_attach(sd->netdev);
	if (!err && !sd->pf)
		svnic_take_mac(sd);
	rtnl_unlock();
	return err;
}

/*
 * Under the device lock. Return: 0, or an error; then the device stays detached until the next
 * reset or removal.
 */
int svnic_resume(struct svnic_dev *sd)
{
	int err;

	err = svnic_resume_card(sd);
	if (!err)
		err = svnic_resume_netdev(sd);
	if (err) {
		dev_err(&sd->pdev->dev, "does not come back (%d)\n", err);
		return err;
	}
	sd->rx_mode.valid = false;
	queue_work(svnic_wq, &sd->rx_mode_work);
	queue_work(svnic_wq, &sd->control);
	return 0;
}

static void svnic_report_stop(struct svnic_qp *qp, unsigned int queue)
{
	u32 ctrl = svnic_rd32(qp->sd, SVNIC_QUEUE(queue) + SVNIC_QUEUE_CTRL);

	qp->stops++;
	if (net_ratelimit())
		netdev_warn(qp->sd->netdev, "queue %u (%s %u) stopped with error %u: restart\n",
			    queue, queue & 1 ? "rx" : "tx", qp->index,
			    FIELD_GET(SVNIC_QUEUE_CTRL_ERROR, ctrl));
}

/*
 * Only a queue that is stopped now: the event may be older than a restart. Return: 0, or an error
 * for a re-init.
 */
static int svnic_service_stopped(struct svnic_dev *sd)
{
	unsigned int queue;
	struct svnic_qp *qp;
	int err = 0;

	for_each_set_bit(queue, &sd->stopped, SVNIC_LOCAL_QUEUES) {
		clear_bit(queue, &sd->stopped);
		qp = &sd->qps[queue / 2];
		if (queue / 2 >= sd->num_qps ||
		    FIELD_GET(SVNIC_QUEUE_CTRL_STATE,
			      svnic_rd32(sd, SVNIC_QUEUE(queue) + SVNIC_QUEUE_CTRL)) !=
			    SVNIC_QUEUE_STATE_STOPPED)
			continue;
		svnic_report_stop(qp, queue);
		if (qp->restarts && time_before(jiffies, qp->last_restart + HZ))
			msleep(SVNIC_RESTART_PAUSE_MS);
		err = svnic_restart_qp(qp) ?: err;
	}
	return err;
}

static void svnic_report_timeout(struct svnic_qp *qp)
{
	struct svnic_dev *sd = qp->sd;
	struct svnic_ring *ring = &qp->tx.ring;

	netdev_err(sd->netdev,
		   "tx %u timed out: producer %u, consumed %u; card: CTRL %#x, INDEX %#x, slot %u CTRL %#x, INDEX %#x\n",
		qp->index, ring->prod, ring->cons,
		svnic_rd32(sd, SVNIC_QUEUE(ring->queue) + SVNIC_QUEUE_CTRL),
		svnic_rd32(sd, SVNIC_QUEUE(ring->queue) + SVNIC_QUEUE_INDEX), qp->slot,
		svnic_rd32(sd, SVNIC_SLOT(qp->slot) + SVNIC_SLOT_CTRL),
		svnic_rd32(sd, SVNIC_SLOT(qp->slot) + SVNIC_SLOT_INDEX));
}

/* What lost a completion may have lost events, too: the whole function starts anew. */
static void svnic_service_timeout(struct svnic_dev *sd)
{
	unsigned int i;

	if (time_after(jiffies, sd->last_timeout + SVNIC_CALM))
		sd->timeouts = 0;
	sd->last_timeout = jiffies;
	sd->timeouts++;
	for_each_set_bit(i, &sd->timed_out, SVNIC_LOCAL_QPS) {
		clear_bit(i, &sd->timed_out);
		if (i < sd->num_qps)
			svnic_report_timeout(&sd->qps[i]);
	}
}

static void svnic_service_gone(struct svnic_dev *sd)
{
	if (!test_bit(SVNIC_FLAG_GONE, &sd->flags) || test_bit(SVNIC_FLAG_LEAVING, &sd->flags))
		return;
	netdev_err(sd->netdev, "the card is gone (reads return ~0)\n");
	netif_carrier_off(sd->netdev);
	netif_device_detach(sd->netdev);
}

/* Under rtnl. Return: whether the whole function needs a new start. */
static bool svnic_service_locked(struct svnic_dev *sd, unsigned long pending)
{
	int err = 0;

	if (pending & BIT(SVNIC_SERVICE_GONE))
		svnic_service_gone(sd);
	if (test_bit(SVNIC_FLAG_QUIET, &sd->flags))
		return false;
	if (pending & BIT(SVNIC_SERVICE_MAC))
		svnic_take_mac(sd);
	if (!test_bit(SVNIC_FLAG_UP, &sd->flags))
		return false;
	if (pending & BIT(SVNIC_SERVICE_STOPPED))
		err = svnic_service_stopped(sd);
	if (pending & BIT(SVNIC_SERVICE_TIMEOUT)) {
		svnic_service_timeout(sd);
		err = -ETIMEDOUT;
	}
	return err || test_bit(SVNIC_FLAG_STUCK, &sd->flags);
}

/*
 * A stuck queue, or time-outs that go on, take an FLR, unless VFs would pay for it. Trylocks
 * only: whoever has the device lock resets, suspends or removes the device, and may be waiting
 * for this work.
 */
static void svnic_reinit(struct svnic_dev *sd)
{
	bool flr = test_bit(SVNIC_FLAG_STUCK, &sd->flags) || sd->timeouts > 1;

	if (sd->pf && sd->pf->num_vfs)
		flr = false;
	netdev_warn(sd->netdev, "function starts anew%s\n", flr ? " by FLR" : "");
	if (flr && pci_try_reset_function(sd->pdev) != -ENOTTY)
		return;
	if (!device_trylock(&sd->pdev->dev))
		return;
	svnic_quiesce(sd);
	svnic_resume(sd);
	device_unlock(&sd->pdev->dev);
}

void svnic_service_work(struct work_struct *work)
{
	struct svnic_dev *sd = container_of(work, struct svnic_dev, service);
	unsigned long pending = xchg(&sd->service_pending, 0);
	bool reinit;

	rtnl_lock();
	reinit = svnic_service_locked(sd, pending);
	rtnl_unlock();
	if (reinit)
		svnic_reinit(sd);
}

void svnic_tx_timeout(struct net_device *netdev, unsigned int queue)
{
	struct svnic_dev *sd = netdev_priv(netdev);

	set_bit(queue, &sd->timed_out);
	svnic_schedule_service(sd, SVNIC_SERVICE_TIMEOUT);
}

static void svnic_reset_prepare(struct pci_dev *pdev)
{
	struct svnic_dev *sd = pci_get_drvdata(pdev);

	if (sd->pf)
		svnic_sriov_before_reset(sd);
	svnic_quiesce(sd);
}

static void svnic_reset_done(struct pci_dev *pdev)
{
	struct svnic_dev *sd = pci_get_drvdata(pdev);

	if (!svnic_resume(sd) && sd->pf)
		svnic_sriov_after_reset(sd);
}

/* Errors that are not fatal cost at most a queue, which says so itself. */
static pci_ers_result_t svnic_error_detected(struct pci_dev *pdev, pci_channel_state_t state)
{
	struct svnic_dev *sd = pci_get_drvdata(pdev);

	if (state == pci_channel_io_normal)
		return PCI_ERS_RESULT_CAN_RECOVER;
	set_bit(SVNIC_FLAG_FROZEN, &sd->flags);
	svnic_quiesce(sd);
	return state == pci_channel_io_perm_failure ? PCI_ERS_RESULT_DISCONNECT :
						      PCI_ERS_RESULT_NEED_RESET;
}

static pci_ers_result_t svnic_slot_reset(struct pci_dev *pdev)
{
	struct svnic_dev *sd = pci_get_drvdata(pdev);

	pci_restore_state(pdev);
	pci_save_state(pdev);
	clear_bit(SVNIC_FLAG_FROZEN, &sd->flags);
	return svnic_identify(sd) ? PCI_ERS_RESULT_DISCONNECT : PCI_ERS_RESULT_RECOVERED;
}

static void svnic_error_resume(struct pci_dev *pdev)
{
	struct svnic_dev *sd = pci_get_drvdata(pdev);

	if (test_bit(SVNIC_FLAG_QUIET, &sd->flags))
		svnic_resume(sd);
}

const struct pci_error_handlers svnic_err_handlers = {
	.error_detected = svnic_error_detected,
	.slot_reset = svnic_slot_reset,
	.resume = svnic_error_resume,
	.reset_prepare = svnic_reset_prepare,
	.reset_done = svnic_reset_done,
};

static int svnic_pm_suspend(struct device *dev)
{
	svnic_quiesce(dev_get_drvdata(dev));
	return 0;
}

static int svnic_pm_resume(struct device *dev)
{
	return svnic_resume(dev_get_drvdata(dev));
}

DEFINE_SIMPLE_DEV_PM_OPS(svnic_pm_ops, svnic_pm_suspend, svnic_pm_resume);
