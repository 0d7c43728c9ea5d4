#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/daemon_process.hpp"
#include "support/temp_dir.hpp"
#include "support/wire_client.hpp"

/// A daemon with a control socket of its own, and how to talk to that.
struct controlled_daemon {
    support::temp_dir directory;
    std::string path = directory.file("control.sock");
    support::daemon_process daemon;

    explicit controlled_daemon(std::vector<std::string> more = {},
                               const support::daemon_process::options& chosen = {})
        : daemon(with_control(std::move(more)), chosen) {}

    [[nodiscard]] support::wire_client connect() const {
        return support::wire_client("unix:" + path, "control");
    }

private:
    [[nodiscard]] std::vector<std::string> with_control(std::vector<std::string> words) const {
        words.insert(words.end(), {"--control", path});
        return words;
    }
};

/// What comes before the status `.ok`.
inline std::string ask(support::wire_client& client, const std::string& request) {
    client.send(request + "\n");
    const std::string all = client.read_until(".ok\n");
    return all.substr(0, all.size() - 4);
}

/// The reason of a refusal with its newline.
inline std::string refusal(support::wire_client& client, const std::string& request) {
    client.send(request + "\n");
    client.expect(".error ");
    return client.read_lines(1);
}

inline bool has(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}
