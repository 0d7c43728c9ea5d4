#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace chatd {

/// The few statuses that the metrics port answers with.
enum class http_status : std::uint16_t {
    ok = 200,
    bad_request = 400,
    not_found = 404,
    method_not_allowed = 405,
    request_timeout = 408,
    uri_too_long = 414,
    header_too_large = 431,
    unavailable = 503,
    version_not_supported = 505,
};

/// The words that go with it: `OK`, `Not Found` ...
[[nodiscard]] std::string_view reason_of(http_status status) noexcept;

/// The head of one request, read line by line.
///
/// Accepts HTTP/1.0 and 1.1, lines that end with LF as well as CR LF, and one empty line before
/// the request.  Of the fields only those count that say where the request ends and whether the
/// connection stays; a body is never read.
class http_request {
public:
    enum class progress : std::uint8_t { more, complete, failed };

    /// Bytes of a head at most, all lines together.
    static constexpr std::size_t max_head = 8 * 1024;
    /// Of the request line.
    static constexpr std::size_t max_request_line = 2 * 1024;

    /// The next line, without its LF.  Not after `complete` or `failed`.
    [[nodiscard]] progress take_line(std::string_view line);
    /// Why it failed.
    [[nodiscard]] http_status error() const noexcept { return error_; }

    /// Nothing of it has been read.
    [[nodiscard]] bool empty() const noexcept { return bytes_ == 0; }
    /// `GET`, `HEAD` or whatever was sent; case counts.
    [[nodiscard]] const std::string& method() const noexcept { return method_; }
    /// The target without query, and without scheme and authority.
    [[nodiscard]] const std::string& path() const noexcept { return path_; }
    /// The connection may stay open after the answer: the client wants that, and no body follows.
    [[nodiscard]] bool keeps_alive() const noexcept { return keep_alive_ && !body_; }

private:
    [[nodiscard]] progress fail(http_status why) noexcept;
    [[nodiscard]] progress take_request_line(std::string_view line);
    [[nodiscard]] bool take_target(std::string_view target);
    [[nodiscard]] progress take_field(std::string_view line);

    std::string method_;
    std::string path_;
    std::size_t bytes_ = 0;
    http_status error_ = http_status::bad_request;
    bool keep_alive_ = false;
    bool body_ = false;
};

} // namespace chatd
