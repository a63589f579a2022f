// Functions of libraries that are loaded while the program runs.
#pragma once

#include <dlfcn.h>

namespace qodly {

// Sets function to the one of that name. False: the library has none.
template <class Function>
bool findFunction(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(dlsym(library, name));  // the documented use of dlsym
  return function != nullptr;
}

}  // namespace qodly
