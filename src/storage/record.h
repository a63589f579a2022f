// Records as bytes: read in place, any attribute in O(1). Every engine hands out rows in this form, so ORDA and REST
// have one way to read an attribute. The layout is drawn above the codec in record.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/calendar.h"
#include "base/error.h"
#include "storage/layout.h"
#include "value/packed.h"
#include "value/value.h"

namespace qodly::storage {

// One stored attribute value inside a record. Points into the record's bytes; valid as long as they are.
struct Field {
  ColumnType type = ColumnType::text;  // type it was written with, which may differ from today's (retyped attribute)
  bool present = false;                // false: null
  bool external = false;               // true: `bytes` is a BlobRef (blob_store.h), the content is in a blob file
  std::string_view bytes;

  // Readers for a present field of the named type; numbers of every width through integer().
  bool boolean() const;
  std::int64_t integer() const;  // int8..int64, date (days), instant, duration (ms)
  double real() const;           // real, and the integers
  std::string_view text() const { return bytes; }
  PackedView object() const { return PackedView(bytes); }
  // uuid: 16 bytes; its text form is 32 hexadecimal digits.
};

// A blob or picture value kept inside the record, taken apart. Views into the record's bytes.
struct BlobField {
  bool byPath = false;         // `content` is the path of a file (orda.md 9.1)
  std::string_view mediaType;  // may be empty
  std::string_view content;
};
// nullopt when the field is external, damaged or not a blob or picture.
std::optional<BlobField> blobField(const Field& field);

// A view of one record. Never owns; valid while the read scope that gave it lives.
class RecordView {
 public:
  RecordView() = default;
  // `layouts` must outlive the view.
  RecordView(std::string_view bytes, const LayoutSet& layouts);

  explicit operator bool() const { return layout_ != nullptr; }
  std::string_view bytes() const { return bytes_; }
  const Layout& layout() const { return *layout_; }
  std::uint32_t stamp() const;  // __STAMP: 1 at creation, +1 at each effective save
  Instant savedAt() const;      // __TIMESTAMP

  bool hasExternal() const;  // some value is in a blob file

  Field field(ColumnId column) const;  // absent column = null
  Field fieldAt(int slot) const;       // slot of layout()
  bool isSound() const;                // every offset inside the bytes; used by verify and fuzzers

 private:
  std::string_view bytes_;
  const Layout* layout_ = nullptr;
};

// Field to Value. External content is not loaded here (storage::loadField in blob_store.h does): it gives undefined.
// With `wanted`: converted when the record was written under another type of that attribute; null when the conversion
// is impossible (orda.md 8: "convert value by value").
Value toValue(const Field& field);
Value toValue(const Field& field, ColumnType wanted);

// Writes one record under the current layout. Reusable: reset() keeps its memory.
class RecordBuilder {
 public:
  explicit RecordBuilder(const Layout& layout);
  void reset();
  // Starts from an existing record (possibly of an older layout): copies every column both layouts have, converting
  // retyped ones; columns dropped from the model are not carried.
  void copyFrom(const RecordView& record);
  // `value` must already have the column's type (convertTo) or be null. Error: a value that cannot be stored
  // (cyclic object), or larger than 2 GB.
  Result<> set(int slot, const Value& value);
  void setRaw(int slot, std::string_view bytes, bool external);  // encoded elsewhere (blob references)
  void setNull(int slot);
  // stamp and time are set by the commit (patchStamp); finish() leaves both 0.
  std::string finish();

 private:
  void markPresent(int slot);
  const Layout* layout_;
  std::string presence_, fixed_;
  std::vector<std::string> variable_;
  std::vector<std::uint8_t> external_;
};

// The variable-width byte form of one value (record_format.h), put into `out`; errors as RecordBuilder::set.
Result<> encodeVariable(ColumnType type, const Value& value, std::string& out);

// Overwrites stamp and save time in finished record bytes.
void patchStamp(std::string& record, std::uint32_t stamp, Instant savedAt);
std::uint32_t stampOf(std::string_view record);

}  // namespace qodly::storage
