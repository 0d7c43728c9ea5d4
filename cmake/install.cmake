# What `cmake --install` lays down for those who link libreactor, in components:
#   lib  the shared libraries that programs need to run (empty in a static build)
#   dev  headers, archives, the CMake package and the .pc files; the simulation kit with them

include(CMakePackageConfigHelpers)

install(TARGETS reactor EXPORT reactor-targets
    LIBRARY COMPONENT lib NAMELINK_COMPONENT dev
    ARCHIVE COMPONENT dev
    FILE_SET HEADERS COMPONENT dev
    INCLUDES DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
install(TARGETS reactor_sim EXPORT reactor-targets
    LIBRARY COMPONENT dev
    ARCHIVE COMPONENT dev
    FILE_SET HEADERS COMPONENT dev
    INCLUDES DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")

# find_package(reactor)
set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/reactor")
install(EXPORT reactor-targets
    NAMESPACE reactor::
    DESTINATION "${package_dir}"
    COMPONENT dev)
configure_package_config_file(
    "${CMAKE_CURRENT_LIST_DIR}/reactor-config.cmake.in"
    "${PROJECT_BINARY_DIR}/reactor-config.cmake"
    INSTALL_DESTINATION "${package_dir}"
    NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/reactor-config-version.cmake"
    COMPATIBILITY SameMinorVersion)
install(FILES
        "${PROJECT_BINARY_DIR}/reactor-config.cmake"
        "${PROJECT_BINARY_DIR}/reactor-config-version.cmake"
    DESTINATION "${package_dir}"
    COMPONENT dev)

# pkg-config: each file finds the tree by its own place in it, so that the tree can be moved.
set(pc_dir "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
if(IS_ABSOLUTE "${CMAKE_INSTALL_LIBDIR}" OR IS_ABSOLUTE "${CMAKE_INSTALL_INCLUDEDIR}")
    set(pc_prefix "${CMAKE_INSTALL_PREFIX}")
    set(pc_libdir "${CMAKE_INSTALL_FULL_LIBDIR}")
    set(pc_includedir "${CMAKE_INSTALL_FULL_INCLUDEDIR}")
else()
    file(RELATIVE_PATH pc_prefix "/prefix/${pc_dir}" "/prefix")
    string(REGEX REPLACE "/$" "" pc_prefix "\${pcfiledir}/${pc_prefix}")
    set(pc_libdir "\${prefix}/${CMAKE_INSTALL_LIBDIR}")
    set(pc_includedir "\${prefix}/${CMAKE_INSTALL_INCLUDEDIR}")
endif()

# reactor_install_pc(<file's name> <library's target> <description>)
function(reactor_install_pc name target description)
    set(pc_name "${name}")
    set(pc_library "${target}")
    set(pc_description "${description}")
    configure_file("${PROJECT_SOURCE_DIR}/cmake/reactor.pc.in" "${PROJECT_BINARY_DIR}/${name}.pc" @ONLY)
    install(FILES "${PROJECT_BINARY_DIR}/${name}.pc" DESTINATION "${pc_dir}" COMPONENT dev)
endfunction()

reactor_install_pc(reactor reactor "Event-loop library, after asyncore and asynchat")
reactor_install_pc(reactor-sim reactor_sim "libreactor over simulated sockets and time, for tests")
