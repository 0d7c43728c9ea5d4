#include "chatd/upgrade/stages.hpp"

#include <utility>

#include "support/catch.hpp"

namespace support {

namespace {

constexpr int flood_burst = 300;

wire_client connected(const std::string& endpoint, const std::string& name) {
    wire_client made(endpoint, name);
    made.expect("Connect Success");
    return made;
}

} // namespace

std::vector<std::string> everybody::arguments() {
    return {"--flood-burst",       std::to_string(flood_burst),
            "--flood-rate",        "1",
            "--flood-burst-bytes", "64MiB",
            "--flood-byte-rate",   "64MiB",
            "--room-rate",         "0",
            "--newcomer-hold",     "10",
            "--no-progress",       "60",
            "--login-timeout",     "60",
            "--soft-limit",        "64KiB",
            "--hard-limit",        "16MiB"};
}

everybody::everybody(const std::string& endpoint)
    : speaker_(wire_client::logged_in(endpoint, "speaker")),
      typing_(wire_client::logged_in(endpoint, "typing")),
      stalled_(wire_client::logged_in(endpoint, "stalled", wire_client::options{4096})),
      overlong_(wire_client::logged_in(endpoint, "overlong")),
      flooding_(wire_client::logged_in(endpoint, "flooding")),
      silent_(connected(endpoint, "silent")), halfway_(connected(endpoint, "halfway")),
      newcomer_(connected(endpoint, "newcomer")) {
    for (wire_client* one : {&speaker_, &typing_, &stalled_, &overlong_, &flooding_})
        one->read_to_fence(); // ends the hold as well
    speaker_.read_to_fence();
    typing_.read_to_fence();
    overlong_.send("say " + std::string(9000, 'y'));
    overlong_.read_until("Line too long\n");
    typing_.send("say half a ");
    halfway_.send("login late");
    fill_stalled();
    std::string flood;
    for (int i = 0; i < flood_burst + 50; ++i)
        flood += "f" + std::to_string(i) + "\n";
    flooding_.send(flood);
    flooding_.read_until("Unknown command f" + std::to_string(flood_burst - 20) + " \n");
    newcomer_.send("login newcomer\n");
    newcomer_.expect_segment("Login Success");
    speaker_.send("say welcome\n");
    said_ += speaker_.read_until("speaker: welcome\n");
}

/// More than the stalled one's sockets take.
void everybody::fill_stalled() {
    for (int i = 0; i < 180; ++i) {
        speaker_.send("say " + std::string(6000, 'x') + "\n");
        said_ += speaker_.read_until("x\n");
    }
}

void everybody::check_after(const std::string& endpoint) {
    // The bucket's debt came along: a fresh one would let all through before the fence comes back.
    speaker_.read_to_fence();
    const std::string answers = flooding_.read_available();
    CHECK(answers.find("f" + std::to_string(flood_burst + 40) + " ") == std::string::npos);

    CHECK((newcomer_.read_available().empty())); // still held
    newcomer_.send("say thanks\n");
    newcomer_.expect("speaker: welcome\nnewcomer: thanks\n");

    typing_.send("line\n");
    typing_.read_until("newcomer: thanks\ntyping: half a line\n");

    overlong_.send("yyy\nsay short\n");
    overlong_.read_until("typing: half a line\noverlong: short\n");

    const std::string heard = stalled_.read_until("overlong: short\n");
    CHECK((heard.ends_with(said_ + "newcomer: thanks\ntyping: half a line\noverlong: short\n")));

    halfway_.send("comer\n");
    halfway_.expect_segment("Login Success");
    silent_.send("login stalled\n");
    silent_.expect("UserName Exist");
    silent_.send("login silent\n");
    silent_.expect("Login Success");

    auto fresh = wire_client::logged_in(endpoint, "fresh");
    fresh.send("look\n");
    fresh.read_until("Online Users:\nspeaker\ntyping\nstalled\noverlong\nflooding\nnewcomer\n"
                     "latecomer\nsilent\nfresh\n");
}

bool has_logged(const daemon_process& daemon, const std::string& mark, std::size_t count) {
    const auto log = daemon.log();
    std::size_t found = 0;
    for (auto at = log.find(mark); at != std::string::npos; at = log.find(mark, at + 1))
        ++found;
    return found >= count;
}

} // namespace support
