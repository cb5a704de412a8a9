# SPDX-License-Identifier: MIT
# The flip experiment is a program for tests/corpus/check_flips.py, not a test of its own.
add_executable(flips codec/flips.c)
target_link_libraries(flips PRIVATE mtkscan_test_support)
set_target_properties(flips PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
