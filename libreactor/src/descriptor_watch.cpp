#include <reactor/descriptor_watch.hpp>

#include "guarded.hpp"
#include "interest.hpp"
#include "watched_descriptor.hpp"

#include <reactor/error.hpp>

#include <utility>

namespace reactor {

namespace detail {

// --- the loop's side ---

std::error_code loop_core::open_foreign(dispatcher& channel, int fd) noexcept {
    if (fd < 0)
        return std::make_error_code(std::errc::bad_file_descriptor);
    if (const auto ec = claim(fd, channel.index_))
        return ec;
    begin_opening(channel, fd, flag::foreign);
    return {};
}

void loop_core::serve_foreign(std::uint32_t index, const readiness& report) {
    if (!watched_descriptor::serve(*this, index, report))
        serve_unwanted(index, report);
}

bool watched_descriptor::serve(loop_core& core, std::uint32_t index, const readiness& report) {
    const auto call = [&](auto handler) {
        return core.guarded(index, [&](dispatcher& channel) {
            (static_cast<watched_descriptor&>(channel).*handler)();
        });
    };
    const auto& self = static_cast<const watched_descriptor&>(*core.slots()[index].channel);
    bool served = false;
    if (report.has(ready::hang_up) && !call(&watched_descriptor::handle_hang_up))
        return true;
    if (report.has(ready::read | ready::hang_up) && self.reading_) {
        served = true;
        if (!call(&watched_descriptor::handle_read))
            return true;
    }
    if (report.has(ready::write | ready::hang_up) && self.writing_) {
        served = true;
        if (!call(&watched_descriptor::handle_write))
            return true;
    }
    return served;
}

void watched_descriptor::want(bool reading, bool writing) noexcept {
    if (!is_open() || (reading == reading_ && writing == writing_))
        return;
    core_.check_thread(*this);
    reading_ = reading;
    writing_ = writing;
    interest_changed();
}

/// The function lies outside while it runs: it may destroy this.
void watched_descriptor::call(unique_function<void()> descriptor_watch::handlers::*which) {
    if (!(functions_.*which))
        return;
    struct kept {
        watched_descriptor& self;
        unique_function<void()> descriptor_watch::handlers::*which;
        loop_core& core = self.core_;
        channel_ref ref = self.ref();
        unique_function<void()> function = std::move(self.functions_.*which);
        ~kept() {
            if (core.find(ref) == &self)
                self.functions_.*which = std::move(function);
        }
    } running{*this, which};
    running.function();
}

void watched_descriptor::handle_close(std::error_code ec) {
    if (auto function = std::move(functions_.lost))
        function(ec);
}

} // namespace detail

// --- the user's ---

descriptor_watch::descriptor_watch() noexcept = default;

descriptor_watch::descriptor_watch(loop& owner, int fd, handlers functions)
    : watched_(
          std::make_unique<detail::watched_descriptor>(owner, *owner.core_, std::move(functions))) {
    owner.core_->check_usage("descriptor_watch");
    if (const auto ec = owner.core_->open_foreign(*watched_, fd))
        throw std::system_error(ec, "reactor::descriptor_watch");
}

descriptor_watch::descriptor_watch(descriptor_watch&& other) noexcept = default;

descriptor_watch& descriptor_watch::operator=(descriptor_watch&& other) noexcept = default;

descriptor_watch::~descriptor_watch() = default;

void descriptor_watch::want(bool reading, bool writing) noexcept {
    if (watched_)
        watched_->want(reading, writing);
}

void descriptor_watch::want_read(bool on) noexcept { want(on, wants_write()); }

void descriptor_watch::want_write(bool on) noexcept { want(wants_read(), on); }

bool descriptor_watch::wants_read() const noexcept { return active() && watched_->wants_read(); }

bool descriptor_watch::wants_write() const noexcept { return active() && watched_->wants_write(); }

void descriptor_watch::release() noexcept { watched_.reset(); }

bool descriptor_watch::active() const noexcept { return watched_ && watched_->is_open(); }

int descriptor_watch::fileno() const noexcept { return watched_ ? watched_->fileno() : -1; }

} // namespace reactor
