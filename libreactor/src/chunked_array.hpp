#pragma once

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

namespace reactor::detail {

/// An array that grows without moving what it has: a vector of ten thousand stops the loop for a
/// millisecond when it moves, and the larger it is the longer.  Only the first chunk moves while it
/// is small, so that a short array takes little.
template <class T>
class chunked_array {
public:
    [[nodiscard]] T& operator[](std::size_t i) noexcept {
        assert(i < size_);
        return chunks_[i / chunk_size][i % chunk_size];
    }
    [[nodiscard]] const T& operator[](std::size_t i) const noexcept {
        assert(i < size_);
        return chunks_[i / chunk_size][i % chunk_size];
    }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
    [[nodiscard]] T& back() noexcept { return (*this)[size_ - 1]; }

    /// Makes room for `count` elements in all, so that as many can be appended without failing.
    /// Throws std::bad_alloc, and then has changed nothing that shows.
    void reserve(std::size_t count) {
        while (capacity_ < count)
            grow();
    }
    void push_back(T element) {
        reserve(size_ + 1);
        ++size_;
        back() = std::move(element);
    }
    /// Appends T{} until there are `count`; no element was ever taken away.
    void grow_to(std::size_t count) {
        reserve(count);
        size_ = std::max(size_, count);
    }
    void pop_back() noexcept { truncate(size_ - 1); }
    /// Takes all but the first `count` away; the memory stays.
    void truncate(std::size_t count) noexcept {
        assert(count <= size_);
        static_assert(std::is_trivially_destructible_v<T>, "nothing is destroyed here");
        size_ = count;
    }

private:
    static constexpr std::size_t chunk_size = 256;
    static constexpr std::size_t least = 16;

    void grow() {
        if (capacity_ >= chunk_size) {
            chunks_.push_back(std::make_unique<T[]>(chunk_size));
            capacity_ += chunk_size;
            return;
        }
        const std::size_t count = std::max(least, 2 * capacity_);
        auto larger = std::make_unique<T[]>(count);
        chunks_.resize(1);
        for (std::size_t i = 0; i < size_; ++i)
            larger[i] = std::move(chunks_[0][i]);
        chunks_[0] = std::move(larger);
        capacity_ = count;
    }

    std::vector<std::unique_ptr<T[]>> chunks_;
    std::size_t size_ = 0;
    std::size_t capacity_ = 0;
};

} // namespace reactor::detail
