#pragma once

#include <reactor/export.hpp>

#include <cstddef>
#include <string>

namespace reactor {

/// Makes output piece by piece, when there is room for it (asynchat's producer).
class REACTOR_EXPORT producer {
public:
    /// Called when the last piece was taken or the channel ended.
    virtual ~producer() = default;
    /// Gives the next piece; an empty one says that there is no more, and the producer is
    /// destroyed. Called in the flush step while less than the low-water mark is pending.  Must not
    /// block. What it throws goes to the channel's `handle_error`.
    virtual std::string more() = 0;
};

/// Gives a text in pieces (asynchat's simple_producer).  `push` does it for a text that is there
/// already, and copies it once; this one keeps the text its own and lets the queue have a piece at
/// a time.
class REACTOR_EXPORT simple_producer : public producer {
public:
    /// @param data         what is to be sent.
    /// @param buffer_size  bytes of each piece but the last; std::invalid_argument for 0, of
    ///                     which asynchat's sent nothing, silently.
    explicit simple_producer(std::string data, std::size_t buffer_size = 512);
    /// The next `buffer_size` bytes or what is left of them; empty at the end.
    std::string more() override;

private:
    std::string data_;
    std::size_t buffer_size_;
    std::size_t given_ = 0;
};

} // namespace reactor
