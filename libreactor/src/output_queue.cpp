#include "output_queue.hpp"

#include <algorithm>
#include <utility>

namespace reactor::detail {

namespace {

constexpr std::size_t least_share =
    8; // of a chunk: a smaller slice is copied instead of referred to
constexpr std::size_t most_slack = 8; // capacity for each byte that is still pending
constexpr std::size_t compact_from =
    4 * 1024; // consumed bytes that are not worth moving the rest for

} // namespace

void output_queue::append(std::string_view data) {
    if (data.empty())
        return;
    if (empty() || segments_.back().what != kind::own)
        segments_.push_back({.what = kind::own});
    try {
        own_.append(data);
    } catch (...) {
        if (segments_.back().size == 0)
            segments_.pop_back();
        throw;
    }
    segments_.back().size += data.size();
    size_ += data.size();
    account();
}

void output_queue::append(const chunk_slice& slice) {
    if (slice.bytes.size() * least_share < slice.owner->capacity()) {
        append(slice.bytes);
        return;
    }
    segments_.push_back({.what = kind::slice, .size = slice.bytes.size(), .slice = slice});
    size_ += slice.bytes.size();
    account();
}

void output_queue::append(std::unique_ptr<producer> source) {
    segments_.push_back({.what = kind::source, .source = std::move(source)});
    account();
}

void output_queue::append_boundary() {
    if (!empty() && segments_.back().what != kind::boundary)
        segments_.push_back({.what = kind::boundary});
}

std::string_view output_queue::bytes_of(const segment& s, std::size_t own_offset) const noexcept {
    switch (s.what) {
    case kind::own:
        return std::string_view{own_}.substr(own_offset, s.size);
    case kind::slice:
        return s.slice.bytes;
    case kind::text:
        return std::string_view{s.text}.substr(s.text.size() - s.size);
    default:
        return {};
    }
}

output_queue::gathered output_queue::gather(std::span<iovec> out, std::size_t max_bytes) {
    while (!empty() && segments_[first_].what == kind::boundary)
        ++first_;
    gathered result;
    auto own_offset = own_head_;
    auto i = first_;
    for (; i < segments_.size() && result.pieces < out.size() && result.bytes < max_bytes; ++i) {
        const segment& s = segments_[i];
        if (s.what == kind::boundary || s.what == kind::source)
            break;
        const auto bytes = bytes_of(s, own_offset).substr(0, max_bytes - result.bytes);
        if (s.what == kind::own)
            own_offset += bytes.size();
        // sendmsg reads through this pointer only.
        out[result.pieces++] = {const_cast<char*>(bytes.data()), bytes.size()};
        result.bytes += bytes.size();
        if (bytes.size() < s.size)
            break;
    }
    result.complete = i == segments_.size();
    return result;
}

void output_queue::clear() noexcept {
    first_ = segments_.size();
    size_ = 0;
    text_bytes_ = 0;
    exempt_ = 0;
    compact();
    account();
}

void output_queue::consume(std::size_t bytes) noexcept {
    size_ -= bytes;
    while (bytes > 0) {
        segment& s = segments_[first_];
        const auto n = std::min(bytes, s.size);
        consume_from(s, n);
        bytes -= n;
        if (s.size == 0) {
            text_bytes_ -= s.text.size();
            s = {.what = kind::boundary}; // lets go of what it held
            ++first_;
        }
    }
    exempt_ = std::min(exempt_, size_);
    compact();
    account();
}

void output_queue::consume_from(segment& s, std::size_t bytes) noexcept {
    s.size -= bytes;
    if (s.what == kind::own)
        own_head_ += bytes;
    if (s.what == kind::slice)
        s.slice.bytes.remove_prefix(bytes);
    if (s.what == kind::slice || s.what == kind::text)
        copy_out_small_rest(s);
}

void output_queue::copy_out_small_rest(segment& s) noexcept {
    const auto held = s.what == kind::slice ? s.slice.owner->capacity() : s.text.size();
    if (s.size == 0 || s.size * least_share >= held)
        return;
    try {
        std::string rest(bytes_of(s, 0));
        text_bytes_ += rest.size() - s.text.size();
        s.text = std::move(rest);
        s.what = kind::text;
        s.slice = {};
    } catch (const std::bad_alloc&) {
        // What it lies in serves as well.
    }
}

void output_queue::compact() noexcept {
    if (empty()) {
        segments_.clear();
        first_ = 0;
        own_.clear();
        own_head_ = 0;
        return;
    }
    if (first_ > segments_.size() / 2) {
        segments_.erase(segments_.begin(), segments_.begin() + static_cast<std::ptrdiff_t>(first_));
        first_ = 0;
    }
    if (own_head_ >= compact_from && own_head_ > own_.size() / 2) {
        own_.erase(0, own_head_);
        own_head_ = 0;
        if (own_.size() < own_.capacity() / most_slack)
            own_.shrink_to_fit();
    }
}

void output_queue::account() noexcept {
    const auto now = own_.capacity() + text_bytes_ + segments_.capacity() * sizeof(segment);
    account_ += now - accounted_; // wraps around as it should when memory shrank
    accounted_ = now;
}

std::size_t output_queue::first_source() const noexcept {
    auto i = first_;
    while (i < segments_.size() && segments_[i].what != kind::source)
        ++i;
    return i;
}

bool output_queue::wants_pull(std::size_t low_water) const noexcept {
    std::size_t before = 0;
    for (auto i = first_; i < segments_.size() && before <= low_water; ++i) {
        if (segments_[i].what == kind::source)
            return before < low_water || before == 0;
        before += segments_[i].size;
    }
    return false;
}

std::unique_ptr<producer> output_queue::take_producer() noexcept {
    return std::move(segments_[first_source()].source);
}

void output_queue::put_back(std::unique_ptr<producer> source, std::string made) {
    const auto place = first_source();
    if (place == segments_.size() || segments_[place].source)
        return;
    if (made.empty()) {
        segments_.erase(segments_.begin() + static_cast<std::ptrdiff_t>(place));
        compact();
        return;
    }
    segments_[place].source = std::move(source);
    const auto bytes = made.size();
    segments_.insert(segments_.begin() + static_cast<std::ptrdiff_t>(place),
                     segment{.what = kind::text, .size = bytes, .text = std::move(made)});
    size_ += bytes;
    text_bytes_ += bytes;
    account();
}

std::vector<std::string> output_queue::snapshot() const {
    std::vector<std::string> pieces(1);
    auto own_offset = own_head_;
    for (auto i = first_; i < segments_.size(); ++i) {
        const segment& s = segments_[i];
        if (s.what == kind::boundary && !pieces.back().empty())
            pieces.emplace_back();
        const auto bytes = bytes_of(s, own_offset);
        if (s.what == kind::own)
            own_offset += bytes.size();
        pieces.back().append(bytes);
    }
    if (pieces.back().empty())
        pieces.pop_back();
    return pieces;
}

} // namespace reactor::detail
