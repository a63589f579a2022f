// libcurl, loaded on first use: start-up and idle memory do not pay for it. The pointers are curl's documented
// functions.
#pragma once

#include <memory>
#include <string>

#ifndef CURL_DISABLE_TYPECHECK
#define CURL_DISABLE_TYPECHECK  // the checking macros need the functions themselves
#endif
#include <curl/curl.h>

#include "base/error.h"

#undef curl_easy_setopt
#undef curl_easy_getinfo
#undef curl_multi_setopt

namespace qodly::script::library {

// Thread-safe after loading.
class Curl {
 public:
  // Error wrongSettings: the library is not installed.
  static Result<const Curl*> get();

  struct FreeEasy {
    const Curl* curl;
    void operator()(CURL* easy) const { curl->easyCleanup(easy); }
  };
  struct FreeList {
    const Curl* curl;
    void operator()(curl_slist* list) const { curl->listFree(list); }
  };
  using Easy = std::unique_ptr<CURL, FreeEasy>;
  using List = std::unique_ptr<curl_slist, FreeList>;
  Easy newEasy() const { return Easy(easyInit(), FreeEasy{this}); }
  List newList() const { return List(nullptr, FreeList{this}); }
  void append(List& list, const std::string& line) const {
    if (curl_slist* longer = listAppend(list.get(), line.c_str())) {
      static_cast<void>(list.release());
      list.reset(longer);
    }
  }

  decltype(&::curl_easy_init) easyInit = nullptr;
  decltype(&::curl_easy_cleanup) easyCleanup = nullptr;
  decltype(&::curl_easy_setopt) set = nullptr;
  decltype(&::curl_easy_getinfo) info = nullptr;
  decltype(&::curl_easy_perform) perform = nullptr;
  decltype(&::curl_easy_send) send = nullptr;
  decltype(&::curl_easy_recv) receive = nullptr;
  decltype(&::curl_easy_strerror) message = nullptr;
  decltype(&::curl_slist_append) listAppend = nullptr;
  decltype(&::curl_slist_free_all) listFree = nullptr;
  decltype(&::curl_multi_init) multiInit = nullptr;
  decltype(&::curl_multi_cleanup) multiCleanup = nullptr;
  decltype(&::curl_multi_add_handle) multiAdd = nullptr;
  decltype(&::curl_multi_remove_handle) multiRemove = nullptr;
  decltype(&::curl_multi_perform) multiPerform = nullptr;
  decltype(&::curl_multi_poll) multiPoll = nullptr;
  decltype(&::curl_multi_wakeup) multiWakeup = nullptr;
  decltype(&::curl_multi_info_read) multiInfo = nullptr;
  decltype(&::curl_url) newUrl = nullptr;
  decltype(&::curl_url_cleanup) freeUrl = nullptr;
  decltype(&::curl_url_set) setUrl = nullptr;
  decltype(&::curl_url_get) getUrl = nullptr;
  decltype(&::curl_free) free = nullptr;

 private:
  Curl();
  bool ready_ = false;
};

}  // namespace qodly::script::library
