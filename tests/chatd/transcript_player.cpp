// Plays a transcript (see transcript.hpp) against a chat server.
//
//     transcript_player [--listen ADDRESS] DAEMON_BINARY FILE MODE
//     transcript_player --connect HOST:PORT FILE MODE
//
// The first form starts the daemon itself, on 127.0.0.1:0 or on ADDRESS (`unix` stands for a socket
// in a directory of its own), and stops it at the end; the second plays against a server that runs
// already. MODE is whole, bytes or segment.  Exit code: 0 played as written, 1 not, 2 the call or
// the file is wrong.

#include <cstdio>
#include <exception>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "chatd/transcript.hpp"
#include "support/daemon_process.hpp"
#include "support/temp_dir.hpp"
#include "support/wire_client.hpp"

namespace {

using support::wire_client;
using transcript::action;
using transcript::step;

class player {
public:
    player(std::string endpoint, bool bytewise)
        : endpoint_(std::move(endpoint)), bytewise_(bytewise) {}

    void play(const step& next) {
        for (const std::string& name : next.clients)
            play(next, name);
    }

    /// Fences every client that is still there, unless it is in the middle of a line or its input
    /// is closed.
    void fence_all() {
        for (auto& [name, one] : clients_) {
            if (one.at_line_start && !one.half_closed)
                one.connection.fence();
        }
    }

    /// The server has ended: nobody is told anything more.
    void expect_end_of_all() {
        for (auto& [name, one] : clients_)
            one.connection.expect_closed();
    }

private:
    struct client {
        wire_client connection;
        bool at_line_start = true;
        bool half_closed = false;
    };

    void play(const step& next, const std::string& name) {
        if (next.what == action::connect) {
            if (!clients_.emplace(name, client{wire_client(endpoint_, name)}).second)
                throw transcript::syntax_error(name + " is connected already");
            return;
        }
        const auto found = clients_.find(name);
        if (found == clients_.end())
            throw transcript::syntax_error(name + " is not connected");
        play(next, found->second);
        if (next.what == action::reset || next.what == action::expect_end)
            clients_.erase(found);
    }

    void play(const step& next, client& one) {
        switch (next.what) {
        case action::connect:
            break;
        case action::send:
            send(one, next.bytes);
            break;
        case action::expect:
            one.connection.expect(next.bytes);
            break;
        case action::fence:
            if (!one.at_line_start)
                throw transcript::syntax_error("a fence in the middle of a line");
            one.connection.fence();
            break;
        case action::half_close:
            one.connection.half_close();
            one.half_closed = true;
            break;
        case action::reset:
            one.connection.reset();
            break;
        case action::expect_end:
            one.connection.expect_eof();
            break;
        }
    }

    void send(client& one, const std::string& bytes) {
        if (bytewise_)
            one.connection.send_bytewise(bytes);
        else
            one.connection.send(bytes);
        one.at_line_start = bytes.empty() ? one.at_line_start : bytes.back() == '\n';
    }

    std::string endpoint_;
    bool bytewise_;
    std::map<std::string, client> clients_;
};

struct call {
    std::string listen = "127.0.0.1:0";
    std::string connect;
    std::string binary;
    std::string file;
    std::string mode;
};

std::optional<call> read_call(std::vector<std::string> words) {
    call result;
    if (words.size() > 2 && (words[0] == "--listen" || words[0] == "--connect")) {
        (words[0] == "--listen" ? result.listen : result.connect) = words[1];
        words.erase(words.begin(), words.begin() + 2);
    }
    if (result.connect.empty() && !words.empty()) {
        result.binary = words.front();
        words.erase(words.begin());
    }
    if (words.size() != 2)
        return std::nullopt;
    result.file = words[0];
    result.mode = words[1];
    if (result.mode != "whole" && result.mode != "bytes" && result.mode != "segment")
        return std::nullopt;
    return result;
}

std::vector<step> load(const call& wanted) {
    std::ifstream file(wanted.file);
    std::ostringstream text;
    text << file.rdbuf();
    if (!file)
        throw transcript::syntax_error(wanted.file + ": cannot be read");
    std::vector<step> steps = transcript::parse(wanted.file, text.str());
    return wanted.mode == "segment" ? transcript::joined(steps) : steps;
}

/// Plays the steps; false after it has said where and why one failed.
bool play(const call& wanted, const std::vector<step>& steps, player& players) {
    for (const step& next : steps) {
        try {
            players.play(next);
        } catch (const std::exception& error) {
            std::fprintf(stderr, "%s:%d: %s (sent in mode %s)\n%s\n", wanted.file.c_str(),
                         next.line, next.source.c_str(), wanted.mode.c_str(), error.what());
            return false;
        }
    }
    try {
        players.fence_all();
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s: more came than is written (sent in mode %s)\n%s\n",
                     wanted.file.c_str(), wanted.mode.c_str(), error.what());
        return false;
    }
    return true;
}

bool play_with_daemon(const call& wanted, const std::vector<step>& steps) {
    support::temp_dir directory;
    const std::string address =
        wanted.listen == "unix" ? "unix:" + directory.file("socket") : wanted.listen;
    support::daemon_process::options chosen;
    chosen.binary = wanted.binary;
    support::daemon_process daemon({"--listen", address}, chosen);
    player players(daemon.endpoint(), wanted.mode == "bytes");
    if (!play(wanted, steps, players)) {
        std::fprintf(stderr, "the daemon's log:\n%s\n", daemon.log().c_str());
        return false;
    }
    daemon.stop();
    players.expect_end_of_all();
    return true;
}

} // namespace

int main(int argc, char** argv) {
    const auto wanted = read_call({argv + 1, argv + argc});
    if (!wanted) {
        std::fputs(
            "usage: transcript_player [--listen ADDRESS] DAEMON_BINARY FILE whole|bytes|segment\n"
            "       transcript_player --connect HOST:PORT FILE whole|bytes|segment\n",
            stderr);
        return 2;
    }
    try {
        const std::vector<step> steps = load(*wanted);
        if (wanted->connect.empty())
            return play_with_daemon(*wanted, steps) ? 0 : 1;
        player players(wanted->connect, wanted->mode == "bytes");
        return play(*wanted, steps, players) ? 0 : 1;
    } catch (const transcript::syntax_error& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 2;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s: %s\n", wanted->file.c_str(), error.what());
        return 1;
    }
}
