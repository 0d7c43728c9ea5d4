#include "bench/chatload/protocols/conversation.hpp"
#include "support/catch.hpp"

#include <string>
#include <vector>

using support::heard;
using support::heard_in_pieces;
using events = std::vector<std::string>;

namespace {

const std::string hello =
    "+PONG\r\n%7\r\n$6\r\nserver\r\n$5\r\nredis\r\n$7\r\nversion\r\n$6\r\n7.0.15\r\n"
    "$5\r\nproto\r\n:3\r\n$2\r\nid\r\n:7\r\n$4\r\nmode\r\n$10\r\nstandalone\r\n"
    "$4\r\nrole\r\n$6\r\nmaster\r\n$7\r\nmodules\r\n*1\r\n*0\r\n";
const std::string subscribed = ">3\r\n$9\r\nsubscribe\r\n$5\r\nlobby\r\n:1\r\n";
const std::string sends_hello = "sends PING\r\n*2\r\n$5\r\nHELLO\r\n$1\r\n3\r\n";
const std::string sends_subscribe = "sends *2\r\n$9\r\nSUBSCRIBE\r\n$5\r\nlobby\r\n";

} // namespace

TEST_CASE("A Redis client logs in by subscribing and then hears the room") {
    CHECK(
        heard_in_pieces("redis", "ann",
                        hello + subscribed +
                            ">3\r\n$7\r\nmessage\r\n$5\r\nlobby\r\n$8\r\nann: abc\r\n:1\r\n"
                            "$2\r\n7f\r\n>3\r\n$7\r\nmessage\r\n$5\r\nlobby\r\n$8\r\nb: $9\r\n.\r\n"
                            "+OK\r\n_\r\n#t\r\n,1.5\r\n*2\r\n:1\r\n%1\r\n+a\r\n~1\r\n(12\r\n" +
                            subscribed) ==
        events{sends_hello, sends_subscribe, "logged in", "line ann: abc", "notice", "answer 7f",
               "line b: $9\r\n.", "notice", "notice", "notice", "notice", "notice", "notice"});
}

TEST_CASE("A Redis client that only wants to be greeted may ask") {
    CHECK(heard_in_pieces("redis", "", hello + "$2\r\nq1\r\n") ==
          events{sends_hello, "greeted", "answer q1"});
}

TEST_CASE("What a Redis client says is framed as the server reads and sends it") {
    const auto redis = chatload::make_protocol("redis");
    const chatload::identity ann{"ann", "lobby"};
    const auto said = redis->say(ann, 8);
    CHECK(said.before + "ann: abc" + said.after ==
          "*3\r\n$7\r\nPUBLISH\r\n$5\r\nlobby\r\n$8\r\nann: abc\r\n");
    const auto came = redis->delivered(ann, 8);
    CHECK(came.before + "ann: abc" + came.after ==
          ">3\r\n$7\r\nmessage\r\n$5\r\nlobby\r\n$8\r\nann: abc\r\n");
    CHECK(redis->ask("7f") == "*2\r\n$4\r\nPING\r\n$2\r\n7f\r\n");
    CHECK(redis->logout() == "*1\r\n$4\r\nQUIT\r\n");
    CHECK_FALSE(redis->traits().one_room);
    CHECK_FALSE(redis->traits().adds_name);
    CHECK(redis->traits().echoes);
    CHECK_FALSE(redis->traits().tells_joins);
    CHECK(redis->traits().numbers_answers);
}

TEST_CASE("A Redis client shows with which text it was refused") {
    const std::string why =
        "refused login refused (Redis 6 or newer without a password is needed): ";
    CHECK(heard_in_pieces("redis", "ann", "-ERR unknown command `HELLO`\r\n").back() ==
          why + "\"ERR unknown command `HELLO`\"");
    CHECK(heard_in_pieces("redis", "ann", hello + "-NOPERM no permissions\r\n").back() ==
          why + "\"NOPERM no permissions\"");
    CHECK(heard_in_pieces("redis", "ann", hello + subscribed + "!4\r\nERR!\r\n").back() ==
          "broken the server says: \"ERR!\"");
}

TEST_CASE("A Redis client says in one line that it has met another kind of server") {
    CHECK(heard_in_pieces("redis", "ann", ":irc.load.test 451 * :Connection not registered\r\n")
              .back() ==
          "refused not a Redis server: \":irc.load.test 451 * :Connection not registered\"");
    CHECK(heard_in_pieces("redis", "ann", "INFO {} \r\n").back() ==
          "refused not a Redis server: \"INFO {} \"");
    CHECK(heard_in_pieces("redis", "ann", "Connect SuccessUnknown command *2\r \n").back() ==
          "refused not a Redis server: \"Connect SuccessUnknown command *2\\r \"");
    CHECK(heard_in_pieces("redis", "ann", "+PONG\r\n+OK\r\n").back() ==
          "refused not a Redis server: \"+OK\"");
}

TEST_CASE("A Redis client says what is broken about a message") {
    const auto last = [](const std::string& bytes) {
        return heard("redis", "ann", hello + subscribed + bytes).back();
    };
    CHECK(last("hello\r\n") == "broken not a message of a Redis server: \"hello\"");
    CHECK(last("$x\r\n") == "broken not a message of a Redis server: \"$x\"");
    CHECK(last("$99999999999999999999\r\n") ==
          "broken not a message of a Redis server: \"$99999999999999999999\"");
    CHECK(last("$2\r\nabcdef\r\n") == "broken not a message of a Redis server: \"$2\"");
    CHECK(last("*98304\r\n*98304\r\n") == "broken not a message of a Redis server: \"*98304\"");
    CHECK(
        last("+" + std::string(98305, 'x')).starts_with("broken not a message of a Redis server"));
    std::string endless = "*90000\r\n";
    while (endless.size() <= 98304)
        endless += ":1\r\n";
    CHECK(last(endless).starts_with("broken got 98308 bytes without an end"));
}
