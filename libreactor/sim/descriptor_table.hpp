#pragma once

#include "description.hpp"

#include <memory>
#include <vector>

namespace reactor::sim::detail {

/// The program's descriptors.  New ones get the smallest free number from 3, as a kernel gives
/// them, so that numbers are reused as soon as they can be.
class descriptor_table {
public:
    /// The descriptor, or EMFILE.
    result open(std::shared_ptr<description> target);
    result close(int fd);
    /// EMFILE if `open` would give it.
    [[nodiscard]] result room() const noexcept;

    /// Null for a number that is not open.
    [[nodiscard]] std::shared_ptr<description> find(int fd) const noexcept;
    /// The same as T; null too when it is something else.
    template <class T>
    [[nodiscard]] std::shared_ptr<T> find_as(int fd) const noexcept {
        return std::dynamic_pointer_cast<T>(find(fd));
    }
    [[nodiscard]] std::vector<int> open_numbers() const;
    void set_limit(int limit) noexcept { limit_ = limit; }

private:
    [[nodiscard]] int smallest_free() const noexcept;

    std::vector<std::shared_ptr<description>> entries_ =
        std::vector<std::shared_ptr<description>>(3);
    int lowest_maybe_free_ = 3;
    int limit_ = 1024 * 1024;
};

} // namespace reactor::sim::detail
