// The calls on files of system.hpp over the simulated world of this thread.
#include "system.hpp"

#include "kernel.hpp"
#include "perform.hpp"
#include "pieces.hpp"

#include <cerrno>

namespace reactor::system {

namespace {

using sim::call;
using sim::detail::kernel;
using sim::detail::perform;

/// Asks what a descriptor stands for.
template <class F>
result ask(call which, int fd, F&& question) {
    return perform(which, fd, 0, [&](kernel& k, std::size_t) {
        const auto target = k.descriptors.find(fd);
        return target == nullptr ? sim::detail::failed(EBADF)
                                 : sim::detail::done(static_cast<std::int64_t>(question(*target)));
    });
}

} // namespace

result duplicate(int fd) noexcept {
    return perform(call::duplicate, fd, 0, [&](kernel& k, std::size_t) { return k.duplicate(fd); });
}

result access_mode(int fd) noexcept {
    return ask(call::access_mode, fd, [](const auto& target) { return target.access_mode(); });
}

result file_type(int fd) noexcept {
    return ask(call::file_type, fd, [](const auto& target) { return target.type(); });
}

bool is_terminal(int fd) noexcept {
    return ask(call::is_terminal, fd, [](const auto& target) {
               return target.is_terminal();
           }).value == 1;
}

result read(int fd, std::span<char> buffer) noexcept {
    return perform(call::read, fd, buffer.size(), [&](kernel& k, std::size_t at_most) {
        return k.read(fd, buffer.first(at_most));
    });
}

result write(int fd, std::span<const iovec> pieces) noexcept {
    return perform(call::write, fd, sim::detail::total(pieces),
                   [&](kernel& k, std::size_t at_most) { return k.write(fd, pieces, at_most); });
}

} // namespace reactor::system
