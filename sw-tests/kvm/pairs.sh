# SPDX-License-Identifier: Apache-2.0
# In a guest that runs guests: two settings compared, interleaved. To be sourced after functions.sh by an experiment that defines
#   setting_a, setting_b   switch to the setting
#   work                   the same work under each; prints "METRIC VALUE" lines of its own
#   begin, end             if it likes, behind this file: before and after work, without KVM's counters; end prints such lines, too
#
#   pairs NAME PAIRS PER   both settings PAIRS times, the order alternating, in the guest NAME
# Each sample is a line "row sample PAIR SETTING METRIC VALUE": what work prints, and KVM's counters of NAME divided by PER, as exits_per and so on.
begin() { :; }
end() { :; }
COUNTERS="exits irq_injections irq_exits halt_exits io_exits mmio_exits"

sample() { # sample NAME PAIR SETTING PER
	setting_$3
	begin
	kvm_counters $1 >/tmp/counters-before
	{
		work
		kvm_counted $1 /tmp/counters-before |
			awk -v per=$4 -v wanted=" $COUNTERS " 'index(wanted, " " $1 " ") { printf "%s_per %.4f\n", $1, $2 / per }'
		end
	} | sed "s/^/row sample $2 $3 /"
}

pairs() {
	for pair in $(seq $2); do
		order="a b"
		[ $((pair % 2)) = 1 ] || order="b a"
		for setting in $order; do sample $1 $pair $setting $3; done
		echo "# pair $pair of $2"
	done
}
