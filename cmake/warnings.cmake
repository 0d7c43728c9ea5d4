# Linked privately by every target of this project; a user's code keeps its own warnings.
# They become errors by CMAKE_COMPILE_WARNING_AS_ERROR, which is for presets to say.

add_library(reactor_warnings INTERFACE)
target_compile_options(reactor_warnings INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion)
