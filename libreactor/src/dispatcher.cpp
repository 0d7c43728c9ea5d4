#include "loop_core.hpp"

#include <reactor/dispatcher.hpp>

#include <utility>

namespace reactor {

using detail::slot;
namespace flag = detail::flag;

namespace {

using namespace std::chrono_literals;
constexpr std::chrono::nanoseconds linger_time = 2s;
constexpr std::chrono::nanoseconds farewell_time = 30s; // for a transport's last record
constexpr std::uint32_t linger_bytes = 64 * 1024;

} // namespace

// --- life ---

dispatcher::dispatcher(loop& owner)
    : core_(owner.core_.get()), index_(core_->attach(*this)), generation_(0) {}

dispatcher::dispatcher(loop& owner, unique_fd connected) : dispatcher(owner) {
    set_socket(std::move(connected));
}

dispatcher::~dispatcher() {
    if (core_ == nullptr)
        return;
    core_->check_thread(*this);
    core_->forget(*this);
}

void dispatcher::close(std::error_code reason) noexcept {
    if (!is_open())
        return;
    core_->check_thread(*this);
    core_->close(index_, reason);
}

unique_fd dispatcher::detach() noexcept {
    if (!is_open())
        return {};
    core_->check_thread(*this);
    unique_fd fd{core_->surrender(index_)};
    drop_buffers();
    core_->doom_if_owned(index_);
    return fd;
}

void dispatcher::close_when_done() noexcept {
    if (!is_open() || closing())
        return;
    core_->check_thread(*this);
    slot& s = core_->slots()[index_];
    s.set(flag::ending);
    if (!s.has(flag::connecting))
        s.deadline = detail::no_deadline; // what remains has its own limits
    stop_following();
    core_->mark_flush(index_);
    core_->mark_changed(index_);
}

void dispatcher::shutdown_write() noexcept {
    if (!(connected() || connecting()) ||
        core_->slots()[index_].has(flag::ending | flag::write_shut))
        return;
    core_->check_thread(*this);
    core_->slots()[index_].set(flag::write_shut);
    stop_following();
    core_->mark_flush(index_);
}

void dispatcher::flush_step() {
    if (!connecting())
        end_output_step();
}

/// All output has been sent: now its end, if that was asked for.
void dispatcher::end_output_step() noexcept {
    const slot& s = core_->slots()[index_];
    if (s.has(flag::on_flush))
        return; // comes back here
    if (s.has(flag::ending))
        start_lingering();
    else if (s.has(flag::write_shut) && !s.has(flag::write_ended) &&
             core_->shut_output(index_) != detail::shut::later)
        core_->output_ended(index_); // a failure is the connection's, and a receive tells of it
}

// Closing a socket with unread input sends a reset, which may overtake our last bytes on their way
// through the peer's buffers.  So: end our side, read the peer's input away until its end, then
// close.
void dispatcher::start_lingering() noexcept {
    using detail::shut;
    slot& s = core_->slots()[index_];
    constexpr auto unfit = flag::accepting | flag::datagram;
    const auto ended = s.has(unfit) ? shut::failed : core_->shut_output(index_);
    if (ended == shut::failed || (ended == shut::done && s.has(flag::input_ended))) {
        core_->close(index_, {});
        return;
    }
    s.set(flag::lingering);
    s.linger_left = linger_bytes;
    s.deadline = core_->now() + (ended == shut::done ? linger_time : farewell_time);
    core_->expect_deadline(index_, s.deadline);
    core_->mark_changed(index_);
}

// --- interest ---

void dispatcher::pause_reading() noexcept {
    if (!is_open())
        return;
    core_->check_thread(*this);
    core_->slots()[index_].set(flag::paused);
    core_->mark_changed(index_);
}

void dispatcher::resume_reading() noexcept {
    if (!reading_paused())
        return;
    core_->check_thread(*this);
    slot& s = core_->slots()[index_];
    s.clear(flag::paused);
    if (s.has(flag::holds_input))
        core_->mark_held(index_);
    core_->mark_changed(index_);
}

bool dispatcher::reading_paused() const noexcept {
    return is_open() && core_->slots()[index_].has(flag::paused);
}

void dispatcher::interest_changed() noexcept {
    if (!is_open())
        return;
    core_->check_thread(*this);
    core_->mark_changed(index_);
}

void dispatcher::ask_every_iteration(bool on) noexcept {
    if (core_ == nullptr)
        return;
    core_->check_thread(*this);
    core_->ask_every_iteration(index_, on);
}

void dispatcher::set_deadline(std::chrono::nanoseconds after) noexcept {
    if (!is_open() || core_->slots()[index_].has(flag::lingering))
        return;
    core_->check_thread(*this);
    slot& s = core_->slots()[index_];
    s.deadline = detail::later(core_->now(), after);
    core_->expect_deadline(index_, s.deadline);
}

void dispatcher::clear_deadline() noexcept {
    if (!is_open() || core_->slots()[index_].has(flag::lingering))
        return;
    core_->check_thread(*this);
    core_->slots()[index_].deadline = detail::no_deadline;
}

std::chrono::nanoseconds dispatcher::progress_deadline() const noexcept {
    return detail::no_deadline;
}

// --- state ---

bool dispatcher::is_open() const noexcept {
    return detail::loop_core::opening_of(*this) != nullptr;
}
bool dispatcher::connected() const noexcept {
    return is_open() && core_->slots()[index_].has(flag::connected);
}
bool dispatcher::connecting() const noexcept {
    return is_open() && core_->slots()[index_].has(flag::connecting);
}
bool dispatcher::accepting() const noexcept {
    return is_open() && core_->slots()[index_].has(flag::accepting);
}
bool dispatcher::closing() const noexcept {
    return is_open() && core_->slots()[index_].has(flag::ending);
}
bool dispatcher::output_ended() const noexcept {
    return is_open() && core_->slots()[index_].has(flag::write_ended | flag::lingering);
}
bool dispatcher::input_ended() const noexcept {
    return is_open() && core_->slots()[index_].has(flag::input_ended);
}
int dispatcher::fileno() const noexcept { return is_open() ? core_->slots()[index_].fd : -1; }
channel_ref dispatcher::ref() const noexcept {
    return is_open() ? core_->ref(index_) : channel_ref{};
}
loop& dispatcher::owner() const {
    if (core_ == nullptr)
        throw std::system_error(std::make_error_code(std::errc::not_connected),
                                "reactor::dispatcher::owner: the loop is gone");
    return core_->owner();
}

endpoint dispatcher::local_address() const noexcept {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    const auto named = system::getsockname(fileno(), reinterpret_cast<sockaddr*>(&address), &size);
    return named.ok() ? endpoint::from_native(reinterpret_cast<const sockaddr*>(&address), size)
                      : endpoint{};
}

endpoint dispatcher::remote_address() const noexcept {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    const auto named = system::getpeername(fileno(), reinterpret_cast<sockaddr*>(&address), &size);
    return named.ok() ? endpoint::from_native(reinterpret_cast<const sockaddr*>(&address), size)
                      : endpoint{};
}

} // namespace reactor
