#include "descriptor_table.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

namespace reactor::sim::detail {

result descriptor_table::open(std::shared_ptr<description> target) {
    const int fd = smallest_free();
    if (fd >= limit_)
        return failed(EMFILE);
    const auto index = static_cast<std::size_t>(fd);
    if (index == entries_.size())
        entries_.emplace_back();
    target->retain();
    entries_[index] = std::move(target);
    lowest_maybe_free_ = fd + 1;
    return done(fd);
}

result descriptor_table::close(int fd) {
    const auto target = find(fd);
    if (target == nullptr)
        return failed(EBADF);
    entries_[static_cast<std::size_t>(fd)].reset();
    lowest_maybe_free_ = std::min(lowest_maybe_free_, fd);
    target->release();
    return done();
}

result descriptor_table::room() const noexcept {
    return smallest_free() < limit_ ? done() : failed(EMFILE);
}

std::shared_ptr<description> descriptor_table::find(int fd) const noexcept {
    const auto index = static_cast<std::size_t>(fd);
    return fd < 0 || index >= entries_.size() ? nullptr : entries_[index];
}

std::vector<int> descriptor_table::open_numbers() const {
    std::vector<int> numbers;
    for (std::size_t i = 0; i < entries_.size(); ++i)
        if (entries_[i] != nullptr)
            numbers.push_back(static_cast<int>(i));
    return numbers;
}

int descriptor_table::smallest_free() const noexcept {
    const auto first = entries_.begin() + lowest_maybe_free_;
    return static_cast<int>(std::find(first, entries_.end(), nullptr) - entries_.begin());
}

} // namespace reactor::sim::detail
