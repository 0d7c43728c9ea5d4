# The target reactor_sanitizers carries what REACTOR_SANITIZE asks for, to all that link it.

add_library(reactor_sanitizers INTERFACE)
if(NOT REACTOR_SANITIZE)
    return()
endif()

list(JOIN REACTOR_SANITIZE "," names)
set(flags -fsanitize=${names} -fno-sanitize-recover=all -fno-omit-frame-pointer)
if("undefined" IN_LIST REACTOR_SANITIZE)
    # Its check of a dynamic type looks at memory through a pipe, and at the descriptor limit, where some
    # tests go, takes what it cannot see for an error.  The address sanitizer sees dead objects, too.
    list(APPEND flags -fno-sanitize=vptr)
endif()
target_compile_options(reactor_sanitizers INTERFACE ${flags})
target_link_options(reactor_sanitizers INTERFACE ${flags})

# With many bits of mmap randomness GCC 12's thread sanitizer ends a program before main().
# setarch -R starts it without; a container may forbid that, and then the program has to do as it is.
if("thread" IN_LIST REACTOR_SANITIZE)
    set(launcher setarch ${CMAKE_HOST_SYSTEM_PROCESSOR} -R)
    execute_process(COMMAND ${launcher} true RESULT_VARIABLE failed OUTPUT_QUIET ERROR_QUIET)
    if(NOT failed)
        set(REACTOR_TEST_LAUNCHER ${launcher})
    endif()
endif()
