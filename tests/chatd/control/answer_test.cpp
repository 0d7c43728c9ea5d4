#include "chatd/control/answer.hpp"

#include <string>

#include "support/catch.hpp"

using chatd::control::answer;

TEST_CASE("an answer without a body is its status", "[control]") {
    answer one;
    CHECK(one.take() == ".ok\n");
}

TEST_CASE("lines of a text that begin with a dot get one more", "[control]") {
    answer one;
    one.text("first\n.ok\n..\n\nlast");
    one.text("");
    CHECK(one.take() == ":text\nfirst\n..ok\n...\n\nlast\n.ok\n");
}

TEST_CASE("fields and tables mark numbers and escape their cells", "[control]") {
    answer fields;
    fields.field("name", std::string{"a\tb\nc\\"});
    fields.field("sessions", 7U);
    CHECK(fields.take() == ":fields\nname\ta\\tb\\nc\\\\\nsessions#\t7\n.ok\n");
    answer table;
    table.columns({"name", "unsent#"});
    table.row({".ok", 0});
    table.row({"", -1});
    CHECK(table.take() == ":table\nname\tunsent#\n..ok\t0\n\t-1\n.ok\n");
}

TEST_CASE("a refusal is one line whatever it says", "[control]") {
    answer one;
    CHECK_FALSE(one.refused());
    one.refuse("no\nsuch\nthing");
    CHECK(one.refused());
    CHECK(one.take() == ".error no such thing\n");
    answer silent;
    silent.refuse("");
    CHECK(silent.refused());
}
