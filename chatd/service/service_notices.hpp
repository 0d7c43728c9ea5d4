#pragma once

#include <reactor/fwd.hpp>
#include <reactor/timer.hpp>
#include <reactor/unique_function.hpp>

#include <string>

namespace chatd {

/// What the service manager hears of this process: that it is ready, reloads or stops, how it does,
/// and that its loop is alive.
///
/// The watchdog is fed by a timer of the loop, so only after completed iterations: a callback that
/// hangs starves it.  Without a service manager all of it does nothing.  Loop's thread.
class service_notices {
public:
    /// @param owner   outlives the notices.
    /// @param status  gives a line for humans, without newline; asked every few seconds.
    service_notices(reactor::loop& owner, reactor::unique_function<std::string()> status);

    /// It serves; from now on the watchdog is fed.  Also what ends a reload, well or badly.
    void ready();
    /// A reload begins.
    void reloading();
    /// It will end soon.
    /// @param status  what it does until then, without newline.
    void stopping(const std::string& status);

private:
    void tell_how_it_is();

    reactor::unique_function<std::string()> status_;
    std::string last_status_;
    reactor::timer timer_;
    bool stopping_ = false;
};

} // namespace chatd
