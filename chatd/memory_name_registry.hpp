#pragma once

#include "chatd/name_registry.hpp"
#include "chatd/name_set.hpp"

#include <reactor/loop.hpp>
#include <reactor/timer.hpp>

#include <string_view>
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
    struct granted {
        bool yes;
        reactor::unique_function<void(bool)> answer;
    };

    void give_answers();

    name_set taken_;
    std::vector<granted> answers_;
    std::vector<granted> giving_;
    reactor::timer answering_;
};

} // namespace chatd
