// The data model of an application as the rest of the program sees it: dataclasses with their attributes and relations,
// resolved by index. Built by the readers of model/ (catalog), immutable once published, shared by pointer.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "value/convert.h"
#include "value/value.h"

namespace qodly::model {

// orda.md 4.2 / project-format.md 4.6. One table (model.cpp) gives each its names, codes and column type.
enum class AttributeType : std::uint8_t {
  boolean,
  byte,
  word,
  long32,
  long64,
  number,
  date,
  duration,
  string,
  text,
  uuid,
  object,
  image,
  blob,
};

enum class AttributeKind : std::uint8_t { storage, relatedEntity, relatedEntities, calculated, alias };

// What ORDA calls by itself when the code of an entity class declares it (orda.md 20).
enum class EntityEvent : std::uint8_t { touched, validateSave, saving, afterSave, validateDrop, dropping, afterDrop };

// A set of them.
class EventSet {
 public:
  void add(EntityEvent event) { bits_ |= bit(event); }
  void add(EventSet events) { bits_ |= events.bits_; }
  bool has(EntityEvent event) const { return (bits_ & bit(event)) != 0; }
  bool empty() const { return bits_ == 0; }
  bool operator==(const EventSet&) const = default;

 private:
  static std::uint8_t bit(EntityEvent event) { return static_cast<std::uint8_t>(1U << static_cast<unsigned>(event)); }
  std::uint8_t bits_ = 0;
};

// What the `get` function of a calculated attribute gives.
enum class CalculatedResult : std::uint8_t { scalar, entity, selection };

enum class Integrity : std::uint8_t { none, reject, remove };  // orda.md 5.4

inline constexpr std::uint32_t noIndex = UINT32_MAX;

struct Attribute {
  std::string name;
  AttributeKind kind = AttributeKind::storage;
  AttributeType type = AttributeType::string;  // storage attributes; calculated and alias: type of the result
  std::string uuid;                            // stable identity: data follows it through renames
  std::uint32_t fieldNumber = 0;               // "fieldPos" / fieldNumber
  bool exposed = true;
  bool unique = false;
  bool notNull = false;    // mandatory
  bool neverNull = false;  // null is read as the blank value of the type
  bool autosequence = false;
  bool autogenerate = false;  // uuid
  bool indexed = false;       // regular B-tree index (also every unique attribute and the primary key)
  bool keywordIndexed = false;
  bool simpleDate = true;            // date only; false = instant
  bool shadowed = false;             // stored, but its name belongs to a relation or function (project-format.md 5.1)
  std::uint32_t limitingLength = 0;  // characters; 0 = unlimited
  std::optional<double> minimum, maximum, defaultValue;
  std::string comment;

  // relatedEntity and relatedEntities: index into Model::relations and of the dataclass at the other end.
  std::uint32_t relation = noIndex;
  std::uint32_t relatedClass = noIndex;
  std::string aliasPath;  // alias

  // What the code of the entity class says (added by withCode, never in the project's model file).
  EventSet events;                                     // at this attribute
  bool readOnly = false;                               // calculated: no `set` function
  bool hasQuery = false;                               // calculated: a `query` function
  bool hasOrder = false;                               // calculated: an `orderBy` function
  CalculatedResult result = CalculatedResult::scalar;  // calculated; entity, selection: relatedClass is set

  bool isStorage() const { return kind == AttributeKind::storage; }
  bool isRelation() const { return kind == AttributeKind::relatedEntity || kind == AttributeKind::relatedEntities; }
  bool isCalculated() const { return kind == AttributeKind::calculated; }
};

// One relation = one foreign key. `source` is the many side.
struct Relation {
  std::string uuid;
  std::uint32_t sourceClass = noIndex;
  std::uint32_t sourceAttribute = noIndex;  // storage attribute that holds the foreign key
  std::uint32_t destinationClass = noIndex;
  std::uint32_t destinationAttribute = noIndex;  // normally the primary key
  std::uint32_t nTo1Attribute = noIndex;         // relatedEntity attribute in sourceClass, if it has a name
  std::uint32_t oneToNAttribute = noIndex;       // relatedEntities attribute in destinationClass, if it has a name
  Integrity integrity = Integrity::none;
};

// Lets maps keyed by name be searched with a string_view without making a string.
struct NameHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view name) const noexcept { return std::hash<std::string_view>{}(name); }
};
using NameIndex = std::unordered_map<std::string, std::uint32_t, NameHash, std::equal_to<>>;

struct DataClass {
  std::string name;
  std::string selectionName;  // "BoatSelection"
  std::string uuid;
  std::uint32_t tableNumber = 0;
  bool exposed = true;
  bool journaled = true;
  bool encryptable = false;
  std::string comment;
  std::vector<Attribute> attributes;   // storage in field order, then relations in document order
  std::uint32_t primaryKey = noIndex;  // index into attributes
  Value extraProperties;               // REST "extraProperties": panelColor, position; undefined when none

  // What the code of the dataclass says.
  EventSet events;           // at entity level
  EventSet anyEvents;        // at entity or attribute level
  bool restricted = false;   // `event restrict` (orda.md 17)
  bool constructed = false;  // the entity class has a constructor

  const Attribute* find(std::string_view attribute) const;  // by name, case-sensitive; shadowed ones are not found
  std::uint32_t indexOf(std::string_view attribute) const;  // noIndex when absent
  const Attribute& key() const { return attributes[primaryKey]; }
  void buildIndex();  // call once after filling `attributes`

 private:
  NameIndex byName_;
};

struct Model {
  std::string name;  // datastore name
  std::string uuid;
  std::string collationLocale = "en";
  bool journaled = false;          // create the journal with a new data file (project-format.md 4.12)
  std::vector<DataClass> classes;  // index = "class index" everywhere above; not stable between models, uuid is
  std::vector<Relation> relations;

  const DataClass* find(std::string_view className) const;
  std::uint32_t indexOf(std::string_view className) const;  // noIndex when absent
  void buildIndex();

 private:
  NameIndex byName_;
};

std::string_view restTypeName(AttributeType type);  // "long", "string", "bool"...
std::optional<AttributeType> typeFromRestName(std::string_view name);
int languageFieldType(AttributeType type);  // orda.md 4.4 `fieldType`
// Column that stores the attribute; simpleDate tells a day from an instant.
ColumnType columnType(const Attribute& attribute);
bool isNumeric(AttributeType type);

}  // namespace qodly::model
