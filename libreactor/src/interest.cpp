#include "interest.hpp"

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace reactor::detail {

interest loop_core::wanted(const slot& s) noexcept {
    const auto plain = wanted_plain(s);
    if (!s.has(flag::extended)) [[likely]]
        return plain;
    const auto* layer = find_layer(s.channel->index_);
    return layer != nullptr && s.is_open() && s.fd >= 0 ? layer->wanted(s, plain) : plain;
}

/// What it wants when its bytes go straight through the socket.
interest loop_core::wanted_plain(const slot& s) noexcept {
    if (!s.is_open() || s.fd < 0)
        return {};
    if (s.has(flag::connecting))
        return {.write = true};
    if (s.has(flag::accepting))
        return {.read = !s.has(flag::paused | flag::resting) && s.channel->readable()};
    if (!s.has(flag::connected | flag::datagram | flag::foreign))
        return {};
    if (s.has(flag::lingering))
        return {.read = true};
    return {.read = wants_read(s), .write = wants_write(s)};
}

void loop_core::ask_otherwise(std::uint32_t index) {
    const slot& s = slots_[index];
    if (!s.is_open())
        return;
    ++counters_.asked;
    if (const auto* layer = find_layer(index);
        layer != nullptr && layer->holds_input() && wants_read(s))
        mark_held(index); // a pause is over
    auto now = wanted(s);
    // Dropping read interest may wait, but a resting listener is readable for certain.
    now.read |= s.has(flag::armed_read) && !s.has(flag::resting);
    tell_kernel(index, now);
}

/// Sockets have urgent data, and who only watches one cannot take it.
bool loop_core::may_be_urgent(std::uint32_t index, const slot& s) const noexcept {
    return !s.has(flag::foreign) && !files_.has(index);
}

void loop_core::tell_kernel(std::uint32_t index, interest now) {
    slot& s = slots_[index];
    if (const auto* more = find_extra(index); more != nullptr && more->always_ready) {
        files_.want(index, wanted(s));
        return;
    }
    const interest armed{.read = s.has(flag::armed_read), .write = s.has(flag::armed_write)};
    if (s.has(flag::in_set) ? now == armed : !now.any())
        return;
    ++counters_.interest_changes;
    now.urgent = may_be_urgent(index, s);
    const auto tag = tag_of(index, s.generation);
    const auto ec =
        s.has(flag::in_set) ? poller_->modify(s.fd, now, tag) : poller_->add(s.fd, now, tag);
    if (ec) {
        refused(index, ec);
        return;
    }
    s.set(flag::in_set);
    s.put(flag::armed_read, now.read);
    s.put(flag::armed_write, now.write);
}

void loop_core::park(std::uint32_t index) noexcept {
    slot& s = slots_[index];
    poller_->remove(s.fd);
    ++counters_.interest_changes;
    s.clear(flag::in_set | flag::armed_read | flag::armed_write);
}

void loop_core::ask_changed() {
    for (const auto index : ask_always_)
        mark_changed(index);
    if (changed_.empty())
        return;
    begin_step(step::ask);
    for (auto left = changed_.size(); left > 0; --left) {
        const auto index = changed_.take();
        if (index != no_slot)
            ask(index, slots_[index]);
    }
    measure(step::ask);
}

void loop_core::ask_every_iteration(std::uint32_t index, bool on) {
    slot& s = slots_[index];
    if (s.has(flag::ask_always) == on)
        return;
    s.put(flag::ask_always, on);
    if (on)
        ask_always_.push_back(index);
    else
        std::erase(ask_always_, index);
}

// Asyncore's literal scan: whoever answers otherwise than what is in force forgot to say so.
void loop_core::audit() {
    for (std::uint32_t index = 0; index < slots_.capacity(); ++index)
        if (slots_[index].is_open() && !slots_[index].has(flag::on_any_list))
            audit_channel(index);
}

void loop_core::audit_channel(std::uint32_t index) {
    slot& s = slots_[index];
    const auto now = wanted(s);
    const bool read_forgotten = now.read && !s.has(flag::armed_read);
    const bool write_differs = now.write != s.has(flag::armed_write);
    if (!read_forgotten && !write_differs)
        return;
    ++counters_.audit_findings;
    if (s.has(flag::audited))
        return; // once an opening: it would be the same every time
    s.set(flag::audited);
    std::fprintf(stderr,
                 "reactor audit: %s (descriptor %d): %s() answers %s, the kernel was told "
                 "otherwise: call %s\n",
                 s.channel->class_name(), s.fd, read_forgotten ? "readable" : "writable",
                 (read_forgotten ? now.read : now.write) ? "true" : "false", "interest_changed()");
}

} // namespace reactor::detail
