// OpenAPI documents are made once for all callers of like rights.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "orda/datastore.h"
#include "security/roles.h"

namespace qodly::script::vm {
class Program;
}

namespace qodly::rest {

class Call;

// The documents made last, by what they depend on: model, code, roles and privileges. Thread-safe.
class OpenApiDocuments {
 public:
  struct Document {
    std::string text;
    std::string etag;
  };
  // Of the live model, for whoever asks.
  std::shared_ptr<const Document> of(Call& call);

 private:
  static constexpr std::size_t maximumKept = 32;
  struct Kept {
    std::weak_ptr<const orda::Schema> schema;
    std::weak_ptr<const script::vm::Program> program;
    std::weak_ptr<const security::Roles> roles;
    security::PrivilegeSet held;
    std::shared_ptr<const Document> document;
  };
  std::mutex mutex_;
  std::vector<Kept> kept_;  // used last first
};

}  // namespace qodly::rest
