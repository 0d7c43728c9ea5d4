// The audit at run time: each mistake is reported by class name, printed once and counted.
#include "support/captured_stderr.hpp"
#include "support/sim_stage.hpp"

#include <cstdint>
#include <cstdlib>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

using namespace sim_test;
using support::captured_stderr;
using support::occurrences;

namespace {

reactor::loop_options audited(std::optional<nanoseconds> limit = 0ns) {
    reactor::loop_options options;
    options.audit = true;
    options.slow_callback = limit;
    return options;
}

/// Calls `function` on another thread while the loop runs.
void elsewhere(stage& s, const std::function<void()>& function) {
    s.loop.post([&] { std::thread(function).join(); });
    s.turn();
}

/// A variable of the environment for as long as this lives.
class variable {
public:
    variable(const char* name, const char* value) : name_(name) {
        if (const char* former = std::getenv(name))
            former_ = former;
        ::setenv(name, value, 1);
    }
    ~variable() { former_ ? ::setenv(name_, former_->c_str(), 1) : ::unsetenv(name_); }
    variable(const variable&) = delete;
    variable& operator=(const variable&) = delete;

private:
    const char* name_;
    std::optional<std::string> former_;
};

std::uint64_t findings_of_a_callback(nanoseconds time, const reactor::loop_options& options = {}) {
    stage s(options);
    const captured_stderr captured;
    s.loop.post([&] { s.w.advance(time); });
    s.turn();
    return s.loop.counters().audit_findings;
}

} // namespace

TEST_CASE("the environment turns the audit on and sets its limit", "[audit]") {
    const variable limit("REACTOR_AUDIT_SLOW_MS", "5");
    {
        const variable on("REACTOR_AUDIT", "1");
        CHECK(findings_of_a_callback(5ms) == 0);
        CHECK(findings_of_a_callback(6ms) == 1);
        CHECK(findings_of_a_callback(6ms, audited(7ms)) == 0); // the program's own word counts more
        const variable no_number("REACTOR_AUDIT_SLOW_MS", "5s");
        CHECK(findings_of_a_callback(100ms) == 0);
        CHECK(findings_of_a_callback(101ms) == 1);
    }
    const variable off("REACTOR_AUDIT", "0");
    CHECK(findings_of_a_callback(6ms) == 0);
    CHECK(findings_of_a_callback(8ms, audited(7ms)) == 1);
}

TEST_CASE("a callback over the limit is a finding with its class", "[audit]") {
    stage s(audited(20ms));
    auto [fd, other] = s.w.connect_pair();
    chat channel(s.loop, fd);
    channel.on_line = [&](chat&, const std::string& line) {
        s.w.advance(std::chrono::milliseconds{std::stoi(line)});
    };
    s.turn(2);
    const captured_stderr captured;
    other.send("20\n");
    s.turn();
    CHECK(s.loop.counters().audit_findings == 0);
    other.send("21\n");
    s.turn();
    CHECK(s.loop.counters().audit_findings == 1);
    CHECK(occurrences(captured.text(),
                      "reactor audit: chat: a callback took 21 ms, longer than 20 ms\n") == 1);
    other.send("50\n");
    s.turn();
    CHECK(s.loop.counters().audit_findings == 2);
    CHECK(occurrences(captured.text(), "reactor audit") == 1);
    s.loop.post([&] { s.w.advance(1s); });
    s.turn();
    CHECK(occurrences(captured.text(), "reactor audit: posted function: a callback took") == 1);
}

TEST_CASE("no callback is too long when the limit is nothing", "[audit]") {
    stage s(audited(0ns));
    s.loop.post([&] { s.w.advance(1h); });
    s.turn();
    s.no_findings();
}

TEST_CASE("each call from another thread is a finding", "[audit]") {
    stage s(audited());
    auto pair = s.w.connect_pair();
    auto spare = s.w.connect_pair();
    chat channel(s.loop, pair.fd);
    chat closed(s.loop);
    reactor::broadcast stream(s.loop);
    reactor::subscription place(channel);
    reactor::timer timer(s.loop, [] {});
    place.join(stream);
    s.turn(2);
    const std::vector<std::function<void()>> mutators{
        [&] { channel.push("x"); },
        [&] { channel.push_alone("x"); },
        [&] { channel.pause_reading(); },
        [&] { channel.resume_reading(); },
        [&] { channel.interest_changed(); },
        [&] { channel.set_deadline(1h); },
        [&] { channel.clear_deadline(); },
        [&] { channel.set_terminator("\r\n"); },
        [&] { channel.discard_buffers(); },
        [&] { stream.publish("line"); },
        [&] { place.hold(); },
        [&] { place.release(); },
        [&] { place.leave(); },
        [&] { timer.start(1h); },
        [&] { timer.cancel(); },
        [&] { s.loop.on_error([](std::exception_ptr) {}); },
        [&] { s.loop.for_each([](reactor::dispatcher&) {}); },
    };
    const captured_stderr captured;
    std::uint64_t expected = 0;
    for (std::size_t i = 0; i < mutators.size(); ++i) {
        INFO("mutator " << i);
        elsewhere(s, mutators[i]);
        CHECK(s.loop.counters().audit_findings > expected);
        expected = s.loop.counters().audit_findings;
    }
    for (const char* name : {"chat", "broadcast", "subscription", "timer", "loop"}) {
        INFO(name);
        CHECK(occurrences(captured.text(), std::string{"reactor audit: "} + name +
                                               ": used in another thread than its loop's") == 1);
    }
    ::close(spare.fd);
}

TEST_CASE("posting and stopping from another thread is no finding", "[audit]") {
    stage s(audited());
    elsewhere(s, [&] {
        s.loop.post([] {});
        s.loop.handle().stop();
    });
    s.loop.run();
    s.no_findings();
}

TEST_CASE("a loop that does not run may be used in any thread", "[audit]") {
    stage s(audited());
    auto pair = s.w.connect_pair();
    chat channel(s.loop, pair.fd);
    s.turn(2);
    std::thread([&] { channel.push("x"); }).join();
    s.turn();
    CHECK(pair.other.received() == "x");
    s.no_findings();
}

TEST_CASE("use in a forked child is a finding once a class", "[audit][E23]") {
    stage s(audited());
    auto pair = s.w.connect_pair();
    chat channel(s.loop, pair.fd);
    s.turn(2);
    const captured_stderr captured;
    s.w.set_process_id(1);
    channel.push("x");
    channel.push("y");
    s.loop.post([] {});
    CHECK(s.loop.counters().audit_findings == 3);
    CHECK(occurrences(captured.text(), "reactor audit: chat: used in a forked child") == 1);
    CHECK(occurrences(captured.text(), "reactor audit: post: used in a forked child") == 1);
    s.w.set_process_id(4242);
}

TEST_CASE("a forgotten interest_changed is a finding once an opening", "[audit]") {
    class forgetful : public raw {
    public:
        using raw::raw;
        [[nodiscard]] const char* class_name() const noexcept override { return "forgetful"; }
        bool wants_read = false;
        bool wants_write = false;

    protected:
        [[nodiscard]] bool readable() const noexcept override { return wants_read; }
        [[nodiscard]] bool writable() const noexcept override { return wants_write; }
    };
    const bool reads = GENERATE(true, false);
    stage s(audited());
    auto pair = s.w.connect_pair();
    forgetful channel(s.loop, pair.fd);
    s.turn(2);
    const captured_stderr captured;
    (reads ? channel.wants_read : channel.wants_write) = true;
    s.turn(3);
    CHECK(s.loop.counters().audit_findings == 3);
    CHECK(occurrences(captured.text(), "reactor audit: forgetful") == 1);
    CHECK(occurrences(captured.text(),
                      reads ? ": readable() answers true" : ": writable() answers true") == 1);
}
