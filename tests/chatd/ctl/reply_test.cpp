#include "chatd/control/answer.hpp"
#include "chatd/ctl/reply.hpp"

#include <string>
#include <string_view>

#include "support/catch.hpp"

using chatd::ctl::reply;
using chatd::ctl::reply_reader;

namespace {

reply read(std::string_view bytes) {
    reply_reader reader;
    REQUIRE(reader.feed(bytes));
    REQUIRE(reader.complete());
    return reader.take();
}

} // namespace

TEST_CASE("an answer is put together whatever the pieces it comes in", "[ctl]") {
    chatd::control::answer made;
    made.text("one\n.ok\n..\n\nlast");
    const std::string sent = made.take();
    for (std::size_t size = 1; size <= sent.size(); ++size) {
        reply_reader reader;
        for (std::size_t at = 0; at < sent.size(); at += size) {
            CHECK_FALSE(reader.complete());
            REQUIRE(reader.feed(std::string_view{sent}.substr(at, size)));
        }
        REQUIRE(reader.complete());
        const reply got = reader.take();
        CHECK(got.ok);
        CHECK(got.shape == reply::form::text);
        CHECK(got.lines == std::vector<std::string>{"one", ".ok", "..", "", "last"});
    }
}

TEST_CASE("a refusal has its reason and may have lines in front of it", "[ctl]") {
    CHECK(read(".error no such thing\n").error == "no such thing");
    CHECK_FALSE(read(".error no such thing\n").ok);
    const reply both = read(":text\nline 3 is wrong\n.error mistakes\n");
    CHECK(both.lines.size() == 1);
    CHECK(both.error == "mistakes");
    CHECK(read(".ok\nof the next answer").ok);
}

TEST_CASE("what is no answer of chatd's is noticed", "[ctl]") {
    for (const std::string_view bytes :
         {"Connect Success\n", "HTTP/1.1 400 Bad Request\r\n", ":other\n", ".okay\n", ".error\n",
          ".\n", "\n", ":text\n.what\n"}) {
        INFO(bytes);
        reply_reader reader;
        CHECK_FALSE(reader.feed(bytes));
    }
}

TEST_CASE("an answer that never ends is given up", "[ctl]") {
    reply_reader reader;
    const std::string much(1024 * 1024, 'x');
    std::size_t taken = 0;
    while (taken <= reply_reader::most_bytes && reader.feed(much))
        taken += much.size();
    CHECK(taken == reply_reader::most_bytes);
}
