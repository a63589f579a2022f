#include "script/library/http_curl.h"

#include <dlfcn.h>

#include "script/library/io_error.h"

namespace qodly::script::library {

namespace {

template <class Function>
bool find(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(dlsym(library, name));  // the documented use of dlsym
  return function != nullptr;
}

}  // namespace

Curl::Curl() {
  void* library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return;
  decltype(&::curl_global_init) init = nullptr;
  ready_ = find(library, "curl_global_init", init) && find(library, "curl_easy_init", easyInit) &&
           find(library, "curl_easy_cleanup", easyCleanup) && find(library, "curl_easy_setopt", set) &&
           find(library, "curl_easy_getinfo", info) && find(library, "curl_easy_perform", perform) &&
           find(library, "curl_easy_send", send) && find(library, "curl_easy_recv", receive) &&
           find(library, "curl_easy_strerror", message) && find(library, "curl_slist_append", listAppend) &&
           find(library, "curl_slist_free_all", listFree) && find(library, "curl_multi_init", multiInit) &&
           find(library, "curl_multi_cleanup", multiCleanup) && find(library, "curl_multi_add_handle", multiAdd) &&
           find(library, "curl_multi_remove_handle", multiRemove) &&
           find(library, "curl_multi_perform", multiPerform) && find(library, "curl_multi_poll", multiPoll) &&
           find(library, "curl_multi_wakeup", multiWakeup) && find(library, "curl_multi_info_read", multiInfo) &&
           find(library, "curl_url", newUrl) && find(library, "curl_url_cleanup", freeUrl) &&
           find(library, "curl_url_set", setUrl) && find(library, "curl_url_get", getUrl) &&
           find(library, "curl_free", free) && init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

Result<const Curl*> Curl::get() {
  static const Curl loaded;
  if (!loaded.ready_) {
    return fail(fault::wrongSettings,
                "libcurl is not installed on this machine: HTTP requests and mail need libcurl.so.4.");
  }
  return &loaded;
}

}  // namespace qodly::script::library
