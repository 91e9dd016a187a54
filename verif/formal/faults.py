# SPDX-License-Identifier: Apache-2.0
"""Faults that the proofs must find: one condition each, planted in a copy of a source of the proof.

proof: the .sby; what: the fault, in words; file: what is changed; old, new: the text, which stands once in it; found_by: the properties one of which
must fail (sby reports all that fail in the first bad cycle).
"""
from typing import NamedTuple


class Fault(NamedTuple):
    proof: str
    what: str
    file: str
    old: str
    new: str
    found_by: tuple


FAULTS = [
    Fault('svnic_fifo', 'taken in when full', 'svnic_fifo.sv',
          "!= (IndexW + 1)'(Depth)", "!= (IndexW + 1)'(Depth + 1)", ('takes_while_room', 'i_fill_is_distance')),
    Fault('svnic_fifo', 'full one element early', 'svnic_fifo.sv',
          "!= (IndexW + 1)'(Depth)", "!= (IndexW + 1)'(Depth - 1)", ('takes_while_room',)),
    Fault('svnic_fifo', 'full looks like empty', 'svnic_fifo.sv',
          'out_valid_o = tail_q != head_q', 'out_valid_o = tail_q[IndexW-1:0] != head_q[IndexW-1:0]', ('offers_what_it_has', 'comes_out_in_its_turn', 'stays_until_taken')),
    Fault('svnic_fifo', 'newest instead of oldest', 'svnic_fifo.sv',
          'mem_q[head_q[IndexW-1:0]]', "mem_q[tail_q[IndexW-1:0] - 1'b1]", ('comes_out_in_its_turn', 'stays_until_taken')),
    Fault('svnic_fifo', 'written without being taken in', 'svnic_fifo.sv',
          'if (push) mem_q', 'if (in_valid_i) mem_q', ('i_watched_in_memory', 'comes_out_in_its_turn', 'stays_until_taken')),
    Fault('svnic_fifo', 'head moves without a taker', 'svnic_fifo.sv',
          'pop         = out_valid_o && out_ready_i', 'pop         = out_ready_i', ('i_fill_is_distance', 'offers_what_it_has')),
    Fault('svnic_round_robin', 'always the lowest', 'svnic_round_robin.sv',
          '|(request_i & above_q) ? request_i & above_q : request_i', 'request_i', ('i_nearer_with_each_other_one', 'fair', 'last_chance')),
    Fault('svnic_round_robin', 'the last one may be picked again', 'svnic_round_robin.sv',
          "mask_t'(2) << pick", "mask_t'(1) << pick", ('i_turn_is_behind_the_last', 'i_nearer_with_each_other_one', 'fair')),
    Fault('svnic_round_robin', 'turn moves without service', 'svnic_round_robin.sv',
          'if (take_i) above_q', 'if (valid_o) above_q', ('i_turn_is_behind_the_last',)),
    Fault('svnic_round_robin', 'highest first', 'svnic_round_robin.sv',
          'for (int i = N - 1; i >= 0; i--)', 'for (int i = 0; i < N; i++)', ('i_nearer_with_each_other_one', 'fair', 'last_chance')),
    Fault('svnic_clock', 'jumps past what is due', 'svnic_clock.sv',
          "past ? {due_i, 16'd0} : time_d", 'time_d', ('never_past_due',)),
    Fault('svnic_clock', 'runs back to what is overdue', 'svnic_clock.sv',
          'due_i > now_o && ', '', ('never_back', 'late_holds_nothing_up')),
    Fault('svnic_clock', 'held up by what is due now', 'svnic_clock.sv',
          'due_i > now_o', 'due_i >= now_o', ('never_back', 'late_holds_nothing_up')),
    Fault('svnic_clock', 'cut one nanosecond late', 'svnic_clock.sv',
          "{due_i, 16'd0}", "{due_i + 64'd1, 16'd0}", ('never_past_due',)),
    Fault('svnic_clock', 'fraction lost', 'svnic_clock.sv',
          "80'(time_inc_i)", "80'({time_inc_i[47:16], 16'd0})", ('exact_or_cut',)),
    Fault('svnic_event_decide', 'an acknowledgement forgets what is left', 'svnic_event_decide.sv',
          'holds      = offered != dynamic_i.produced;', "holds      = 1'b0;", ('e1_no_lost_wakeup',)),
    Fault('svnic_event_decide', 'a notification owes nothing', 'svnic_event_decide.sv',
          'next.phase      = Owed;', 'next.phase      = Idle;', ('e1_no_lost_wakeup',)),
    Fault('svnic_event_decide', 'posted into a full ring', 'svnic_event_decide.sv',
          'unconsumed < entries && !in_reset', '!in_reset', ('e6_no_overflow',)),
    Fault('svnic_event_decide', 'notified before the hold-off is over', 'svnic_event_decide.sv',
          'dynamic_i.phase == Hold && dynamic_i.due <= now_i && ', 'dynamic_i.phase == Hold && ', ('e5_never_short',)),
    Fault('svnic_event_decide', 'a slot obeys anybody', 'svnic_event_decide.sv',
          'setting_i.owned && setting_i.func == op_i.func && setting_i.local_slot == op_i.local_slot', 'setting_i.owned && setting_i.local_slot == op_i.local_slot', ('e4_foreign_changes_nothing',)),
    Fault('svnic_event_decide', 'an acknowledgement of what was never posted', 'svnic_event_decide.sv',
          'offered - dynamic_i.consumed > unconsumed;', 'offered - dynamic_i.consumed > entries;', ('illegal_is_told',)),
    Fault('svnic_function_reset', 'a reset ends while reads are under way', 'svnic_function_reset.sv',
          'if (drained) state_d', "if (fn_reset_done_i == '0) state_d", ('done_is_walked',)),
    Fault('svnic_function_reset', 'a function in reset is begun again', 'svnic_function_reset.sv',
          ' && !in_reset_q[begin_func_o];', ';', ('begun_once',)),
    Fault('svnic_function_reset', 'a reset ends while others begin', 'svnic_function_reset.sv',
          'state_q == Finish && !start_i.valid && !beginning_o', 'state_q == Finish', ('not_while_others_begin',)),
]
