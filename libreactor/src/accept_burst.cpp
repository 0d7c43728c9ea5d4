#include "guarded.hpp"
#include "loop_core.hpp"

#include <reactor/dispatcher.hpp>

#include <cerrno>
#include <string>
#include <utility>

// How a listener takes connections: in bounded bursts, and without ever being closed by an error.
namespace reactor {

namespace {

/// What to make of an error of accept(2).
enum class verdict {
    none_left, // nothing is pending
    next,      // that connection is gone again, or was never one: take the next
    limit,     // descriptors: rest, and let the longest-waiting peer know
    no_memory, // rest
};

verdict judge(int error) noexcept {
    switch (error) {
    case EAGAIN:
#if EAGAIN != EWOULDBLOCK
    case EWOULDBLOCK:
#endif
        return verdict::none_left;
    case EINTR:
    case ECONNABORTED:
    case EPROTO:
    case ENETDOWN: // accept(2): errors of the new connection's network, to be taken as EAGAIN
    case ENOPROTOOPT:
    case EHOSTDOWN:
    case EHOSTUNREACH:
    case ENETUNREACH:
    case EOPNOTSUPP:
        return verdict::next;
    case EMFILE:
    case ENFILE:
        return verdict::limit;
    default: // ENOBUFS, ENOMEM, EPERM and what nobody foresaw
        return verdict::no_memory;
    }
}

} // namespace

std::optional<accepted> dispatcher::accept(std::error_code& ec) noexcept {
    ec = {};
    if (!accepting()) {
        ec = std::make_error_code(std::errc::invalid_argument);
        return std::nullopt;
    }
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    const auto taken = system::accept(fileno(), reinterpret_cast<sockaddr*>(&peer), &size);
    if (taken.ok() && size == 0) { // how some kernels give a connection that is gone again
        system::close(static_cast<int>(taken.value));
        ec = std::make_error_code(std::errc::connection_aborted);
        return std::nullopt;
    }
    if (taken.ok()) {
        ++core_->counters().accepts;
        core_->number_given(static_cast<int>(taken.value));
        return accepted{unique_fd{static_cast<int>(taken.value)},
                        endpoint::from_native(reinterpret_cast<const sockaddr*>(&peer), size)};
    }
    const auto what = judge(taken.error);
    if (what == verdict::next) // told apart from "none left" by this code, which the burst knows
        ec = std::make_error_code(std::errc::connection_aborted);
    else if (what != verdict::none_left)
        ec = {taken.error, std::system_category()};
    return std::nullopt;
}

void dispatcher::handle_accept() {
    auto& core = *core_;
    const auto index = index_;
    const auto generation = generation_;
    for (auto left = core.options().accept_budget; left > 0; --left) {
        // A handler may have closed, paused or destroyed this listener.
        if (!core.slots().is_live(index, generation) ||
            core.slots()[index].has(detail::flag::paused))
            return;
        if (!accept_one())
            return;
    }
}

bool dispatcher::accept_one() {
    auto& core = *core_;
    std::error_code ec;
    auto taken = accept(ec);
    if (taken) {
        if (!core.rests().empty())
            core.rests().recovered(index_);
        core.guarded(class_name(), [&] { handle_accepted(std::move(taken->fd), taken->peer); });
        return true;
    }
    if (!ec)
        return false;
    if (ec == std::errc::connection_aborted)
        return true;
    ++core.counters().accept_errors;
    if (judge(ec.value()) == verdict::limit)
        core.rests().shed_one(fileno());
    core.mark_changed(index_);
    if (core.rests().rest(index_, core.now()))
        handle_accept_error(ec);
    return false;
}

void dispatcher::handle_accepted(unique_fd fd, const endpoint& peer) {
    log_info("unhandled connection from " + peer.to_string() + "; it is closed", "warning");
    fd.reset();
}

void dispatcher::handle_accept_error(std::error_code ec) {
    log_info(std::string(class_name()) + ": cannot accept for now: " + ec.message() +
                 "; trying again soon",
             "warning");
}

} // namespace reactor
