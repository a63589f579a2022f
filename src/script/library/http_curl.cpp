#include "script/library/http_curl.h"

#include "base/loaded_function.h"
#include "script/library/io_error.h"

namespace qodly::script::library {

Curl::Curl() {
  void* library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return;
  decltype(&::curl_global_init) init = nullptr;
  ready_ =
      findFunction(library, "curl_global_init", init) && findFunction(library, "curl_easy_init", easyInit) &&
      findFunction(library, "curl_easy_cleanup", easyCleanup) && findFunction(library, "curl_easy_setopt", set) &&
      findFunction(library, "curl_easy_getinfo", info) && findFunction(library, "curl_easy_perform", perform) &&
      findFunction(library, "curl_easy_send", send) && findFunction(library, "curl_easy_recv", receive) &&
      findFunction(library, "curl_easy_strerror", message) && findFunction(library, "curl_slist_append", listAppend) &&
      findFunction(library, "curl_slist_free_all", listFree) && findFunction(library, "curl_multi_init", multiInit) &&
      findFunction(library, "curl_multi_cleanup", multiCleanup) &&
      findFunction(library, "curl_multi_add_handle", multiAdd) &&
      findFunction(library, "curl_multi_remove_handle", multiRemove) &&
      findFunction(library, "curl_multi_perform", multiPerform) &&
      findFunction(library, "curl_multi_poll", multiPoll) && findFunction(library, "curl_multi_wakeup", multiWakeup) &&
      findFunction(library, "curl_multi_info_read", multiInfo) && findFunction(library, "curl_url", newUrl) &&
      findFunction(library, "curl_url_cleanup", freeUrl) && findFunction(library, "curl_url_set", setUrl) &&
      findFunction(library, "curl_url_get", getUrl) && findFunction(library, "curl_free", free) &&
      init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
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
