#pragma once

#include <reactor/endpoint.hpp>
#include <reactor/export.hpp>
#include <reactor/fwd.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace reactor {

/// One message as a whole: what it says, and whom it is from or for.
struct datagram {
    std::span<char> bytes;  ///< May be empty: a datagram of no bytes is one all the same.
    endpoint peer;          ///< No address: the peer that the socket is connected to.
    bool truncated = false; ///< Received: it was longer than the room for it, and its end is lost.
};

/// Datagrams with room for each, to be received or sent with few system calls: what
/// `dispatcher::recv_batch` fills and `dispatcher::send_batch` empties.
///
/// Owns its memory, which is allocated once: keep a batch as a member, or one for all channels of a
/// loop, and use it again and again.  What was received may be sent as it stands, and goes back to
/// whom it came from; it may also be changed, cut (`bytes = bytes.first(n)`) or readdressed in its
/// place first.
class REACTOR_EXPORT datagram_batch {
public:
    /// Room for `count` datagrams of at most `bytes` each; throws std::invalid_argument when one of
    /// them is 0.  One system call moves 64 datagrams at most.  2048 bytes hold what an Ethernet
    /// carries in one piece; no UDP datagram has more than 65 507.
    explicit datagram_batch(std::size_t count = 64, std::size_t bytes = 2048);
    /// Takes the memory over; the other may only be assigned to or destroyed.
    datagram_batch(datagram_batch&&) noexcept = default;
    /// The same.
    datagram_batch& operator=(datagram_batch&&) noexcept = default;
    /// Views of its datagrams die with it.
    ~datagram_batch() = default;

    /// Datagrams that it can hold.
    [[nodiscard]] std::size_t capacity() const noexcept { return datagrams_.size(); }
    /// Bytes that each can hold.
    [[nodiscard]] std::size_t room() const noexcept { return room_; }
    /// Datagrams that it holds.
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    /// It holds none.
    [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
    /// It can hold no more.
    [[nodiscard]] bool full() const noexcept { return size_ == capacity(); }

    /// The datagrams that it holds, in order: valid until the batch is changed.
    [[nodiscard]] datagram* begin() noexcept { return datagrams_.data(); }
    /// Behind the last one.
    [[nodiscard]] datagram* end() noexcept { return datagrams_.data() + size_; }
    /// One of them; `index` is below `size()`.
    [[nodiscard]] datagram& operator[](std::size_t index) noexcept { return datagrams_[index]; }

    /// Appends a copy of `bytes` for `to`, or for the connected peer without it.  False, and
    /// nothing is appended, when the batch is full or `bytes` are more than `room()`.
    bool add(std::string_view bytes, const endpoint& to = {}) noexcept;
    /// Holds none from now on.
    void clear() noexcept { size_ = 0; }

private:
    friend class dispatcher;

    /// All of them with all their room, to be received into; none counts as held.
    [[nodiscard]] std::span<datagram> vacate() noexcept;
    void set_size(std::size_t size) noexcept { size_ = size; }
    /// The first ones were sent; the rest moves up.
    void drop_front(std::size_t count) noexcept;

    std::size_t room_;
    std::size_t size_ = 0;
    std::unique_ptr<char[]> memory_;
    std::vector<datagram> datagrams_;
    std::vector<char*> rooms_; // each datagram's own memory, wherever its `bytes` point
};

} // namespace reactor
