# `cpack -G DEB` in a build directory makes the packages of Debian, and builds what goes into them:
#   chatd          the daemon with its service, from this build; the library is in it
#   chat-bench     the load generator and the benchmarks, likewise
#   libreactor0.1  the shared library, from a build of its own in packages/shared; named after the soname
#   libreactor-dev what programs with the library are built with, likewise
#
# Programs and library lie in components (see install.cmake); what only a package has, in the components
# service, chatd-doc, bench-doc, lib-doc and dev-doc.  Those go to fixed places.

# A daemon that cannot tell systemd that it is ready would be no service, so then there are no packages.
find_program(DPKG_SHLIBDEPS dpkg-shlibdeps)
mark_as_advanced(DPKG_SHLIBDEPS)
if(NOT CHATD_WITH_SYSTEMD OR NOT DPKG_SHLIBDEPS)
    set(refusal "No packages can be made: that takes libsystemd-dev, pkg-config and dpkg-dev.  \
Install them and configure anew, without -DCHATD_SYSTEMD=OFF; './cmake/dev package' does all of it.")
    message(STATUS "${refusal}")
    file(WRITE "${PROJECT_BINARY_DIR}/CPackConfig.cmake" "message(FATAL_ERROR \"${refusal}\")\n")
    return()
endif()

set(dist "${PROJECT_SOURCE_DIR}/chatd/dist")
set(made "${PROJECT_BINARY_DIR}/packages")
set(soname_version "${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}")
set(library_package "libreactor${soname_version}")
set(revision 1)
set(package_version "${PROJECT_VERSION}-${revision}")
set(maintainer "The libreactor authors <libreactor@example.org>")

# --- what only a package has ---
function(package_file component destination)
    cmake_parse_arguments(PARSE_ARGV 2 arg "PROGRAM" "RENAME" "FILES")
    set(kind FILES)
    if(arg_PROGRAM)
        set(kind PROGRAMS)
    endif()
    set(rename)
    if(arg_RENAME)
        set(rename RENAME "${arg_RENAME}")
    endif()
    install(${kind} ${arg_FILES} DESTINATION "${destination}" ${rename}
        COMPONENT "${component}" EXCLUDE_FROM_ALL)
endfunction()

package_file(service /lib/systemd/system FILES "${dist}/chatd.service" "${dist}/chatd.socket")
package_file(service /usr/lib/sysusers.d FILES "${dist}/sysusers.conf" RENAME chatd.conf)
package_file(service /usr/share/doc/chatd
    FILES "${dist}/../doc/control.md" "${dist}/../doc/limits.md" "${dist}/../doc/log.md"
          "${dist}/../doc/protocol.md")
package_file(service /usr/share/doc/chatd/examples
    FILES "${dist}/single-node.conf" "${dist}/chatd-metrics.socket")
package_file(service /usr/share/doc/chatd/examples/fail2ban
    FILES "${dist}/fail2ban/chatd.conf" "${dist}/fail2ban/jail.conf")
package_file(service /usr/share/doc/chatd/examples/grafana FILES "${dist}/grafana/chatd.json")
if(EXISTS "${dist}/chatd.conf")
    package_file(service /etc/chatd FILES "${dist}/chatd.conf")
endif()
install(DIRECTORY DESTINATION /etc/chatd/conf.d COMPONENT service EXCLUDE_FROM_ALL)

# Every package has its copyright and both change logs.
file(READ "${PROJECT_SOURCE_DIR}/LICENSE" license_paragraphs)
string(REGEX REPLACE "^.*(Permission is hereby.*)$" "\\1" license_paragraphs "${license_paragraphs}")
string(STRIP "${license_paragraphs}" license_paragraphs)
string(REPLACE "\n\n" "\n.\n" license_paragraphs "${license_paragraphs}")
string(REPLACE "\n" "\n " license_paragraphs " ${license_paragraphs}")
configure_file("${dist}/debian/copyright.in" "${made}/copyright" @ONLY)
string(TIMESTAMP now "%a, %d %b %Y %H:%M:%S +0000" UTC)
file(CONFIGURE OUTPUT "${made}/changelog.Debian" @ONLY CONTENT
"libreactor (@package_version@) bookworm; urgency=medium

  * Packaged by CPack; changelog.gz tells what changed.

 -- @maintainer@  @now@
")
foreach(pair IN ITEMS chatd-doc/chatd bench-doc/chat-bench lib-doc/${library_package} dev-doc/libreactor-dev)
    string(REGEX MATCH "^(.*)/(.*)$" pair "${pair}")
    set(place "/usr/share/doc/${CMAKE_MATCH_2}")
    package_file(${CMAKE_MATCH_1} "${place}" FILES "${made}/copyright" "${made}/changelog.Debian")
    package_file(${CMAKE_MATCH_1} "${place}" FILES "${PROJECT_SOURCE_DIR}/CHANGELOG.md" RENAME changelog)
endforeach()

# The manuals, and what they show.
file(GLOB load_pages "${PROJECT_SOURCE_DIR}/bench/chatload/doc/*.md")
package_file(bench-doc /usr/share/doc/chat-bench FILES ${load_pages})
file(GLOB library_pages "${PROJECT_SOURCE_DIR}/libreactor/doc/*.md")
package_file(dev-doc /usr/share/doc/libreactor-dev/doc FILES ${library_pages})
file(GLOB examples "${PROJECT_SOURCE_DIR}/libreactor/examples/*.[ch]pp")
package_file(dev-doc /usr/share/doc/libreactor-dev/examples FILES ${examples})

# The benchmarks' pages are made of their --help.
add_custom_target(bench-pages)
function(help_page target summary)
    if(TARGET ${target})
        set(page "${made}/man/${target}.1")
        add_custom_target(bench-page-${target}
            COMMAND "${CMAKE_COMMAND}" "-DPROGRAM=$<TARGET_FILE:${target}>" -DNAME=${target}
                "-DSUMMARY=${summary}" "-DSUBCOMMANDS=${ARGN}" "-DOUT=${page}"
                -P "${PROJECT_SOURCE_DIR}/cmake/packages/help_page.cmake"
            VERBATIM)
        add_dependencies(bench-page-${target} ${target})
        add_dependencies(bench-pages bench-page-${target})
        package_file(bench-doc /usr/share/man/man1 FILES "${page}")
    endif()
endfunction()
help_page(chatload "load a chat server and check what it delivers" compare)
help_page(reactor-bench "measure what an event loop costs" "run,list")
help_page(yardstick "serve chat lines with as little as possible, to compare with")
help_page(shootout "put chat servers to the same load and compare them")

# --- how it is built ---
set(program_targets chatd)
foreach(target IN ITEMS
        chatd-pages-made chatctl chatctl-page chatload reactor-bench yardstick shootout bench-pages)
    if(TARGET ${target})
        list(APPEND program_targets ${target})
    endif()
endforeach()
set(build_libraries "${CMAKE_COMMAND}" -S "${PROJECT_SOURCE_DIR}" -B "${made}/shared" -G "${CMAKE_GENERATOR}"
    "-DCMAKE_CXX_COMPILER=${CMAKE_CXX_COMPILER}"
    "-DCMAKE_CXX_FLAGS=${CMAKE_CXX_FLAGS}" "-DCMAKE_CXX_FLAGS_RELEASE=${CMAKE_CXX_FLAGS_RELEASE}"
    -DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_PREFIX=/usr -DBUILD_SHARED_LIBS=ON
    -DCMAKE_INTERPROCEDURAL_OPTIMIZATION=ON -DREACTOR_BUILD_CHATD=OFF -DREACTOR_BUILD_BENCH=OFF
    -DREACTOR_BUILD_EXAMPLES=OFF -DREACTOR_BUILD_TESTS=OFF)
list(JOIN build_libraries "' '" build_libraries)
list(JOIN program_targets " " program_targets)
set(CPACK_INSTALL_COMMANDS
    "'${CMAKE_COMMAND}' --build '${PROJECT_BINARY_DIR}' --target ${program_targets}"
    "'${build_libraries}'"
    "'${CMAKE_COMMAND}' --build '${made}/shared' --target reactor reactor_sim")
set(CPACK_INSTALL_CMAKE_PROJECTS
    "${PROJECT_BINARY_DIR};${PROJECT_NAME};programs;/"
    "${made}/shared;${PROJECT_NAME};libraries;/")
set(CPACK_COMPONENTS_PROGRAMS chatd service chatd-doc bench bench-doc lib-doc dev-doc)
set(CPACK_COMPONENTS_LIBRARIES lib dev)
set(CPACK_PRE_BUILD_SCRIPTS "${CMAKE_CURRENT_LIST_DIR}/packages/finish.cmake")

# --- what the packages are ---
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME libreactor)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "") # each package has its own
set(CPACK_PACKAGE_VENDOR "the libreactor authors")
set(CPACK_PACKAGE_CONTACT "${maintainer}")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_SET_DESTDIR ON)
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_GROUPING ONE_PER_GROUP)
set(CPACK_COMPONENTS_ALL ${CPACK_COMPONENTS_PROGRAMS} ${CPACK_COMPONENTS_LIBRARIES})
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE ${revision})
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS "${made}/shared/libreactor")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

# package(<group> <name> <section> <components> <summary> <description>)
macro(package group name section components summary description)
    string(TOUPPER "${group}" upper)
    foreach(component IN ITEMS ${components})
        string(TOUPPER "${component}" component)
        set(CPACK_COMPONENT_${component}_GROUP ${group})
    endforeach()
    set(CPACK_DEBIAN_${upper}_DESCRIPTION "${summary}\n${description}")
    set(CPACK_DEBIAN_${upper}_PACKAGE_NAME ${name})
    set(CPACK_DEBIAN_${upper}_PACKAGE_SECTION ${section})
endmacro()

package(daemon chatd net "chatd;service;chatd-doc"
    "chat daemon with a line protocol over TCP"
    "People connect with netcat or a client of their own, log in by a name and
talk in one room. It comes as a hardened systemd service with socket
activation, limits against floods and slow readers, and a reload that
drops nobody.")
package(bench chat-bench net "bench;bench-doc"
    "load generator and benchmarks for chat servers"
    "chatload puts a chat server under a described load and checks that every
line arrives once and in order; reactor-bench and shootout compare event
loops and servers.")
package(library ${library_package} libs "lib;lib-doc"
    "event-loop library after asyncore and asynchat"
    "A loop, dispatchers, line channels with bounded output, timers and
signals for servers with many connections.")
package(headers libreactor-dev libdevel "dev;dev-doc"
    "event-loop library after asyncore and asynchat - development files"
    "Headers, the CMake package and pkg-config files for programs with
libreactor, and its simulated twin for their tests.")

set(CPACK_DEBIAN_DAEMON_PACKAGE_DEPENDS
    "init-system-helpers (>= 1.54~), passwd, systemd | systemd-standalone-sysusers | systemd-sysusers")
set(CPACK_DEBIAN_DAEMON_PACKAGE_SUGGESTS "chat-bench")
set(CPACK_DEBIAN_DAEMON_PACKAGE_CONTROL_EXTRA
    "${dist}/debian/postinst" "${dist}/debian/prerm" "${dist}/debian/postrm")
if(EXISTS "${dist}/chatd.conf")
    file(WRITE "${made}/conffiles" "/etc/chatd/chatd.conf\n")
    list(APPEND CPACK_DEBIAN_DAEMON_PACKAGE_CONTROL_EXTRA "${made}/conffiles")
endif()
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS_POLICY ">=")
file(WRITE "${made}/triggers" "activate-noawait ldconfig\n")
set(CPACK_DEBIAN_LIBRARY_PACKAGE_CONTROL_EXTRA "${made}/triggers")
set(CPACK_DEBIAN_HEADERS_PACKAGE_CONTROL_EXTRA "${made}/triggers")
set(CPACK_DEBIAN_HEADERS_PACKAGE_DEPENDS "${library_package} (= ${package_version})")

include(CPack)
