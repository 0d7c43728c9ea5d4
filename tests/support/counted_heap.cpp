#include "support/counted_heap.hpp"

#include <malloc.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <new>
#include <utility>
#include <vector>

namespace {

constexpr std::size_t granule = 16; // of malloc's sizes
constexpr std::size_t header = sizeof(std::size_t);
constexpr std::size_t most_sizes = 4096;

std::atomic<std::size_t> bytes_held = 0; // global, as operator new is
std::atomic<std::size_t> bytes_given = 0;
std::array<std::atomic<std::size_t>, most_sizes> blocks_held{}; // by granules; the last: larger

std::atomic<std::size_t>& blocks_of(std::size_t size) noexcept {
    return blocks_held[std::min(size / granule, most_sizes - 1)];
}

void* counted(void* block) {
    if (block == nullptr)
        throw std::bad_alloc();
    const auto size = ::malloc_usable_size(block) + header;
    bytes_held += size;
    bytes_given += size;
    ++blocks_of(size);
    return block;
}

} // namespace

void* operator new(std::size_t bytes) { return counted(std::malloc(bytes)); }

void operator delete(void* block) noexcept {
    if (block == nullptr)
        return;
    const auto size = ::malloc_usable_size(block) + header;
    bytes_held -= size;
    --blocks_of(size);
    std::free(block);
}

void operator delete(void* block, std::size_t) noexcept { ::operator delete(block); }

// A sanitizer has its own of these, which must not be mixed with those above.
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept {
    try {
        return ::operator new(bytes);
    } catch (const std::bad_alloc&) {
        return nullptr;
    }
}

void operator delete(void* block, const std::nothrow_t&) noexcept { ::operator delete(block); }

namespace support {

heap_count heap_count::totals() noexcept {
    heap_count count;
    count.bytes = bytes_held;
    count.given = bytes_given;
    for (const auto& held : blocks_held)
        count.blocks += held;
    return count;
}

heap_count heap_count::now() {
    auto count = totals();
    for (std::size_t i = 0; i < most_sizes; ++i)
        if (const std::size_t held = blocks_held[i]; held > 0)
            count.by_size[i * granule] = held;
    return count;
}

std::string growth_by_size(const heap_count& before, const heap_count& after) {
    std::vector<std::pair<std::size_t, std::size_t>> grown; // bytes, size
    for (const auto& [size, blocks] : after.by_size) {
        const auto former = before.by_size.find(size);
        const auto had = former != before.by_size.end() ? former->second : 0;
        if (blocks > had)
            grown.emplace_back((blocks - had) * size, size);
    }
    std::sort(grown.rbegin(), grown.rend());
    std::string text;
    for (const auto& [bytes, size] : grown)
        text += std::to_string(size) + (size / granule == most_sizes - 1 ? " and more x " : " x ") +
                std::to_string(bytes / size) + " = " + std::to_string(bytes) + "\n";
    return text;
}

} // namespace support
