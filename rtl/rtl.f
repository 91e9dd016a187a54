// SPDX-License-Identifier: Apache-2.0
// The card, packages first. Paths are relative to this file (-F).
svnic_pkg.sv
regs/svnic_regs_pkg.sv
cfg/svnic_cfg_pkg.sv
dma/svnic_dma_pkg.sv
queue/svnic_queue_pkg.sv
tx/svnic_tx_pkg.sv
rx/svnic_rx_pkg.sv
veb/svnic_veb_pkg.sv
event/svnic_event_pkg.sv

common/svnic_fifo.sv
common/svnic_round_robin.sv
common/svnic_first_one.sv
common/svnic_ram_bytes.sv
common/svnic_buffer.sv
common/svnic_clock.sv

cfg/svnic_aer_header.sv
cfg/svnic_aer.sv
cfg/svnic_config_space.sv
cfg/svnic_function_reset.sv
cfg/svnic_window.sv
cfg/svnic_answer.sv
cfg/svnic_host.sv
cfg/svnic_cfg.sv

mgmt/svnic_mgmt_control.sv
mgmt/svnic_mgmt_stats.sv
mgmt/svnic_mgmt.sv

dma/svnic_dma_pool.sv
dma/svnic_dma_read.sv
dma/svnic_dma_completion.sv
dma/svnic_dma_pending.sv
dma/svnic_dma_requests.sv
dma/svnic_dma_timeout.sv
dma/svnic_dma_write.sv
dma/svnic_dma.sv

queue/svnic_queue_fifo.sv
queue/svnic_queue_listed.sv
queue/svnic_queue_list.sv
queue/svnic_queue_arbiter.sv
queue/svnic_queue_decide.sv
queue/svnic_queue_context.sv
queue/svnic_queue_eop.sv
queue/svnic_queue_fetch.sv
queue/svnic_queue_cache.sv
queue/svnic_queue_tx_frame.sv
queue/svnic_queue_rx_buffers.sv
queue/svnic_queue_gather.sv
queue/svnic_queue_completion.sv
queue/svnic_queue_tell.sv
queue/svnic_queue_schedule.sv
queue/svnic_queue_map.sv
queue/svnic_queue_reset.sv
queue/svnic_queue.sv

tx/svnic_tx_head.sv
tx/svnic_tx_issue.sv
tx/svnic_tx_frames.sv
tx/svnic_tx_out.sv
tx/svnic_tx.sv

veb/svnic_veb_tables.sv
veb/svnic_veb_storm.sv
veb/svnic_veb.sv

rx/svnic_rx_in.sv
rx/svnic_rx_wire.sv
rx/svnic_rx_lookup.sv
rx/svnic_rx_deliver.sv
rx/svnic_rx.sv

event/svnic_event_decide.sv
event/svnic_event_context.sv
event/svnic_event_redirect.sv
event/svnic_event_map.sv
event/svnic_event_reset.sv
event/svnic_event_timer.sv
event/svnic_event_unmask.sv
event/svnic_msix.sv
event/svnic_event.sv

svnic.sv
