#include "bench/chatload/protocols/conversation.hpp"
#include "support/catch.hpp"

#include <string>
#include <vector>

using support::conversation;
using support::heard;
using support::heard_in_pieces;
using events = std::vector<std::string>;

namespace {

const std::string welcome = "Connect SuccessLogin Success";

} // namespace

TEST_CASE("A chatd client logs in once it is greeted and then hears the room") {
    const events all =
        heard_in_pieces("chatd", "ann",
                        welcome + "bob has entered the room.\nann: hello\nbob: says: well \n"
                                  "Unknown command ?7f \nbob: \nbob has left the room.\n");
    CHECK(all == events{"sends login ann\n", "logged in", "join bob", "line ann: hello",
                        "line bob: says: well ", "answer 7f", "line bob: ", "notice"});
}

TEST_CASE("A chatd client that only wants to be greeted may ask before it logs in") {
    CHECK(heard_in_pieces("chatd", "", "Connect SuccessUnknown command ?q1 \n") ==
          events{"greeted", "answer q1"});
}

TEST_CASE("What a chatd client says is framed as the daemon reads and sends it") {
    const conversation ann("chatd", {"ann", "lobby"});
    const auto chatd = chatload::make_protocol("chatd");
    const auto said = chatd->say(ann.who(), 5);
    CHECK(said.before + "hello" + said.after == "say hello\n");
    const auto came = chatd->delivered(ann.who(), 10);
    CHECK(came.before + "ann: hello" + came.after == "ann: hello\n");
    CHECK(chatd->ask("7f") == "?7f\n");
    CHECK(chatd->logout() == "logout\n");
    CHECK(chatd->traits().one_room);
    CHECK(chatd->traits().adds_name);
    CHECK(chatd->traits().echoes);
    CHECK(chatd->traits().tells_joins);
    CHECK(chatd->traits().numbers_answers);
}

TEST_CASE("A chatd client shows with which text it was refused") {
    CHECK(heard_in_pieces("chatd", "ann", "Server full\n") ==
          events{"refused refused: \"Server full\""});
    CHECK(heard_in_pieces("chatd", "ann", "Connect SuccessUserName Exist") ==
          events{"sends login ann\n", "refused login refused: \"UserName Exist\""});
    CHECK(heard_in_pieces("chatd", "ann", "Connect SuccessUserName Empty") ==
          events{"sends login ann\n", "refused login refused: \"UserName Empty\""});
    CHECK(heard_in_pieces("chatd", "ann", "Connect SuccessUnknown command login \n") ==
          events{"sends login ann\n", "refused login refused: \"Unknown command login \""});
}

TEST_CASE("A chatd client says in one line that it has met another kind of server") {
    CHECK(heard_in_pieces("chatd", "ann",
                          ":irc.example NOTICE * :*** Looking up your hostname...\r\n") ==
          events{"refused refused: \":irc.example NOTICE * :*** Looking up your hostname...\""});
    CHECK(heard_in_pieces("chatd", "", "-ERR unknown command\r\n") ==
          events{"refused refused: \"-ERR unknown command\""});
    CHECK(heard_in_pieces("chatd", "ann", "INFO {\"server_id\":\"N\"} \r\n") ==
          events{"refused refused: \"INFO {\\\"server_id\\\":\\\"N\\\"} \""});
    CHECK(heard("chatd", "ann", std::string(200, '\x01'))
              .back()
              .starts_with("refused refused: \"\\x01"));
}

TEST_CASE("A chatd client shows a torn line as a line and an unknown complaint as broken") {
    CHECK(heard_in_pieces("chatd", "ann", welcome + "b: hel\nlo\n") ==
          events{"sends login ann\n", "logged in", "line b: hel", "line lo"});
    CHECK(heard_in_pieces("chatd", "ann", welcome + "Unknown command sya \n").back() ==
          "broken the server does not understand: \"Unknown command sya \"");
    CHECK(heard_in_pieces("chatd", "ann", welcome + "Line too long\n").back() ==
          "broken the server says that the line is too long");
}

TEST_CASE("A chatd client gives up a line that does not end") {
    const std::string long_line(64 * 1024 + 32 * 1024, 'x');
    CHECK(heard("chatd", "ann", welcome + long_line).back() == "logged in");
    CHECK(heard("chatd", "ann", welcome + long_line + "\n").back() == "line " + long_line);
    CHECK(heard("chatd", "ann", welcome + long_line + "x")
              .back()
              .starts_with("broken got 98305 bytes without an end: \"xxx"));
}
