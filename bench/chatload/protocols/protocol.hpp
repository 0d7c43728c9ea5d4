#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace chatload {

/// Who a client is towards the server.
struct identity {
    std::string name; ///< Letters and digits, a letter first.
    std::string room; ///< The same; meaningless where a server has one room.
};

/// The bytes around a line's text, on the wire.
struct framing {
    std::string before;
    std::string after;
};

/// What a server's side of the conversation is like.
struct protocol_traits {
    std::string_view name;        ///< As `--protocol` takes it.
    bool one_room = false;        ///< All clients that log in share one room.
    bool adds_name = false;       ///< A client says `TEXT`, the server makes `NAME: TEXT` of it.
    bool echoes = true;           ///< A sender gets its own lines.
    bool tells_joins = false;     ///< Members are told of each that enters after them.
    bool numbers_answers = true;  ///< An answer repeats the question's token.
    bool one_order = true;        ///< All get a room's lines in one order; else only each sender's.
    std::size_t longest_line = 0; ///< `NAME: TEXT` and its LF that surely pass; 0: not known.
};

/// What has come next from the server.
struct message {
    enum class kind : std::uint8_t {
        incomplete, ///< Not all of it has come; `bytes` is 0.
        line,       ///< `text` is `NAME: TEXT`, said in the room.
        answer,     ///< To `ask`; `text` is the token, empty where answers have none.
        join,       ///< `text` is the name of who entered the room.
        notice,     ///< Anything else that needs no reaction.
        request,    ///< `reply` must be sent.
        broken,     ///< Not of this protocol, or the server refuses to go on.
    };
    kind what = kind::incomplete;
    std::size_t bytes = 0;   ///< Of the input, its end included.
    std::string_view text{}; ///< Within the input.
    std::string reply{};     ///< Of a `request`.
    std::string why{};       ///< Of what is `broken`: for people, with what came.
};

/// What comes of input before a client is ready.
struct login_step {
    enum class state : std::uint8_t {
        waiting,   ///< For more input.
        greeted,   ///< The server has taken the connection, and `login` has not yet said who it is.
        logged_in, ///< In the room, lines may come; what is left of the input belongs to `next`.
        refused,   ///< `why` is for people.
    };
    state now = state::waiting;
    std::size_t bytes = 0; ///< Of the input that is used up.
    std::string reply{};   ///< To be sent.
    std::string why{};
};

/// How the clients of one kind of server talk: its bytes and nothing else.  No object of it holds a
/// connection; one is shared by all clients of a thread.
class protocol {
public:
    virtual ~protocol() = default;

    [[nodiscard]] virtual const protocol_traits& traits() const noexcept = 0;

    /// Goes on with logging in by one step.  Called with empty input when connected, then whenever
    /// more has come, with all that is not used up, and again while it uses up some and waits.
    /// A text that may yet become a refusal is waited for: when the server closes or time runs out
    /// meanwhile, what is not used up tells people why.
    /// @param stage  starts as 0 and is the protocol's own.
    /// @param who    null for a connection that only wants to be greeted.
    [[nodiscard]] virtual login_step login(int& stage, const identity* who,
                                           std::string_view input) = 0;
    /// The next message of a client that is logged in or greeted.
    [[nodiscard]] virtual message next(const identity& who, std::string_view input) const = 0;

    /// What a client sends around a line of `text_size` bytes (`NAME: TEXT` without LF, or only
    /// TEXT where the server adds the name).
    [[nodiscard]] virtual framing say(const identity& who, std::size_t text_size) const = 0;
    /// What comes around `NAME: TEXT` of `text_size` bytes, said by `who`, at every member of its
    /// room.  As long for every member of a room.  May depend on what `login` has learnt of `who`.
    [[nodiscard]] virtual framing delivered(const identity& who, std::size_t text_size) const = 0;
    /// A question that only the asker is answered.
    /// @param token  letters and digits.
    [[nodiscard]] virtual std::string ask(std::string_view token) const = 0;
    /// Good-bye; empty where closing is all there is to it.
    [[nodiscard]] virtual std::string logout() const = 0;
};

/// The names that `make_protocol` takes.
[[nodiscard]] std::span<const std::string_view> protocol_names() noexcept;
/// Null for a name that is none of these.
[[nodiscard]] std::unique_ptr<protocol> make_protocol(std::string_view name);

} // namespace chatload
