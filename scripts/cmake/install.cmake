# `cmake --install`: programs, chaincode modules, and the package that applications and
# chaincode authors use:
#
#   find_package(suyuan REQUIRED)
#   target_link_libraries(app suyuan::sdk)      # client library
#   target_link_libraries(app suyuan::sdk_trace)  # and typed clients of the trace chaincode
#   target_link_libraries(app suyuan::sdk_place)  # and places of scans from addresses
#   target_link_libraries(module suyuan::shim)  # chaincode

include(CMakePackageConfigHelpers)

set(exported suyuan_options suyuan_protos suyuan_common suyuan_crypto suyuan_protoutil suyuan_rpc
    suyuan_sdk suyuan_sdk_trace suyuan_gs1 suyuan_sdk_place suyuan_shim)
foreach(target ${exported})
  string(REGEX REPLACE "^suyuan_" "" name ${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name})
  add_library(suyuan::${name} ALIAS ${target})
endforeach()

install(TARGETS ${exported} EXPORT suyuanTargets
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(EXPORT suyuanTargets NAMESPACE suyuan::
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/suyuan)

foreach(room network/common network/crypto network/protoutil network/rpc sdk sdk/trace sdk/place
        chaincode/gs1 chaincode/shim)
  file(GLOB headers CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${room}/*.h)
  install(FILES ${headers} DESTINATION include/suyuan/${room})
endforeach()
install(DIRECTORY ${CMAKE_BINARY_DIR}/generated/protos DESTINATION include/suyuan
  FILES_MATCHING PATTERN "*.pb.h")

configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/suyuanConfig.cmake.in
  ${CMAKE_BINARY_DIR}/suyuanConfig.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/suyuan)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/suyuanConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/suyuanConfig.cmake ${CMAKE_BINARY_DIR}/suyuanConfigVersion.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/suyuan)
