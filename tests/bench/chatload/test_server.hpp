#pragma once

#include "bench/chatload/plan.hpp"
#include "bench/chatload/run_report.hpp"

#include <reactor/async_chat.hpp>
#include <reactor/loop.hpp>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

/// A small chat server of chatd's protocol on a thread of its own, which can be made to err.
class test_server {
public:
    /// What a member gets instead of its `n`-th said line (from 0); members count from 0 in order
    /// of login.  `close`: its connection is closed.
    using fault =
        std::function<std::string(std::size_t member, std::size_t n, const std::string& line)>;

    explicit test_server(fault err = {}, std::string greeting = "Connect Success");
    ~test_server();
    test_server(const test_server&) = delete;
    test_server& operator=(const test_server&) = delete;

    /// Does nothing for `time`, beginning soon.  Any thread.
    void freeze(std::chrono::nanoseconds time);
    /// Closes all connections and listens no more.  Any thread.
    void die();
    /// The name of a member.  In a fault.
    [[nodiscard]] const std::string& name_of(std::size_t member) const;
    /// Lines said so far.
    [[nodiscard]] std::size_t said() const noexcept { return said_; }
    [[nodiscard]] const reactor::endpoint& address() const noexcept { return address_; }

    /// A short run against this server, without a load.
    [[nodiscard]] chatload::plan short_run() const;
    /// The same with a few clients in a room.
    [[nodiscard]] chatload::plan talk(std::uint32_t clients, std::uint32_t senders) const;

private:
    class guest;
    class door;

    void heard(guest& from, std::string_view line);
    void entered(guest& from, std::string_view name);
    void said_by(guest& from, std::string_view text);
    void left(guest& from);
    void tell(const std::string& notice);

    fault err_;
    std::string greeting_;
    std::vector<guest*> members_; // null in the place of one that is gone
    std::atomic<std::size_t> said_{0};
    reactor::loop loop_;
    std::unique_ptr<door> door_;
    reactor::endpoint address_;
    std::thread thread_;
};

/// One load of a kind, with a name and few clients.
[[nodiscard]] chatload::load load_of(chatload::workload kind, std::uint32_t clients);
using figures_check = std::function<bool(const chatload::run_figures&)>;
/// Runs `asked`, and while the machine is too slow for `enough`, again for four times as long, up
/// to 10 s or more.
[[nodiscard]] chatload::run_figures run_until(const figures_check& enough, chatload::plan asked);
/// Whether there are times at other clients, which only some of the lines have.
[[nodiscard]] bool has_times_of_others(const chatload::run_figures& found);
/// Whether nearly as many lines were said, or questions answered, as an open loop of that rate
/// should.
[[nodiscard]] figures_check keeps_rate(double per_second);
/// Everything that a run found, for messages.
[[nodiscard]] std::string shown(const chatload::run_figures& found);
/// The load's latencies of one kind; an empty histogram when there are none.
[[nodiscard]] bench::histogram times_of(const chatload::load_figures& load, std::string_view kind);
