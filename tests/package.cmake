# The library as others meet it, by the label `package`: what this build installs is moved elsewhere
# and consumed there, in a static build and in a shared one.
#
# A sanitizer would have to be in the consumers as well, and says nothing about a package.
if(NOT REACTOR_INSTALL OR REACTOR_SANITIZE)
    return()
endif()

find_program(REACTOR_PKG_CONFIG pkg-config)
mark_as_advanced(REACTOR_PKG_CONFIG)

set(here "${CMAKE_CURRENT_SOURCE_DIR}/package")
set(out "${CMAKE_CURRENT_BINARY_DIR}/package")
set(prefix "${out}/moved/prefix")
set(includes "${PROJECT_SOURCE_DIR}/libreactor/include,${PROJECT_BINARY_DIR}/include")

# reactor_package_test(<name> <command> [<argument>...])
function(reactor_package_test name)
    add_test(NAME package.${name} COMMAND ${ARGN})
    set_tests_properties(package.${name} PROPERTIES
        LABELS package
        TIMEOUT 900
        SKIP_REGULAR_EXPRESSION "SKIPPED: ")
endfunction()

# A consumer's own build; what it builds it also runs.
function(reactor_consumer_test name)
    reactor_package_test(${name} "${CMAKE_CTEST_COMMAND}"
        --build-and-test "${here}/${name}" "${out}/${name}"
        --build-generator "${CMAKE_GENERATOR}"
        --build-options "-DCMAKE_CXX_COMPILER=${CMAKE_CXX_COMPILER}" ${ARGN})
endfunction()

reactor_package_test(install "${CMAKE_COMMAND}"
    "-DBUILD_DIR=${PROJECT_BINARY_DIR}" "-DSOURCE_DIR=${PROJECT_SOURCE_DIR}"
    "-DCONFIG=$<CONFIG>" "-DPREFIX=${prefix}" -P "${here}/install.cmake")
set_tests_properties(package.install PROPERTIES FIXTURES_SETUP installed)
add_dependencies(check reactor reactor_sim)

reactor_consumer_test(find_package "-DCMAKE_PREFIX_PATH=${prefix}")
set_tests_properties(package.find_package PROPERTIES FIXTURES_REQUIRED installed)

if(REACTOR_PKG_CONFIG)
    reactor_package_test(pkg_config "${CMAKE_COMMAND}"
        "-DPREFIX=${prefix}" "-DLIBDIR=${CMAKE_INSTALL_LIBDIR}" "-DCXX=${CMAKE_CXX_COMPILER}"
        "-DPKG_CONFIG=${REACTOR_PKG_CONFIG}" "-DOUT=${out}/pkg_config"
        -P "${here}/pkg_config/build.cmake")
else()
    reactor_package_test(pkg_config "${CMAKE_COMMAND}" -E echo "SKIPPED: pkg-config is not installed")
endif()
set_tests_properties(package.pkg_config PROPERTIES FIXTURES_REQUIRED installed)

reactor_package_test(header_orders "${CMAKE_COMMAND}"
    "-DCXX=${CMAKE_CXX_COMPILER}" "-DINCLUDES=${includes}" "-DOUT=${out}/header_orders"
    -P "${here}/header_orders.cmake")
reactor_package_test(header_weight "${CMAKE_COMMAND}"
    "-DCXX=${CMAKE_CXX_COMPILER}" "-DINCLUDES=${includes}" "-DOUT=${out}/header_weight"
    -DMOST_LINES=54000 -P "${here}/header_weight.cmake")

if(NOT BUILD_SHARED_LIBS)
    # From the sources, so that how this build is made has no part in it: once is enough.
    if(NOT REACTOR_PORTABLE)
        reactor_consumer_test(add_subdirectory "-DLIBREACTOR_SOURCE_DIR=${PROJECT_SOURCE_DIR}")
    endif()
    return()
endif()

foreach(library reactor reactor_sim)
    reactor_package_test(exported_symbols.${library} "${CMAKE_COMMAND}"
        "-DNM=${CMAKE_NM}" "-DLIBRARY=$<TARGET_FILE:${library}>" -P "${here}/exported_symbols.cmake")
endforeach()
if(CMAKE_BUILD_TYPE STREQUAL "Release")
    reactor_package_test(library_size "${CMAKE_COMMAND}"
        "-DSTRIP=${CMAKE_STRIP}" "-DLIBRARY=$<TARGET_FILE:reactor>" "-DOUT=${out}/library_size"
        -DMOST_KIB=300 -P "${here}/library_size.cmake")
endif()
