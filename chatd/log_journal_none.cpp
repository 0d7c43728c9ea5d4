#include "chatd/log_sink.hpp"

namespace chatd {

std::unique_ptr<log_sink> make_journal_sink() { return nullptr; }

} // namespace chatd
