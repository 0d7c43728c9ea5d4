#include "examples/example.hpp"

#include <cstdlib>
#include <string>
#include <vector>

using examples::binary;
using examples::example;
using support::program;

namespace {

/// What a program did that ends by itself.
struct outcome {
    int status;
    std::string output;

    friend bool operator==(const outcome&, const outcome&) = default;
};

outcome run(const std::string& name, std::vector<std::string> arguments = {}) {
    program one(binary(name), std::move(arguments));
    const int status = one.wait();
    return {status, one.output()};
}

outcome run_seed(const std::string& name, const std::string& seed) {
    ::setenv("REACTOR_SIM_SEED", seed.c_str(), 1);
    auto result = run(name);
    ::unsetenv("REACTOR_SIM_SEED");
    return result;
}

/// The seed that a failed run names.
std::string seed_in(const std::string& output) {
    const std::string mark = "REACTOR_SIM_SEED=";
    const auto begin = output.find(mark);
    if (begin == std::string::npos)
        return {};
    const auto first = begin + mark.size();
    return output.substr(first, output.find_first_not_of("0123456789", first) - first);
}

} // namespace

TEST_CASE("the key-value server keeps and forgets", "[examples]") {
    example server("kv_server");
    auto client = server.connect();
    client.send("SET a one two\r\nGET a\nGET b\nDEL a\nDEL a\nSET\nHELLO\n");
    client.expect("OK\nVALUE one two\nNONE\nOK\nNONE\nERROR no key\nERROR unknown command\n");
    client.send(std::string(9000, 'x') + "\nGET b\n");
    client.expect("ERROR line too long\nNONE\n");
    client.send("QUIT\n");
    client.expect("BYE\n");
    client.expect_eof();
    server.process.stop();
}

TEST_CASE("the key-value server finishes what it is asked for before it stops", "[examples]") {
    example server("kv_server");
    auto client = server.connect();
    client.send("SET a text\n");
    client.expect("OK\n");
    server.process.signal(SIGTERM);
    client.expect_eof();
    client.close();
    CHECK(server.process.wait() == 0);
}

TEST_CASE("the key-value server says what is wrong with its address", "[examples]") {
    const auto wrong = run("kv_server", {"nowhere"});
    CHECK(wrong.status == 1);
    CHECK(wrong.output.find("nowhere") != std::string::npos);
}

TEST_CASE("the key-value server passes every simulated day", "[examples][sim]") {
    CHECK(run("kv_server_test") == outcome{0, "200 days passed\n"});
    CHECK(run_seed("kv_server_test", "12345") == outcome{0, "1 days passed\n"});
}

TEST_CASE("a simulated day finds a planted bug that fine days do not", "[examples][sim]") {
    const std::string name = GENERATE("kv_server_planted_loss", "kv_server_planted_stall");
    CAPTURE(name);
    CHECK(run(name, {"--fine"}) == outcome{0, "200 days passed\n"});
    const auto found = run(name);
    CHECK(found.status == 1);
    const auto seed = seed_in(found.output);
    REQUIRE_FALSE(seed.empty());
    CHECK(run_seed(name, seed) == found);
    CHECK(run_seed(name, seed) == found);
    CHECK(run_seed("kv_server_test", seed).status == 0);
}
