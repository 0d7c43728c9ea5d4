#include "property_program.hpp"

#include "property_subjects.hpp"

#include <algorithm>
#include <exception>
#include <utility>

namespace property {

using namespace std::chrono_literals;
using reactor::sim::call;

program::program(std::uint64_t seed) : seed_(seed), dice_(seed), world_(seed) {
    configure_world();
    loop_.emplace(random_options());
    loop_->on_error([this](std::exception_ptr error) {
        try {
            std::rethrow_exception(error);
        } catch (const thrown_on_purpose&) { // as it should be
        } catch (const std::exception& e) {
            found_wrong(std::string("an exception of the library: ") + e.what());
        }
    });
}

program::~program() { calm_ = true; }

void program::configure_world() {
    world_.on_problem([this](std::string_view text) { found_wrong(std::string(text)); });
    world_.set_wait_limit(60'000);
    world_.shuffle_events(dice_.chance(50));
    if (dice_.chance(60)) {
        world_.set_send_capacity(dice_.between(1, 4000));
        world_.set_receive_capacity(dice_.between(1, 4000));
    }
    world_.set_keep_segments(dice_.chance(30));
    world_.set_immediate_connects(dice_.chance(20));
    if (dice_.chance(30))
        world_.set_connect_delay(std::chrono::milliseconds(dice_.below(20)));
    tight_.high_water = dice_.between(100, 3000);
    tight_.low_water = dice_.below(tight_.high_water);
    tight_.hard_limit = tight_.high_water + dice_.below(30'000);
    tight_.at_hard_limit = dice_.chance(50) ? reactor::output_limits::policy::refuse
                                            : reactor::output_limits::policy::close;
    tight_.no_progress = 5s;
    liveliness_ = dice_.between(5, 60);
}

reactor::loop_options program::random_options() {
    reactor::loop_options options;
    options.audit = true;
    if (dice_.chance(40))
        options.receive_buffer_bytes = dice_.between(1, 5000);
    if (dice_.chance(50))
        options.message_budget = static_cast<std::uint32_t>(dice_.between(1, 8));
    if (dice_.chance(50))
        options.accept_budget = static_cast<std::uint32_t>(dice_.between(1, 3));
    if (dice_.chance(40))
        options.flush_sends = static_cast<std::uint32_t>(dice_.between(1, 10));
    if (dice_.chance(30))
        options.destroy_budget = static_cast<std::uint32_t>(dice_.between(1, 3));
    if (dice_.chance(10))
        options.max_output_bytes = dice_.between(1000, 100'000);
    return options;
}

// ---- what subjects tell

program::callback::callback(program& p, subject* to, const char* name)
    : program_(p), former_(p.current_) {
    ++p.callbacks_;
    p.note(name, to != nullptr ? to->id : 0);
    if (++p.depth_ > 1)
        p.found_wrong(std::string(name) + " was called inside another callback");
    p.journal_.set_depth(p.depth_);
    if (to == nullptr)
        return;
    p.current_ = to->id;
    if (!to->book || to->book->released || !to->open())
        p.found_wrong(std::string(name) + " came for a channel that is not open");
}

program::callback::~callback() {
    --program_.depth_;
    program_.current_ = former_;
    program_.journal_.set_depth(program_.depth_);
}

void program::enter(subject& s) { subjects_.push_back(&s); }

void program::forget(subject& s) {
    if (s.book)
        s.book->released = true;
    note("destroyed", s.id);
    std::erase(subjects_, &s);
}

void program::opened(subject& s, std::shared_ptr<connection> link) {
    auto book = std::make_shared<ledger>();
    book->id = s.id;
    book->connected = link != nullptr;
    book->disturbed = disturbed_fds_.contains(s.channel().fileno());
    if (link) {
        book->out_from = link->out_next;
        book->in_from = link->in_next;
    }
    book->link = std::move(link);
    note("opened", s.id, s.channel().fileno());
    books_.push_back(book);
    s.book = std::move(book);
}

void program::told(subject& s, std::error_code reason) {
    note("handle_close", s.id, reason.value());
    if (!s.book) {
        found_wrong("handle_close came for a channel that was not open");
        return;
    }
    if (s.open())
        found_wrong("handle_close came for an open channel");
    current_ = s.id;
    s.book->told = true;
    s.book->reason = reason;
    s.book.reset();
}

void program::found_wrong(const std::string& what) {
    if (wrongs_.size() < 5) // the first ones tell most
        wrongs_.push_back(what);
    note("WRONG", static_cast<int>(wrongs_.size()));
}

void program::react(bool may_throw) {
    if (calm_)
        return;
    while (dice_.chance(liveliness_) && actions_left_ > 0)
        act();
    if (may_throw && dice_.chance(2)) {
        note("throws", current_);
        throw thrown_on_purpose("in a callback");
    }
}

void program::act() {
    if (actions_left_ == 0)
        return;
    --actions_left_;
    static const auto total = [] {
        std::size_t sum = 0;
        for (const choice& c : choices())
            sum += c.weight;
        return sum;
    }();
    auto drawn = dice_.below(total);
    for (const choice& c : choices()) {
        if (drawn < c.weight)
            return (this->*c.what)();
        drawn -= c.weight;
    }
}

// ---- the program

void program::run() {
    chat_subject on_stack(*loop_, *this, keeper::stack);
    reopen();
    for (auto count = dice_.between(1, 6); count > 0; --count)
        open_pair();
    for (auto steps = dice_.between(10, 60); steps > 0 && wrongs_.empty(); --steps) {
        for (auto count = dice_.below(4); count > 0; --count)
            act();
        const auto luck = dice_.below(100);
        iterate(luck < 70   ? 0ns
                : luck < 98 ? std::chrono::nanoseconds(std::chrono::milliseconds(dice_.below(80)))
                            : 31s);
    }
    if (wrongs_.empty())
        settle();
    if (wrongs_.empty())
        end();
    calm_ = true;
    if (!wrongs_.empty())
        destroy_all();
}

void program::iterate(std::chrono::nanoseconds limit) {
    note("-- iteration", static_cast<int>(loop_->counters().iterations), limit.count());
    try {
        if (std::exchange(stopping_, false))
            loop_->run(limit, 3); // returns at once: it was stopped before
        else
            loop_->run_once(limit);
    } catch (const std::exception& e) {
        found_wrong(std::string("run_once threw: ") + e.what());
    }
    after_iteration();
}

void program::after_iteration() {
    match_connections();
    const auto open =
        std::count_if(subjects_.begin(), subjects_.end(), [](subject* s) { return s->open(); });
    if (loop_->size() != static_cast<std::size_t>(open))
        found_wrong("the loop counts " + std::to_string(loop_->size()) + " open channels, not " +
                    std::to_string(open));
    for (subject* s : subjects_)
        check_subject(*s);
    check_streams();
    if (loop_->counters().audit_findings != 0)
        found_wrong("the audit found something");
}

void program::check_subject(subject& s) {
    if (s.open() && !s.book)
        found_wrong("#" + std::to_string(s.id) + " is open and nobody knows why");
    if (!s.open() && s.book && ++s.book->unseen > 2)
        found_wrong("#" + std::to_string(s.id) + " never got its handle_close");
    if (!s.book || !s.open())
        return;
    if (auto* chat = dynamic_cast<chat_subject*>(&s))
        chat->notice_release();
    if (const auto wrong = s.book->check_output(false); !wrong.empty())
        found_wrong("#" + std::to_string(s.id) + ": " + wrong);
    if (const auto wrong = s.book->check_input(s.held(), false); !wrong.empty())
        found_wrong("#" + std::to_string(s.id) + ": " + wrong);
}

void program::check_streams() {
    for (const stream& one : streams_) {
        std::size_t followers = 0;
        for (subject* s : subjects_)
            if (auto* chat = dynamic_cast<chat_subject*>(s))
                for (std::size_t lane = 0; lane < lane_count; ++lane)
                    followers += chat->places[lane].following() && chat->streams[lane] == one.id;
        if (one.feed->followers() != followers)
            found_wrong("a stream counts " + std::to_string(one.feed->followers()) +
                        " followers, not " + std::to_string(followers));
    }
}

/// Takes what waits at the peers' listeners and finds whose connection it is.
void program::match_connections() {
    for (auto& door : doors_)
        while (auto other = door.accept()) {
            const auto from = other->remote_address().to_string();
            const auto book = std::find_if(books_.rbegin(), books_.rend(), [&](const auto& b) {
                return !b->link && b->local == from;
            });
            auto link = std::make_shared<connection>();
            link->other = std::move(*other);
            links_.push_back(link);
            if (book != books_.rend())
                (*book)->link = std::move(link);
        }
}

std::uint64_t program::waits() const {
    return world_.count(call::epoll_wait) + world_.count(call::kevent) + world_.count(call::poll);
}

std::string program::story(std::size_t lines) const {
    std::string text = "seed " + std::to_string(seed_) + " (set REACTOR_SIM_SEED to replay):\n";
    for (const auto& wrong : wrongs_)
        text += "* " + wrong + '\n';
    return text + journal_.tail(lines);
}

} // namespace property
