#include "chatd/served_loop.hpp"

#include "support/catch.hpp"

#include <algorithm>

served_loop::served_loop(const chatd::limits& limit) : server(loop, limit, log) {
    std::string why;
    REQUIRE(server.listen({{*chatd::listen_spec::parse("127.0.0.1:0")}}, why));
    address_ = server.listeners().addresses().front();
}

support::scripted_peer& served_loop::connect() {
    auto& made = *peers.emplace_back(std::make_unique<support::scripted_peer>(address_));
    also_pump(made);
    return made;
}

support::scripted_peer& served_loop::greeted() {
    auto& made = connect();
    expect(made, "Connect Success");
    return made;
}

support::scripted_peer& served_loop::log_in(const std::string& name) {
    auto& made = greeted();
    made.send("login " + name + "\n");
    expect(made, "Connect SuccessLogin Success");
    return made;
}

void served_loop::expect(const support::scripted_peer& peer, std::string_view end) {
    run_until("a peer hears " + std::string(end), [&] { return peer.received().ends_with(end); });
}

void served_loop::expect_end(const support::scripted_peer& peer) {
    run_until("a connection ends", [&] { return peer.ended() || peer.error() != 0; });
}

std::string served_loop::fence(support::scripted_peer& peer) {
    const auto before = peer.received().size();
    peer.send("fence\n");
    static const std::string answer = "Unknown command fence \n";
    expect(peer, answer);
    const auto heard = peer.received().substr(before);
    return heard.substr(0, heard.size() - answer.size());
}

std::size_t served_loop::logged(std::string_view begin) const {
    return static_cast<std::size_t>(
        std::count_if(log_lines.begin(), log_lines.end(),
                      [begin](const std::string& line) { return line.starts_with(begin); }));
}
