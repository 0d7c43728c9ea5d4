// The protocol is systemd's: https://systemd.io/JOURNAL_NATIVE_PROTOCOL
#include "chatd/log_journal.hpp"

#include <fmt/format.h>

#include <sys/socket.h>
#include <unistd.h>

#include <array>

namespace chatd {

namespace {

constexpr int room_bytes = 1024 * 1024; // for a burst while the journal is busy

/// Appends `name` as a part of a field's name in the journal: capitals, digits and underscores.
void append_in_capitals(std::string& out, std::string_view name) {
    for (const char c : name) {
        const bool small = c >= 'a' && c <= 'z';
        const bool fits = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        out += small ? static_cast<char>(c - 'a' + 'A') : fits ? c : '_';
    }
}

/// Appends the rest of a field whose name is there: a value of more than one line has its length in
/// front, as 8 bytes from the least.
void append_value(std::string& out, std::string_view value) {
    if (value.find('\n') == std::string_view::npos) {
        out += '=';
    } else {
        out += '\n';
        for (unsigned shift = 0; shift < 64; shift += 8)
            out += static_cast<char>((std::uint64_t{value.size()} >> shift) & 0xff);
    }
    out.append(value).append("\n");
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
    out += name;
    append_value(out, value);
}

} // namespace

std::string journal_entry(const log_record& record) {
    std::string made;
    std::string_view line = record.line;
    if (line.ends_with('\n'))
        line.remove_suffix(1);
    append_field(made, "MESSAGE", line);
    append_field(made, "PRIORITY", std::to_string(priority_of(record.level)));
    append_field(made, "SYSLOG_IDENTIFIER", "chatd");
    append_field(made, "CHATD_EVENT", record.event);
    if (!record.category.empty())
        append_field(made, "CHATD_CATEGORY", record.category);
    for (const log_field& field : record.fields) {
        made += "CHATD_";
        append_in_capitals(made, field.key());
        append_value(made, field.value());
    }
    return made;
}

std::unique_ptr<journal_sink> journal_sink::make(std::string_view path) {
    const auto journal = reactor::endpoint::unix_path(path);
    if (journal.native_size() == 0 || ::access(std::string{path}.c_str(), W_OK) != 0)
        return nullptr;
    reactor::unique_fd fd{::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    if (!fd)
        return nullptr;
    (void)::setsockopt(fd.get(), SOL_SOCKET, SO_SNDBUF, &room_bytes, sizeof room_bytes);
    // The constructor is nobody else's.
    return std::unique_ptr<journal_sink>{new journal_sink{journal, std::move(fd)}};
}

void journal_sink::write(const log_record& record) {
    if (lost_ > 0 && tell_lost())
        lost_ = 0;
    if (lost_ > 0 || !put(record))
        ++lost_;
}

bool journal_sink::tell_lost() const {
    const auto line = fmt::format("warning log_lost lines={} category=log\n", lost_);
    const std::array fields{log_field{"lines", lost_}};
    return put({log_level::warning, "log_lost", "log", fields, line});
}

bool journal_sink::put(const log_record& record) const {
    const auto entry = journal_entry(record);
    // The address each time: a journal that was started anew has another socket there.
    return ::sendto(fd_.get(), entry.data(), entry.size(), MSG_NOSIGNAL, journal_.native(),
                    journal_.native_size()) >= 0;
}

} // namespace chatd
