// First of all: what the other cases of this program say is said of the poller that was asked for.
#include "support/catch.hpp"

#include "poller.hpp"

#include "support/loop_fixture.hpp"

#include <reactor/loop.hpp>

#include <cstdlib>
#include <stdexcept>
#include <string>

using reactor::loop;
using reactor::loop_options;
using reactor::detail::has_epoll;

namespace {

bool has_kqueue() { return reactor::system::kqueue_knows(reactor::system::kqueue_filter::read); }

} // namespace

TEST_CASE("the poller that REACTOR_POLLER asks for is in force", "[conformance]") {
    const char* wanted = std::getenv("REACTOR_POLLER");
    if (wanted == nullptr)
        SKIP("REACTOR_POLLER is not set: the cases run on the default poller");
    const support::loop_fixture f;
    CHECK(std::string(f.loop.poller_name()) == wanted);
}

TEST_CASE("a poller named in the options beats the environment", "[conformance]") {
    const loop by_poll({.poller = loop_options::poller_kind::poll});
    CHECK(std::string(by_poll.poller_name()) == "poll");
    if (has_epoll()) {
        const loop by_epoll({.poller = loop_options::poller_kind::epoll});
        CHECK(std::string(by_epoll.poller_name()) == "epoll");
    }
    if (has_kqueue()) {
        const loop by_kqueue({.poller = loop_options::poller_kind::kqueue});
        CHECK(std::string(by_kqueue.poller_name()) == "kqueue");
    }
}

TEST_CASE("a poller that the system lacks is refused by naming those it has", "[conformance]") {
    if (has_epoll() && has_kqueue())
        SKIP("this build has every poller");
    using kind = loop_options::poller_kind;
    try {
        const loop l({.poller = has_epoll() ? kind::kqueue : kind::epoll});
        FAIL("the loop was made");
    } catch (const std::invalid_argument& e) {
        const std::string text = e.what();
        CHECK(text.find(has_epoll() ? "kqueue was asked for" : "epoll was asked for") !=
              std::string::npos);
        CHECK(text.find(has_epoll() ? "it can be epoll or poll" : "it can be kqueue or poll") !=
              std::string::npos);
    }
}

TEST_CASE("an unknown poller in the environment is refused", "[conformance]") {
    const char* former = std::getenv("REACTOR_POLLER");
    const std::string kept = former != nullptr ? former : "";
    ::setenv("REACTOR_POLLER", "select", 1);
    CHECK_THROWS_AS(loop(), std::invalid_argument);
    if (former != nullptr)
        ::setenv("REACTOR_POLLER", kept.c_str(), 1);
    else
        ::unsetenv("REACTOR_POLLER");
}
