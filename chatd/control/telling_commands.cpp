#include "chatd/control/telling_commands.hpp"

#include "chatd/control/command_texts.hpp"
#include "chatd/counters.hpp"
#include "chatd/daemon.hpp"
#include "chatd/session.hpp"

#include <reactor/loop.hpp>
#include <reactor/version.hpp>

#include <unistd.h>

#include <chrono>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace chatd::control {

namespace {

std::string_view name_of(session::state where) noexcept {
    switch (where) {
    case session::state::connected:
        return "connected";
    case session::state::claiming:
        return "claiming";
    case session::state::in_room:
        return "in_room";
    case session::state::gone:
        break;
    }
    return "leaving";
}

/// Rows for those who were there when the question came, and still are.
class session_rows final : public row_source {
public:
    session_rows(server& service, bool names_only)
        : loop_(service.loop()), names_only_(names_only) {
        for (const session* one : service.sessions())
            sessions_.push_back(one->ref());
    }

    bool more(answer& to) override {
        constexpr std::size_t at_once = 64;
        for (std::size_t i = 0; i < at_once && next_ < sessions_.size(); ++i)
            if (auto* found = static_cast<session*>(loop_.find(sessions_[next_++])))
                add(*found, to);
        return next_ < sessions_.size();
    }

private:
    void add(const session& one, answer& to) const {
        if (!names_only_)
            to.row({one.name(), one.owner_server().peer_of(one).to_string(), name_of(one.where()),
                    one.output_size()});
        else if (one.where() == session::state::in_room)
            to.text(one.name());
    }

    reactor::loop& loop_;
    bool names_only_;
    std::vector<reactor::channel_ref> sessions_;
    std::size_t next_ = 0;
};

/// Of this process, in KiB; 0 where the system does not tell.
std::size_t resident_kib() {
    std::ifstream statm("/proc/self/statm");
    std::size_t all = 0;
    std::size_t resident = 0;
    statm >> all >> resident;
    return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)) / 1024;
}

void help_on(std::string_view word, answer& to) {
    const command_text* const found = find_command_text(word);
    if (found == nullptr) {
        to.refuse("there is no such command; 'help' lists them");
        return;
    }
    to.text(std::string{found->word}.append(" ").append(found->arguments));
    to.text(std::string{"  "}.append(found->summary).append("."));
    if (!found->details.empty())
        to.text(std::string{"  "}.append(found->details));
}

} // namespace

void tell_status(daemon& process, arguments, answer& to) {
    server& service = process.service();
    to.field("version", std::string{reactor::version});
    to.field("pid", ::getpid());
    to.field(
        "uptime_s",
        std::chrono::floor<std::chrono::seconds>(process.loop().now() - process.started()).count());
    to.field("state", std::string_view{process.draining() ? "draining" : "serving"});
    std::string addresses;
    for (const reactor::endpoint& each : service.listeners().addresses())
        addresses.append(addresses.empty() ? "" : ", ").append(each.to_string());
    to.field("listening", addresses);
    to.field("connections", service.connections());
    to.field("bans_and_mutes", service.bans().size());
    to.field("in_room", service.room().members());
    to.field("poller", std::string_view{process.loop().poller_name()});
    to.field("output_memory_bytes", process.loop().output_memory());
    to.field("resident_kib", resident_kib());
}

void tell_who(daemon& process, arguments given, answer& to) {
    if (!given.empty() && given.front() != "--names") {
        to.refuse("usage: who [--names]");
        return;
    }
    const bool names_only = !given.empty();
    if (!names_only)
        to.columns({"name", "address", "state", "unsent#"});
    to.rows(std::make_unique<session_rows>(process.service(), names_only));
}

void tell_rooms(daemon& process, arguments, answer& to) {
    to.columns({"room", "members#"});
    to.row({"main", process.service().room().members()});
}

void tell_limits(daemon& process, arguments, answer& to) {
    to.columns({"option", "value", "from"});
    for (const setting& one : process.config().settings) {
        std::string value;
        for (const std::string& each : one.values)
            value.append(value.empty() ? "" : ", ").append(each);
        if (one.name == "max-connections") // there may be descriptors for fewer only
            value = std::to_string(process.service().limit().max_connections);
        to.row({one.name, value, one.from.to_string()});
    }
}

void tell_stats(daemon& process, arguments, answer& to) {
    using std::chrono::microseconds;
    const service_counters& counts = process.service().counts();
    for (const counter_info& one : plain_counters())
        to.field(one.name, counts.*one.value);
    for (std::size_t i = 0; i < incidents; ++i) {
        const incident_info& info = info_of(static_cast<incident>(i));
        to.field(std::string{info.event}.append("_").append(info.reason), counts.of_incident[i]);
    }
    const reactor::counters& loop = process.loop().counters();
    to.field("loop_iterations", loop.iterations);
    to.field("loop_events", loop.events);
    to.field("loop_wakeups", loop.wakeups);
    to.field("loop_reads", loop.reads);
    to.field("loop_sends", loop.sends);
    to.field("loop_bytes_in", loop.bytes_in);
    to.field("loop_bytes_out", loop.bytes_out);
    to.field("loop_accepts", loop.accepts);
    to.field("loop_accept_errors", loop.accept_errors);
    to.field("loop_timeouts", loop.timeouts);
    to.field("loop_closes", loop.closes);
    to.field("loop_limit_closes", loop.limit_closes);
    to.field("loop_exceptions", loop.exceptions);
    to.field("loop_longest_iteration_us",
             std::chrono::ceil<microseconds>(loop.longest_iteration).count());
}

void tell_trace(daemon& process, arguments, answer& to) {
    to.text(process.loop().recorder().to_string());
}

void tell_help(daemon&, arguments given, answer& to) {
    if (!given.empty()) {
        help_on(given.front(), to);
        return;
    }
    to.columns({"command", "arguments", "summary"});
    for (const command_text& one : command_texts())
        to.row({one.word, one.arguments, one.summary});
}

void tell_version(daemon&, arguments, answer& to) {
    to.text("chatd " + std::string{reactor::version});
}

} // namespace chatd::control
