// Dataclass, entity and entity selection (orda.md 11-15): the objects that the language and REST work with. Entities
// and selections are Handles, so a Value can hold them. Each belongs to the Process that made it and is used by one
// thread at a time; a shareable selection's content may be copied into another process with EntitySelection::adopt.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "orda/datastore.h"
#include "orda/status.h"
#include "query/plan.h"

namespace qodly::orda {

class Entity;
class EntitySelection;
using EntityRef = Ref<Entity>;  // null reference = null in the language
using SelectionRef = Ref<EntitySelection>;

// The handle as a Value; null for a null reference.
Value toValue(const EntityRef& entity);
Value toValue(const SelectionRef& selection);

enum class AutoMerge : bool { no, yes };
enum class ForceDrop : bool { no, yes };
enum class ReloadIfChanged : bool { no, yes };
enum class StopOnFirstError : bool { no, yes };

struct ToObjectOptions {
  bool withPrimaryKey = false;
  bool withStamp = false;
};

struct QueryOptions {
  query::Parameters parameters;
  bool queryPlan = false;
  bool queryPath = false;
  bool rest = false;  // REST lexing of the query string
  Value arguments;    // querySettings.args: $1 of formulas
};

// A dataclass seen by one process. Cheap to copy.
class DataClass {
 public:
  DataClass(Process& process, std::shared_ptr<const Schema> schema, std::uint32_t index);
  // nullopt when the model has no such dataclass.
  static std::optional<DataClass> find(Process& process, std::string_view name);

  const model::DataClass& definition() const { return schema_->model->classes[index_]; }
  const Schema& schema() const { return *schema_; }
  const std::shared_ptr<const Schema>& schemaRef() const { return schema_; }
  std::uint32_t index() const { return index_; }
  Process& process() const { return *process_; }
  std::string_view name() const { return definition().name; }

  // Whether this process may read the dataclass at all (roles.md 6); when not, the refusal (1557) is noted as the
  // process's failure, and reading gives nothing.
  bool mayRead() const;
  SelectionRef all() const;
  // Null reference when there is none, or when `key` cannot be a key of this class (orda.md 11.2).
  EntityRef get(const Value& key) const;
  EntityRef load(RecordNumber number) const;  // null reference when it does not exist
  std::uint64_t getCount() const;
  Value getInfo() const;
  EntityRef create() const;                                 // an empty entity
  Result<EntityRef> newEntity() const;                      // new(): runs the constructor of the entity class
  SelectionRef newSelection(bool keepOrder = false) const;  // empty, alterable
  Result<SelectionRef> query(std::string_view text, const QueryOptions& options = {}) const;
  Result<SelectionRef> queryFormula(const Value& formula, const QueryOptions& options = {}) const;
  Result<SelectionRef> fromCollection(const Value& objects) const;
  SelectionRef select(RecordSet members, bool alterable = false) const;
  // The members that may be read (orda.md 17): all of them where no filter is declared. An error of the filter is noted
  // in the process and hides everything.
  RecordSet readable(RecordSet members) const;
  bool isReadable(RecordNumber number) const;
  Value attributeObject(std::string_view attribute) const;  // orda.md 4.4; undefined when unknown
  // The same dataclass in the engine's current model; nullopt when the model has no such dataclass any more.
  std::optional<DataClass> current() const;
  Result<DataClass> live() const;  // the same, with the error dataClassNotFound

 private:
  Process* process_;
  std::shared_ptr<const Schema> schema_;
  std::uint32_t index_;
};

class Entity final : public Handle {
 public:
  static constexpr char kindName[] = "entity";
  const char* kind() const override { return kindName; }
  ~Entity() override;
  static Entity* from(const Value& value);  // nullptr when the value is no entity

  const DataClass& dataClass() const;
  RecordNumber number() const;  // noRecord while never saved

  // Attributes. Undefined for an unknown name. Relations give entity / selection handles (or null). Errors are those of
  // the code of calculated attributes; get notes them in the process and gives null.
  Result<Value> read(std::uint32_t attribute);
  Value get(std::string_view attribute);
  Value get(std::uint32_t attribute);
  // Index of the attribute in the current model; noIndex for an unknown name.
  std::uint32_t attributeIndex(std::string_view attribute);
  // set converts (orda.md 9), touches, follows shape (b) relations both ways. Unknown names are ignored; errors leave
  // the attribute untouched: wrongType, valueOutOfRange, readOnly, keyNotFound, incompatibleDataClass.
  Result<> set(std::string_view attribute, const Value& value, NumberAsDuration numbers = NumberAsDuration::seconds);
  Result<> set(std::uint32_t attribute, const Value& value, NumberAsDuration numbers = NumberAsDuration::seconds);
  void touch(std::uint32_t attribute);  // content of an object attribute was changed in place

  Value getKey();  // assigns autosequence / autogenerate keys of a new entity
  std::string getKeyText();
  std::uint32_t getStamp() const;
  // The next save, drop and lock compare with this stamp instead of the one the entity was loaded with.
  void expectStamp(std::uint32_t stamp);
  Instant savedAt() const;
  bool isNew() const;
  bool touched() const;
  std::vector<std::string> touchedAttributes() const;

  Status save(AutoMerge mode = AutoMerge::no);
  // Runs the checks of save without writing (REST $method=validate).
  Status validate();
  Status drop(ForceDrop mode = ForceDrop::no);
  Status reload();
  Status lock(ReloadIfChanged mode = ReloadIfChanged::no);
  bool unlock();

  Result<EntityRef> clone() const;
  Result<Value> diff(Entity& other, std::span<const std::string> attributes = {});
  Result<> fromObject(const Value& filler, NumberAsDuration numbers = NumberAsDuration::milliseconds);
  Value toObject(std::span<const std::string> filter = {}, ToObjectOptions options = {});

  SelectionRef getSelection() const;
  EntityRef first() const;
  EntityRef last() const;
  EntityRef next() const;
  EntityRef previous() const;
  Result<std::int64_t> indexOf(const EntitySelection* selection = nullptr) const;

  struct State;  // entity_state.h

 private:
  friend class DataClass;
  friend class EntitySelection;
  explicit Entity(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

class EntitySelection final : public Handle {
 public:
  static constexpr char kindName[] = "selection";
  const char* kind() const override { return kindName; }
  ~EntitySelection() override;
  static EntitySelection* from(const Value& value);
  // The same entities for another process; null reference when the source is alterable (orda.md 14.2).
  static SelectionRef adopt(Process& process, const EntitySelection& source);

  const DataClass& dataClass() const;
  const RecordSet& members() const;
  std::uint64_t length() const;  // counts dropped references
  bool isOrdered() const;
  bool isAlterable() const;

  Result<EntityRef> element(std::int64_t index) const;  // [i]: error when out of range
  EntityRef at(std::int64_t index) const;               // negative from the end
  // As at(), for going through the selection: members are read ahead as long as nobody writes.
  EntityRef passing(std::int64_t index) const;
  EntityRef first() const;
  EntityRef last() const;

  Result<> add(const Value& entityOrSelection);
  Result<SelectionRef> intersect(const Value& other) const;  // and()
  Result<SelectionRef> unite(const Value& other) const;      // or()
  Result<SelectionRef> subtract(const Value& other) const;   // minus()
  bool contains(const Entity& entity) const;
  SelectionRef copy(bool shared = false) const;
  SelectionRef clean() const;
  SelectionRef slice(std::int64_t start, std::optional<std::int64_t> end = {}) const;
  Result<Value> selected(const EntitySelection& other) const;

  Result<SelectionRef> query(std::string_view text, const QueryOptions& options = {}) const;
  Result<SelectionRef> queryFormula(const Value& formula, const QueryOptions& options = {}) const;
  Result<SelectionRef> orderBy(std::string_view order) const;
  Result<SelectionRef> orderBy(const Value& pathObjects) const;
  // `keys` parsed from elsewhere (REST $orderby). exposedOnly: hidden attributes do not exist.
  Result<SelectionRef> orderBy(std::span<const query::SyntaxSortKey> keys, bool exposedOnly) const;
  // orderByFormula (orda.md 13.7): `formula` is a text or a function.
  Result<SelectionRef> orderByFormula(const Value& formula, bool descending, const Value& arguments) const;
  Result<Value> project(std::string_view attribute) const;  // .attributeName: collection, or selection for relations

  // Undefined where orda.md 13.8 says so. Paths: storage, object, N->1 ending in one of these.
  Result<Value> sum(std::string_view path) const;
  Result<Value> average(std::string_view path) const;
  Result<Value> count(std::string_view path) const;
  Result<Value> min(std::string_view path) const;
  Result<Value> max(std::string_view path) const;
  Result<Value> distinct(std::string_view path, bool diacritical = false, bool countValues = false) const;
  Result<Value> distinctPaths(std::string_view attribute) const;

  Result<Value> extract(std::string_view path, bool keepNull = false) const;
  Result<Value> extract(std::span<const std::pair<std::string, std::string>> pathAndTarget) const;
  Value toCollection(std::span<const std::string> filter = {}, ToObjectOptions options = {}, std::int64_t begin = 0,
                     std::optional<std::int64_t> howMany = {}) const;

  SelectionRef drop(StopOnFirstError mode = StopOnFirstError::no, std::vector<Status>* failures = nullptr) const;

  const Value& queryPlan() const;  // undefined unless requested
  const Value& queryPath() const;
  const Value& extendedQueryPlan() const;  // with QueryOptions::rest
  const Value& extendedQueryPath() const;

  struct State;  // entity_state.h

 private:
  friend class DataClass;
  friend class Entity;
  explicit EntitySelection(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace qodly::orda
