// What random programs draw from and note: numbers that replay everywhere, and a journal.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace property {

/// Random numbers that are the same on every platform (splitmix64).
class dice {
public:
    explicit dice(std::uint64_t seed) noexcept : state_(seed) {}

    std::uint64_t next() noexcept {
        state_ += 0x9e3779b97f4a7c15U;
        auto z = state_;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
        return z ^ (z >> 31);
    }
    std::size_t below(std::size_t end) noexcept {
        return static_cast<std::size_t>(next() % static_cast<std::uint64_t>(end));
    }
    std::size_t between(std::size_t first, std::size_t last) noexcept {
        return first + below(last - first + 1);
    }
    bool chance(std::size_t percent) noexcept { return below(100) < percent; }
    template <class T>
    const T& pick(const std::vector<T>& of) noexcept {
        return of[below(of.size())];
    }

private:
    std::uint64_t state_;
};

/// The last things that happened, told only when a program fails.
class journal {
public:
    void note(const char* what, int who, std::int64_t value = 0) {
        entries_.push_back({what, who, value, depth_});
    }
    void set_depth(int depth) noexcept { depth_ = depth; }
    [[nodiscard]] std::string tail(std::size_t lines) const {
        std::string text;
        for (auto i = entries_.size() - std::min(lines, entries_.size()); i < entries_.size();
             ++i) {
            const entry& e = entries_[i];
            text += std::string(e.depth > 0 ? "      " : "  ") + e.what + " #" +
                    std::to_string(e.who) + " (" + std::to_string(e.value) + ")\n";
        }
        return text;
    }

private:
    struct entry {
        const char* what;
        int who;
        std::int64_t value;
        int depth;
    };

    std::vector<entry> entries_;
    int depth_ = 0;
};

} // namespace property
