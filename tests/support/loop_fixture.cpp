#include "support/loop_fixture.hpp"

#include "support/catch.hpp"
#include "support/record_transport.hpp"

#include <reactor/dispatcher.hpp>

#include <algorithm>
#include <chrono>
#include <exception>
#include <utility>

namespace support {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t journal_shown = 12;

reactor::loop_options audited(reactor::loop_options options) {
    options.audit = true;
    return options;
}

/// Takes its one byte and says so.
class fence_channel : public reactor::dispatcher {
public:
    fence_channel(reactor::loop& owner, reactor::unique_fd fd) : dispatcher(owner, std::move(fd)) {
        put_wanted_transport(*this);
    }
    [[nodiscard]] const char* class_name() const noexcept override { return "fence_channel"; }
    [[nodiscard]] bool passed() const noexcept { return passed_; }

protected:
    void handle_read() override { passed_ = recv(receive_buffer()).n > 0 || passed_; }

private:
    bool passed_ = false;
};

} // namespace

loop_fixture::loop_fixture(reactor::loop_options options) : loop(audited(options)) {}

loop_fixture::~loop_fixture() {
    if (std::uncaught_exceptions() == 0)
        CHECK(loop.counters().audit_findings == 0);
}

void loop_fixture::run_until(std::string_view what, const std::function<bool()>& holds,
                             source_line at) {
    // Some tests move a million messages, and a busy machine runs others beside them.
    const auto deadline = test_clock::now() + 4 * patience;
    pump_all();
    while (!holds()) {
        if (test_clock::now() >= deadline)
            throw failure(at.text() + "waited in vain until " + std::string(what) +
                          "; last seen: " + last_seen());
        loop.run_once(1ms);
        pump_all();
    }
}

void loop_fixture::iterate(int count) {
    for (; count > 0; --count) {
        pump_all();
        loop.run_once();
    }
}

void loop_fixture::deliver(scripted_peer& peer, std::string_view piece, source_line at) {
    const auto wanted = counters().bytes_in + piece.size();
    peer.send(piece);
    run_until(
        "the piece is received", [&] { return counters().bytes_in >= wanted; }, at);
}

void loop_fixture::fence() {
    auto pair = make_socket_pair(AF_UNIX);
    fence_channel channel(loop, std::move(pair.ours));
    scripted_peer peer(std::move(pair.theirs));
    peer.send("!");
    run_until("the fence is passed", [&] {
        peer.pump();
        return channel.passed();
    });
}

void loop_fixture::pump_all() {
    for (scripted_peer* peer : peers_)
        peer->pump();
}

std::string loop_fixture::last_seen() const {
    const auto& c = loop.counters();
    std::string text = std::to_string(loop.size()) + " open channels, " +
                       std::to_string(c.iterations) + " iterations, " + std::to_string(c.events) +
                       " events, " + std::to_string(c.bytes_in) + " bytes in, " +
                       std::to_string(c.bytes_out) + " bytes out, " + std::to_string(c.closes) +
                       " closes";
    for (const scripted_peer* peer : peers_)
        text += "; a peer got " + std::to_string(peer->received().size()) + " bytes" +
                (peer->ended() ? " and the end" : "") +
                (peer->error() != 0 ? " and error " + std::to_string(peer->error()) : "");
    text += "; journal:";
    const auto shown = std::min(journal.size(), journal_shown);
    for (auto i = journal.size() - shown; i < journal.size(); ++i)
        text += " '" + journal[i].substr(0, 80) + "'";
    return text;
}

} // namespace support
