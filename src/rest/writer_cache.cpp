#include "rest/writer_cache.h"

#include <bit>

namespace qodly::rest {

namespace {

std::string cacheKey(std::uint32_t dataClass, const std::vector<std::string_view>& lists, std::string_view expand,
                     bool flat, const orda::Access* access) {
  std::string key = std::to_string(dataClass);
  if (access != nullptr) key += "/" + std::to_string(std::bit_cast<std::uintptr_t>(access));
  for (const std::string_view list : lists) {
    key += '\n';
    key += list;
  }
  key += flat ? "\rf" : "\r";
  key += expand;
  return key;
}

bool asksNothing(const std::vector<std::string_view>& lists) {
  for (const std::string_view list : lists) {
    if (!list.empty() && list != "*") return false;
  }
  return true;
}

}  // namespace

std::shared_ptr<const EntityWriter> WriterCache::whole(const std::shared_ptr<const orda::Schema>& schema,
                                                       std::uint32_t dataClass,
                                                       const std::shared_ptr<const orda::Access>& access) {
  if (access) return *get(schema, dataClass, {}, {}, false, access);
  {
    std::shared_lock lock(mutex_);
    if (entries_.schema == schema && entries_.whole[dataClass]) return entries_.whole[dataClass];
  }
  AttributeTree tree;
  tree.dataClass = dataClass;
  tree.everything = true;
  auto writer = EntityWriter::compile(schema, tree);
  std::lock_guard lock(mutex_);
  if (entries_.schema != schema) entries_ = {.schema = schema, .whole = {}, .named = {}};
  entries_.whole.resize(schema->model->classes.size());
  entries_.whole[dataClass] = writer;
  return writer;
}

Result<std::shared_ptr<const EntityWriter>> WriterCache::get(const std::shared_ptr<const orda::Schema>& schema,
                                                             std::uint32_t dataClass,
                                                             const std::vector<std::string_view>& lists,
                                                             std::string_view expand, bool flat,
                                                             const std::shared_ptr<const orda::Access>& access) {
  if (!access && !flat && expand.empty() && asksNothing(lists)) return whole(schema, dataClass, nullptr);
  std::string key = cacheKey(dataClass, lists, expand, flat, access.get());
  {
    std::shared_lock lock(mutex_);
    if (entries_.schema == schema) {
      if (const auto known = entries_.named.find(key); known != entries_.named.end()) return known->second;
    }
  }
  auto tree = compileAttributes(*schema->model, dataClass, lists, expand);
  if (!tree) return std::unexpected(tree.error());
  auto writer = EntityWriter::compile(schema, *tree, flat, access);
  std::lock_guard lock(mutex_);
  if (entries_.schema != schema) entries_ = {.schema = schema, .whole = {}, .named = {}};
  entries_.whole.resize(schema->model->classes.size());
  if (entries_.named.size() >= maximumWriters) entries_.named.clear();
  entries_.named.emplace(std::move(key), writer);
  return writer;
}

}  // namespace qodly::rest
