#include <reactor/error.hpp>

#include <string>

namespace reactor {

namespace {

class category final : public std::error_category {
public:
    [[nodiscard]] const char* name() const noexcept override { return "reactor"; }
    [[nodiscard]] std::string message(int value) const override {
        switch (static_cast<errc>(value)) {
        case errc::no_progress:
            return "the peer took no output for too long";
        case errc::output_limit:
            return "too much output is pending";
        case errc::memory_limit:
            return "the loop's pending output holds too much memory, most of it for this peer";
        case errc::linger_limit:
            return "the peer went on sending after the end of our output";
        case errc::nested_run:
            return "run() was called from inside a callback of the same loop";
        case errc::forked:
            return "the loop belongs to the parent process";
        case errc::not_open:
            return "the channel has no descriptor";
        case errc::not_listening:
            return "the socket does not listen";
        case errc::already_open:
            return "the channel has a descriptor already";
        case errc::already_watched:
            return "another open channel of the loop has this descriptor";
        }
        return "unknown error";
    }
};

} // namespace

const std::error_category& error_category() noexcept {
    static const category instance;
    return instance;
}

} // namespace reactor
