#include "bench/chatload/session.hpp"

#include "bench/chatload/loads/load_part.hpp"
#include "bench/chatload/protocols/wire_text.hpp"
#include "bench/chatload/source_address.hpp"
#include "bench/chatload/worker.hpp"

#include <reactor/output_limits.hpp>

#include <fmt/format.h>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>

namespace chatload {

namespace {

constexpr std::size_t longest_message = 4 * line_format::max_line_bytes;

/// The load bounds what is outstanding, so this limit is out of reach.
const reactor::output_limits limits{.hard_limit = std::size_t{1} << 30};

} // namespace

session::session(worker& home, load_part& of, const role& who)
    : async_chat(home.loop()), home_(home), load_(of), part_(who), book_(home.book_of(who.room)) {
    set_output_limits(limits);
    if (part_.number != no_number) {
        who_.name = home.shared().format.name(part_.number);
        who_.room = home.shared().format.room(part_.room == no_room ? part_.number : part_.room,
                                              part_.room == no_room);
    }
    if (book_ != nullptr && !part_.late)
        member_ = book_->add(part_.number);
}

void session::start() {
    stage_ = 0;
    heard_ = false;
    state_ = state::connecting;
    if (book_ != nullptr && part_.late)
        member_ = book_->add_late(part_.number, load_.lasting());
    std::error_code ec;
    open(ec);
    if (!ec)
        return;
    const bool opened = is_open(); // then the loop tells of its end
    fail_to_connect(ec);
    if (!opened)
        load_.closed(*this);
}

void session::open(std::error_code& ec) {
    const plan& asked = home_.shared().asked;
    create_socket(asked.server.family(), SOCK_STREAM, ec);
    if (!ec && !home_.shared().sources.empty())
        bind_source(*this, home_.next_source(), ec);
    if (!ec)
        connect(asked.server, asked.patience, ec);
}

void session::handle_connect() {
    state_ = state::login;
    set_deadline(home_.shared().asked.patience);
    log_in({});
}

/// Goes on with logging in as far as `input` goes.
void session::log_in(std::string_view input) {
    const bool named = part_.number != no_number;
    for (;;) {
        login_step step = home_.talk().login(stage_, named ? &who_ : nullptr, input);
        input.remove_prefix(step.bytes);
        if (!step.reply.empty())
            push(step.reply);
        if (step.now == login_step::state::refused)
            return fail(step.why);
        if (step.now == login_step::state::logged_in ||
            (step.now == login_step::state::greeted && !named))
            break;
        if (step.bytes == 0 || input.empty()) {
            partial_ = std::string(input);
            if (partial_.size() > longest_message)
                fail("got an endless answer");
            return;
        }
    }
    const std::string rest(input); // `partial_` may be what it lies in
    partial_.clear();
    become_ready();
    if (!rest.empty() && state_ == state::ready)
        collect_incoming_data(rest);
}

void session::become_ready() {
    clear_deadline();
    if (voice != nullptr && !take_framing())
        return;
    state_ = state::ready;
    if (book_ != nullptr && part_.late)
        book_->logged_in(member_, home_.batch_time());
    home_.session_ready(*this);
}

/// Now that the server may have told what it makes of the name, the frames of its lines are known.
bool session::take_framing() {
    if (voice->times.count() > 0)
        return true; // others read them already
    const std::size_t text = home_.shared().format.text_bytes();
    voice->said = home_.talk().say(who_, home_.said_bytes());
    voice->delivered = home_.talk().delivered(who_, text);
    const std::size_t bytes = voice->delivered.before.size() + text + voice->delivered.after.size();
    std::size_t others = 0;
    if (home_.shared().frame_bytes[part_.room].compare_exchange_strong(others, bytes) ||
        others == bytes)
        return true;
    fail(fmt::format("its lines come in {} bytes, those of others in {}: such streams cannot be "
                     "compared; connect all from addresses of one length",
                     bytes, others));
    return false;
}

void session::say(std::chrono::nanoseconds when) { push(home_.line_of(*voice, when)); }

void session::only_listen() noexcept {
#ifdef TCP_QUICKACK
    const int on = 1; // the option itself does not last, what it ends does not come back
    ::setsockopt(fileno(), IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on); // other sockets refuse it
#endif
}

void session::log_out() {
    if (state_ != state::ready)
        return;
    state_ = state::leaving;
    partial_.clear();
    if (book_ != nullptr)
        book_->leave(member_);
    const std::string words = home_.talk().logout();
    if (words.empty())
        return close_when_done();
    push(words);
    set_deadline(home_.shared().asked.patience);
}

void session::collect_incoming_data(std::string_view data) {
    heard_ = true;
    if (state_ == state::login) {
        partial_ += data;
        const std::string input = std::move(partial_);
        partial_.clear();
        return log_in(input);
    }
    if (state_ != state::ready)
        return;
    if (!partial_.empty())
        data = complete_begun(data);
    partial_ += take(data);
}

/// Takes the message that a read before this one began; gives what lies behind it.
std::string_view session::complete_begun(std::string_view data) {
    // Only as much as completes it: what follows is taken where it is.
    constexpr std::size_t piece = 64;
    while (!data.empty() && state_ == state::ready) {
        const std::size_t begun = partial_.size();
        const std::size_t frame = book_ != nullptr ? book_->frame_bytes() : SIZE_MAX;
        const std::size_t missing = frame != SIZE_MAX && frame > begun ? frame - begun : piece;
        const std::string_view more = data.substr(0, missing);
        partial_ += more;
        const std::size_t used = partial_.size() - take(partial_).size();
        if (used > 0) {
            partial_.clear();
            return data.substr(std::min(used - begun, data.size()));
        }
        data.remove_prefix(more.size());
        if (partial_.size() > longest_message)
            fail("got a message without end");
    }
    return {};
}

/// Takes all whole messages at the start of `data`; gives the part of one that is left.
std::string_view session::take(std::string_view data) {
    while (!data.empty() && state_ == state::ready) {
        if (book_ != nullptr) {
            data.remove_prefix(home_.take_lines(*this, data));
            if (data.empty() || state_ != state::ready)
                break;
        }
        const message next = home_.talk().next(who_, data);
        if (next.what == message::kind::incomplete)
            return data;
        take_message(next);
        data.remove_prefix(next.bytes);
    }
    return {};
}

void session::take_message(const message& what) {
    switch (what.what) {
    case message::kind::line:
        return home_.take_line(*this, what.text);
    case message::kind::broken:
        return fail(what.why);
    case message::kind::answer:
        return load_.answered(*this, what.text);
    case message::kind::join:
        return home_.joined(*this, what.text);
    case message::kind::request:
        push(what.reply);
        return;
    case message::kind::notice:
    case message::kind::incomplete:
        return;
    }
}

void session::handle_eof() { fail("closed by the server" + begun()); }

void session::handle_timeout() {
    const double waited = std::chrono::duration<double>(home_.shared().asked.patience).count();
    fail(fmt::format("no answer in {:g} s{}", waited, begun()));
}

/// What came last and has no end, for people.
std::string session::begun() const {
    if (partial_.empty() || state_ == state::leaving)
        return {};
    // Where lines come, all clients' last pieces differ, and are of no interest.
    return book_ != nullptr && state_ == state::ready ? " in the middle of a line"
                                                      : " after " + chatload::quoted(partial_);
}

void session::handle_close(std::error_code ec) {
    if (state_ == state::connecting)
        fail_to_connect(ec);
    else
        fail(fmt::format("connection lost: {}", ec ? ec.message() : "closed"));
    load_.closed(*this);
}

void session::fail_to_connect(std::error_code ec) {
    const plan& asked = home_.shared().asked;
    fail(why_not_connected(ec, asked.server, !asked.sources.empty()));
}

const char* session::doing() const noexcept {
    switch (state_) {
    case state::connecting:
        return "";
    case state::login:
        return heard_ ? " while waiting to log in" : " while waiting for the greeting";
    case state::ready:
    case state::closed:
        return "";
    case state::leaving:
        return " after logging out";
    }
    return "";
}

/// Gives up; its load and then the run hear why.
void session::fail(std::string why) {
    if (state_ == state::closed)
        return;
    why += doing();
    const bool left = state_ == state::leaving;
    state_ = state::closed;
    partial_.clear();
    if (book_ != nullptr && !left)
        book_->leave(member_);
    home_.session_ended(*this, left, std::move(why));
    close();
}

} // namespace chatload
