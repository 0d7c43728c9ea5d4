#include "chatd/address_episodes.hpp"

#include "chatd/log.hpp"

#include <algorithm>

namespace chatd {

bool address_episodes::begins(const network& where, std::chrono::nanoseconds now) {
    const auto known = lines_.find(where);
    const bool recent = known != lines_.end() && now - known->second < log_episode::interval;
    if (recent || (known == lines_.end() && !has_room(now))) {
        ++unsaid_;
        return false;
    }
    lines_.insert_or_assign(where, now);
    return true;
}

bool address_episodes::has_room(std::chrono::nanoseconds now) {
    if (lines_.size() < most)
        return true;
    if (now < full_until_)
        return false;
    std::erase_if(lines_,
                  [now](const auto& line) { return now - line.second >= log_episode::interval; });
    const auto oldest =
        std::min_element(lines_.begin(), lines_.end(),
                         [](const auto& a, const auto& b) { return a.second < b.second; });
    if (oldest != lines_.end())
        full_until_ = oldest->second + log_episode::interval;
    return lines_.size() < most;
}

} // namespace chatd
