#pragma once

#include <string>
#include <string_view>

#include <arpa/inet.h>
#include <netinet/in.h>

/// A header of the PROXY protocol, version 2, as a proxy sends it.
inline std::string proxy_bytes(unsigned char command, unsigned char family,
                               std::string_view content) {
    std::string bytes("\r\n\r\n\0\r\nQUIT\n", 12);
    bytes += static_cast<char>(command);
    bytes += static_cast<char>(family);
    bytes += static_cast<char>(content.size() >> 8);
    bytes += static_cast<char>(content.size() & 0xff);
    return bytes.append(content);
}

inline std::string two_bytes(unsigned number) {
    return {static_cast<char>(number >> 8), static_cast<char>(number & 0xff)};
}

/// On behalf of this address; `extensions` stand behind the addresses.
inline std::string proxied_v4(const char* address, unsigned port,
                              std::string_view extensions = {}) {
    in_addr raw{};
    ::inet_pton(AF_INET, address, &raw);
    std::string content(reinterpret_cast<const char*>(&raw), sizeof raw);
    content += std::string("\x7f\0\0\x01", 4) + two_bytes(port) + two_bytes(6666);
    return proxy_bytes(0x21, 0x11, content.append(extensions));
}

inline std::string proxied_v6(const char* address, unsigned port) {
    in6_addr raw{};
    ::inet_pton(AF_INET6, address, &raw);
    std::string content(reinterpret_cast<const char*>(&raw), sizeof raw);
    content += std::string(15, '\0') + '\x01' + two_bytes(port) + two_bytes(6666);
    return proxy_bytes(0x21, 0x21, content);
}
