# Chooses the files that make the real system calls: where a call is missing, its portable twin.
#
#   REACTOR_PORTABLE            takes the twins everywhere, so that they can be tested where nothing
#                               is missing
#   REACTOR_KQUEUE_INCLUDE_DIR  folder with the <sys/event.h> and ...
#   REACTOR_KQUEUE_LIBRARY      ... library of a kqueue for systems that have none of their own

include(CheckCXXSymbolExists)

option(REACTOR_PORTABLE "Use no system call that only some systems have" OFF)
set(REACTOR_KQUEUE_INCLUDE_DIR "" CACHE PATH "Folder with the <sys/event.h> of a kqueue library")
set(REACTOR_KQUEUE_LIBRARY "" CACHE FILEPATH "A library with kqueue() and kevent()")

# reactor_twins(<list> <symbol> <header> <file> <twin>): appends the file to the list if the header
# has the symbol, else the twin.
function(reactor_twins list symbol header file twin)
    check_cxx_symbol_exists(${symbol} "${header}" REACTOR_HAS_${symbol})
    if(REACTOR_HAS_${symbol} AND NOT REACTOR_PORTABLE)
        set(chosen ${file})
    else()
        set(chosen ${twin})
    endif()
    set(${list} ${${list}} ${chosen} PARENT_SCOPE)
endfunction()

set(reactor_system_calls
    src/system_datagrams.cpp src/system_files.cpp src/system_lookup.cpp src/system_posix.cpp)
reactor_twins(reactor_system_calls accept4 sys/socket.h
    src/system_sockets_atomic.cpp src/system_sockets_fcntl.cpp)
reactor_twins(reactor_system_calls SYS_pidfd_open sys/syscall.h
    src/system_children_pidfd.cpp src/system_children_signal.cpp)
reactor_twins(reactor_system_calls eventfd sys/eventfd.h
    src/system_wake_eventfd.cpp src/system_wake_pipe.cpp)
reactor_twins(reactor_system_calls ppoll poll.h
    src/system_poll_fine.cpp src/system_poll_millis.cpp)
reactor_twins(reactor_system_calls recvmmsg sys/socket.h
    src/system_datagrams_batch.cpp src/system_datagrams_single.cpp)
reactor_twins(reactor_system_calls TCP_NOTSENT_LOWAT netinet/tcp.h
    src/system_unsent_option.cpp src/system_unsent_buffer.cpp)
if(CMAKE_SYSTEM_NAME STREQUAL "Linux")
    list(APPEND reactor_system_calls src/system_epoll.cpp)
    reactor_twins(reactor_system_calls epoll_pwait2 sys/epoll.h
        src/system_epoll_fine.cpp src/system_epoll_millis.cpp)
endif()

# A kqueue: the library given, else the system's own.
check_cxx_symbol_exists(kqueue "sys/types.h;sys/event.h" REACTOR_HAS_kqueue)
if(REACTOR_KQUEUE_LIBRARY)
    list(APPEND reactor_system_calls src/system_kqueue.cpp)
    set_source_files_properties(src/system_kqueue.cpp PROPERTIES
        COMPILE_OPTIONS "-isystem;${REACTOR_KQUEUE_INCLUDE_DIR}")
elseif(REACTOR_HAS_kqueue)
    reactor_twins(reactor_system_calls KEVENT_FLAG_IMMEDIATE "sys/types.h;sys/event.h"
        src/system_kqueue_darwin.cpp src/system_kqueue.cpp)
else()
    list(APPEND reactor_system_calls src/system_no_kqueue.cpp)
endif()

# What the tests run on.
set(pollers poll)
if(CMAKE_SYSTEM_NAME STREQUAL "Linux")
    list(PREPEND pollers epoll)
endif()
if(REACTOR_KQUEUE_LIBRARY OR REACTOR_HAS_kqueue)
    list(APPEND pollers kqueue)
endif()
set_property(GLOBAL PROPERTY REACTOR_POLLERS ${pollers})
