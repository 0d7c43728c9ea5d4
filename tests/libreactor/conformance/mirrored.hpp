// A stream on one loop and a mirror of it on another, both in the test's thread: who runs when is
// the test's to say.
#pragma once

#include "support/loop_fixture.hpp"

#include "hooked_channels.hpp"

#include <reactor/broadcast.hpp>
#include <reactor/broadcast_mirror.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace mirrored {

/// A follower of `stream`, and the peer that hears what it gets.
struct follower {
    follower(support::loop_fixture& f, reactor::broadcast& stream)
        : follower(f, stream, support::make_socket_pair(AF_UNIX)) {}
    follower(support::loop_fixture& f, reactor::broadcast& stream, support::socket_pair pair)
        : peer(std::move(pair.theirs)), channel(f.loop, std::move(pair.ours)), place(channel) {
        f.also_pump(peer);
        place.join(stream);
    }

    [[nodiscard]] const std::string& heard() const { return peer.received(); }

    support::scripted_peer peer;
    hooked::lines channel;
    reactor::subscription place;
};

/// What a mirror's `on_end` was told, in words.
struct endings {
    std::vector<std::string> told;
    [[nodiscard]] auto note() {
        return [this](std::error_code ec) {
            told.push_back(ec ? ec.message() : std::string("no error"));
        };
    }
};

/// The line of a number.
inline std::string line(std::size_t number) { return "line " + std::to_string(number) + "\n"; }

/// So many of them, from the first.
inline std::string lines(std::size_t count, std::size_t first = 0) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i)
        text += line(first + i);
    return text;
}

class pair_of_loops {
public:
    explicit pair_of_loops(std::size_t max_behind = reactor::broadcast_mirror::default_max_behind,
                           reactor::loop_options options = {})
        : home(std::in_place, options), abroad(std::in_place) {
        stream.emplace(home->loop);
        mirror.emplace(abroad->loop, stream->handle(), ended.note(), max_behind);
        run_until("the mirror follows", [&] { return mirror->following(); });
    }

    /// Both loops take turns.
    void run_until(std::string_view what, const std::function<bool()>& holds,
                   support::source_line at = support::source_line::here()) {
        abroad->run_until(
            what,
            [&] {
                if (holds())
                    return true;
                if (home)
                    home->iterate();
                return false;
            },
            at);
    }
    /// Posts need no time: a few turns bring all that is on its way to its end.
    void take_turns() {
        for (int i = 0; i < 6; ++i) {
            if (home)
                home->iterate();
            if (abroad)
                abroad->iterate();
        }
    }
    /// And one iteration, which offers it to the mirror.
    void publish(std::string_view text) {
        stream->publish(text);
        home->iterate();
    }

    std::optional<support::loop_fixture> home;
    std::optional<support::loop_fixture> abroad;
    endings ended;
    std::optional<reactor::broadcast> stream;
    std::optional<reactor::broadcast_mirror> mirror;
};

} // namespace mirrored
