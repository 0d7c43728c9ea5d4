#include "chatd/upgrade/upgrader.hpp"

#include "chatd/log.hpp"
#include "chatd/server.hpp"
#include "chatd/upgrade/predecessor.hpp"
#include "chatd/upgrade/sealed_file.hpp"

#include <reactor/loop.hpp>

#include <chrono>
#include <filesystem>
#include <system_error>
#include <utility>

namespace chatd {

namespace {

/// Of the file that this program was started from; empty where the system does not tell.
std::string path_of_this_program() {
    std::error_code ec;
    return std::filesystem::read_symlink("/proc/self/exe", ec).string();
}

} // namespace

upgrader::upgrader(reactor::loop& owner, server& service, logger& log,
                   std::vector<std::string> words)
    : loop_(owner), service_(service), log_(log), words_(std::move(words)),
      own_path_(path_of_this_program()), candidate_(owner) {}

void upgrader::start(const std::string& binary, report failed) {
    const auto& chosen = binary.empty() ? own_path_ : binary;
    const auto fail = [this, chosen](report& told, const std::string& why) {
        log_.error("upgrade_failed", {{"binary", chosen}, {"reason", why}});
        told("cannot go on as " + chosen + ": " + why);
    };
    if (candidate_.asking())
        return fail(failed, "another upgrade is on its way");
    log_.info("upgrade", {{"binary", chosen}});
    candidate_.ask(chosen, words_,
                   [this, chosen, fail, told = std::move(failed)](const std::string& why) mutable {
                       fail(told, why.empty() ? become(chosen) : why);
                   });
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
    return replace_program(binary, words_, file.get(), state);
}

} // namespace chatd
