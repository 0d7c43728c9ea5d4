#include "bench/chatload/test_server.hpp"

#include "bench/chatload/runner.hpp"

#include <fmt/format.h>

#include <algorithm>

using namespace std::chrono_literals;

class test_server::guest : public reactor::async_chat {
public:
    guest(reactor::loop& owner, reactor::unique_fd fd, test_server& home)
        : async_chat(owner, std::move(fd)), home_(home) {
        set_terminator("\n");
        push(home_.greeting_);
    }
    void handle_line(std::string_view line) override { home_.heard(*this, line); }
    void handle_close(std::error_code) override { home_.left(*this); }

    std::string name;
    std::size_t lines = 0;

private:
    test_server& home_;
};

class test_server::door : public reactor::dispatcher {
public:
    door(reactor::loop& owner, test_server& home) : dispatcher(owner), home_(home) {
        listen_on(reactor::endpoint::loopback_v4(0));
    }
    void handle_accepted(reactor::unique_fd fd, const reactor::endpoint&) override {
        owner().spawn<guest>(std::move(fd), home_);
    }

private:
    test_server& home_;
};

test_server::test_server(fault err, std::string greeting)
    : err_(std::move(err)), greeting_(std::move(greeting)),
      door_(std::make_unique<door>(loop_, *this)), address_(door_->local_address()),
      thread_([this] { loop_.run(); }) {}

test_server::~test_server() {
    loop_.stop();
    thread_.join();
}

void test_server::freeze(std::chrono::nanoseconds time) {
    loop_.post([time] { std::this_thread::sleep_for(time); });
}

void test_server::die() {
    loop_.post([this] { loop_.close_all(); });
}

const std::string& test_server::name_of(std::size_t member) const { return members_[member]->name; }

void test_server::heard(guest& from, std::string_view line) {
    if (line.starts_with("login "))
        entered(from, line.substr(6));
    else if (line.starts_with("say "))
        said_by(from, line.substr(4));
    else if (line == "logout")
        from.close_when_done();
    else
        from.push(fmt::format("Unknown command {} \n", line));
}

void test_server::entered(guest& from, std::string_view name) {
    from.name = name;
    from.push("Login Success");
    tell(from.name + " has entered the room.\n");
    members_.push_back(&from);
}

void test_server::said_by(guest& from, std::string_view text) {
    ++said_;
    const std::string said = fmt::format("{}: {}\n", from.name, text);
    for (std::size_t i = 0; i < members_.size(); ++i) {
        if (members_[i] == nullptr)
            continue;
        const std::string bytes = err_ ? err_(i, members_[i]->lines++, said) : said;
        if (bytes == "close")
            members_[i]->close();
        members_[i]->push(bytes);
    }
}

void test_server::left(guest& from) {
    const auto place = std::find(members_.begin(), members_.end(), &from);
    if (place == members_.end())
        return;
    *place = nullptr;
    tell(from.name + " has left the room.\n");
}

void test_server::tell(const std::string& notice) {
    for (guest* one : members_) {
        if (one != nullptr)
            one->push(notice);
    }
}

chatload::plan test_server::short_run() const {
    chatload::plan asked;
    asked.server = address_;
    asked.duration = 100ms;
    asked.warm_up = 20ms;
    asked.patience = 20s;
    return asked;
}

chatload::plan test_server::talk(std::uint32_t clients, std::uint32_t senders) const {
    chatload::plan asked = short_run();
    asked.loads = {load_of(chatload::workload::fan_out, clients)};
    asked.loads[0].senders = senders;
    return asked;
}

chatload::load load_of(chatload::workload kind, std::uint32_t clients) {
    chatload::load made;
    made.name = fmt::format("load{}", static_cast<int>(kind));
    made.kind = kind;
    made.clients = clients;
    made.window = 4;
    return made;
}

chatload::run_figures run_until(const figures_check& enough, chatload::plan asked) {
    for (;; asked.duration *= 4) {
        chatload::run_figures found = chatload::runner(asked).run();
        if (!found.ok() || asked.duration > 10s || enough(found))
            return found;
    }
}

bool has_times_of_others(const chatload::run_figures& found) {
    return times_of(found.loads[0], "others").count() > 0;
}

figures_check keeps_rate(double per_second) {
    return [per_second](const chatload::run_figures& found) {
        const double seconds = std::chrono::duration<double>(found.measured).count();
        return static_cast<double>(found.whole_run.lines + found.whole_run.answers) >=
               0.9 * seconds * per_second;
    };
}

std::string shown(const chatload::run_figures& found) {
    std::string made =
        fmt::format("lines {}, deliveries {}, answers {}, logins {}, joins {}; violations {}\n",
                    found.whole_run.lines, found.whole_run.deliveries, found.whole_run.answers,
                    found.whole_run.logins, found.whole_run.joins, found.found.total());
    for (const std::string& one : found.failures)
        made += one + "\n";
    for (const chatload::violation& one : found.found.first())
        made += fmt::format("{} at {}, line {}: got {}, expected {}\n", to_string(one.kind),
                            one.client, one.position, one.got, one.expected);
    return made;
}

bench::histogram times_of(const chatload::load_figures& load, std::string_view kind) {
    for (const chatload::latency& one : load.latencies) {
        if (one.name == kind)
            return one.times;
    }
    return {};
}
