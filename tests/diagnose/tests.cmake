# SPDX-License-Identifier: MIT
# What the raw detectors say of a file, for tests/corpus/check_views.py.
add_executable(diagnose-probe ${CMAKE_CURRENT_LIST_DIR}/probe.c)
target_link_libraries(diagnose-probe PRIVATE mtkscan_core mtkscan_compile)
set_target_properties(diagnose-probe PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
