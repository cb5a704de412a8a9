# SPDX-License-Identifier: MIT
# How every target here is compiled.
add_library(mtkscan_compile INTERFACE)
target_compile_definitions(mtkscan_compile INTERFACE _GNU_SOURCE)
target_compile_options(mtkscan_compile INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wvla
  -Wstrict-prototypes -Wmissing-prototypes -Wcast-align -Wformat=2 -Wundef -Wpointer-arith
  -Wwrite-strings -Wdouble-promotion
  $<$<BOOL:${MTKSCAN_WERROR}>:-Werror>
  -fstack-protector-strong)
if(NOT MTKSCAN_SANITIZE AND NOT MTKSCAN_COVERAGE AND NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
  target_compile_definitions(mtkscan_compile INTERFACE _FORTIFY_SOURCE=2)
endif()
if(MTKSCAN_SANITIZE)
  target_compile_options(mtkscan_compile INTERFACE
    -fsanitize=${MTKSCAN_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(mtkscan_compile INTERFACE -fsanitize=${MTKSCAN_SANITIZE})
endif()
if(MTKSCAN_COVERAGE)
  target_compile_options(mtkscan_compile INTERFACE --coverage -fprofile-update=atomic -O0)
  target_link_options(mtkscan_compile INTERFACE --coverage)
endif()
