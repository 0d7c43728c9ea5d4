#include "chatd/log.hpp"

#include "chatd/log_events.hpp"
#include "chatd/network.hpp"

#include <reactor/endpoint.hpp>

#include <charconv>
#include <cstdint>
#include <span>
#include <utility>

namespace chatd {

namespace {

constexpr std::string_view address_key = "peer";
constexpr std::string_view unsaid_key = "unsaid";

/// A sink for those who want lines only.
class line_sink final : public log_sink {
public:
    explicit line_sink(logger::sink to) : to_(std::move(to)) {}
    void write(const log_record& record) override { to_(record.line); }

private:
    logger::sink to_;
};

std::chrono::nanoseconds system_time() {
    return std::chrono::steady_clock::now().time_since_epoch();
}

/// The network around an address, which is left as it is if it has none.
std::string network_of(std::string_view address) {
    if (const auto read = reactor::endpoint::parse(address))
        if (const auto around = network::around(*read, logged_bits_v4, logged_bits_v6))
            return around->to_string();
    return std::string{address};
}

/// How many events of its kind the fields already own up to.
std::uint64_t unsaid_in(std::span<const log_field> fields) {
    std::uint64_t count = 0;
    for (const log_field& field : fields)
        if (field.key() == unsaid_key)
            std::from_chars(field.value().data(), field.value().data() + field.value().size(),
                            count);
    return count;
}

} // namespace

logger::logger(const log_options& chosen) : logger(make_standard_sink()) { options_ = chosen; }

logger::logger(sink to) : logger(std::make_unique<line_sink>(std::move(to))) {}

logger::logger(std::unique_ptr<log_sink> to, clock now)
    : sink_(std::move(to)), clock_(now != nullptr ? now : &system_time),
      shares_(log_events().size()) {}

bool logger::spend(share& of) const noexcept {
    const auto now = clock_();
    if (of.said == 0 || now - of.since >= interval) {
        of.since = now;
        of.said = 0;
    }
    if (of.said == burst) {
        ++of.unsaid;
        return false;
    }
    ++of.said;
    return true;
}

void logger::add(const log_field& field) {
    if (field.key() != address_key || options_.addresses == log_addresses::whole) {
        fields_.push_back(field);
    } else if (options_.addresses == log_addresses::network) {
        network_ = network_of(field.value());
        fields_.emplace_back(field.key(), network_);
    }
}

void logger::write(log_level level, std::string_view event, std::span<const log_field> fields) {
    const auto place = find_log_event(event);
    if (!writes(level))
        return;
    if (place && log_events()[*place].bounded && !spend(shares_[*place])) {
        shares_[*place].unsaid += unsaid_in(fields);
        return;
    }
    auto shown = fields;
    const bool owes = place && shares_[*place].unsaid > 0;
    if (owes || options_.addresses != log_addresses::whole) { // else nothing is copied
        fields_.clear();
        for (const log_field& field : fields)
            if (!owes || field.key() != unsaid_key)
                add(field);
        if (owes)
            fields_.emplace_back(unsaid_key,
                                 std::exchange(shares_[*place].unsaid, 0) + unsaid_in(fields));
        shown = fields_;
    }
    const auto category = place ? log_events()[*place].category : std::string_view{};
    line_.assign(name_of(level)).append(" ").append(event);
    for (const log_field& field : shown) {
        line_.append(" ").append(field.key()).append("=");
        append_log_value(line_, field.value());
    }
    if (place)
        line_.append(" category=").append(category);
    line_.push_back('\n');
    sink_->write({level, event, category, shown, line_});
}

} // namespace chatd
