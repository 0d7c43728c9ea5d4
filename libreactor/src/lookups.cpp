#include "lookups.hpp"

#include "loop_core.hpp"

#include <netdb.h>

#include <utility>

namespace reactor {

namespace detail {

namespace {

std::error_code code_of(const system::lookup_answer& answer) noexcept {
    if (answer.failure == EAI_SYSTEM)
        return {answer.error, std::system_category()};
    if (answer.failure == 0 && answer.addresses.empty())
        return {EAI_NONAME, lookup_category()};
    return {answer.failure, lookup_category()};
}

/// What the system's look-up would read only in part.
bool is_no_text(const std::string& host) {
    return host.empty() || host.find('\0') != std::string::npos;
}

} // namespace

std::shared_ptr<lookup_state> lookups::begin(host_port target, lookup_function function) {
    const auto numeric = target.numeric();
    const bool hopeless = is_no_text(target.host);
    auto state = std::make_shared<lookup_state>(
        lookup_state{*this, core_.posts(), std::move(target), std::move(function)});
    if (numeric) {
        answer_later(state, {}, {*numeric});
    } else if (hopeless) {
        answer_later(state, {EAI_NONAME, lookup_category()}, {});
    } else {
        waiting_.push_back(state);
        start_waiting();
    }
    core_.add_guard(1);
    return state;
}

void lookups::start_waiting() {
    while (running_.size() < most_running && !waiting_.empty()) {
        const auto state = std::move(waiting_.front());
        waiting_.erase(waiting_.begin());
        if (state->function)
            start(state);
    }
}

void lookups::start(const std::shared_ptr<lookup_state>& state) {
    // Called on a thread of the system's, maybe after the loop is gone: then nobody is answered.
    auto done = [state](system::lookup_answer answer) {
        state->posts->post([state, answer = std::move(answer)]() mutable {
            state->all.finished(state, std::move(answer));
        });
    };
    const auto started =
        system::start_lookup(state->target.host, state->target.port, std::move(done));
    if (started.ok())
        running_.push_back(state);
    else
        answer_later(state, {started.error, std::system_category()}, {});
}

void lookups::begin_again() {
    waiting_.insert(waiting_.begin(), running_.begin(), running_.end());
    running_.clear();
    start_waiting();
}

void lookups::finished(const std::shared_ptr<lookup_state>& state, system::lookup_answer answer) {
    if (std::erase(running_, state) == 0)
        return; // begun again and answered since
    start_waiting();
    const auto ec = code_of(answer);
    deliver(*state, ec, ec ? std::vector<endpoint>{} : std::move(answer.addresses));
}

void lookups::answer_later(std::shared_ptr<lookup_state> state, std::error_code ec,
                           std::vector<endpoint> addresses) {
    auto& posts = *state->posts;
    posts.post([state = std::move(state), ec, addresses = std::move(addresses)]() mutable {
        deliver(*state, ec, std::move(addresses));
    });
}

void lookups::deliver(lookup_state& state, std::error_code ec, std::vector<endpoint> addresses) {
    if (auto function = take_function(state))
        function(ec, std::move(addresses));
}

lookup_function lookups::take_function(lookup_state& state) noexcept {
    if (state.function && state.posts->core() != nullptr)
        state.posts->core()->add_guard(-1);
    return std::move(state.function);
}

} // namespace detail

namespace {

class category final : public std::error_category {
public:
    [[nodiscard]] const char* name() const noexcept override { return "lookup"; }
    [[nodiscard]] std::string message(int value) const override { return ::gai_strerror(value); }
    [[nodiscard]] std::error_condition default_error_condition(int value) const noexcept override {
        switch (value) {
        case EAI_AGAIN:
            return std::errc::resource_unavailable_try_again;
        case EAI_MEMORY:
            return std::errc::not_enough_memory;
        case EAI_FAMILY:
            return std::errc::address_family_not_supported;
        default:
            return {value, *this};
        }
    }
};

} // namespace

const std::error_category& lookup_category() noexcept {
    static const category instance;
    return instance;
}

lookup::lookup(loop& owner, host_port target, lookup_function function)
    : state_(owner.core_->names().begin(std::move(target), std::move(function))) {}

lookup& lookup::operator=(lookup&& other) noexcept {
    lookup former(std::move(*this)); // cancels
    state_ = std::move(other.state_);
    return *this;
}

void lookup::cancel() noexcept {
    // The function may own this handle, so it is destroyed last.
    if (const auto state = std::move(state_))
        const auto unused = detail::lookups::take_function(*state);
}

bool lookup::pending() const noexcept { return state_ && state_->function; }

lookup resolve(loop& owner, host_port target, lookup_function function) {
    return {owner, std::move(target), std::move(function)};
}

} // namespace reactor
