#include "chatd/upgrade/upgrader.hpp"

#include "chatd/log.hpp"
#include "chatd/server.hpp"
#include "chatd/upgrade/sealed_file.hpp"

#include <reactor/loop.hpp>

#include <chrono>
#include <csignal>
#include <exception>
#include <filesystem>
#include <system_error>
#include <utility>

namespace chatd {

namespace {

/// Means nothing to the daemon, and costs nothing where nobody watches it.
constexpr int last_signal = SIGURG;

/// Of the file that this program was started from; empty where the system does not tell.
std::string path_of_this_program() {
    std::error_code ec;
    return std::filesystem::read_symlink("/proc/self/exe", ec).string();
}

} // namespace

upgrader::upgrader(reactor::loop& owner, server& service, logger& log,
                   std::vector<std::string> words, socket_list others)
    : loop_(owner), service_(service), log_(log), words_(std::move(words)),
      others_(std::move(others)), own_path_(path_of_this_program()), candidate_(owner) {}

void upgrader::start(const std::string& binary, report failed) {
    const auto& chosen = binary.empty() ? own_path_ : binary;
    successor one{chosen, std::move(failed)};
    if (candidate_.asking() || next_)
        return fail(one, "another upgrade is on its way");
    log_.info("upgrade", {{"binary", chosen}});
    candidate_.ask(chosen, words_, [this, one = std::move(one)](const std::string& why) mutable {
        if (!why.empty())
            return fail(one, why);
        serve_signals();
        next_ = std::move(one);
    });
}

void upgrader::cancel() {
    const std::string why = "the daemon is about to end";
    candidate_.cancel(why);
    if (!next_)
        return;
    auto one = *std::exchange(next_, std::nullopt);
    loop_.on_signal(last_signal, {});
    unblock_signals();
    fail(one, why);
}

void upgrader::fail(successor& one, const std::string& why) {
    log_.error("upgrade_failed", {{"binary", one.binary}, {"reason", why}});
    one.failed("cannot go on as " + one.binary + ": " + why);
}

/// A signal that has arrived is lost with this program unless the loop has served it.  Others wait
/// from now on; and this one, which is watched last, is served after all that have arrived.
void upgrader::serve_signals() {
    loop_.on_signal(last_signal, [this] { go_on(); });
    block_signals();
    (void)std::raise(last_signal);
}

void upgrader::go_on() {
    loop_.on_signal(last_signal, {});
    if (!next_)
        return; // cancelled by one of the others
    std::string why;
    try {
        why = become(next_->binary);
    } catch (const std::exception& e) {
        why = e.what();
    }
    unblock_signals();
    auto one = *std::exchange(next_, std::nullopt);
    fail(one, why);
}

/// Gives the reason when it fails.
std::string upgrader::become(const std::string& binary) {
    const auto began = std::chrono::steady_clock::now();
    const auto state = state_of(service_);
    std::error_code ec;
    const auto file = make_sealed_file(encode_state(state, loop_.now()), ec);
    if (!file)
        return "the state cannot be written: " + ec.message();
    const auto took = std::chrono::steady_clock::now() - began;
    log_.info("handing_over",
              {{"sessions", state.sessions.size()},
               {"took_us", std::chrono::ceil<std::chrono::microseconds>(took).count()}});
    return replace_program(binary, words_, file.get(), state, others_());
}

} // namespace chatd
