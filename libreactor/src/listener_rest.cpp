#include "listener_rest.hpp"

#include "system.hpp"

#include <algorithm>

namespace reactor::detail {

namespace {

using namespace std::chrono_literals;
constexpr std::chrono::nanoseconds first_pause = 50ms;
constexpr std::chrono::nanoseconds longest_pause = 1s;

} // namespace

void listener_rest::keep_reserve() noexcept {
    if (!reserve_)
        reserve_.reset(static_cast<int>(system::open_reserve().value));
}

void listener_rest::shed_one(int listener) noexcept {
    if (!reserve_)
        return;
    reserve_.reset();
    const auto taken = system::accept(listener, nullptr, nullptr);
    if (taken.ok())
        system::close(static_cast<int>(taken.value));
    keep_reserve();
}

listener_rest::episode* listener_rest::find(std::uint32_t index) noexcept {
    const auto it = std::find_if(episodes_.begin(), episodes_.end(), [&](const episode& e) {
        return e.index == index && slots_[index].generation == e.generation;
    });
    return it == episodes_.end() ? nullptr : &*it;
}

bool listener_rest::rest(std::uint32_t index, std::chrono::nanoseconds now) {
    drop_closed();
    slots_[index].set(flag::resting);
    if (episode* e = find(index)) {
        e->until = now + e->pause;
        e->pause = std::min(e->pause * 2, longest_pause);
        e->resting = true;
        return false;
    }
    episodes_.push_back(
        {index, slots_[index].generation, now + first_pause, first_pause * 2, true});
    return true;
}

void listener_rest::recovered(std::uint32_t index) noexcept {
    keep_reserve();
    std::erase_if(episodes_, [&](const episode& e) { return e.index == index; });
}

void listener_rest::descriptor_freed() noexcept {
    for (episode& e : episodes_)
        e.until = std::chrono::nanoseconds{0};
}

std::chrono::nanoseconds listener_rest::first() const noexcept {
    auto first = no_deadline;
    for (const episode& e : episodes_)
        if (e.resting)
            first = std::min(first, e.until);
    return first;
}

void listener_rest::drop_closed() noexcept {
    std::erase_if(episodes_,
                  [&](const episode& e) { return !slots_.is_live(e.index, e.generation); });
}

} // namespace reactor::detail
