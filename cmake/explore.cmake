# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# The explore flavour: the same model, instrumented, on a ground where fibers are CPUs.
#
# netpage-sim::explore         the shared library; who links to it is instrumented
# netpage-sim::explore-static  the static one
# netpage-sim-explore-internal for tests, which may look behind the API

pkg_check_modules(LIBDW REQUIRED IMPORTED_TARGET libdw)

# What makes a compiler tell of every access.  These are for compiling only: linking with
# -fsanitize=thread would bring in another runtime.
#
# gcc expands memset() and its like in place, unseen, unless told not to.  Their checked
# forms (_FORTIFY_SOURCE) would pass by the names that are wrapped.
# A call that is made a jump would tell of its caller's place; without debug information
# reports have no lines.  A kernel has no vector registers: two stores do not become one.
set(NP_EXPLORE_COMMON -fsanitize=thread -fno-omit-frame-pointer -fno-optimize-sibling-calls -g
	-U_FORTIFY_SOURCE -fno-tree-vectorize -fno-tree-slp-vectorize)
set(NP_EXPLORE_GNU
	--param=tsan-distinguish-volatile=1 --param=tsan-instrument-func-entry-exit=0
	-fno-builtin-memset -fno-builtin-memcpy -fno-builtin-memmove
	# It says of ThreadSanitizer that it does not know fences. This runtime does. And it
	# forgets that instrumented atomics write.
	-Wno-tsan -Wno-uninitialized -Wno-maybe-uninitialized)
set(NP_EXPLORE_CLANG
	"SHELL:-mllvm -tsan-distinguish-volatile=1"
	"SHELL:-mllvm -tsan-instrument-func-entry-exit=0")
# What the C library writes on their behalf: lib/explore/string.c.
set(NP_EXPLORE_WRAPPED memset memcpy memmove snprintf vsnprintf)

# Instrumentation for two sanitizers at once there is not: in a build for AddressSanitizer
# it sees the engine, and not the model.
if(CMAKE_C_FLAGS MATCHES "-fsanitize=[^ ]*address")
	list(PREPEND NP_EXPLORE_COMMON -fno-sanitize=address)
endif()

set(NP_EXPLORE_OPTIONS ${NP_EXPLORE_COMMON})
foreach(language C CXX)
	foreach(option IN LISTS NP_EXPLORE_GNU)
		list(APPEND NP_EXPLORE_OPTIONS
			"$<$<COMPILE_LANG_AND_ID:${language},GNU>:${option}>")
	endforeach()
	foreach(option IN LISTS NP_EXPLORE_CLANG)
		list(APPEND NP_EXPLORE_OPTIONS
			"$<$<COMPILE_LANG_AND_ID:${language},Clang,AppleClang>:${option}>")
	endforeach()
endforeach()
list(TRANSFORM NP_EXPLORE_WRAPPED PREPEND "LINKER:--wrap=" OUTPUT_VARIABLE NP_EXPLORE_LINK)

# The model is a user like any other.  The ground is not instrumented: it says itself
# what it does to memory that is watched.

file(GLOB ground_sources CONFIGURE_DEPENDS lib/plat/explore/*.c lib/explore/*.c)
np_add_objects(netpage-sim-explore-model ${model_sources})
target_compile_options(netpage-sim-explore-model PRIVATE ${NP_EXPLORE_OPTIONS})
np_add_objects(netpage-sim-explore-plat ${ground_sources} lib/plat/blocks.c)
target_compile_options(netpage-sim-explore-plat PRIVATE -fno-omit-frame-pointer -g)
target_link_libraries(netpage-sim-explore-plat PRIVATE PkgConfig::LIBDW)
# In a build for any sanitizer gcc knows these names as its own, with other types.
set_property(SOURCE lib/explore/runtime.c APPEND PROPERTY COMPILE_OPTIONS
	$<$<C_COMPILER_ID:GNU>:-Wno-builtin-declaration-mismatch>)
foreach(objects netpage-sim-explore-model netpage-sim-explore-plat)
	target_compile_definitions(${objects} PRIVATE NP_FLAVOUR_EXPLORE)
endforeach()

# Nor is what it calls wrapped, which would come back to it.
set(ground ${CMAKE_CURRENT_BINARY_DIR}/netpage-sim-explore-ground.o)
list(TRANSFORM NP_EXPLORE_WRAPPED REPLACE "(.+)" "--redefine-sym;\\1=__real_\\1"
	OUTPUT_VARIABLE not_wrapped)
add_custom_command(OUTPUT ${ground}
	COMMAND ${CMAKE_LINKER} -r -o ${ground} $<TARGET_OBJECTS:netpage-sim-explore-plat>
	COMMAND ${CMAKE_OBJCOPY} ${not_wrapped} ${ground}
	DEPENDS netpage-sim-explore-plat $<TARGET_OBJECTS:netpage-sim-explore-plat>
	COMMAND_EXPAND_LISTS VERBATIM)
add_custom_target(netpage-sim-explore-ground DEPENDS ${ground})
set(NP_EXPLORE_OBJECTS ${ground} $<TARGET_OBJECTS:netpage-sim-explore-model>)

set(explore_version_script ${CMAKE_CURRENT_SOURCE_DIR}/lib/libnetpage-sim-explore.map)
add_library(netpage-sim-explore-shared SHARED ${NP_EXPLORE_OBJECTS})
add_library(netpage-sim::explore ALIAS netpage-sim-explore-shared)
set_target_properties(netpage-sim-explore-shared PROPERTIES
	EXPORT_NAME explore
	VERSION ${PROJECT_VERSION}
	SOVERSION ${PROJECT_VERSION_MAJOR}
	LINK_DEPENDS ${explore_version_script})
target_link_options(netpage-sim-explore-shared PRIVATE
	LINKER:--version-script=${explore_version_script})
if(NOT CMAKE_C_FLAGS MATCHES "-fsanitize=")
	target_link_options(netpage-sim-explore-shared PRIVATE LINKER:-z,defs)
endif()

# As with the native flavour: nothing but the API, and what the compilers call.
add_custom_command(OUTPUT libnetpage-sim-explore.o
	COMMAND ${CMAKE_LINKER} -r -o libnetpage-sim-explore.o ${NP_EXPLORE_OBJECTS}
	COMMAND ${CMAKE_OBJCOPY} --localize-hidden libnetpage-sim-explore.o
	DEPENDS netpage-sim-explore-ground netpage-sim-explore-model ${NP_EXPLORE_OBJECTS}
	COMMAND_EXPAND_LISTS VERBATIM)
add_library(netpage-sim-explore-static STATIC
	${CMAKE_CURRENT_BINARY_DIR}/libnetpage-sim-explore.o)
add_library(netpage-sim::explore-static ALIAS netpage-sim-explore-static)
set_target_properties(netpage-sim-explore-static PROPERTIES EXPORT_NAME explore-static)

add_library(netpage-sim-explore-internal STATIC EXCLUDE_FROM_ALL ${NP_EXPLORE_OBJECTS})
if(CMAKE_C_FLAGS MATCHES "-fsanitize=[^ ]*address")
	# A fiber is the same in code with that sanitizer and in code without.
	target_compile_definitions(netpage-sim-explore-internal INTERFACE NP_FIBER_ASAN=1)
endif()

set_target_properties(netpage-sim-explore-shared netpage-sim-explore-static PROPERTIES
	OUTPUT_NAME netpage-sim-explore)
foreach(library netpage-sim-explore-shared netpage-sim-explore-static
		netpage-sim-explore-internal)
	add_dependencies(${library} netpage-sim-explore-ground)
	set_target_properties(${library} PROPERTIES LINKER_LANGUAGE C)
	target_compile_features(${library} INTERFACE c_std_11)
	target_compile_definitions(${library} INTERFACE NP_FLAVOUR_EXPLORE)
	target_compile_options(${library} INTERFACE ${NP_EXPLORE_OPTIONS})
	target_include_directories(${library} INTERFACE
		$<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/include>
		$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
	target_link_options(${library} PUBLIC ${NP_EXPLORE_LINK})
	target_link_libraries(${library} PRIVATE PkgConfig::LIBDW ${CMAKE_DL_LIBS})
endforeach()

# For pkg-config: the same options as words.
string(REPLACE ";" " " NP_EXPLORE_GCC_CFLAGS "${NP_EXPLORE_COMMON};${NP_EXPLORE_GNU}")
string(REPLACE ";" " " NP_EXPLORE_CLANG_CFLAGS "${NP_EXPLORE_COMMON};${NP_EXPLORE_CLANG}")
string(REPLACE "SHELL:" "" NP_EXPLORE_CLANG_CFLAGS "${NP_EXPLORE_CLANG_CFLAGS}")
list(TRANSFORM NP_EXPLORE_WRAPPED PREPEND "-Wl,--wrap=" OUTPUT_VARIABLE NP_EXPLORE_LIBS)
string(REPLACE ";" " " NP_EXPLORE_LIBS "${NP_EXPLORE_LIBS}")
