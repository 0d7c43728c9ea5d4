#include "bench/chatload/failure_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace chatload {

void failure_list::add(std::string why) {
    ++count_;
    if (kinds_.size() < shown)
        kinds_.push_back({false, {false, {}, std::move(why)}, 1});
}

void failure_list::add(client_failure what) {
    const auto known = std::find_if(kinds_.begin(), kinds_.end(), [&](const kind& one) {
        return one.of_clients && one.first.idle == what.idle && one.first.why == what.why;
    });
    if (known != kinds_.end()) {
        ++known->times;
        return;
    }
    ++count_;
    if (kinds_.size() < shown)
        kinds_.push_back({true, std::move(what), 1});
}

std::vector<std::string> failure_list::lines() const {
    std::vector<std::string> made;
    for (const kind& one : kinds_) {
        const char* who = one.first.idle ? "idle connection" : "client";
        if (!one.of_clients)
            made.push_back(one.first.why);
        else if (one.times == 1)
            made.push_back(fmt::format("{} {}: {}", who, one.first.name, one.first.why));
        else
            made.push_back(fmt::format("{} {}s: {} (the first: {})", one.times, who, one.first.why,
                                       one.first.name));
    }
    return made;
}

} // namespace chatload
