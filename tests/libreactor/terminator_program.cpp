#include "terminator_program.hpp"

#include "property_random.hpp"

#include <array>

namespace terminators {

namespace {

using property::dice;

const std::vector<std::string> terminator_texts{"\n",   "\r\n",  "q",        "qqq",   "aab",
                                                "abab", "aabaa", "\r\n\r\n", "abaab", "longer one"};

choice random_terminator(dice& d) {
    if (d.chance(60))
        return {.bytes = d.pick(terminator_texts)};
    if (d.chance(75))
        return {.length = d.between(1, 12)};
    return {};
}

/// Letters of the terminators, so that their beginnings stand everywhere; and whole ones.
std::string random_input(dice& d) {
    std::string text;
    for (auto parts = d.between(1, 12); parts > 0; --parts) {
        if (d.chance(40)) {
            text += d.pick(terminator_texts);
        } else if (d.chance(50)) {
            const auto& part = d.pick(terminator_texts);
            text += part.substr(0, d.below(part.size()));
        } else {
            for (auto letters = d.between(1, 8); letters > 0; --letters)
                text += "abq\r\nx"[d.below(6)];
        }
    }
    return text;
}

std::vector<act> random_acts(dice& d, const freedom& allowed) {
    using kind = act::kind;
    static const std::vector<kind> asynchats{kind::set_terminator, kind::set_terminator,
                                             kind::set_terminator, kind::discard, kind::close};
    static const std::vector<kind> ours{kind::set_terminator, kind::set_terminator,
                                        kind::set_terminator, kind::set_nothing,
                                        kind::pause,          kind::pause,
                                        kind::resume,         kind::discard,
                                        kind::close,          kind::fail};
    std::vector<act> acts;
    for (auto left = d.between(1, 3); left > 0; --left) {
        act one{.what = d.pick(allowed.as_in_asynchat ? asynchats : ours)};
        if (one.what == kind::close && !d.chance(20))
            one.what = kind::set_terminator; // a channel that closes at once says little
        if (one.what == kind::set_terminator)
            one.to = random_terminator(d);
        acts.push_back(one);
        if (one.what == kind::fail || one.what == kind::close)
            break;
    }
    return acts;
}

act random_between(dice& d) {
    using kind = act::kind;
    switch (d.below(10)) {
    case 0:
        return {.what = kind::discard};
    case 1:
        return {.what = kind::pause};
    case 2:
    case 3:
        return {.what = kind::set_terminator, .to = random_terminator(d)};
    case 4:
        return {.what = kind::set_nothing};
    default:
        return {.what = kind::resume};
    }
}

void cut(const std::string& text, dice& d, std::vector<program::step>& steps) {
    static constexpr std::array<std::size_t, 4> longest{1, 3, 10, 60};
    const auto most = longest[d.below(longest.size())];
    for (std::size_t at = 0; at < text.size();) {
        const auto size = d.between(1, most);
        steps.push_back({.piece = text.substr(at, size)});
        at += size;
    }
}

std::string describe(const choice& c) {
    if (!c.bytes.empty())
        return "'" + printable(c.bytes) + "'";
    return c.length > 0 ? std::to_string(c.length) + " bytes" : "none";
}

std::string describe(const act& a) {
    static constexpr std::array names{"set terminator", "set nothing", "pause", "resume",
                                      "discard",        "close",       "throw"};
    std::string text = names[static_cast<std::size_t>(a.what)];
    return a.what == act::kind::set_terminator ? text + " " + describe(a.to) : text;
}

} // namespace

program random_program(std::uint64_t seed, const freedom& allowed) {
    dice d(seed);
    program p;
    p.seed = seed;
    p.first = random_terminator(d);
    if (!allowed.as_in_asynchat) {
        p.whole_lines = d.chance(50);
        if (d.chance(40))
            p.max_line = static_cast<std::uint32_t>(d.between(1, 20));
        if (d.chance(30))
            p.read_limit = static_cast<std::uint32_t>(d.between(1, 9));
        if (d.chance(50))
            p.message_budget = static_cast<std::uint32_t>(d.between(1, 4));
    }
    for (auto parts = d.between(1, 6); parts > 0; --parts) {
        cut(random_input(d), d, p.steps);
        if (!allowed.as_in_asynchat && d.chance(50))
            p.steps.push_back({.between = random_between(d)});
    }
    const auto busy = d.between(0, 40); // per cent of the callbacks
    for (std::size_t number = 0; number < 200; ++number)
        if (d.chance(busy))
            p.in_callback[number] = random_acts(d, allowed);
    return p;
}

std::string printable(const std::string& text) {
    static constexpr const char* digits = "0123456789abcdef";
    std::string shown;
    for (const char c : text) {
        const auto value = static_cast<unsigned char>(c);
        if (value >= 0x20 && value < 0x7f)
            shown += c;
        else
            shown += {'\\', 'x', digits[value / 16], digits[value % 16]};
    }
    return shown;
}

std::string describe(const program& p, std::size_t callbacks) {
    std::string text = "seed " + std::to_string(p.seed) +
                       (p.whole_lines ? ", whole lines" : ", hooks") + ", terminator " +
                       describe(p.first) + ", at most " + std::to_string(p.max_line) + " a line, " +
                       std::to_string(p.read_limit) + " a receive, " +
                       std::to_string(p.message_budget) + " messages a turn\n";
    for (const auto& step : p.steps)
        text +=
            "  " +
            (step.between ? describe(*step.between) : "receive '" + printable(step.piece) + "'") +
            "\n";
    for (const auto& [number, acts] : p.in_callback)
        for (const auto& one : acts)
            if (number < callbacks)
                text += "  in callback " + std::to_string(number) + ": " + describe(one) + "\n";
    return text;
}

} // namespace terminators
