#include "connect_race.hpp"

#include "loop_core.hpp"

#include <reactor/dispatcher.hpp>

#include <algorithm>
#include <new>
#include <utility>

namespace reactor::detail {

using namespace std::chrono_literals;

namespace {

/// RFC 8305 section 5, "Connection Attempt Delay": the recommended value.
constexpr std::chrono::nanoseconds attempt_delay = 250ms;

/// RFC 8305 section 4: families take turns, the first address's family first; the order within a
/// family stays.
std::vector<endpoint> interleaved(const std::vector<endpoint>& found) {
    const int first_family = found.front().family();
    const auto next_of = [&](std::vector<endpoint>::const_iterator from, bool first) {
        return std::find_if(from, found.end(), [&](const endpoint& each) {
            return (each.family() == first_family) == first;
        });
    };
    auto ours = next_of(found.begin(), true);
    auto others = next_of(found.begin(), false);
    std::vector<endpoint> order;
    while (ours != found.end() || others != found.end()) {
        if (ours != found.end()) {
            order.push_back(*ours);
            ours = next_of(ours + 1, true);
        }
        if (others != found.end()) {
            order.push_back(*others);
            others = next_of(others + 1, false);
        }
    }
    return order;
}

/// Says that this machine cannot reach such addresses at all, which tells nothing of the server.
bool is_about_this_machine(std::error_code reason) noexcept {
    return reason == std::errc::address_family_not_supported ||
           reason == std::errc::network_unreachable || reason == std::errc::address_not_available ||
           reason == std::errc::network_down;
}

} // namespace

/// One address being tried: a channel that `for_each`, `size` and the loop's end do not see.
class connect_attempt final : public dispatcher {
public:
    connect_attempt(loop_core& core, connect_race& race) : dispatcher(core.owner()), race_(race) {}

    void begin(loop_core& core, const endpoint& to, std::error_code& ec) {
        create_socket(to.family(), SOCK_STREAM, ec);
        if (ec)
            return;
        core.hide(*this);
        connect(to, {}, ec);
    }
    [[nodiscard]] const char* class_name() const noexcept override { return "connect_attempt"; }

private:
    void handle_connect() override { race_.won(*this); }
    void handle_close(std::error_code reason) override { race_.lost(reason); }

    connect_race& race_;
};

connect_race::connect_race(loop_core& core, std::uint32_t runner)
    : core_(core), runner_(runner),
      next_start_(
          core.owner(), [this] { start_next(); }, timer::weight::background) {}

connect_race::~connect_race() = default;

void connect_race::begin(const host_port& target) {
    lookup_ = resolve(
        core_.owner(), target,
        [this](std::error_code ec, const std::vector<endpoint>& all) { looked_up(ec, all); });
}

void connect_race::looked_up(std::error_code ec, const std::vector<endpoint>& addresses) {
    if (ec) {
        core_.close(runner_, ec);
        return;
    }
    addresses_ = interleaved(addresses);
    start_next();
}

void connect_race::start_next() {
    try {
        while (tried_ < addresses_.size() && !start_one()) {}
    } catch (const std::bad_alloc&) {
        note(std::make_error_code(std::errc::not_enough_memory));
        tried_ = addresses_.size();
    }
    if (under_way_ == 0)
        core_.close(runner_, reason_);
}

bool connect_race::start_one() {
    const endpoint& to = addresses_[tried_++];
    attempts_.reserve(addresses_.size());
    auto made = std::make_unique<connect_attempt>(core_, *this);
    std::error_code ec;
    made->begin(core_, to, ec);
    if (ec) {
        note(ec);
        return false;
    }
    attempts_.push_back(std::move(made));
    ++under_way_;
    if (tried_ < addresses_.size())
        next_start_.start(attempt_delay);
    else
        next_start_.cancel();
    return true;
}

void connect_race::lost(std::error_code reason) {
    --under_way_;
    note(reason);
    start_next(); // at once: this attempt's delay has no meaning any more
}

void connect_race::note(std::error_code reason) noexcept {
    if (!reason_ || is_about_this_machine(reason_) || !is_about_this_machine(reason))
        reason_ = reason;
}

void connect_race::won(connect_attempt& by) { core_.finish_race(runner_, by.detach()); }

} // namespace reactor::detail
