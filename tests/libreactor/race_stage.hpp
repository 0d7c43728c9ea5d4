// A channel on its way to a host by name, over the simulated world.
#pragma once

#include "support/sim_stage.hpp"

#include <algorithm>
#include <memory>
#include <system_error>
#include <utility>
#include <vector>

namespace sim_test {

using reactor::endpoint;

inline endpoint at(const char* text) { return endpoint::parse(text).value(); }

inline const endpoint six = at("[2001:db8::1]:80");
inline const endpoint six_too = at("[2001:db8::2]:80");
inline const endpoint six_as_well = at("[2001:db8::3]:80");
inline const endpoint four = at("192.0.2.1:80");
inline const endpoint four_too = at("192.0.2.2:80");

/// A stage where `host` has addresses, and one channel on its way there.
struct race_stage : stage {
    explicit race_stage(std::vector<endpoint> addresses, nanoseconds delay = 0ns)
        : before(w.open_descriptors()) {
        w.set_name("host", std::move(addresses), delay);
        channel->on_connect = [this](chat& me) {
            when = w.elapsed();
            reached = me.remote_address();
        };
        channel->on_close = [this](chat&, std::error_code) { when = w.elapsed(); };
    }
    void start(nanoseconds timeout = {}) { channel->connect({"host", 80}, timeout); }
    /// Descriptors that are open now and were not before.
    [[nodiscard]] std::vector<int> attempts() const {
        std::vector<int> all;
        for (const int fd : w.open_descriptors())
            if (std::find(before.begin(), before.end(), fd) == before.end())
                all.push_back(fd);
        return all;
    }
    void check_failed_once(std::error_code reason) const {
        CHECK(seen->connects == 0);
        CHECK(seen->closes == 1);
        CHECK(seen->reason == reason);
        CHECK(attempts().empty());
        CHECK(loop.size() == 0);
        CHECK_FALSE(loop.has_work());
        no_findings();
    }
    void check_connected_once() const {
        CHECK(seen->connects == 1);
        CHECK(seen->closes == 0);
        CHECK(channel->connected());
        CHECK_FALSE(channel->connecting());
        CHECK(attempts().size() == 1);
        CHECK(loop.size() == 1);
        no_findings();
    }

    const std::vector<int> before;
    std::unique_ptr<chat> channel = std::make_unique<chat>(loop);
    const std::shared_ptr<record> seen = channel->seen;
    nanoseconds when = -1ns;
    endpoint reached;
};

inline std::error_code timed_out() { return std::make_error_code(std::errc::timed_out); }

} // namespace sim_test
