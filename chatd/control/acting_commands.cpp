#include "chatd/control/acting_commands.hpp"

#include "chatd/counters.hpp"
#include "chatd/daemon.hpp"
#include "chatd/line_filter.hpp"
#include "chatd/session.hpp"
#include "chatd/text.hpp"

#include <reactor/endpoint.hpp>

#include <sys/socket.h>

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace chatd::control {

namespace {

constexpr std::uint32_t usual_rate = 100; // sessions a second
constexpr std::uint32_t greatest_rate = 1'000'000;

std::string joined(arguments words) {
    std::string all;
    for (const std::string& word : words)
        all.append(all.empty() ? "" : " ").append(word);
    return all;
}

/// `value` in one piece, whatever is in it.
std::string shown(std::string_view value) {
    std::string text;
    append_log_value(text, value);
    return text;
}

/// By name, else by the address that `who` shows.
session* find(server& service, std::string_view text) {
    if (session* const bearer = service.find(text); bearer != nullptr)
        return bearer;
    const auto address = reactor::endpoint::parse(text);
    return address && address->family() != AF_UNIX ? service.find(*address) : nullptr;
}

} // namespace

void kick(daemon& process, arguments given, answer& to) {
    const std::string& name = given.front();
    session* const found = find(process.service(), name);
    if (found == nullptr) {
        to.refuse("nobody is called " + shown(name) + "; 'who' tells who is there");
        return;
    }
    const std::string reason = joined(given.subspan(1));
    if (found->name().empty())
        process.log().info(
            "kick", {{"peer", process.service().peer_of(*found).to_string()}, {"reason", reason}});
    else
        process.log().info("kick", {{"name", found->name()}, {"reason", reason}});
    ++process.service().count().of_incident[static_cast<std::size_t>(incident::closed_kicked)];
    found->logout(); // unlike a session that breaks a rule it gets what it is owed
    to.text(shown(name) + " was kicked");
}

void say(daemon& process, arguments given, answer& to) {
    std::string valid;
    std::string clean;
    const std::string text = joined(given);
    const auto line = trim(remove_characters(to_valid_utf8(text, valid), text_use::message, clean));
    if (line.empty()) {
        to.refuse("there is nothing to say");
        return;
    }
    process.service().room().announce(line);
    to.text("said to " + std::to_string(process.service().room().members()));
}

void reload(daemon& process, arguments, answer& to) {
    const reload_result result = process.reload();
    to.text(result.report);
    if (!result.ok)
        to.refuse("the configuration has mistakes; everything stays as it was");
}

void upgrade(daemon& process, arguments given, answer& to) {
    const std::string binary = given.empty() ? std::string{} : given.front();
    if (!given.empty() && !binary.starts_with('/')) {
        to.refuse("give the full path of the program, one that begins with /");
        return;
    }
    if (process.draining()) {
        to.refuse("the daemon is about to end");
        return;
    }
    to.later([&process, binary](answer::giver give) {
        // Nothing is answered when all goes well: this program is gone then.
        process.upgrade(binary, [give = std::move(give)](const std::string& why) mutable {
            answer failed;
            failed.refuse(why);
            give(std::move(failed));
        });
    });
}

void set_log_level(daemon& process, arguments given, answer& to) {
    logger& log = process.log();
    if (given.empty()) {
        to.text(std::string{name_of(log.chosen().level)});
        return;
    }
    for (const auto level :
         {log_level::debug, log_level::info, log_level::warning, log_level::error}) {
        if (name_of(level) != given.front())
            continue;
        log.set_level(level);
        log.info("log_level", {{"level", name_of(level)}});
        to.text("logging " + given.front() +
                " and above, until the configuration says another level, or the next start");
        return;
    }
    to.refuse(shown(given.front()) + " is no level; give debug, info, warning or error");
}

void drain(daemon& process, arguments given, answer& to) {
    std::uint32_t rate = usual_rate;
    if (!given.empty()) {
        const std::string& text = given.back();
        const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), rate);
        if (given.size() != 2 || given.front() != "--rate" || failure != std::errc{} ||
            end != text.data() + text.size() || rate < 1 || rate > greatest_rate) {
            to.refuse("usage: drain [--rate N], N sessions a second, 1 to 1000000");
            return;
        }
    }
    to.text("draining " + std::to_string(process.service().connections()) + " connections, " +
            std::to_string(rate) + " a second");
    to.afterwards([&process, rate] { process.drain(rate); });
}

void stop(daemon& process, arguments, answer& to) {
    to.text("stopping");
    to.afterwards([&process] { process.stop(stop_reason::control); });
}

} // namespace chatd::control
