// From record bytes to JSON without objects in between (rest.md 7, 8): an attribute tree is compiled once per schema
// into a writer, a list of pieces each of which knows its escaped property name, its column and how to print it.
//
// What an answer needs from several records at once (members of expanded 1->N relations, aliases through them) cannot
// be read while a Reader lives, because finding it may wait. It is gathered before the Reader is opened.
#pragma once

#include <cstdint>
#include <forward_list>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "orda/access.h"
#include "orda/datastore.h"
#include "orda/engine.h"
#include "rest/attributes_filter.h"
#include "rest/exposure.h"
#include "rest/known_keys.h"

namespace qodly::orda {
class Entity;
}

namespace qodly::rest {

inline constexpr std::uint64_t defaultTop = 100;   // rest.md 10.5
inline constexpr std::size_t maximumNested = 100;  // O-14
inline constexpr std::size_t maximumNestedInAnswer = 500'000;
Error tooManyNested();  // 400: more than maximumNestedInAnswer

class EntityWriter;
class JsonOut;
struct ForeignKey;
struct Piece;
struct PlacedPiece;
struct PlacedWriter;

// Members of one nested selection: how many there are, and those that are sent.
struct NestedMembers {
  std::uint64_t count = 0;
  std::vector<storage::RecordNumber> sent;
};

// What was found ahead for one answer.
class Gathered {
 public:
  using Place = std::pair<const Piece*, storage::RecordNumber>;
  std::map<Place, NestedMembers> nested;
  std::map<Place, std::string> texts;                  // JSON of aliases through 1->N relations
  std::map<std::uint32_t, std::int64_t> globalStamps;  // by class
  std::size_t total = 0;
};

// One answer being written: the Reader, and what was looked up through it so far.
class WriteScope {
 public:
  // `found`: what was gathered for the answer. `known`: taken before `view` was opened; nullptr inside transactions.
  WriteScope(orda::Engine& store, orda::Reader& view, const Gathered* found = nullptr,
             KnownKeys::Generation* known = nullptr);
  ~WriteScope();

  orda::Engine& engine;
  orda::Reader& reader;
  const Gathered* gathered;
  std::optional<Error> failure;  // first value that could not be read; the answer is worthless then
  std::size_t nested = 0;  // members of nested selections written so far, each as often as it stands in the answer

  // Number of the entity that a foreign key points to; noRecord for none.
  storage::RecordNumber related(const ForeignKey& relation, const storage::Field& foreignKey);
  // Whether there is one, for a foreign key that is the other's primary key.
  bool exists(const ForeignKey& relation, const storage::Field& foreignKey);
  // ISO form. The entities of a page were often saved on one day.
  std::string_view text(Instant instant);
  // Where the attributes of a writer lie in the records of a layout.
  const PlacedWriter& placed(const EntityWriter& writer, const storage::Layout& layout);

 private:
  KnownKeys::Generation* known_;
  std::forward_list<PlacedWriter> placed_;
  std::int64_t day_ = INT64_MIN, last_ = INT64_MIN;
  std::string instant_;
};

// What stands in front of the attributes.
enum class Head : std::uint8_t {
  root,    // __entityModel, __DATACLASS, __KEY, __TIMESTAMP, __STAMP
  nested,  // __KEY, __TIMESTAMP, __STAMP
  flat,    // $asArray: typed __KEY, __STAMP; no relations unless expanded
};

// Immutable and thread-safe. Keeps the schema it was compiled for. Attributes that `access` does not let read are left
// out.
class EntityWriter {
 public:
  static std::shared_ptr<const EntityWriter> compile(std::shared_ptr<const orda::Schema> schema,
                                                     const AttributeTree& tree, bool flat = false,
                                                     std::shared_ptr<const orda::Access> access = nullptr);
  ~EntityWriter();
  EntityWriter(const EntityWriter&) = delete;
  EntityWriter& operator=(const EntityWriter&) = delete;

  const orda::Schema& schema() const { return *schema_; }
  const std::shared_ptr<const orda::Schema>& schemaRef() const { return schema_; }
  std::uint32_t dataClass() const { return dataClass_; }
  // False: nothing has to be gathered, the entities can be written at once.
  bool needsGathering() const { return needsGathering_; }
  // Error: those of the engine; 400 when the answer would hold more than maximumNestedInAnswer nested entities.
  // Runs code of the application for calculated attributes.
  Result<> gather(orda::Process& process, std::span<const storage::RecordNumber> numbers, Gathered& gathered) const;
  // For one entity as it is in memory; `record` is its content as it would be stored.
  Result<> gather(orda::Process& process, orda::Entity& entity, const storage::RecordView& record,
                  Gathered& gathered) const;

  // One whole entity; a false view (deleted) gives {"__STAMP":0}.
  void write(Head head, storage::RecordNumber number, const storage::RecordView& record, WriteScope& scope,
             std::string& out) const;
  void write(Head head, storage::RecordNumber number, const storage::RecordView& record, WriteScope& scope,
             JsonOut& out) const;
  // `"__KEY":"7","__STAMP":4,"uri":...,"__TIMESTAMP":...` and the attributes, without braces: answers of writes (12.3).
  void writeUpdated(storage::RecordNumber number, const storage::RecordView& record, WriteScope& scope,
                    std::string& out) const;
  // `"__STAMP":0` and the attributes: an entity that was never saved and has no key yet.
  void writeNew(storage::RecordNumber number, const storage::RecordView& record, WriteScope& scope,
                std::string& out) const;

 private:
  EntityWriter() = default;
  friend class WriterCompiler;
  friend class Gatherer;
  struct Key;
  Key keyOf(const storage::RecordView& record, const PlacedWriter& placed, WriteScope& scope) const;
  // entity_placed.cpp
  PlacedWriter place(const storage::Layout& layout, KnownKeys::Generation* known) const;
  PlacedPiece place(const Piece& piece, const storage::Layout& layout, KnownKeys::Generation* known) const;
  void writeAttributes(storage::RecordNumber number, const storage::RecordView& record, const Key& key,
                       const PlacedWriter& placed, WriteScope& scope, JsonOut& out) const;
  friend class WriteScope;
  // A piece that needs more than the record, name and all.
  void writeOther(const Piece& piece, storage::RecordNumber number, const storage::RecordView& record, const Key& key,
                  WriteScope& scope, JsonOut& out) const;
  void writeNested(const Piece& piece, storage::RecordNumber number, const Key& key, WriteScope& scope,
                   JsonOut& out) const;

  std::shared_ptr<const orda::Schema> schema_;
  std::uint32_t dataClass_ = model::noIndex;
  std::string rootHead_;  // {"__entityModel":"Book","__DATACLASS":"Book","__KEY":
  std::string uri_;       // /rest/Book[
  storage::ColumnId keyColumn_ = 0;
  ColumnType keyType_ = ColumnType::int32;
  std::uint32_t keyAttribute_ = model::noIndex;
  bool needsGathering_ = false, flat_ = false;
  bool incomplete_ = false;  // something that was named may not be read: __INVALID (roles.md 10.1)
  std::shared_ptr<const orda::Access> access_;
  std::vector<Piece> pieces_;
};

// Key of an entity as `__KEY` and URIs spell it.
std::string keyText(const Value& key);
// The members of an envelope around entities: "__DATACLASS":"Book","__entityModel":"Book"
void appendClassNames(std::string_view dataClass, std::string& out);

}  // namespace qodly::rest
