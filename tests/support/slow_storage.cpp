#include "support/slow_storage.hpp"

#include <reactor/timer.hpp>

#include <chrono>
#include <deque>
#include <memory>
#include <string>
#include <unordered_set>
#include <utility>

namespace support {

namespace {

using namespace std::chrono_literals;
constexpr auto thinking_time = 3ms;

class slow_room_log final : public chatd::room_log {
public:
    slow_room_log(reactor::loop& owner, chatd::room_log_reader& reader)
        : reader_(reader), next_(owner, [this] { deliver_one(); }) {}

    chatd::log_position append(const chatd::log_origin& origin, chatd::entry_kind kind,
                               std::span<const std::string_view> line) override {
        entry made{.kind = kind,
                   .origin = origin,
                   .name = std::string(origin.name),
                   .line = {},
                   .at = {1, ++last_}};
        for (const auto piece : line)
            made.line.append(piece);
        if (kind == chatd::entry_kind::enter)
            made.origin.entered = made.at;
        entries_.push_back(std::move(made));
        if (!next_.pending())
            next_.start(thinking_time);
        return {1, last_};
    }

    bool catch_up() override { return entries_.empty(); }

private:
    struct entry {
        chatd::entry_kind kind;
        chatd::log_origin origin;
        std::string name;
        std::string line;
        chatd::log_position at;
    };

    void deliver_one() {
        auto e = std::move(entries_.front());
        entries_.pop_front();
        if (!entries_.empty())
            next_.start(thinking_time);
        e.origin.name = e.name;
        reader_.deliver(
            {.first = e.at, .last = e.at, .kind = e.kind, .origin = e.origin, .bytes = e.line});
    }

    chatd::room_log_reader& reader_;
    std::deque<entry> entries_;
    std::uint64_t last_ = 0;
    reactor::timer next_;
};

class slow_name_registry final : public chatd::name_registry {
public:
    explicit slow_name_registry(reactor::loop& owner) : next_(owner, [this] { answer_one(); }) {}

    void claim(std::string_view name, reactor::channel_ref /*session*/,
               reactor::unique_function<void(bool)> answer) override {
        claims_.push_back({std::string(name), std::move(answer)});
        if (!next_.pending())
            next_.start(thinking_time);
    }

    void release(std::string_view name) noexcept override { taken_.erase(std::string(name)); }

private:
    struct asked {
        std::string name;
        reactor::unique_function<void(bool)> answer;
    };

    void answer_one() {
        auto first = std::move(claims_.front());
        claims_.pop_front();
        if (!claims_.empty())
            next_.start(thinking_time);
        first.answer(taken_.insert(first.name).second);
    }

    std::unordered_set<std::string> taken_;
    std::deque<asked> claims_;
    reactor::timer next_;
};

std::unique_ptr<chatd::room_log> make_log(reactor::loop& owner, chatd::room_log_reader& reader) {
    return std::make_unique<slow_room_log>(owner, reader);
}

std::unique_ptr<chatd::name_registry> make_names(reactor::loop& owner) {
    return std::make_unique<slow_name_registry>(owner);
}

} // namespace

chatd::server_storage slow_storage() noexcept {
    return {.make_log = make_log, .make_names = make_names};
}

} // namespace support
