# SPDX-License-Identifier: MIT
# Every module has what a module needs, and docs/chips.md says what the modules say.
add_test(NAME docs/chips COMMAND Python3::Interpreter
  ${CMAKE_CURRENT_LIST_DIR}/check_chips.py ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR}/mtkscan)
