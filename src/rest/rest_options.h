// Settings of the REST server (admin.md 12) that its owner gives.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "security/access_cache.h"
#include "security/api_keys.h"

namespace qodly::script::vm {
class Runtime;
}

namespace qodly::rest {

class HandlerTable;

struct RestOptions {
  bool getDelete = true;                               // rest.getDelete (O-30)
  std::uint64_t maximumRequestSize = 64ull << 20;      // maxRequestSize: 413
  std::uint64_t maximumPendingUploads = 256ull << 20;  // bytes of uploads one session may keep: 413
  // Whether a page of another origin may send `method` here (rest.md 23); empty: no other origin may.
  std::function<bool(std::string_view origin, std::string_view method)> originAllowed;
  // The stored JSON of a page ($getWebForm, pages.md 1); empty: there are no pages.
  std::function<Result<std::string>(std::string_view name)> page;
  std::shared_ptr<security::AccessControl> access;  // the roles in force; empty: everything is open
  std::shared_ptr<security::ApiKeys> apiKeys;       // empty: no key is known
  std::shared_ptr<script::vm::Runtime> scripts;     // the code of the application; empty: there is none
  // The HTTP request handlers in force (rest.md 24); empty: there are none.
  std::function<std::shared_ptr<const HandlerTable>()> handlers;
  // Whether the method of that source file (compile::Unit::file) may be called through /4DACTION; empty: none may.
  std::function<bool(const std::string& file)> publishedOnWeb;
  std::filesystem::path webFolder;  // what WEB SEND FILE may send lies below it
  bool apiKeyRequired = false;      // rest.apiKeyRequired (O-05)
};

}  // namespace qodly::rest
