// One random program over the simulated world, and what it holds true.
#pragma once

#include "property_model.hpp"
#include "property_random.hpp"

#include <reactor/reactor.hpp>
#include <reactor/sim/world.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace property {

class subject;
class chat_subject;
class raw_subject;

/// What callbacks throw on purpose.
struct thrown_on_purpose : std::runtime_error {
    using runtime_error::runtime_error;
};

enum class keeper { stack, program, loop };

struct stream {
    int id;
    std::unique_ptr<reactor::broadcast> feed;
};

class program {
public:
    explicit program(std::uint64_t seed);
    ~program();
    program(const program&) = delete;
    program& operator=(const program&) = delete;

    void run();
    [[nodiscard]] const std::vector<std::string>& wrongs() const noexcept { return wrongs_; }
    /// Seed, what went wrong, and how it came to that: the last `lines` of the journal.
    [[nodiscard]] std::string story(std::size_t lines) const;

    /// A call by the library; checks that it may come now.  Touches no subject at its end.
    class callback {
    public:
        callback(program& p, subject* to, const char* name);
        ~callback();
        callback(const callback&) = delete;
        callback& operator=(const callback&) = delete;

    private:
        program& program_;
        int former_;
    };

    // --- for subjects ---
    void enter(subject& s);
    void forget(subject& s);
    void opened(subject& s, std::shared_ptr<connection> link);
    void told(subject& s, std::error_code reason);
    void accepted(reactor::unique_fd fd, const reactor::endpoint& peer);
    void found_wrong(const std::string& what);
    void note(const char* what, int who, std::int64_t value = 0) {
        journal_.note(what, who, value);
    }
    /// Random actions, and now and then an exception: the last thing that a callback does.
    void react(bool may_throw = true);
    dice& random() noexcept { return dice_; }
    reactor::loop& loop() noexcept { return *loop_; }
    owed_output::text new_text();
    int next_number() noexcept { return next_id_++; }
    void close(subject& s, std::error_code reason);
    void close_when_done(subject& s);

private:
    using action = void (program::*)();
    struct choice {
        std::size_t weight;
        action what;
    };
    static const std::vector<choice>& choices();

    // property_program.cpp
    void configure_world();
    [[nodiscard]] reactor::loop_options random_options();
    void iterate(std::chrono::nanoseconds limit);
    void after_iteration();
    void check_subject(subject& s);
    void check_streams();
    void match_connections();
    void settle();
    void check_settled();
    void check_settled_chat(chat_subject& s);
    void check_settled_raw(raw_subject& s);
    void expect_rest();
    void end();
    void end_gently();
    void end_at_once();
    void run_out();
    void check_books();
    void act();

    // property_actions.cpp: making and ending
    void open_pair();
    void open_connecting();
    void open_listener();
    void connect_peer();
    void reopen();
    void close_one();
    void close_one_when_done();
    void detach_one();
    void destroy_one();
    void destroy_itself();
    void visit_all();
    // ... output
    void push_one();
    void push_many();
    void push_alone_one();
    void push_shared_to_some();
    void push_producer();
    void limit_output();
    void discard_one();
    void send_raw();
    // ... broadcasts
    void add_stream();
    void destroy_stream();
    void publish();
    void join();
    void leave();
    void hold();
    void release();
    // property_moves.cpp: input, interest, time
    void pause();
    void resume();
    void change_terminator();
    void change_interest();
    void set_deadline();
    void start_timer();
    void end_timer();
    void post();
    void post_to_one();
    void stop_loop();
    // ... peers and the system
    void peer_sends();
    void peer_stalls();
    void peer_resumes();
    void peer_reads_some();
    void peer_ends();
    void peer_goes();
    void harmless_fault();
    void harmful_fault();
    void limit_fault();
    void disturb_waits();

    // helpers
    [[nodiscard]] subject* any();
    [[nodiscard]] subject* any_open();
    [[nodiscard]] chat_subject* any_chat();
    [[nodiscard]] chat_subject* any_follower();
    [[nodiscard]] std::shared_ptr<connection> any_link();
    [[nodiscard]] stream* any_stream();
    subject& make_chat(keeper k);
    subject& make_raw(keeper k);
    subject& make_one();
    void give(subject& s, reactor::unique_fd fd, std::shared_ptr<connection> link);
    void start_connecting(subject& s);
    void destroy(subject& s);
    void destroy_all();
    void left(chat_subject& s, std::size_t lane);
    void pushed(chat_subject& s, const owed_output::text& what, bool taken);
    void publish_to(stream& to);
    void disturb(subject& s);
    reactor::sim::fault_when on(const subject& s);
    [[nodiscard]] std::uint64_t waits() const;

    std::uint64_t seed_;
    dice dice_;
    journal journal_;
    std::vector<std::string> wrongs_;
    reactor::sim::world world_;
    reactor::output_limits tight_;
    std::optional<reactor::loop> loop_;
    std::vector<stream> streams_;
    std::vector<subject*> subjects_;
    std::vector<std::unique_ptr<reactor::dispatcher>> mine_;
    std::vector<std::unique_ptr<reactor::timer>> timers_;
    std::vector<reactor::sim::peer_listener> doors_;
    std::vector<std::shared_ptr<connection>> links_;
    std::vector<std::shared_ptr<ledger>> books_;
    std::set<int> disturbed_fds_;
    std::size_t actions_left_ = 400;
    std::size_t liveliness_ = 30; // percent of callbacks that act
    std::uint64_t callbacks_ = 0;
    int depth_ = 0;
    int current_ = -1; // the subject whose callback runs
    int next_id_ = 1;
    bool calm_ = false;
    bool stopping_ = false; // stop was called
};

} // namespace property
