#include "chatd/gradual_drain.hpp"

#include "chatd/server.hpp"
#include "chatd/session.hpp"

#include <reactor/loop.hpp>

#include <utility>

namespace chatd {

namespace {

constexpr std::chrono::milliseconds between_ticks{50};
constexpr double nanoseconds_a_second = 1e9;

} // namespace

gradual_drain::gradual_drain(server& service, reactor::unique_function<void()> done)
    : service_(service), done_(std::move(done)), tick_(service.loop(), [this] { end_some(); }) {}

void gradual_drain::start(std::uint32_t rate) {
    service_.stop_listening();
    rate_ = rate;
    ended_ = 0;
    since_ = service_.loop().now();
    tick_.start_every(between_ticks);
}

void gradual_drain::end_some() {
    const auto passed = static_cast<double>((service_.loop().now() - since_).count());
    const auto due = static_cast<std::uint64_t>(passed * rate_ / nanoseconds_a_second);
    for (session* one : service_.sessions()) {
        if (one->closing() || one->where() == session::state::gone)
            continue;
        if (ended_ >= due)
            return; // others are left for the next ticks
        one->logout();
        ++ended_;
    }
    tick_.cancel();
    done_();
}

} // namespace chatd
