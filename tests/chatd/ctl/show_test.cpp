#include "chatd/control/answer.hpp"
#include "chatd/ctl/show.hpp"

#include <nlohmann/json.hpp>

#include <string>

#include "support/catch.hpp"

using chatd::control::answer;
using namespace chatd::ctl;

namespace {

reply received(answer& sent) {
    reply_reader reader;
    REQUIRE(reader.feed(sent.take()));
    REQUIRE(reader.complete());
    return reader.take();
}

reply some_table() {
    answer made;
    made.columns({"name", "unsent#"});
    made.row({"Zo\xc3\xab", 7});
    made.row({"a\tb\\\"\n", 1234567});
    made.row({"\x1b[2J\xe2\x80\xae\xff", -1});
    return received(made);
}

} // namespace

TEST_CASE("a table is set in columns and moves no cursor", "[ctl]") {
    CHECK(as_text(some_table()) == "NAME                      UNSENT\n"
                                   "Zo\xc3\xab                            7\n"
                                   "a\\x09b\\\"\\x0a             1234567\n"
                                   "\\x1b[2J\\xe2\\x80\\xae\\xff       -1\n");
}

TEST_CASE("the JSON of a table parses and has numbers and any text", "[ctl]") {
    const auto rows = nlohmann::json::parse(as_json(some_table()));
    REQUIRE(rows.size() == 3);
    CHECK(rows[0]["name"] == "Zo\xc3\xab");
    CHECK(rows[0]["unsent"] == 7);
    CHECK(rows[1]["name"] == "a\tb\\\"\n");
    CHECK(rows[2]["name"] == "\x1b[2J\xe2\x80\xae\xef\xbf\xbd");
    CHECK(rows[2]["unsent"] == -1);
}

TEST_CASE("fields are an object and keep text that looks like a number", "[ctl]") {
    answer made;
    made.field("connections", 12U);
    made.field("name", std::string{"007"});
    made.field("reason", std::string{});
    const reply fields = received(made);
    CHECK(as_text(fields) == "connections  12\nname         007\nreason\n");
    const auto object = nlohmann::json::parse(as_json(fields));
    CHECK(object["connections"] == 12);
    CHECK(object["name"] == "007");
    CHECK(object["reason"] == "");
}

TEST_CASE("empty answers are valid JSON too", "[ctl]") {
    answer nothing;
    const reply none = received(nothing);
    CHECK(as_text(none).empty());
    CHECK(nlohmann::json::parse(as_json(none)).is_null());
    answer headings;
    headings.columns({"name"});
    CHECK(nlohmann::json::parse(as_json(received(headings))) == nlohmann::json::array());
    answer text;
    text.text("one\ntwo");
    CHECK(nlohmann::json::parse(as_json(received(text))) == nlohmann::json{"one", "two"});
}
