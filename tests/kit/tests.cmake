# SPDX-License-Identifier: MIT
# The program behind corpus/build.
add_executable(test_kit_tool ${CMAKE_CURRENT_LIST_DIR}/kit_tool.c)
target_link_libraries(test_kit_tool PRIVATE mtkscan_core mtkscan_compile)
set_target_properties(test_kit_tool PROPERTIES
  OUTPUT_NAME kit_tool RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
