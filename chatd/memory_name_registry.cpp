#include "chatd/memory_name_registry.hpp"

#include <utility>

namespace chatd {

memory_name_registry::memory_name_registry(reactor::loop& owner)
    : answering_(owner, [this] { give_answers(); }) {}

void memory_name_registry::claim(std::string_view name, reactor::channel_ref /*session*/,
                                 reactor::unique_function<void(bool)> answer) {
    const bool free = taken_.insert(name);
    answers_.push_back({free, std::move(answer)});
    if (!answering_.pending())
        answering_.start({});
}

void memory_name_registry::release(std::string_view name) noexcept { (void)taken_.erase(name); }

void memory_name_registry::give_answers() {
    std::swap(answers_, giving_); // an answer may make further claims
    for (auto& g : giving_)
        g.answer(g.yes);
    giving_.clear();
}

} // namespace chatd
