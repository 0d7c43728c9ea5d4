#pragma once

#include "chatd/name_registry.hpp"

#include <reactor/loop.hpp>
#include <reactor/timer.hpp>

#include <cstddef>
#include <functional>
#include <string>
#include <unordered_set>
#include <vector>

namespace chatd {

/// The names of one process.  Names are compared byte by byte.
class memory_name_registry final : public name_registry {
public:
    explicit memory_name_registry(reactor::loop& owner);

    void claim(std::string_view name, reactor::channel_ref session,
               reactor::unique_function<void(bool)> answer) override;
    void release(std::string_view name) noexcept override;

private:
    struct hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view name) const noexcept {
            return std::hash<std::string_view>{}(name);
        }
    };
    struct granted {
        bool yes;
        reactor::unique_function<void(bool)> answer;
    };

    void give_answers();

    std::unordered_set<std::string, hash, std::equal_to<>> taken_;
    std::vector<granted> answers_;
    std::vector<granted> giving_;
    reactor::timer answering_;
};

} // namespace chatd
