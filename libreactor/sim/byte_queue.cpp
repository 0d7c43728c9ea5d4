#include "byte_queue.hpp"

#include <algorithm>
#include <cstring>

namespace reactor::sim::detail {

void byte_queue::append(std::string_view bytes) {
    if (start_ > 4096 && start_ > bytes_.size() / 2) {
        bytes_.erase(0, start_);
        start_ = 0;
    }
    bytes_.append(bytes);
}

void byte_queue::mark() {
    if (!empty() && (marks_.empty() || marks_.back() != end_position()))
        marks_.push_back(end_position());
}

std::size_t byte_queue::read(std::span<char> buffer, bool peek) {
    std::size_t count = std::min(buffer.size(), size());
    if (!marks_.empty())
        count = std::min(count, static_cast<std::size_t>(marks_.front() - read_));
    if (count == 0)
        return 0;
    std::memcpy(buffer.data(), bytes_.data() + start_, count);
    if (peek)
        return count;
    start_ += count;
    read_ += count;
    if (!marks_.empty() && marks_.front() == read_)
        marks_.pop_front();
    if (empty()) {
        bytes_.clear();
        start_ = 0;
    }
    return count;
}

void byte_queue::clear() noexcept {
    bytes_.clear();
    start_ = 0;
    marks_.clear();
}

} // namespace reactor::sim::detail
