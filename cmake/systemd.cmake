# chatd_systemd: libsystemd where it is found, nothing elsewhere.  CHATD_WITH_SYSTEMD says which.

option(CHATD_SYSTEMD "Use libsystemd where it is found" ON)

add_library(chatd_systemd INTERFACE)
set(CHATD_WITH_SYSTEMD FALSE)
if(CHATD_SYSTEMD)
    find_package(PkgConfig QUIET)
    if(PKG_CONFIG_FOUND)
        pkg_check_modules(libsystemd QUIET IMPORTED_TARGET "libsystemd>=246")
    endif()
    if(libsystemd_FOUND)
        set(CHATD_WITH_SYSTEMD TRUE)
        target_link_libraries(chatd_systemd INTERFACE PkgConfig::libsystemd)
    else()
        message(STATUS "libsystemd was not found: chatd will tell a service manager nothing")
    endif()
endif()
