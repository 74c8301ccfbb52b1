# A chaincode from one set of contracts, run in two ways:
#
#   suyuan_chaincode(NAME [DEPS target...])
#
# links suyuan_NAME (the room's contracts) with module_main.cc into
# lib/libsuyuan_NAME.so, which a peer loads, and with server.cc into
# bin/suyuan-chaincode-NAME, which a peer dials.
function(suyuan_chaincode NAME)
  add_library(suyuan_${NAME}_module MODULE module_main.cc)
  set_target_properties(suyuan_${NAME}_module PROPERTIES OUTPUT_NAME suyuan_${NAME}
    CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
  target_compile_options(suyuan_${NAME}_module PRIVATE ${SUYUAN_WARNINGS})
  target_link_libraries(suyuan_${NAME}_module PRIVATE suyuan_${NAME})
  # Only the entry point is visible: a module must not meddle with its host.
  target_link_options(suyuan_${NAME}_module PRIVATE -Wl,--exclude-libs,ALL)
  install(TARGETS suyuan_${NAME}_module LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
  if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/main.cc)
    suyuan_program(suyuan-chaincode-${NAME} SOURCES main.cc DEPS suyuan_${NAME} CLI11::CLI11)
  endif()
endfunction()
