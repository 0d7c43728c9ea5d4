#include <reactor/producer.hpp>

#include <stdexcept>
#include <utility>

namespace reactor {

simple_producer::simple_producer(std::string data, std::size_t buffer_size)
    : data_(std::move(data)), buffer_size_(buffer_size) {
    if (buffer_size == 0)
        throw std::invalid_argument("reactor::simple_producer: pieces of 0 bytes never end");
}

std::string simple_producer::more() {
    auto piece = data_.substr(given_, buffer_size_);
    given_ += piece.size();
    return piece;
}

} // namespace reactor
