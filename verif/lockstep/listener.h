// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "svnic/device.h"

class Listener {	// the host: what leaves the card and was found right
public:
	virtual ~Listener() = default;
	virtual void posted(const svnic_tlp &) = 0;
	virtual void non_posted(const svnic_tlp &) = 0;
	virtual void completion(const svnic_tlp &) = 0;
	virtual void frame(const svnic_frame &) = 0;
};
