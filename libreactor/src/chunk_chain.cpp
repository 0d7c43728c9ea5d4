#include "chunk_chain.hpp"

#include <algorithm>
#include <cstring>
#include <new>

namespace reactor::detail {

namespace {

constexpr std::size_t least_share = 8; // of a chunk, below which the rest is copied out

} // namespace

chunk_ref chunk_ref::make(std::size_t capacity, std::size_t& account,
                          const std::shared_ptr<std::size_t>& kept) {
    void* memory = ::operator new(sizeof(chunk) + capacity);
    chunk_ref made;
    made.chunk_ = ::new (memory) chunk(capacity, account, kept);
    account += capacity;
    return made;
}

chunk_ref chunk_ref::make(std::size_t capacity, std::size_t& account) {
    return make(capacity, account, nullptr);
}

chunk_ref chunk_ref::make(std::size_t capacity, const std::shared_ptr<std::size_t>& account) {
    return make(capacity, *account, account);
}

chunk_ref::~chunk_ref() {
    if (chunk_ == nullptr || --chunk_->references_ > 0)
        return;
    chunk_->account_ -= chunk_->capacity_;
    chunk_->~chunk();
    ::operator delete(chunk_);
}

std::size_t chunk_chain::memory() const noexcept {
    std::size_t sum = 0;
    for (const link& l : links_)
        sum += l.block->capacity();
    return sum;
}

void chunk_chain::append(std::span<const std::string_view> pieces) {
    std::size_t bytes = 0;
    for (const auto piece : pieces)
        bytes += piece.size();
    reserve(bytes);
    for (const auto piece : pieces)
        write(piece);
}

void chunk_chain::reserve(std::size_t bytes) {
    const auto before = links_.size();
    try {
        auto covered = links_.empty() ? end_ : end_of(links_.back().start);
        while (covered < end_ + bytes) {
            const auto chunk_end = end_of(covered);
            links_.push_back(
                {chunk_ref::make(static_cast<std::size_t>(chunk_end - covered), *account_),
                 covered});
            covered = chunk_end;
        }
    } catch (...) {
        links_.resize(before);
        throw;
    }
}

void chunk_chain::write(std::string_view piece) noexcept {
    while (!piece.empty()) {
        const link& l = link_of(end_);
        const auto offset = static_cast<std::size_t>(end_ - l.start);
        const auto n = std::min(piece.size(), l.block->capacity() - offset);
        std::memcpy(l.block->data() + offset, piece.data(), n);
        end_ += n;
        piece.remove_prefix(n);
    }
}

void chunk_chain::skip(std::size_t bytes) noexcept {
    links_.clear();
    end_ += bytes;
}

const chunk_chain::link& chunk_chain::link_of(std::uint64_t cursor) const noexcept {
    return links_[static_cast<std::size_t>(number_of(cursor) - number_of(links_.front().start))];
}

chunk_slice chunk_chain::slice(std::uint64_t cursor) const noexcept {
    const link& l = link_of(cursor);
    const auto stop = std::min(end_, end_of(cursor));
    return {l.block,
            {l.block->data() + (cursor - l.start), static_cast<std::size_t>(stop - cursor)}};
}

std::size_t chunk_chain::gather(std::uint64_t cursor, std::span<iovec> out) const noexcept {
    std::size_t count = 0;
    while (cursor < end_ && count < out.size()) {
        const link& l = link_of(cursor);
        const auto stop = std::min(end_, end_of(cursor));
        out[count++] = {l.block->data() + (cursor - l.start),
                        static_cast<std::size_t>(stop - cursor)};
        cursor = stop;
    }
    return count;
}

void chunk_chain::drop_before(std::uint64_t cursor) noexcept {
    // The last chunk stays, also when all of it was read: the next line goes there.
    while (links_.size() > 1 && end_of(links_.front().start) <= cursor)
        links_.pop_front();
    if (links_.size() > 1)
        copy_out_front(cursor);
}

void chunk_chain::copy_out_front(std::uint64_t cursor) noexcept {
    link& front = links_.front();
    const auto needed = static_cast<std::size_t>(end_of(front.start) - cursor);
    if (cursor < front.start || needed * least_share >= front.block->capacity())
        return;
    try {
        auto copy = chunk_ref::make(needed, *account_);
        std::memcpy(copy->data(), front.block->data() + (cursor - front.start), needed);
        front = {std::move(copy), cursor};
    } catch (const std::bad_alloc&) {
        // The whole chunk serves as well.
    }
}

} // namespace reactor::detail
