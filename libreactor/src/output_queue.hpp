#pragma once

#include "chunk_chain.hpp"

#include <reactor/producer.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace reactor::detail {

/// What one channel has yet to send, in order: its own bytes, slices of broadcasts that it is owed,
/// producers, and boundaries that no send call crosses.  Exists only while something is pending or
/// the kernel is full.
class output_queue {
public:
    /// `account` counts the memory of all queues of the loop.
    explicit output_queue(std::size_t& account) noexcept : account_(account) {}
    ~output_queue() { account_ -= accounted_; }
    output_queue(const output_queue&) = delete;
    output_queue& operator=(const output_queue&) = delete;

    /// All four throw std::bad_alloc and then have changed nothing.
    void append(std::string_view data);
    void append(const chunk_slice& slice);
    void append(std::unique_ptr<producer> source);
    void append_boundary();

    /// Bytes pending, without what producers still hold.
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    /// Nothing pending, no producer either.
    [[nodiscard]] bool empty() const noexcept { return first_ == segments_.size(); }

    struct gathered {
        std::size_t pieces = 0;
        std::size_t bytes = 0;
        bool complete = false; ///< all that is queued; what follows the queue may be joined
    };
    /// Fills `out` with the first bytes up to a boundary, a producer or `max_bytes`.
    [[nodiscard]] gathered gather(std::span<iovec> out, std::size_t max_bytes);
    void clear() noexcept;
    /// The kernel took `bytes` of what was gathered.
    void consume(std::size_t bytes) noexcept;

    /// Whether a producer is there with less than `low_water` bytes before it.
    [[nodiscard]] bool wants_pull(std::size_t low_water) const noexcept;
    /// Takes the first producer out for a call of `more`; its place stays.
    [[nodiscard]] std::unique_ptr<producer> take_producer() noexcept;
    /// What it made goes to its place and the producer behind it; an empty `made` ends the
    /// producer. Nothing happens when the place is gone (the queue was discarded meanwhile).
    void put_back(std::unique_ptr<producer> source, std::string made);

    /// The pending bytes as text, a new piece after each boundary.
    [[nodiscard]] std::vector<std::string> snapshot() const;

    /// Bytes that do not count for the hard limit: an upper bound that falls with the queue.
    void exempt(std::size_t bytes) noexcept { exempt_ += bytes; }
    [[nodiscard]] std::size_t exempted() const noexcept { return exempt_; }

    /// When the kernel last took a byte, or began to refuse.
    std::chrono::nanoseconds progress_at{};

private:
    enum class kind : std::uint8_t { own, slice, text, source, boundary };

    struct segment {
        kind what;
        std::size_t size = 0; // bytes left
        chunk_slice slice{};  // kind::slice
        std::string text{};   // kind::text: a producer's piece
        std::unique_ptr<producer> source{};
    };

    [[nodiscard]] std::string_view bytes_of(const segment& s,
                                            std::size_t own_offset) const noexcept;
    void consume_from(segment& first, std::size_t bytes) noexcept;
    void copy_out_small_rest(segment& s) noexcept;
    void compact() noexcept;
    void account() noexcept;

    [[nodiscard]] std::size_t first_source() const noexcept;

    std::vector<segment> segments_;
    std::size_t first_ = 0;    // consumed segments at its front
    std::string own_;          // all bytes of kind::own, in order
    std::size_t own_head_ = 0; // consumed bytes at its front
    std::size_t size_ = 0;
    std::size_t text_bytes_ = 0; // of all kind::text
    std::size_t exempt_ = 0;
    std::size_t accounted_ = 0;
    std::size_t& account_;
};

} // namespace reactor::detail
