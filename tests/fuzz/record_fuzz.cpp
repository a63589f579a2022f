// Records made of arbitrary bytes: a view must never read outside them, and what it calls sound must survive rewriting.
// The first byte chooses one of a few layouts.
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "storage/blob_store.h"
#include "storage/record.h"
#include "storage/record_format.h"

namespace {

using namespace qodly;
using namespace qodly::storage;

const LayoutSet& layouts() {
  static const LayoutSet set([] {
    std::vector<Column> every;
    for (std::uint8_t type = 0; type <= static_cast<std::uint8_t>(ColumnType::picture); ++type) {
      every.push_back({ColumnId{type} + 1, static_cast<ColumnType>(type)});
    }
    const std::vector<Column> reversed(every.rbegin(), every.rend());
    const std::vector<Column> texts = {{1, ColumnType::text}, {2, ColumnType::text}, {3, ColumnType::object}};
    std::vector<std::shared_ptr<const Layout>> all;
    std::uint16_t version = 0;
    for (const auto& columns : {std::vector<Column>{}, every, reversed, texts}) {
      all.push_back(std::make_shared<const Layout>(++version, columns));
    }
    return all;
  }());
  return set;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  std::string bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  bytes[0] = static_cast<char>(1 + data[0] % layouts().all().size());
  if (bytes.size() > 1) bytes[1] = 0;
  const RecordView record(bytes, layouts());
  if (!record) return 0;
  const bool sound = record.isSound();
  for (ColumnId column = 0; column < 20; ++column) {
    const Field field = record.field(column);
    if (!field.present) continue;
    if (field.external) BlobRef::decode(field.bytes);
    for (const ColumnType wanted : {field.type, ColumnType::text, ColumnType::int32}) toValue(field, wanted);
    if (field.type == ColumnType::object && !field.external) {
      std::string json;
      field.object().appendJson(json);
    }
  }
  RecordBuilder builder(layouts().current());
  builder.copyFrom(record);
  const std::string rewritten = builder.finish();
  if (sound && !RecordView(rewritten, layouts()).isSound()) std::abort();
  return 0;
}
