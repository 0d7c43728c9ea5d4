#include "property_model.hpp"

#include <algorithm>
#include <utility>

namespace property {

std::string message(int number, std::size_t size) {
    std::string text = '[' + std::to_string(number) + ':';
    for (auto i = static_cast<std::size_t>(number); text.size() + 1 < size; ++i)
        text += static_cast<char>('a' + i % 26);
    return text + ']';
}

void owed_output::push(text what) {
    phases_.back().own = std::move(what);
    phases_.emplace_back();
}

void owed_output::push(std::shared_ptr<made> what) {
    phases_.back().source = std::move(what);
    phases_.emplace_back();
}

void owed_output::publish(std::size_t lane, text what) {
    auto& to = held_[lane].on ? held_[lane].texts : phases_.back().lanes[lane];
    to.push_back(std::move(what));
}

bool owed_output::hold(std::size_t lane, std::size_t behind) {
    share& s = held_[lane];
    s.on = true;
    auto& texts = phases_.back().lanes[lane];
    while (behind > 0 && !texts.empty() && texts.back()->size() <= behind) {
        behind -= texts.back()->size();
        s.texts.insert(s.texts.begin(), texts.back());
        texts.pop_back();
    }
    return behind == 0;
}

void owed_output::release(std::size_t lane) {
    held_[lane].on = false;
    for (auto& held : std::exchange(held_[lane].texts, {}))
        publish(lane, std::move(held));
}

std::size_t owed_output::total() const noexcept {
    std::size_t sum = 0;
    const auto add = [&](const std::vector<text>& texts) {
        for (const auto& t : texts)
            sum += t->size();
    };
    for (const phase& p : phases_) {
        std::for_each(p.lanes.begin(), p.lanes.end(), add);
        sum += p.own ? p.own->size() : 0;
        sum += p.source ? p.source->text.size() : 0;
    }
    for (const share& s : held_)
        add(s.texts);
    return sum;
}

owed_output::outcome owed_output::take(std::string_view& rest, std::string_view expected) {
    if (rest.starts_with(expected)) {
        rest.remove_prefix(expected.size());
        return outcome::matched;
    }
    return expected.starts_with(rest) ? outcome::ended : outcome::wrong;
}

owed_output::outcome owed_output::take_lanes(std::string_view& rest, const phase& p) {
    std::array<std::size_t, lane_count> next{};
    for (;;) {
        bool left = false;
        auto found = outcome::wrong;
        for (std::size_t lane = 0; lane < lane_count && found == outcome::wrong; ++lane) {
            if (next[lane] == p.lanes[lane].size())
                continue;
            left = true;
            found = take(rest, *p.lanes[lane][next[lane]]);
            if (found == outcome::matched)
                ++next[lane];
        }
        if (!left)
            return outcome::matched;
        if (found != outcome::matched)
            return found;
    }
}

owed_output::outcome owed_output::take_own(std::string_view& rest, const phase& p) {
    if (p.own)
        return take(rest, *p.own);
    if (!p.source)
        return outcome::matched;
    const auto found = take(rest, p.source->text);
    if (found == outcome::matched && !p.source->finished)
        return rest.empty() ? outcome::ended : outcome::wrong;
    return found;
}

std::string owed_output::compare(std::string_view received, bool complete) const {
    auto rest = received;
    auto found = outcome::matched;
    for (const phase& p : phases_) {
        found = take_lanes(rest, p);
        if (found == outcome::matched)
            found = take_own(rest, p);
        if (found != outcome::matched)
            break;
    }
    const auto place = " after " + std::to_string(received.size() - rest.size()) + " of " +
                       std::to_string(received.size()) + " bytes received, " +
                       std::to_string(total()) + " owed";
    if (found == outcome::wrong || (found == outcome::matched && !rest.empty()))
        return "wrong output" + place + ": " + std::string(rest.substr(0, 40)) + " ... " +
               std::string(rest.substr(rest.size() - std::min<std::size_t>(rest.size(), 20)));
    return complete && found == outcome::ended ? "missing output" + place : std::string{};
}

std::string ledger::check_output(bool complete) const {
    if (!link || lossy)
        return {};
    const std::string_view all = link->other.received();
    if (all.size() < out_from)
        return complete && out.total() > 0 ? "missing output of an earlier opening" : std::string{};
    auto mine = all.substr(out_from);
    if (out_to != std::string::npos)
        mine = mine.substr(0, out_to - out_from);
    auto wrong = out.compare(mine, complete);
    if (wrong.empty() || !told)
        return wrong;
    // Its last flush may have ended a hold, and nobody could see that any more.
    auto freed = out;
    for (std::size_t lane = 0; lane < lane_count; ++lane)
        freed.release(lane);
    return freed.compare(mine, complete).empty() ? std::string{} : wrong;
}

std::string ledger::check_input(std::string_view held, bool complete) const {
    if (!link || link->lossy_input)
        return {};
    const auto expected =
        std::string_view{link->given}.substr(std::min(in_from, link->given.size()));
    const auto have = got + std::string(held);
    if (!expected.starts_with(have))
        return "wrong input: " + std::to_string(have.size()) + " bytes";
    if (complete && have.size() != expected.size())
        return "missing input: " + std::to_string(have.size()) + " of " +
               std::to_string(expected.size()) + " bytes";
    return {};
}

bool ledger::ended_well() const noexcept {
    return told && connected && when_done && !abrupt && !disturbed && !lossy && !reason && link &&
           !link->cut;
}

} // namespace property
