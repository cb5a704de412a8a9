# SPDX-License-Identifier: MIT
# mtkscan_add_plugin(ID SOURCES file...): a chip module that exports its entry and nothing else.
set(MTKSCAN_PLUGIN_MAP ${CMAKE_CURRENT_LIST_DIR}/plugin.map)

function(mtkscan_add_plugin id)
  cmake_parse_arguments(arg "" "" "SOURCES" ${ARGN})
  add_library(${id} MODULE ${arg_SOURCES})
  set_target_properties(${id} PROPERTIES
    PREFIX "" SUFFIX ".so" C_VISIBILITY_PRESET hidden POSITION_INDEPENDENT_CODE ON
    LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/plugins)
  target_link_libraries(${id} PRIVATE mtkscan_sdk)
  target_link_options(${id} PRIVATE
    -Wl,--version-script=${MTKSCAN_PLUGIN_MAP} -Wl,-z,relro,-z,now,-z,noexecstack)
  if(NOT MTKSCAN_SANITIZE)
    target_link_options(${id} PRIVATE -Wl,-z,defs)
  endif()
  if(TARGET mtkscan_compile)
    target_link_libraries(${id} PRIVATE mtkscan_compile)
  endif()
  install(TARGETS ${id} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/mtkscan/plugins)
  if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/boards.ini)
    configure_file(boards.ini ${CMAKE_BINARY_DIR}/plugins/${id}.boards.ini COPYONLY)
    install(FILES boards.ini DESTINATION ${CMAKE_INSTALL_LIBDIR}/mtkscan/plugins
      RENAME ${id}.boards.ini)
  endif()
endfunction()
