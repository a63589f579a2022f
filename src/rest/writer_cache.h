// Compiled entity writers by what was asked for, so that a request pays for a compilation once per schema.
#pragma once

#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rest/entity_json.h"

namespace qodly::rest {

// `access`: whose attributes are left out; nullptr: nobody's. A writer keeps its Access alive, so that its address
// tells one from another.
//
// Thread-safe. Holds the writers of one schema, the newest it was asked about; at most `maximumWriters` of them.
class WriterCache {
 public:
  static constexpr std::size_t maximumWriters = 1024;

  // The writer of all attributes of a dataclass.
  std::shared_ptr<const EntityWriter> whole(const std::shared_ptr<const orda::Schema>& schema, std::uint32_t dataClass,
                                            const std::shared_ptr<const orda::Access>& access);
  // Error: see compileAttributes.
  Result<std::shared_ptr<const EntityWriter>> get(const std::shared_ptr<const orda::Schema>& schema,
                                                  std::uint32_t dataClass, const std::vector<std::string_view>& lists,
                                                  std::string_view expand, bool flat,
                                                  const std::shared_ptr<const orda::Access>& access);

 private:
  struct Entries {
    std::shared_ptr<const orda::Schema> schema;
    std::vector<std::shared_ptr<const EntityWriter>> whole;  // by class index
    std::unordered_map<std::string, std::shared_ptr<const EntityWriter>> named;
  };
  std::shared_mutex mutex_;
  Entries entries_;
};

}  // namespace qodly::rest
