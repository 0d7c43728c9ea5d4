// Looking names up, in virtual time.
#include "support/sim_stage.hpp"

#include <netdb.h>

#include <cerrno>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

using namespace std::string_literals;
using namespace sim_test;
using reactor::endpoint;
using reactor::host_port;
using reactor::lookup;
using reactor::resolve;

namespace {

const endpoint first = endpoint::loopback_v6(0);
const endpoint second = endpoint::loopback_v4(0);

/// What a look-up gave, and when.
struct answer {
    int calls = 0;
    std::error_code ec;
    std::vector<endpoint> addresses;
    nanoseconds when{};
};

lookup ask(stage& s, answer& to, host_port target) {
    return resolve(s.loop, std::move(target), [&](std::error_code ec, std::vector<endpoint> all) {
        ++to.calls;
        to.ec = ec;
        to.addresses = std::move(all);
        to.when = s.w.elapsed();
    });
}

std::error_code lookup_code(int value) { return {value, reactor::lookup_category()}; }

/// Tells of its end.
struct token {
    explicit token(bool& gone) : gone_(&gone) {}
    token(token&& other) noexcept : gone_(std::exchange(other.gone_, nullptr)) {}
    ~token() {
        if (gone_ != nullptr)
            *gone_ = true;
    }

private:
    bool* gone_;
};

} // namespace

TEST_CASE("a name is answered later on the loop with the port that was asked for", "[resolve]") {
    stage s;
    s.w.set_name("host", {first, second}, 20ms);
    answer got;
    const auto pending = ask(s, got, {"host", 80});
    CHECK(got.calls == 0);
    CHECK(pending.pending());
    s.loop.run();
    CHECK(got.calls == 1);
    CHECK_FALSE(got.ec);
    CHECK(got.when == 20ms);
    CHECK(got.addresses == std::vector{endpoint::loopback_v6(80), endpoint::loopback_v4(80)});
    CHECK_FALSE(pending.pending());
}

TEST_CASE("a name that cannot be looked up gives the system's reason", "[resolve]") {
    stage s;
    const auto failure = GENERATE(EAI_AGAIN, EAI_FAIL, EAI_MEMORY, EAI_NONAME);
    s.w.fail_name("host", failure, 5ms);
    answer got;
    const auto pending = ask(s, got, {"host", 80});
    s.loop.run();
    CHECK(got.calls == 1);
    CHECK(got.ec == lookup_code(failure));
    CHECK(got.ec.message() == gai_strerror(failure));
    CHECK(got.addresses.empty());
    CHECK(got.when == 5ms);
}

TEST_CASE("reasons of look-ups compare with the general ones", "[resolve]") {
    CHECK(reactor::lookup_category().name() == "lookup"s);
    CHECK(lookup_code(EAI_AGAIN) == std::errc::resource_unavailable_try_again);
    CHECK(lookup_code(EAI_MEMORY) == std::errc::not_enough_memory);
    CHECK(lookup_code(EAI_FAMILY) == std::errc::address_family_not_supported);
    CHECK_FALSE(lookup_code(EAI_NONAME) == std::errc::not_enough_memory);
}

TEST_CASE("what is no name has no address", "[resolve]") {
    stage s;
    const auto host = GENERATE("nowhere"s, ""s, "local\0host"s);
    answer got;
    const auto pending = ask(s, got, {host, 80});
    CHECK(got.calls == 0);
    s.loop.run();
    CHECK(got.calls == 1);
    CHECK(got.ec == lookup_code(EAI_NONAME));
}

TEST_CASE("an answer without an address is a failure", "[resolve]") {
    stage s;
    s.w.set_name("host", {});
    answer got;
    const auto pending = ask(s, got, {"host", 80});
    s.loop.run();
    CHECK(got.ec == lookup_code(EAI_NONAME));
}

TEST_CASE("an address is answered without a look-up and not inside the call", "[resolve]") {
    stage s;
    const auto host = GENERATE("127.0.0.1"s, "::1"s);
    answer got;
    const auto pending = ask(s, got, {host, 80});
    CHECK(got.calls == 0);
    s.loop.run();
    CHECK(got.calls == 1);
    REQUIRE(got.addresses.size() == 1);
    CHECK(got.addresses.front() == host_port{host, 80}.numeric());
    CHECK(s.w.count(call::start_lookup) == 0);
}

TEST_CASE("a look-up is work until it is answered or cancelled", "[resolve]") {
    stage s;
    s.w.silence_name("host");
    answer got;
    auto pending = ask(s, got, {"host", 80});
    CHECK(s.loop.has_work());
    SECTION("cancelled") { pending.cancel(); }
    SECTION("destroyed") {
        { const auto gone = std::move(pending); }
    }
    SECTION("replaced by nothing") { pending = {}; }
    CHECK_FALSE(pending.pending());
    CHECK_FALSE(s.loop.has_work());
    s.loop.run();
    CHECK(got.calls == 0);
}

TEST_CASE("a cancelled look-up is never answered and its function is gone at once", "[resolve]") {
    stage s;
    s.w.set_name("host", {first}, 10ms);
    bool gone = false;
    auto pending = resolve(s.loop, {"host", 80},
                           [held = token(gone)](std::error_code, const std::vector<endpoint>&) {
                               FAIL_CHECK("called");
                           });
    SECTION("before the answer") { s.pass(5ms); }
    SECTION("between the answer and its delivery") {
        s.w.after(10ms, [] {}); // keeps the clock from going past
        s.w.at(10ms, [&] { pending.cancel(); });
        s.pass(10ms);
    }
    pending.cancel();
    CHECK(gone);
    s.pass(20ms);
}

TEST_CASE("a look-up may be cancelled or replaced inside its own function", "[resolve][E39]") {
    stage s;
    s.w.set_name("host", {first}, 10ms);
    int calls = 0;
    auto pending = std::make_unique<lookup>();
    answer next;
    const bool replaced = GENERATE(false, true);
    *pending =
        resolve(s.loop, {"host", 80}, [&](std::error_code, const std::vector<endpoint>& found) {
            ++calls;
            if (replaced)
                *pending = ask(s, next, {"host", 81});
            else
                pending.reset();
            CHECK(found.size() == 1);
        });
    s.loop.run();
    CHECK(calls == 1);
    CHECK(next.calls == (replaced ? 1 : 0));
}

TEST_CASE("assigning a look-up cancels the one before", "[resolve]") {
    stage s;
    s.w.set_name("host", {first}, 10ms);
    answer one;
    answer two;
    auto pending = ask(s, one, {"host", 1});
    pending = ask(s, two, {"host", 2});
    s.loop.run();
    CHECK(one.calls == 0);
    CHECK(two.calls == 1);
}

TEST_CASE("at most eight look-ups run at a time and the rest wait their turn", "[resolve]") {
    stage s;
    s.w.set_name("host", {first}, 10ms);
    std::vector<answer> got(20);
    std::vector<lookup> pending;
    for (auto& each : got)
        pending.push_back(ask(s, each, {"host", 80}));
    CHECK(s.w.count(call::start_lookup) == 8);
    pending[9].cancel(); // before its turn: it is never begun
    s.loop.run();
    CHECK(s.w.count(call::start_lookup) == 19);
    CHECK(got[7].when == 10ms);
    CHECK(got[8].when == 20ms);
    CHECK(got[9].calls == 0);
    CHECK(got[16].when == 20ms);
    CHECK(got[17].when == 30ms);
}

TEST_CASE("a cancelled look-up keeps its place until the system gives up on it", "[resolve]") {
    stage s;
    s.w.set_name("slow", {first}, 30ms);
    std::vector<answer> got(9);
    std::vector<lookup> pending;
    for (auto& each : got)
        pending.push_back(ask(s, each, {"slow", 80}));
    for (std::size_t i = 0; i < 8; ++i)
        pending[i].cancel();
    s.loop.run();
    CHECK(got[8].when == 60ms);
}

TEST_CASE("a look-up that cannot be begun says why", "[resolve]") {
    stage s;
    s.w.faults().fail(call::start_lookup, EAGAIN);
    answer got;
    const auto pending = ask(s, got, {"localhost", 80});
    CHECK(got.calls == 0);
    s.loop.run();
    CHECK(got.ec == system_code(EAGAIN));
    answer again;
    const auto next = ask(s, again, {"localhost", 80});
    s.loop.run();
    CHECK(again.addresses.size() == 2);
}

TEST_CASE("a loop may end before its look-ups are answered", "[resolve]") {
    world w;
    auto loop = std::make_unique<reactor::loop>();
    const bool answered_too_late = GENERATE(false, true);
    answered_too_late ? w.set_name("host", {first}, 1s) : w.silence_name("host");
    bool gone = false;
    auto pending = resolve(*loop, {"host", 80},
                           [held = token(gone)](std::error_code, const std::vector<endpoint>&) {
                               FAIL_CHECK("called");
                           });
    loop.reset();
    CHECK_FALSE(gone);
    w.advance(2s);
    pending.cancel();
    CHECK(gone);
}

TEST_CASE("a forked child begins its look-ups again", "[resolve][E23]") {
    stage s;
    s.w.set_name("host", {first}, 10ms);
    answer got;
    answer unwanted;
    const auto pending = ask(s, got, {"host", 80});
    auto cancelled = ask(s, unwanted, {"host", 80});
    cancelled.cancel();
    s.w.advance(5ms);
    s.w.set_process_id(4243); // and its parent's threads are not there
    s.loop.after_fork_child();
    CHECK(s.w.count(call::start_lookup) == 3);
    s.loop.run();
    s.pass(20ms);
    CHECK(got.calls == 1);
    CHECK(unwanted.calls == 0);
    CHECK_FALSE(s.loop.has_work());
}

TEST_CASE("what the function of a look-up throws goes to the loop", "[resolve]") {
    stage s;
    int errors = 0;
    s.loop.on_error([&](const std::exception_ptr&) { ++errors; });
    const auto pending =
        resolve(s.loop, {"localhost", 80}, [](std::error_code, const std::vector<endpoint>&) {
            throw std::runtime_error("no");
        });
    s.loop.run();
    CHECK(errors == 1);
    CHECK_FALSE(s.loop.has_work());
}
