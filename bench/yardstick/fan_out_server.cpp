#include "bench/yardstick/fan_out_server.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace yardstick {

namespace {

constexpr std::size_t batch = 1024;       // events of one wait
constexpr std::size_t sends_at_once = 64; // before it looks whether more has come
constexpr std::chrono::milliseconds newcomer_hold{100};

int checked(int result, const char* call) {
    if (result < 0)
        throw std::system_error(errno, std::system_category(), call);
    return result;
}

/// Sends what the kernel takes now.  A broken connection takes everything: its next event ends it.
std::size_t send_some(int fd, std::string_view bytes) {
    const auto sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent >= 0)
        return static_cast<std::size_t>(sent);
    return errno == EAGAIN ? 0 : bytes.size();
}

} // namespace

fan_out_server::fan_out_server(reactor::unique_fd listener)
    : listener_(std::move(listener)),
      set_(checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")) {
    watch(listener_.get());
}

void fan_out_server::watch(int fd) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    checked(::epoll_ctl(set_.get(), EPOLL_CTL_ADD, fd, &event), "epoll_ctl");
}

void fan_out_server::run(int stop) {
    watch(stop);
    std::vector<epoll_event> events(batch);
    for (;;) {
        const int count = ::epoll_wait(set_.get(), events.data(), batch, time_to_wait());
        if (count < 0 && errno != EINTR)
            checked(count, "epoll_wait");
        for (int i = 0; i < count; ++i) {
            const epoll_event& event = events[static_cast<std::size_t>(i)];
            if (event.data.fd == stop)
                return;
            if (event.data.fd == listener_.get())
                accept_all();
            else
                serve(*connections_[static_cast<std::size_t>(event.data.fd)], event.events);
        }
        release_newcomers();
        fan_out();
    }
}

/// In milliseconds; -1: however long.
int fan_out_server::time_to_wait() const {
    using std::chrono::milliseconds;
    if (due_ > 0)
        return 0;
    if (newcomers_.empty())
        return -1;
    const auto left = newcomers_.front().until - clock::now();
    return static_cast<int>(
        std::max(std::chrono::ceil<milliseconds>(left), milliseconds{0}).count());
}

void fan_out_server::accept_all() {
    for (;;) {
        const int fd = ::accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0 && errno == EAGAIN)
            return;
        if (fd < 0 && (errno == ECONNABORTED || errno == EINTR))
            continue;
        auto made = std::make_unique<connection>();
        made->fd.reset(checked(fd, "accept4"));
        const int on = 1;
        ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        watch(fd);
        made->answers = "Connect Success";
        send_owed(*made);
        const auto place = static_cast<std::size_t>(fd);
        connections_.resize(std::max(connections_.size(), place + 1));
        connections_[place] = std::move(made);
    }
}

void fan_out_server::serve(connection& from, std::uint32_t events) {
    const bool was_full = from.full;
    if (was_full && !send_owed(from)) {
        if ((events & (EPOLLERR | EPOLLHUP)) != 0)
            drop(from);
    } else if (!(was_full ? take_input(from, {}) : receive(from))) {
        drop(from);
    }
}

/// False when the connection is to end, as all that take input.
bool fan_out_server::receive(connection& from) {
    const auto size = ::recv(from.fd.get(), received_.data(), received_.size(), 0);
    if (size > 0)
        return take_input(from, {received_.data(), static_cast<std::size_t>(size)});
    return size < 0 && (errno == EAGAIN || errno == EINTR);
}

bool fan_out_server::take_input(connection& from, std::string_view data) {
    std::string held = std::exchange(from.input, {});
    if (!held.empty()) {
        held += data;
        data = held;
    }
    for (;;) {
        const std::size_t end = data.find('\n');
        const outcome done =
            end == data.npos ? outcome::must_wait : take_line(from, data.substr(0, end));
        if (done == outcome::leaves)
            return false;
        if (done == outcome::must_wait)
            break;
        data.remove_prefix(end + 1);
    }
    from.input = data;
    if (!from.answers.empty() && !from.full)
        send_owed(from);
    return true;
}

fan_out_server::outcome fan_out_server::take_line(connection& from, std::string_view line) {
    from.held = false; // it has read what it waited for
    if (!from.in_room || !line.starts_with("say "))
        return take_command(from, line);
    if (!from.answers.empty() && !send_owed(from))
        return outcome::must_wait; // they came first
    log_.append(from.name);
    log_.append(": ");
    log_.append(line.substr(4));
    log_.append("\n");
    return outcome::taken;
}

/// Any line but one that is said.
fan_out_server::outcome fan_out_server::take_command(connection& from, std::string_view line) {
    if (from.in_room && from.cursor != log_.end() && !send_owed(from))
        return outcome::must_wait; // what was said before the question goes before its answer
    const std::string_view word = line.substr(0, line.find(' '));
    if (word == "logout")
        return outcome::leaves;
    if (word == "login" && !from.in_room) {
        enter(from, line.substr(std::min(line.size(), word.size() + 1)));
        return outcome::taken;
    }
    from.answers += "Unknown command ";
    from.answers += word;
    from.answers += " \n";
    return outcome::taken;
}

void fan_out_server::enter(connection& newcomer, std::string_view name) {
    log_.append(name);
    log_.append(" has entered the room.\n");
    newcomer.name = name;
    newcomer.answers += "Login Success";
    newcomer.cursor = log_.end();
    newcomer.in_room = true;
    newcomer.held = true;
    newcomers_.push_back({clock::now() + newcomer_hold, &newcomer});
    room_.push_back(&newcomer);
}

void fan_out_server::drop(connection& gone) {
    if (gone.in_room) {
        const auto place = std::find(room_.begin(), room_.end(), &gone);
        next_ -= static_cast<std::size_t>(place - room_.begin()) < next_ ? 1 : 0;
        room_.erase(place);
        std::erase_if(newcomers_, [&gone](const hold& one) { return one.who == &gone; });
        log_.append(gone.name);
        log_.append(" has left the room.\n");
    }
    connections_[static_cast<std::size_t>(gone.fd.get())].reset();
}

/// Lines that come glued to `Login Success` are lost to the original client, so that they are held
/// a moment: chatd's contract, and a storm's many joins go out by few calls.
void fan_out_server::release_newcomers() {
    if (newcomers_.empty())
        return;
    for (const auto now = clock::now(); !newcomers_.empty() && newcomers_.front().until <= now;
         newcomers_.pop_front()) {
        newcomers_.front().who->held = false;
        due_ = room_.size();
    }
}

/// Goes round the room, from where it stopped the last time, until all have all or the sends of one
/// time are used up: what is said meanwhile goes out together with what the others still lack.
void fan_out_server::fan_out() {
    if (fanned_out_ != log_.end()) {
        fanned_out_ = log_.end();
        due_ = room_.size();
    }
    due_ = std::min(due_, room_.size());
    for (std::size_t sends = 0; due_ > 0 && sends < sends_at_once; --due_) {
        connection& member = *room_[next_];
        if (!member.full && !member.held && member.cursor != fanned_out_) {
            send_owed(member);
            ++sends;
        }
        if (++next_ == room_.size())
            end_round();
    }
    if (due_ == 0 && next_ != 0)
        end_round(); // all have all: the next line begins with the first of them again
}

void fan_out_server::end_round() {
    next_ = 0;
    std::uint64_t slowest = log_.end();
    for (const connection* member : room_)
        slowest = std::min(slowest, member->cursor);
    log_.forget_before(slowest);
}

/// Sends all that the connection has not got; false when it is full.
bool fan_out_server::send_owed(connection& to) {
    if (!to.answers.empty())
        to.answers.erase(0, send_some(to.fd.get(), to.answers));
    const bool gets_lines = to.in_room && !to.held;
    if (to.answers.empty() && gets_lines && to.cursor != log_.end())
        to.cursor += send_some(to.fd.get(), log_.from(to.cursor));
    const bool full = !to.answers.empty() || (gets_lines && to.cursor != log_.end());
    if (full != to.full)
        wait_for_room(to, full);
    return !full;
}

void fan_out_server::wait_for_room(connection& to, bool full) const {
    to.full = full;
    epoll_event event{};
    event.events = full ? EPOLLOUT : EPOLLIN;
    event.data.fd = to.fd.get();
    checked(::epoll_ctl(set_.get(), EPOLL_CTL_MOD, event.data.fd, &event), "epoll_ctl");
}

} // namespace yardstick
