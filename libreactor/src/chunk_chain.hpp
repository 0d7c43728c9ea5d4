#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

namespace reactor::detail {

/// A block of a broadcast's memory, shared by the chain and by slices in output queues of one loop:
/// the count is plain.  What was written is never written again.
class chunk {
public:
    [[nodiscard]] char* data() noexcept { return reinterpret_cast<char*>(this + 1); }
    [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }
    /// Whether it is counted there: else it is of another loop.
    [[nodiscard]] bool counts_for(const std::size_t& account) const noexcept {
        return &account_ == &account;
    }

private:
    friend class chunk_ref;
    chunk(std::size_t capacity, std::size_t& account, std::shared_ptr<std::size_t> kept) noexcept
        : capacity_(capacity), account_(account), kept_account_(std::move(kept)) {}

    std::size_t capacity_;
    std::size_t& account_; // memory of all chunks of the loop
    std::size_t references_ = 1;
    std::shared_ptr<std::size_t> kept_account_; // of chunks that may outlive the loop
};

class chunk_ref {
public:
    chunk_ref() noexcept = default;
    /// Throws std::bad_alloc.  `account` gets the capacity added for the life of the chunk.
    [[nodiscard]] static chunk_ref make(std::size_t capacity, std::size_t& account);
    /// The same, and the account lives as long as the chunk.
    [[nodiscard]] static chunk_ref make(std::size_t capacity,
                                        const std::shared_ptr<std::size_t>& account);
    chunk_ref(const chunk_ref& other) noexcept : chunk_(other.chunk_) {
        if (chunk_ != nullptr)
            ++chunk_->references_;
    }
    chunk_ref(chunk_ref&& other) noexcept : chunk_(std::exchange(other.chunk_, nullptr)) {}
    chunk_ref& operator=(chunk_ref other) noexcept {
        std::swap(chunk_, other.chunk_);
        return *this;
    }
    ~chunk_ref();

    [[nodiscard]] chunk* operator->() const noexcept { return chunk_; }
    [[nodiscard]] explicit operator bool() const noexcept { return chunk_ != nullptr; }

private:
    static chunk_ref make(std::size_t capacity, std::size_t& account,
                          const std::shared_ptr<std::size_t>& kept);

    chunk* chunk_ = nullptr;
};

/// A contiguous part of one chunk.
struct chunk_slice {
    chunk_ref owner;
    std::string_view bytes;
};

/// An append-only stream in chunks of one size: byte `p` of the stream lies in chunk `p /
/// chunk_bytes`, so a cursor is one number.
class chunk_chain {
public:
    chunk_chain(std::size_t chunk_bytes, std::size_t& account) noexcept
        : chunk_bytes_(chunk_bytes), account_(&account) {}

    [[nodiscard]] std::uint64_t end() const noexcept { return end_; }
    [[nodiscard]] std::size_t chunk_bytes() const noexcept { return chunk_bytes_; }
    [[nodiscard]] std::size_t chunks() const noexcept { return links_.size(); }
    [[nodiscard]] std::size_t memory() const noexcept;

    /// All pieces or (std::bad_alloc) nothing.
    void append(std::span<const std::string_view> pieces);
    /// Advances the end as `append` would, for a stream that nobody follows; keeps nothing.
    void skip(std::size_t bytes) noexcept;
    /// The bytes from `cursor` to the end of its chunk or of the stream.
    [[nodiscard]] chunk_slice slice(std::uint64_t cursor) const noexcept;
    /// Fills `out` with what follows `cursor`; gives the number of pieces filled.
    [[nodiscard]] std::size_t gather(std::uint64_t cursor, std::span<iovec> out) const noexcept;
    /// Nobody needs anything before `cursor` any more.  When less than 1/8 of the first chunk is
    /// still needed behind it, that part is copied out (if memory allows): what is held stays below
    /// 8 times what is owed.
    void drop_before(std::uint64_t cursor) noexcept;
    void clear() noexcept { links_.clear(); }

private:
    struct link {
        chunk_ref block;
        std::uint64_t start; // stream position of the block's first byte
    };

    [[nodiscard]] const link& link_of(std::uint64_t cursor) const noexcept;
    [[nodiscard]] std::uint64_t number_of(std::uint64_t position) const noexcept {
        return position / chunk_bytes_;
    }
    [[nodiscard]] std::uint64_t end_of(std::uint64_t position) const noexcept {
        return (number_of(position) + 1) * chunk_bytes_;
    }
    void reserve(std::size_t bytes);
    void write(std::string_view piece) noexcept;
    void copy_out_front(std::uint64_t cursor) noexcept;

    std::size_t chunk_bytes_;
    std::size_t* account_;
    std::deque<link> links_;
    std::uint64_t end_ = 0;
};

} // namespace reactor::detail
