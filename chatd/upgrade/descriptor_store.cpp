#include "chatd/upgrade/descriptor_store.hpp"

#include "chatd/service/notify.hpp"

#include <reactor/unique_fd.hpp>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <string>

namespace chatd {

namespace {

constexpr std::size_t most_at_once = 253; // SCM_MAX_FD of the kernel
constexpr std::chrono::milliseconds retry_patience{2000};

const char* variable(const char* name) noexcept {
    return std::getenv(name); // NOLINT(concurrency-mt-unsafe): nobody changes it meanwhile
}

/// Waits for the other end to be closed, signals or no signals.
bool hangs_up(int fd, std::chrono::steady_clock::time_point deadline) noexcept {
    pollfd waited{fd, 0, 0};
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(
            deadline - std::chrono::steady_clock::now());
        const int found = ::poll(&waited, 1, std::max(static_cast<int>(left.count()), 0));
        if (found >= 0 || errno != EINTR)
            return found == 1;
    }
}

/// The kernel bounds how many descriptors are on their way: once more when those have arrived.
bool tell(const std::string& state, std::span<const int> fds) {
    return notify_service_manager(state, fds) ||
           (wait_for_manager(retry_patience) && notify_service_manager(state, fds));
}

} // namespace

std::size_t store_capacity() noexcept {
    const char* const value = variable("FDSTORE");
    if (value == nullptr || variable("NOTIFY_SOCKET") == nullptr)
        return 0;
    const std::string_view text{value};
    std::size_t number = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    return failure == std::errc{} && end == text.data() + text.size() ? number : 0;
}

bool store_descriptors(std::string_view name, std::span<const int> fds) {
    // Without FDPOLL the manager would drop connections whose peers have gone, unheard.
    const auto state = "FDSTORE=1\nFDPOLL=0\nFDNAME=" + std::string(name);
    while (!fds.empty()) {
        const auto batch = fds.first(std::min(fds.size(), most_at_once));
        if (!tell(state, batch))
            return false;
        fds = fds.subspan(batch.size());
    }
    return true;
}

void forget_stored(std::string_view name) {
    (void)notify_service_manager("FDSTOREREMOVE=1\nFDNAME=" + std::string(name));
}

bool wait_for_manager(std::chrono::milliseconds limit) noexcept {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
        return false;
    const reactor::unique_fd ours{ends[0]};
    reactor::unique_fd theirs{ends[1]}; // the manager closes its copy when it comes to it
    const int sent = theirs.get();
    if (!notify_service_manager("BARRIER=1", {&sent, 1}))
        return false;
    theirs.reset();
    return hangs_up(ours.get(), std::chrono::steady_clock::now() + limit);
}

} // namespace chatd
