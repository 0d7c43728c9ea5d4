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

    /// It serves; from now on the watchdog is fed.
    void ready();
    /// It will end soon.
    /// @param status  what it does until then, without newline.
    void stopping(const std::string& status);

    /// Lives as long as a reload takes, however that ends.
    class reload {
    public:
        explicit reload(service_notices& all) : all_(all) { all_.reloading(); }
        reload(const reload&) = delete;
        reload& operator=(const reload&) = delete;
        ~reload() { all_.ready(); }

    private:
        service_notices& all_;
    };

private:
    void reloading();
    void tell_how_it_is();

    reactor::unique_function<std::string()> status_;
    std::string last_status_;
    reactor::timer timer_;
    bool stopping_ = false;
};

} // namespace chatd
