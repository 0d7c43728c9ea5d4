#include "bench/chatload/protocols/conversation.hpp"
#include "support/catch.hpp"

#include <string>
#include <vector>

using support::heard;
using support::heard_in_pieces;
using events = std::vector<std::string>;

namespace {

const std::string info =
    "INFO {\"server_id\":\"NB\",\"version\":\"2.9.10\",\"headers\":true,"
    "\"max_payload\":1048576,\"client_id\":5,\"client_ip\":\"127.0.0.1\"} \r\n";
const std::string introduction =
    "sends CONNECT {\"verbose\":false,\"pedantic\":false,\"name\":\"ann\",\"lang\":\"c++\","
    "\"version\":\"1\"}\r\nSUB lobby 1\r\nPING\r\n";

} // namespace

TEST_CASE("A NATS client logs in by subscribing and then hears the room") {
    CHECK(heard_in_pieces("nats", "ann",
                          info +
                              "PONG\r\nMSG lobby 1 8\r\nann: abc\r\nPING\r\n"
                              "MSG lobby 1 14\r\nbob: x\r\nMSG y \r\nPONG\r\n" +
                              info + "+OK\r\n") ==
          events{introduction, "logged in", "line ann: abc", "request PONG\r\n",
                 "line bob: x\r\nMSG y ", "answer ", "notice", "notice"});
}

TEST_CASE("A NATS client answers the server's question while it logs in") {
    CHECK(heard_in_pieces("nats", "ann", info + "PING\r\n" + info + "PONG\r\n") ==
          events{introduction, "sends PONG\r\n", "logged in"});
}

TEST_CASE("A NATS client that only wants to be greeted may ask") {
    CHECK(heard_in_pieces("nats", "", info + "PONG\r\n") == events{"greeted", "answer "});
}

TEST_CASE("What a NATS client says is framed as the server reads and sends it") {
    const auto nats = chatload::make_protocol("nats");
    const chatload::identity ann{"ann", "lobby"};
    const auto said = nats->say(ann, 8);
    CHECK(said.before + "ann: abc" + said.after == "PUB lobby 8\r\nann: abc\r\n");
    const auto came = nats->delivered(ann, 8);
    CHECK(came.before + "ann: abc" + came.after == "MSG lobby 1 8\r\nann: abc\r\n");
    CHECK(nats->ask("7f") == "PING\r\n");
    CHECK(nats->logout().empty());
    CHECK_FALSE(nats->traits().one_room);
    CHECK_FALSE(nats->traits().adds_name);
    CHECK(nats->traits().echoes);
    CHECK_FALSE(nats->traits().tells_joins);
    CHECK_FALSE(nats->traits().numbers_answers);
    CHECK_FALSE(nats->traits().one_order);
}

TEST_CASE("A NATS client shows with which text it was refused") {
    CHECK(heard_in_pieces("nats", "ann", info + "-ERR 'Authorization Violation'\r\n").back() ==
          "refused login refused: \"-ERR 'Authorization Violation'\"");
    CHECK(heard_in_pieces("nats", "ann", info + "PONG\r\n-ERR 'Slow Consumer'\r\n").back() ==
          "broken the server says: \"-ERR 'Slow Consumer'\"");
}

TEST_CASE("A NATS client says in one line that it has met another kind of server") {
    CHECK(heard_in_pieces("nats", "ann", ":irc.load.test NOTICE * :hello\r\n") ==
          events{"refused not a NATS server: \":irc.load.test NOTICE * :hello\""});
    CHECK(heard_in_pieces("nats", "ann", "-ERR unknown command\r\n") ==
          events{"refused not a NATS server: \"-ERR unknown command\""});
    CHECK(heard("nats", "", "Connect Success" + std::string(100, '!')).back() ==
          "refused not a NATS server: \"Connect Success" + std::string(65, '!') + "\"...");
}

TEST_CASE("A NATS client says what is broken about a message") {
    const auto last = [](const std::string& bytes) {
        return heard("nats", "ann", info + "PONG\r\n" + bytes).back();
    };
    CHECK(last("HELLO\r\n") == "broken not a message of a NATS server: \"HELLO\"");
    CHECK(last("MSG lobby 1 x\r\n") == "broken not a message of a NATS server: \"MSG lobby 1 x\"");
    CHECK(last("MSG lobby 1 99999999999999999999\r\n") ==
          "broken not a message of a NATS server: \"MSG lobby 1 99999999999999999999\"");
    CHECK(last("MSG lobby 1 2\r\nabcdef\r\n") ==
          "broken a message of 2 bytes does not end there: \"abcdef\\r\\n\"");
    CHECK(last(std::string(98305, 'M')).starts_with("broken got 98305 bytes without an end"));
    CHECK(heard("nats", "ann", "INFO {" + std::string(98305, ' '))
              .back()
              .starts_with("refused got 98311 bytes without an end"));
}
