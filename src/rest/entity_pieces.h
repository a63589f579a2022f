// The compiled form of one attribute of an entity writer; private to the files that compile, gather and write.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "rest/entity_json.h"
#include "rest/json_out.h"
#include "storage/field_place.h"

namespace qodly::rest {

// A key as JSON (with quotes) and as a part of a URI. Integers and uuids need no allocation.
class KeyForms {
 public:
  // `field`: stored, of its own type, not external. A missing one gives "".
  explicit KeyForms(const storage::Field& field);
  explicit KeyForms(const Value& key);
  explicit KeyForms(std::int64_t key) { setInteger(key); }

  std::string_view json() const { return text_.empty() ? std::string_view(short_.data(), length_) : text_; }
  std::string_view uri() const { return uri_.empty() ? json().substr(1, json().size() - 2) : uri_; }
  bool isNumber() const { return number_; }

 private:
  void setInteger(std::int64_t value);
  void setText(std::string_view text);
  std::array<char, 40> short_{};
  std::size_t length_ = 0;
  bool number_ = false;
  std::string text_, uri_;
};

// One N->1 step: a foreign key of the record in hand and where it points to.
struct ForeignKey {
  storage::ColumnId column = 0;
  std::uint32_t dataClass = model::noIndex;  // destination
  std::uint32_t attribute = model::noIndex;  // normally its primary key
  ColumnType type = ColumnType::int32;       // of that attribute
  storage::ColumnId keyColumn = 0;           // primary key of the destination
  bool pointsToKey = false;                  // attribute is the primary key and of the same type as the foreign key
};

enum class PieceKind : std::uint8_t {
  scalar,
  properties,       // some properties of an object
  media,            // link to a picture or blob
  relatedEntity,    // link
  relatedEntities,  // link
  expandedEntity,
  expandedSelection,
  gatheredText,  // alias through a 1->N relation, calculated attribute
};

struct Piece {
  std::string name;  // ,"title":
  Padded lead;       // what stands in front of a value that is there: the name, of a link the beginning of it, too
  Padded rest;       // of a link, what follows its key
  PieceKind kind = PieceKind::scalar;
  bool calculated = false;       // read through the code of the application
  std::vector<ForeignKey> hops;  // N->1 steps from the entity to the record that is read (aliases)
  std::vector<query::Hop> path;  // all steps, for what is gathered
  std::uint32_t dataClass = model::noIndex, attribute = model::noIndex;  // at the end of the hops
  storage::ColumnId column = 0;
  ColumnType type = ColumnType::text;
  storage::ColumnId keyColumn = 0;  // primary key of dataClass, for links to a record behind hops
  std::string missing = "null";     // or the blank value of an attribute that is never null
  std::vector<ObjectFilter> properties;
  std::string before, middle, after;  // parts of a link around the key and the stamp
  ForeignKey foreignKey;              // relatedEntity, expandedEntity
  std::uint32_t relatedClass = model::noIndex;
  std::shared_ptr<const EntityWriter> related;
};

// The record behind N->1 steps; a false view when one of them leads nowhere.
storage::RecordView walk(std::span<const ForeignKey> hops, const storage::RecordView& record, WriteScope& scope);

struct EntityWriter::Key : KeyForms {
  using KeyForms::KeyForms;
};

// How a piece is printed from records of one layout. The kinds behind `other` are those that need nothing but the
// record: they are printed in place, everything else by its piece.
enum class PlacedKind : std::uint8_t { other, missing, boolean, integer, real, uuid, text, link, links };

struct PlacedPiece {
  const Piece* piece;
  storage::FieldPlace place;
  PlacedKind kind = PlacedKind::other;
  std::uint32_t room = 0;         // bytes that it takes at most, keys of links and texts apart
  KnownKeyBits* known = nullptr;  // link: the keys that are known to lead somewhere
};

// The pieces of a writer placed in one layout. Lives as long as the answer it was made for.
struct PlacedWriter {
  const EntityWriter* writer;
  const storage::Layout* layout;
  storage::FieldPlace key;
  bool plainKey = false;  // an integer that is stored under its own type
  std::vector<PlacedPiece> pieces;
};

}  // namespace qodly::rest
