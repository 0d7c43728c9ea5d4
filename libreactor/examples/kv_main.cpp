// The key-value server as a program.    kv_server [ADDRESS], 127.0.0.1:7778 unless told otherwise
#include "kv_server.hpp"

#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>

namespace {

reactor::endpoint read_address(const char* text) {
    std::string why;
    const auto address = reactor::endpoint::parse(text, &why);
    if (!address)
        throw std::invalid_argument("not an address: " + std::string(text) + " (" + why + ')');
    return *address;
}

} // namespace

int main(int argc, char** argv) try {
    reactor::loop loop;
    kv::server server(loop, read_address(argc > 1 ? argv[1] : "127.0.0.1:7778"));
    for (const int number : {SIGINT, SIGTERM})
        loop.on_signal(number, [&] { server.stop(); });
    server.log_info("listening on " + server.local_address().to_string());
    loop.run(); // until the last session has ended
} catch (const std::exception& error) {
    std::fprintf(stderr, "kv_server: %s\n", error.what());
    return 1;
}
