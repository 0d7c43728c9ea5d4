#pragma once

#include <reactor/channel_ref.hpp>
#include <reactor/unique_function.hpp>

#include <string_view>

namespace chatd {

/// Who has which name.  The seam behind which a directory shared by many machines comes in.
class name_registry {
public:
    virtual ~name_registry() = default;

    /// Asks for `name` on behalf of a session.  `answer(true)`: it has the name until `release`;
    /// `answer(false)`: somebody else has it.  The answer comes on the loop, once, never inside
    /// this call, and claims of one name are answered in the order in which they were made; it also
    /// comes when the session is gone by then.
    virtual void claim(std::string_view name, reactor::channel_ref session,
                       reactor::unique_function<void(bool)> answer) = 0;
    /// Gives up a name that was granted; it is free at once.
    virtual void release(std::string_view name) noexcept = 0;
};

} // namespace chatd
