#include "option_store.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace reactor::sim::detail {

result option_store::set(int level, int name, const void* value, socklen_t size) {
    if (value == nullptr)
        return failed(EFAULT);
    const auto* bytes = static_cast<const char*>(value);
    values_[{level, name}].assign(bytes, bytes + size);
    return done();
}

result option_store::get(int level, int name, void* value, socklen_t* size) const {
    const auto found = values_.find({level, name});
    if (found != values_.end())
        return give(found->second, value, size);
    if (level == SOL_SOCKET && name == SO_LINGER) {
        const linger none{};
        return give({reinterpret_cast<const char*>(&none), sizeof none}, value, size);
    }
    return give(0, value, size);
}

int option_store::number(int level, int name) const {
    int value = 0;
    socklen_t size = sizeof value;
    (void)get(level, name, &value, &size);
    return value;
}

result option_store::give(int number, void* value, socklen_t* size) {
    return give({reinterpret_cast<const char*>(&number), sizeof number}, value, size);
}

result option_store::give(std::span<const char> bytes, void* value, socklen_t* size) {
    if (value == nullptr || size == nullptr)
        return failed(EFAULT);
    *size = std::min(*size, static_cast<socklen_t>(bytes.size()));
    if (*size > 0)
        std::memcpy(value, bytes.data(), *size);
    return done();
}

} // namespace reactor::sim::detail
