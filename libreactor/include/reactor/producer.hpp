#pragma once

#include <reactor/export.hpp>

#include <string>

namespace reactor {

/// Makes output piece by piece, when there is room for it (asynchat's producer).
class REACTOR_EXPORT producer {
public:
    virtual ~producer() = default;
    /// Gives the next piece; an empty one says that there is no more, and the producer is
    /// destroyed. Called in the flush step while less than the low-water mark is pending.  Must not
    /// block. What it throws goes to the channel's `handle_error`.
    virtual std::string more() = 0;
};

} // namespace reactor
