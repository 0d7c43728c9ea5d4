# reactor_add_test(<name> SOURCES <file>... LIBRARIES <target>...
#                  [POLLERS epoll poll] [LABELS <label>...])
# reactor_add_test(<name> SAME_AS <test> LIBRARIES <target>... POLLERS epoll poll
#                  [SPEC <Catch2 test spec>] [ENVIRONMENT <name=value>...])
#
# Makes every test case of the sources a CTest test of its own, named <name>.<test case>.
# With POLLERS the sources are compiled once and linked to <name>_<poller> for each; its tests are
# named <name>.<poller>.<test case> and run with REACTOR_POLLER=<poller>.
# With SAME_AS the sources are those of another test with POLLERS: the same cases, or those of SPEC, in
# another environment.
#
# reactor_chosen_test(<name> <result>)
#
# Whether this build makes the tests of that name, see REACTOR_TESTS_EXCEPT; what cannot run it need
# not build.

set(REACTOR_TESTS_EXCEPT "" CACHE STRING
    "A regular expression: suites (<name> or <name>.<poller>) that are neither built nor run")

# Finds the module of the very Catch2 that find_package() chose.
include("${Catch2_DIR}/Catch.cmake" OPTIONAL RESULT_VARIABLE found)
if(NOT found)
    include(Catch)
endif()

# All tests run with the loop's audit, which times no callbacks: a busy machine makes any of them long.
set(audited REACTOR_AUDIT=1 REACTOR_AUDIT_SLOW_MS=0)

# Runs the tests of this build and ends with "N passed, N failed".
add_custom_target(check
    COMMAND "${CMAKE_COMMAND}" "-DBUILD_DIR=${PROJECT_BINARY_DIR}"
            -P "${PROJECT_SOURCE_DIR}/cmake/check.cmake"
    USES_TERMINAL VERBATIM)

function(reactor_chosen_test name result)
    if(REACTOR_TESTS_EXCEPT AND name MATCHES "${REACTOR_TESTS_EXCEPT}")
        set(${result} FALSE PARENT_SCOPE)
    else()
        set(${result} TRUE PARENT_SCOPE)
    endif()
endfunction()

function(reactor_add_test name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "SAME_AS;SPEC"
        "SOURCES;LIBRARIES;POLLERS;LABELS;ENVIRONMENT")
    if(NOT (arg_SOURCES OR arg_SAME_AS) OR NOT arg_LIBRARIES OR arg_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "${name}: SOURCES and LIBRARIES are needed, not ${arg_UNPARSED_ARGUMENTS}")
    endif()
    if(BUILD_SHARED_LIBS AND "reactor_private" IN_LIST arg_LIBRARIES)
        return() # a shared library hides its private parts
    endif()
    reactor_chosen_test(${name} chosen)
    if(NOT chosen)
        return()
    endif()
    set(libraries ${arg_LIBRARIES} reactor_test_support reactor_warnings)

    if(NOT arg_POLLERS)
        add_executable(${name} ${arg_SOURCES})
        target_link_libraries(${name} PRIVATE ${libraries})
        target_precompile_headers(${name} REUSE_FROM reactor_test_headers)
        reactor_discover_tests(${name} "${name}." ${audited})
        return()
    endif()

    if(arg_SAME_AS)
        set(objects ${arg_SAME_AS})
    else()
        set(objects ${name})
        add_library(${name} OBJECT ${arg_SOURCES})
        target_link_libraries(${name} PRIVATE ${libraries})
        target_precompile_headers(${name} REUSE_FROM reactor_test_headers)
        set_target_properties(${name} PROPERTIES CXX_EXTENSIONS OFF)
    endif()
    foreach(poller IN LISTS arg_POLLERS)
        reactor_chosen_test(${name}.${poller} chosen)
        if(NOT chosen)
            continue()
        endif()
        # An executable each: two discoveries of one that differ in prefix only collide in Ninja.
        add_executable(${name}_${poller} $<TARGET_OBJECTS:${objects}>)
        target_link_libraries(${name}_${poller} PRIVATE ${libraries})
        reactor_discover_tests(${name}_${poller} "${name}.${poller}."
            ${audited} REACTOR_POLLER=${poller} ${arg_ENVIRONMENT})
    endforeach()
endfunction()

# Reads arg_LABELS and arg_SPEC of its caller; what follows the prefix is the environment of the tests.
function(reactor_discover_tests target prefix)
    set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF)
    if(REACTOR_TEST_LAUNCHER)
        # catch_discover_tests() uses it both to list the tests and to run them.
        set_target_properties(${target} PROPERTIES CROSSCOMPILING_EMULATOR "${REACTOR_TEST_LAUNCHER}")
    endif()
    set(extra)
    if(Catch2_VERSION VERSION_LESS 3)
        # Version 2 calls it a success when a name matches no test; version 3 does not.
        set(extra EXTRA_ARGS --warn NoTests)
    endif()
    if(arg_SPEC)
        list(APPEND extra TEST_SPEC "${arg_SPEC}")
    endif()
    catch_discover_tests(${target} TEST_PREFIX "${prefix}" ${extra})

    # CTest reads this file after the one that discovery wrote.  The properties are set here because
    # catch_discover_tests() flattens lists.  An executable that failed before it named a test (a
    # sanitizer's doing, say) would vanish in silence: version 2 takes its exit status for a count.
    set(file "${CMAKE_CURRENT_BINARY_DIR}/${target}_properties.cmake")
    file(CONFIGURE OUTPUT "${file}" @ONLY CONTENT [=[
if(NOT @target@_TESTS)
    add_test("@prefix@discovery finds no tests" "@CMAKE_COMMAND@" -E false)
endif()
foreach(test IN LISTS @target@_TESTS)
    set_tests_properties("${test}" PROPERTIES
        ENVIRONMENT "@ARGN@"
        LABELS "@arg_LABELS@"
        SKIP_REGULAR_EXPRESSION "SKIPPED: .*All tests passed|SKIPPED:.*1 skipped")
endforeach()
]=])
    set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES "${file}")
    add_dependencies(check ${target})
endfunction()
