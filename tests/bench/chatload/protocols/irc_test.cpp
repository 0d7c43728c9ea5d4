#include "bench/chatload/protocols/conversation.hpp"
#include "support/catch.hpp"

#include <string>
#include <vector>

using support::conversation;
using support::heard;
using support::heard_in_pieces;
using events = std::vector<std::string>;

namespace {

const std::string welcome = ":irc.load.test 001 ann :Welcome ann!~load@127.0.0.1\r\n"
                            ":irc.load.test 005 ann NICKLEN=31 :are supported on this server\r\n"
                            ":irc.load.test 422 ann :Message of the day file is missing.\r\n";
const std::string joined = ":ann!~load@127.0.0.1 JOIN :#lobby\r\n"
                           ":irc.load.test 353 ann = #lobby :ann @bob\r\n"
                           ":irc.load.test 366 ann #lobby :End of NAMES list\r\n";
const std::string sends_name = "sends NICK ann\r\nUSER load 0 * :load\r\n";
const std::string sends_join = "sends JOIN #lobby\r\n";

} // namespace

TEST_CASE("An IRC client logs in and then hears the room") {
    CHECK(heard_in_pieces("irc", "ann",
                          ":irc.load.test NOTICE * :*** Looking up your hostname...\r\n" + welcome +
                              joined +
                              ":bob!~load@127.0.0.1 PRIVMSG #lobby :bob: hello all\r\n"
                              "PING :irc.load.test\r\n"
                              ":carl!~load@127.0.0.1 JOIN #lobby\r\n"
                              ":irc.load.test PONG irc.load.test :7f\r\n"
                              ":bob!~load@127.0.0.1 PRIVMSG #lobby bob:\r\n"
                              ":irc.load.test MODE #lobby +o carl\r\n"
                              ":carl!~load@127.0.0.1 QUIT :\"bye\"\r\n") ==
          events{sends_name, sends_join, "logged in", "line bob: hello all",
                 "request PONG :irc.load.test\r\n", "join carl", "answer 7f", "line bob:", "notice",
                 "notice"});
}

TEST_CASE("An IRC client answers the server's question while it logs in") {
    CHECK(heard_in_pieces("irc", "ann", "PING :cookie 1\r\n" + welcome + joined) ==
          events{sends_name, "sends PONG :cookie 1\r\n", sends_join, "logged in"});
}

TEST_CASE("An IRC client that only wants to be greeted takes any answer but a notice") {
    CHECK(heard_in_pieces("irc", "",
                          ":irc.load.test NOTICE * :*** wait\r\n"
                          ":irc.load.test 451 * :Connection not registered\r\nPING :x\r\n") ==
          events{"sends PING :greet\r\n", "greeted", "request PONG :x\r\n"});
}

TEST_CASE("What an IRC client says is framed as the server reads and sends it") {
    conversation ann("irc", {"ann", "lobby"});
    ann.receive(welcome + joined);
    const auto said = ann.spoken().say(ann.who(), 8);
    CHECK(said.before + "ann: abc" + said.after == "PRIVMSG #lobby :ann: abc\r\n");
    const auto came = ann.spoken().delivered(ann.who(), 8);
    CHECK(came.before + "ann: abc" + came.after ==
          ":ann!~load@127.0.0.1 PRIVMSG #lobby :ann: abc\r\n");
    CHECK(ann.spoken().ask("7f") == "PING :7f\r\n");
    CHECK(ann.spoken().logout() == "QUIT :bye\r\n");
    const auto& traits = ann.spoken().traits();
    CHECK_FALSE(traits.one_room);
    CHECK_FALSE(traits.adds_name);
    CHECK_FALSE(traits.echoes);
    CHECK(traits.tells_joins);
    CHECK(traits.numbers_answers);
    CHECK(traits.longest_line == 400);
}

TEST_CASE("An IRC client's host is learnt from its own entering") {
    const auto irc = chatload::make_protocol("irc");
    const auto log_in = [&](const chatload::identity& who, const std::string& host) {
        int stage = 0;
        const std::string named = ":s 001 " + who.name + " :hi\r\n";
        const std::string entered = ":" + who.name + "!load@" + host + " JOIN :#lobby\r\n";
        (void)irc->login(stage, &who, "");
        (void)irc->login(stage, &who, named);
        (void)irc->login(stage, &who, entered);
        return irc->delivered(who, 1).before;
    };
    const chatload::identity ann{"ann", "lobby"};
    CHECK(log_in(ann, "127.0.0.1") == ":ann!load@127.0.0.1 PRIVMSG #lobby :");
    CHECK(log_in({"bob", "lobby"}, "127.0.0.22") == ":bob!load@127.0.0.22 PRIVMSG #lobby :");
    CHECK(irc->delivered(ann, 1).before == ":ann!load@127.0.0.1 PRIVMSG #lobby :");
    CHECK(irc->delivered({"eve", "lobby"}, 1).before == ":eve!load@127.0.0.1 PRIVMSG #lobby :");
    CHECK(log_in({"bob", "lobby"}, "127.0.0.1") == ":bob!load@127.0.0.1 PRIVMSG #lobby :");
}

TEST_CASE("An IRC client shows with which text it was refused") {
    const auto last = [](const std::string& bytes) {
        return heard_in_pieces("irc", "ann", bytes).back();
    };
    CHECK(last(":s 433 * ann :Nickname already in use\r\n") ==
          "refused login refused: \"Nickname already in use\"");
    CHECK(last(":s 432 * ann :Nickname too long, max. 8 characters\r\n") ==
          "refused login refused: \"Nickname too long, max. 8 characters\"");
    CHECK(last(":s 001 an :Welcome\r\n") ==
          "refused login refused: the server cuts the name to \"an\"");
    CHECK(last(welcome + ":s 471 ann #lobby :Cannot join channel (+l)\r\n") ==
          "refused login refused: \"Cannot join channel (+l)\"");
    CHECK(last("ERROR :Closing Link: Too many connections from your IP\r\n") ==
          "refused refused: \"Closing Link: Too many connections from your IP\"");
    CHECK(last(welcome + joined + "ERROR :Excess flood\r\n") ==
          "broken the server says: \"Excess flood\"");
    CHECK(last(welcome + joined + ":s 404 ann #lobby :Cannot send to channel\r\n") ==
          "broken the server says: \"Cannot send to channel\"");
}

TEST_CASE("An IRC client says in one line that it has met another kind of server") {
    const auto last = [](const std::string& bytes) {
        return heard_in_pieces("irc", "ann", bytes).back();
    };
    CHECK(last("-ERR unknown command 'NICK'\r\n") ==
          "refused not an IRC server: \"-ERR unknown command 'NICK'\"");
    CHECK(last("INFO {} \r\n") == "refused not an IRC server: \"INFO {} \"");
    CHECK(last("Connect SuccessUnknown command NICK \n") ==
          "refused not an IRC server: \"Connect SuccessUnknown command NICK \"");
    CHECK(last("\r\n") == "refused not an IRC server: \"\"");
}

TEST_CASE("An IRC client says what is broken about a message") {
    const auto last = [](const std::string& bytes) {
        return heard("irc", "ann", welcome + joined + bytes).back();
    };
    CHECK(last("b: hello\r\n") == "broken not a message of an IRC server: \"b: hello\"");
    CHECK(last(":\r\n") == "broken not a message of an IRC server: \":\"");
    CHECK(last(":bob!~load@127\r\n") ==
          "broken not a message of an IRC server: \":bob!~load@127\"");
    CHECK(last(std::string(98305, ':')).starts_with("broken got 98305 bytes without an end"));
    CHECK(heard("irc", "ann", std::string(98305, ':'))
              .back()
              .starts_with("refused got 98305 bytes without an end"));
}
