#include "files.hpp"

#include "loop_core.hpp"
#include "repeated.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <new>
#include <vector>

namespace reactor::detail {

namespace {

using namespace std::chrono_literals;

/// How long a channel waits that counts as ready and found nothing to do: what it is over can be
/// waited for, but not by this poller.
constexpr std::chrono::nanoseconds pause_in_vain = 10ms;

/// One iteration serves so many of those that are always ready.
constexpr std::size_t most_turns = 256;

/// What pollers say of a descriptor that they do not watch: epoll, and kqueues of several systems.
bool means_unwatchable(std::error_code ec) noexcept {
    return ec == std::errc::operation_not_permitted || ec == std::errc::invalid_argument ||
           ec == std::errc::no_such_device || ec == std::errc::operation_not_supported ||
           ec == std::errc::not_supported;
}

std::error_code code(int error) noexcept { return {error, std::system_category()}; }

} // namespace

// --- what the loop does ---

std::error_code loop_core::open_file(dispatcher& channel, unique_fd file) noexcept {
    const int fd = file.get();
    const auto access = system::access_mode(fd);
    const auto type = system::file_type(fd);
    if (!access.ok() || !type.ok())
        return code(access.ok() ? type.error : access.error);
    // What can only be written to has no input to wait for.
    const std::uint32_t state =
        flag::connected | (access.value == O_WRONLY ? flag::input_ended : 0U);
    if (const auto ec = open(channel, std::move(file), state))
        return ec;
    const bool is_stored = type.value == S_IFREG || type.value == S_IFBLK || type.value == S_IFDIR;
    const auto ec = files_.begin(channel.index_, is_stored);
    if (ec)
        close_descriptor(surrender(channel.index_));
    return ec;
}

/// The kernel does not watch the channel's descriptor: at once, or by the next wait.
void loop_core::refused(std::uint32_t index, std::error_code ec) noexcept {
    const slot& s = slots_[index];
    if ((files_.has(index) || s.has(flag::foreign)) && means_unwatchable(ec)) {
        ec = files_.count_as_ready(index);
        if (!ec)
            files_.want(index, wanted(s));
    }
    if (ec)
        close(index, ec);
}

// --- opening and its end ---

std::error_code files::begin(std::uint32_t index, bool is_stored) noexcept {
    try {
        auto& state = core_.extra(index).file.emplace();
        if (is_stored)
            return count_as_ready(index);
        nonblocking_before_.reserve(nonblocking_before_.size() + 1);
        const auto before = system::set_nonblocking(core_.slots()[index].fd, true);
        if (!before.ok())
            return code(before.error);
        state.nonblocking_is_ours = before.value == 0;
        if (!state.nonblocking_is_ours)
            nonblocking_before_.push_back(index);
        return {};
    } catch (const std::bad_alloc&) {
        return std::make_error_code(std::errc::not_enough_memory);
    }
}

void files::end(std::uint32_t index) noexcept {
    const slot& s = core_.slots()[index];
    auto& state = *core_.find_extra(index);
    if (state.always_ready)
        ready_.dismiss(state);
    if (!state.file)
        return;
    std::erase(nonblocking_before_, index);
    if (state.file->nonblocking_is_ours && !core_.usage_->forked())
        give_back_blocking(s.fd);
}

/// The flag is one of the open file, which others may have too: whoever began with it blocking
/// finds it so again.  Channels of this loop that share the file still need it, and the last gives
/// it back.
void files::give_back_blocking(int fd) noexcept {
    system::set_nonblocking(fd, false);
    for (const auto other : nonblocking_before_) {
        const auto before = system::set_nonblocking(core_.slots()[other].fd, true);
        if (!before.ok() || before.value != 0)
            continue; // another file
        core_.find_extra(other)->file->nonblocking_is_ours = true;
        std::erase(nonblocking_before_, other);
        return;
    }
}

bool files::has(std::uint32_t index) const noexcept {
    const auto* more = core_.find_extra(index);
    return more != nullptr && more->file;
}

void files::lose(std::uint32_t index) noexcept {
    if (has(index))
        core_.find_extra(index)->file->nonblocking_is_ours = false;
}

void files::leave_flags_to_parent() noexcept {
    for (std::size_t i = 0; i < core_.extras_.size(); ++i)
        if (const auto& state = core_.extras_[i]; state && state->file)
            state->file->nonblocking_is_ours = false;
}

// --- bytes ---

io_result files::receive(std::uint32_t index, std::span<char> buffer, int flags) noexcept {
    if (flags != 0)
        return {0, std::make_error_code(std::errc::not_a_socket)};
    const int fd = core_.slots()[index].fd;
    auto got = repeated([&] { return system::read(fd, buffer); });
    if (got.error == EIO && system::is_terminal(fd)) // how some systems say that the line hung up
        got = {0, 0};
    return told(index, got);
}

io_result files::send(std::uint32_t index, std::span<const iovec> pieces) noexcept {
    const int fd = core_.slots()[index].fd;
    return told(index, repeated([&] { return system::write(fd, pieces); }));
}

io_result files::told(std::uint32_t index, const system::result& given) noexcept {
    if (given.ok())
        return {static_cast<std::size_t>(given.value), {}};
    const io_result failed{0, code(given.error)};
    if (auto& more = *core_.find_extra(index); failed.would_block() && more.always_ready)
        more.ready_again = core_.now() + pause_in_vain;
    return failed;
}

// --- always ready ---

std::error_code files::count_as_ready(std::uint32_t index) noexcept {
    try {
        auto& more = core_.extra(index);
        ready_.admit();
        more.always_ready = true;
    } catch (const std::bad_alloc&) {
        return std::make_error_code(std::errc::not_enough_memory);
    }
    slot& s = core_.slots()[index];
    if (s.has(flag::in_set))
        core_.unwatch(s.fd);
    s.clear(flag::in_set | flag::armed_read | flag::armed_write);
    return {};
}

void files::want(std::uint32_t index, interest now) noexcept {
    slot& s = core_.slots()[index];
    if (now.any())
        ready_.add(index, *core_.find_extra(index));
    else
        ready_.remove(*core_.find_extra(index));
    s.put(flag::armed_read, now.read);
    s.put(flag::armed_write, now.write);
}

void files::report(std::vector<readiness>& reports) {
    for (auto left = std::min(ready_.size(), most_turns); left > 0; --left) {
        const auto index = ready_.next(core_.now());
        if (index == no_slot)
            return;
        const slot& s = core_.slots()[index];
        reports.push_back({.tag = loop_core::tag_of(index, s.generation),
                           .what = ready::when(s.has(flag::armed_read), ready::read) |
                                   ready::when(s.has(flag::armed_write), ready::write)});
    }
}

} // namespace reactor::detail
