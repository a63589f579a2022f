// Keys are read in one (parallel) pass, then 16-byte entries of first word and source position are sorted; the position
// makes every order total, which is what keeps the sort stable. An unordered selection that covers most of its class is
// instead read off the index of a single indexed key.
#include "engine/embedded/sort.h"

#include <algorithm>
#include <optional>

#include "engine/embedded/record_pass.h"
#include "engine/embedded/sort_keys.h"

namespace qodly::engine {

namespace {

using query::SortKey;

struct Members {
  std::vector<RecordNumber> numbers;  // existing ones, in source order
  std::vector<SortColumn> columns;
};

struct Entry {
  std::uint64_t word;      // of the first key, inverted when descending
  std::uint32_t position;  // in Members
};

std::vector<SortColumn> columnsOf(std::span<const SortKey> keys, View& view) {
  std::vector<SortColumn> columns;
  columns.reserve(keys.size());
  for (const SortKey& key : keys) columns.emplace_back(key, view);
  return columns;
}

Members readKeys(const RecordPass& pass, std::span<const SortKey> keys, View& view) {
  std::vector<Members> parts;
  for (std::size_t i = 0; i < pass.chunks(); ++i) parts.push_back({{}, columnsOf(keys, view)});
  const auto read = [&](std::size_t chunk, RecordNumber number, const RecordView& record) {
    Members& part = parts[chunk];
    part.numbers.push_back(number);
    for (SortColumn& column : part.columns) column.add(number, record);
  };
  const bool related = std::ranges::any_of(keys, [](const SortKey& key) { return !key.path.hops.empty(); });
  if (related) {
    pass.runSerially(read);
  } else {
    pass.run(read);
  }
  if (parts.empty()) return {};
  Members all = std::move(parts.front());
  std::size_t total = 0;
  for (const Members& part : parts) total += part.numbers.size();
  all.numbers.reserve(total);
  for (SortColumn& column : all.columns) column.reserve(total);
  for (std::size_t i = 1; i < parts.size(); ++i) {
    all.numbers.insert(all.numbers.end(), parts[i].numbers.begin(), parts[i].numbers.end());
    for (std::size_t k = 0; k < keys.size(); ++k) all.columns[k].append(std::move(parts[i].columns[k]));
    parts[i] = Members();
  }
  return all;
}

class Before {
 public:
  explicit Before(const std::vector<SortColumn>& columns) : columns_(columns) {}

  bool operator()(const Entry& left, const Entry& right) const {
    if (left.word != right.word) return left.word < right.word;
    for (const SortColumn& column : columns_) {
      const int order = column.compare(left.position, right.position);
      if (order != 0) return column.descending() ? order > 0 : order < 0;
    }
    return left.position < right.position;
  }

 private:
  const std::vector<SortColumn>& columns_;
};

// Parts are sorted by the workers, then merged pairwise.
void sortEntries(std::vector<Entry>& entries, const Before& before, View& view) {
  const std::size_t count = entries.size();
  if (view.pool() == nullptr || count < parallelThreshold) {
    std::ranges::sort(entries, before);
    return;
  }
  const std::size_t parts = view.pool()->size();
  const auto border = [&](std::size_t part) {
    return entries.begin() + static_cast<std::ptrdiff_t>(count * std::min(part, parts) / parts);
  };
  view.pool()->run(static_cast<unsigned>(parts),
                   [&](unsigned part) { std::sort(border(part), border(part + 1), before); });
  for (std::size_t width = 1; width < parts; width *= 2) {
    const std::size_t merges = (parts + 2 * width - 1) / (2 * width);
    view.pool()->run(static_cast<unsigned>(merges), [&](unsigned merge) {
      const std::size_t first = merge * 2 * width;
      std::inplace_merge(border(first), border(first + width), border(first + 2 * width), before);
    });
  }
}

std::vector<RecordNumber> sortByKeys(const RecordPass& pass, std::span<const SortKey> keys, View& view) {
  const Members members = readKeys(pass, keys, view);
  std::vector<Entry> entries(members.numbers.size());
  const std::uint64_t flip = keys.front().descending ? UINT64_MAX : 0;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    entries[i] = {members.columns.front().word(i) ^ flip, static_cast<std::uint32_t>(i)};
  }
  sortEntries(entries, Before(members.columns), view);
  std::vector<RecordNumber> sorted(entries.size());
  std::ranges::transform(entries, sorted.begin(), [&](const Entry& entry) { return members.numbers[entry.position]; });
  return sorted;
}

// The runs of one key each, as the index holds them, lowest key first.
struct IndexOrder {
  std::vector<RecordNumber> numbers;
  std::vector<std::size_t> runs;  // where each begins
  bool exact = true;              // false: some keys were cut, so runs may be out of order
};

// An index walk reads every entry of the class: worth it when the members are at least this part of them.
constexpr std::uint64_t walkFraction = 4;
// Keys up to this length are whole in every index (index_search.cpp).
constexpr std::size_t safeKey = 192;

bool canWalk(std::uint32_t dataClass, const Bitmap& members, const SortKey& key, View& view) {
  if (!key.path.hops.empty() || !key.path.attribute.object.empty()) return false;
  const StoredAttribute& attribute = view.catalog().attribute(dataClass, key.path.attribute.attribute);
  const std::uint32_t attributeIndex = key.path.attribute.attribute;
  if (attribute.neverNull || !view.hasIndex(dataClass, attributeIndex, storage::IndexKind::ordered)) return false;
  if (members.cardinality() * walkFraction < view.scope().count(view.catalog().of(dataClass).table)) return false;
  return !view.overlay(dataClass).touched.intersect(members);
}

IndexOrder walkIndex(std::uint32_t dataClass, const Bitmap& members, const SortKey& key, View& view) {
  const ClassStorage& place = view.catalog().of(dataClass);
  const storage::ColumnId column = place.attributes[key.path.attribute.attribute].column;
  const bool filtered = members.cardinality() != view.scope().count(place.table);
  std::vector<bool> wanted;
  if (filtered) {
    wanted.resize(std::max<std::size_t>(view.scope().end(place.table), std::size_t{members.maximum()} + 1));
    for (const RecordNumber number : members) wanted[number] = true;
  }
  IndexOrder order;
  order.numbers.reserve(members.cardinality());
  view.scope().scanIndexRuns(place.table, column, storage::IndexKind::ordered, {},
                             [&](std::string_view bytes, std::span<const RecordNumber> numbers) {
                               if (bytes.size() >= safeKey) order.exact = false;
                               const std::size_t start = order.numbers.size();
                               for (const RecordNumber number : numbers) {
                                 if (!filtered || wanted[number]) order.numbers.push_back(number);
                               }
                               if (order.numbers.size() != start) order.runs.push_back(start);
                               return order.exact;
                             });
  return order;
}

std::optional<std::vector<RecordNumber>> sortByIndex(std::uint32_t dataClass, const Bitmap& members, const SortKey& key,
                                                     View& view) {
  if (!canWalk(dataClass, members, key, view)) return std::nullopt;
  IndexOrder order = walkIndex(dataClass, members, key, view);
  if (!order.exact) return std::nullopt;
  if (!key.descending) return std::move(order.numbers);
  std::vector<RecordNumber> sorted;
  sorted.reserve(order.numbers.size());
  std::size_t end = order.numbers.size();
  for (auto run = order.runs.rbegin(); run != order.runs.rend(); ++run) {
    const auto begin = order.numbers.begin();
    sorted.insert(sorted.end(), begin + static_cast<std::ptrdiff_t>(*run), begin + static_cast<std::ptrdiff_t>(end));
    end = *run;
  }
  return sorted;
}

}  // namespace

std::vector<RecordNumber> sortMembers(std::uint32_t dataClass, const orda::RecordSet& members,
                                      std::span<const SortKey> keys, View& view) {
  if (members.empty()) return {};
  if (members.isOrdered()) {
    const std::vector<RecordNumber> numbers = members.toVector();
    return keys.empty() ? numbers : sortByKeys(RecordPass(view, dataClass, numbers), keys, view);
  }
  if (keys.empty()) return members.toVector();
  const Bitmap& bitmap = *members.bitmap();
  if (keys.size() == 1) {
    if (auto sorted = sortByIndex(dataClass, bitmap, keys.front(), view)) return std::move(*sorted);
  }
  return sortByKeys(RecordPass(view, dataClass, bitmap), keys, view);
}

}  // namespace qodly::engine
