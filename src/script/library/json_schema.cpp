#include "script/library/json_schema.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <thread>
#include <unordered_set>

#include <fmt/format.h>

#include "base/error_codes.h"
#include "base/text.h"
#include "script/library/json_format.h"
#include "script/library/json_schema_index.h"
#include "script/library/json_values.h"
#include "script/library/library_errors.h"
#include "value/json.h"

namespace qodly::script::library {

namespace {

constexpr std::size_t maximumFaults = 1000;
constexpr std::size_t maximumDepth = 1000;
constexpr std::size_t shallowDepth = 60;  // fits the stack of a fiber beside what else is on it

std::string_view nameOfType(const Value& value) {
  switch (value.type()) {
    case Type::undefined:
    case Type::null:
      return "null";
    case Type::boolean:
      return "boolean";
    case Type::integer:
    case Type::real:
    case Type::time:
      return "number";
    case Type::collection:
      return "array";
    case Type::object:
      return "object";
    default:
      return "string";  // as they are written in JSON
  }
}

bool hasType(const Value& value, std::string_view type) {
  if (type == "integer") {
    return value.type() == Type::integer || value.type() == Type::time ||
           (value.type() == Type::real && std::trunc(value.asReal()) == value.asReal());
  }
  return nameOfType(value) == type;
}

bool isMultiple(double value, double divisor) {
  const double quotient = value / divisor;
  if (!std::isfinite(quotient)) return std::fmod(value, divisor) == 0;
  return std::fabs(quotient - std::round(quotient)) <= 1e-9 * std::max(1.0, std::fabs(quotient) * 1e-3);
}

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string shown(const Value& value) {
  if (value.isText()) return std::string(value.asText());
  return json::text(value);
}

}  // namespace

// One validation: walks schema and value side by side.
class SchemaRun {
 public:
  SchemaRun(const SchemaIndex& index, std::size_t depthLimit) : index_(index), depthLimit_(depthLimit) {}

  void check(const Value& schema, const Value& value);
  std::vector<SchemaFault> takeFaults() { return std::move(faults_); }
  bool tooDeep() const { return tooDeep_; }

 private:
  using Check = void (SchemaRun::*)(const Object& schema, const Value& rule, const Value& value);
  struct Row {
    std::string_view keyword;
    Check check;
  };
  static const std::array<Row, 21> rows;

  // Text at the end of a path while something below is checked.
  class Below {
   public:
    Below(std::string& path, std::string_view name) : path_(path), length_(path.size()) {
      if (!path_.empty()) path_ += '.';
      path_ += name;
    }
    Below(std::string& path, std::size_t index) : path_(path), length_(path.size()) {
      path_ += fmt::format("[{}]", index);
    }
    Below(const Below&) = delete;
    Below& operator=(const Below&) = delete;
    ~Below() { path_.resize(length_); }

   private:
    std::string& path_;
    std::size_t length_;
  };

  void fault(int code, std::string message) {
    ++found_;
    if (quiet_ == 0 && faults_.size() < maximumFaults)
      faults_.push_back({code, std::move(message), jsonPath_, schemaPath_});
  }
  bool enough() const { return tooDeep_ || (quiet_ > 0 ? found_ > 0 : faults_.size() >= maximumFaults); }
  bool isValid(const Value& schema, const Value& value);
  std::size_t countValid(const Value& schemas, const Value& value, std::size_t limit);

  void checkType(const Object& schema, const Value& rule, const Value& value);
  void checkEnum(const Object& schema, const Value& rule, const Value& value);
  void checkMultiple(const Object& schema, const Value& rule, const Value& value);
  void checkMaximum(const Object& schema, const Value& rule, const Value& value);
  void checkMinimum(const Object& schema, const Value& rule, const Value& value);
  void checkMaxLength(const Object& schema, const Value& rule, const Value& value);
  void checkMinLength(const Object& schema, const Value& rule, const Value& value);
  void checkPattern(const Object& schema, const Value& rule, const Value& value);
  void checkFormat(const Object& schema, const Value& rule, const Value& value);
  void checkItems(const Object& schema, const Value& rule, const Value& value);
  void checkMaxItems(const Object& schema, const Value& rule, const Value& value);
  void checkMinItems(const Object& schema, const Value& rule, const Value& value);
  void checkUnique(const Object& schema, const Value& rule, const Value& value);
  void checkMaxProperties(const Object& schema, const Value& rule, const Value& value);
  void checkMinProperties(const Object& schema, const Value& rule, const Value& value);
  void checkRequired(const Object& schema, const Value& rule, const Value& value);
  void checkDependencies(const Object& schema, const Value& rule, const Value& value);
  void checkAllOf(const Object& schema, const Value& rule, const Value& value);
  void checkAnyOf(const Object& schema, const Value& rule, const Value& value);
  void checkOneOf(const Object& schema, const Value& rule, const Value& value);
  void checkNot(const Object& schema, const Value& rule, const Value& value);
  void checkMembers(const Object& schema, const Value& value);
  bool checkMember(const Object& schema, const Object::Member& member);

  const SchemaIndex& index_;
  std::vector<SchemaFault> faults_;
  std::string jsonPath_, schemaPath_;
  std::size_t found_ = 0;  // also those not kept
  std::size_t quiet_ = 0;  // open trials, which keep no faults
  std::size_t depth_ = 0;
  std::size_t depthLimit_;
  bool tooDeep_ = false;
};

const std::array<SchemaRun::Row, 21> SchemaRun::rows{{{"type", &SchemaRun::checkType},
                                                      {"enum", &SchemaRun::checkEnum},
                                                      {"multipleOf", &SchemaRun::checkMultiple},
                                                      {"maximum", &SchemaRun::checkMaximum},
                                                      {"minimum", &SchemaRun::checkMinimum},
                                                      {"maxLength", &SchemaRun::checkMaxLength},
                                                      {"minLength", &SchemaRun::checkMinLength},
                                                      {"pattern", &SchemaRun::checkPattern},
                                                      {"format", &SchemaRun::checkFormat},
                                                      {"items", &SchemaRun::checkItems},
                                                      {"maxItems", &SchemaRun::checkMaxItems},
                                                      {"minItems", &SchemaRun::checkMinItems},
                                                      {"uniqueItems", &SchemaRun::checkUnique},
                                                      {"maxProperties", &SchemaRun::checkMaxProperties},
                                                      {"minProperties", &SchemaRun::checkMinProperties},
                                                      {"required", &SchemaRun::checkRequired},
                                                      {"dependencies", &SchemaRun::checkDependencies},
                                                      {"allOf", &SchemaRun::checkAllOf},
                                                      {"anyOf", &SchemaRun::checkAnyOf},
                                                      {"oneOf", &SchemaRun::checkOneOf},
                                                      {"not", &SchemaRun::checkNot}}};

void SchemaRun::check(const Value& schema, const Value& value) {
  if (enough()) return;
  if (depth_ == depthLimit_) {
    tooDeep_ = true;
    return;
  }
  ++depth_;
  const Object& rules = schema.asObject();
  if (const SchemaIndex::Place* target = index_.target(rules)) {
    const std::string path = std::exchange(schemaPath_, target->path);
    check(*target->schema, value);
    schemaPath_ = path;
  } else {
    for (const Row& row : rows) {
      const Value* rule = rules.find(row.keyword);
      if (rule == nullptr) continue;
      const Below below(schemaPath_, row.keyword);
      (this->*row.check)(rules, *rule, value);
    }
    if (value.isObject()) checkMembers(rules, value);
  }
  --depth_;
}

bool SchemaRun::isValid(const Value& schema, const Value& value) {
  const std::size_t before = std::exchange(found_, 0);
  ++quiet_;
  check(schema, value);
  --quiet_;
  return std::exchange(found_, before) == 0;
}

std::size_t SchemaRun::countValid(const Value& schemas, const Value& value, std::size_t limit) {
  std::size_t valid = 0;
  for (const Value& schema : schemas.asCollection().elements()) {
    if (isValid(schema, value) && ++valid == limit) break;
  }
  return valid;
}

void SchemaRun::checkType(const Object&, const Value& rule, const Value& value) {
  if (rule.isText()) {
    if (!hasType(value, rule.asText())) fault(20, fmt::format("Incorrect type. Expected type is: {}", rule.asText()));
    return;
  }
  std::string expected;
  for (const Value& type : rule.asCollection().elements()) {
    if (hasType(value, type.asText())) return;
    if (!expected.empty()) expected += ", ";
    expected += type.asText();
  }
  fault(20, fmt::format("Incorrect type. Expected type is: {}", expected));
}

void SchemaRun::checkEnum(const Object&, const Value& rule, const Value& value) {
  const std::string wanted = canonicalJson(value);
  const auto& elements = rule.asCollection().elements();
  if (std::ranges::any_of(elements, [&](const Value& element) { return canonicalJson(element) == wanted; })) return;
  fault(19,
        fmt::format("Error while validating against 'enum' key. \"{}\" does not match any enum element in the schema.",
                    shown(value)));
}

void SchemaRun::checkMultiple(const Object&, const Value& rule, const Value& value) {
  if (!value.isNumber() || isMultiple(value.asNumber(), rule.asNumber())) return;
  fault(2, "Error while validating against 'multipleOf' key.");
}

void SchemaRun::checkMaximum(const Object& schema, const Value& rule, const Value& value) {
  if (!value.isNumber()) return;
  const Value exclusive = schema.get("exclusiveMaximum");
  if (exclusive.type() == Type::boolean && exclusive.asBoolean()) {
    if (value.asNumber() >= rule.asNumber()) {
      fault(4, fmt::format("The value provided should be less than specified in the schema (\"{}\").", shown(rule)));
    }
  } else if (value.asNumber() > rule.asNumber()) {
    fault(3,
          fmt::format("The value provided should not be greater than specified in the schema (\"{}\").", shown(rule)));
  }
}

void SchemaRun::checkMinimum(const Object& schema, const Value& rule, const Value& value) {
  if (!value.isNumber()) return;
  const Value exclusive = schema.get("exclusiveMinimum");
  if (exclusive.type() == Type::boolean && exclusive.asBoolean()) {
    if (value.asNumber() <= rule.asNumber()) {
      fault(6, fmt::format("The value provided should be greater than specified in the schema (\"{}\").", shown(rule)));
    }
  } else if (value.asNumber() < rule.asNumber()) {
    fault(5, fmt::format("The value provided should not be less than specified in the schema (\"{}\").", shown(rule)));
  }
}

void SchemaRun::checkMaxLength(const Object&, const Value& rule, const Value& value) {
  if (!value.isText() || static_cast<double>(characters(value.asText())) <= rule.asNumber()) return;
  fault(7, "The string is longer than specified in the schema.");
}

void SchemaRun::checkMinLength(const Object&, const Value& rule, const Value& value) {
  if (!value.isText() || static_cast<double>(characters(value.asText())) >= rule.asNumber()) return;
  fault(8, "The string is shorter than specified in the schema.");
}

void SchemaRun::checkPattern(const Object&, const Value& rule, const Value& value) {
  if (!value.isText() || index_.pattern(std::string(rule.asText())).foundIn(value.asText())) return;
  fault(9,
        fmt::format("The string \"{}\" does not match the pattern in the schema:{}.", value.asText(), rule.asText()));
}

void SchemaRun::checkFormat(const Object&, const Value& rule, const Value& value) {
  if (!value.isText()) return;
  const bool matches = rule.asText() == "regex" ? JsonPattern::compile(value.asText()).has_value()
                                                : hasFormat(value.asText(), rule.asText());
  if (!matches) fault(24, fmt::format("The string does not match (\"{}\")", rule.asText()));
}

void SchemaRun::checkItems(const Object& schema, const Value& rule, const Value& value) {
  if (!value.isCollection()) return;
  const auto& elements = value.asCollection().elements();
  const bool list = rule.isCollection();
  const std::size_t listed = list ? rule.asCollection().size() : 0;
  const Value* additional = list ? schema.find("additionalItems") : nullptr;
  if (additional != nullptr && additional->type() == Type::boolean) {
    if (!additional->asBoolean() && elements.size() > listed) {
      fault(10, "Error while validating an array. JSON contains more elements than specified in the schema.");
    }
    additional = nullptr;
  }
  for (std::size_t i = 0; i < elements.size() && !enough(); ++i) {
    const Below json(jsonPath_, i);
    if (!list) {
      check(rule, elements[i]);
    } else if (i < listed) {
      const Below below(schemaPath_, i);
      check(rule.asCollection().elements()[i], elements[i]);
    } else if (additional != nullptr) {
      check(*additional, elements[i]);
    }
  }
}

void SchemaRun::checkMaxItems(const Object&, const Value& rule, const Value& value) {
  if (!value.isCollection() || static_cast<double>(value.asCollection().size()) <= rule.asNumber()) return;
  fault(11, "The array contains more items than specified in the schema.");
}

void SchemaRun::checkMinItems(const Object&, const Value& rule, const Value& value) {
  if (!value.isCollection() || static_cast<double>(value.asCollection().size()) >= rule.asNumber()) return;
  fault(12, "The array contains less items than specified in the schema.");
}

void SchemaRun::checkUnique(const Object&, const Value& rule, const Value& value) {
  if (!value.isCollection() || !rule.asBoolean()) return;
  std::unordered_set<std::string> known;
  for (const Value& element : value.asCollection().elements()) {
    if (known.insert(canonicalJson(element)).second) continue;
    return fault(13,
                 fmt::format("Error while validating an array. Elements are not unique. Another instance of \"{}\" is "
                             "already in the array.",
                             shown(element)));
  }
}

void SchemaRun::checkMaxProperties(const Object&, const Value& rule, const Value& value) {
  if (!value.isObject() || static_cast<double>(value.asObject().size()) <= rule.asNumber()) return;
  fault(14, "The number of properties is greater than specified in the schema.");
}

void SchemaRun::checkMinProperties(const Object&, const Value& rule, const Value& value) {
  if (!value.isObject() || static_cast<double>(value.asObject().size()) >= rule.asNumber()) return;
  fault(15, "The number of properties is less than specified in the schema.");
}

void SchemaRun::checkRequired(const Object&, const Value& rule, const Value& value) {
  if (!value.isObject()) return;
  for (const Value& name : rule.asCollection().elements()) {
    if (value.asObject().find(name.asText()) != nullptr) continue;
    fault(16, fmt::format("The required property \"{}\" is missing.", name.asText()));
  }
}

void SchemaRun::checkDependencies(const Object&, const Value& rule, const Value& value) {
  if (!value.isObject()) return;
  for (const Object::Member& dependency : rule.asObject().members()) {
    if (value.asObject().find(dependency.name) == nullptr) continue;
    const Below below(schemaPath_, dependency.name);
    if (dependency.value.isObject()) {
      check(dependency.value, value);
      continue;
    }
    for (const Value& name : dependency.value.asCollection().elements()) {
      if (value.asObject().find(name.asText()) != nullptr) continue;
      fault(18, fmt::format("The property \"{}\" requires the property \"{}\".", dependency.name, name.asText()));
    }
  }
}

void SchemaRun::checkAllOf(const Object&, const Value& rule, const Value& value) {
  const auto& schemas = rule.asCollection().elements();
  for (std::size_t i = 0; i < schemas.size(); ++i) {
    const Below below(schemaPath_, i);
    check(schemas[i], value);
  }
}

void SchemaRun::checkAnyOf(const Object&, const Value& rule, const Value& value) {
  if (countValid(rule, value, 1) == 0 && !tooDeep_) fault(22, "The JSON does not match any value.");
}

void SchemaRun::checkOneOf(const Object&, const Value& rule, const Value& value) {
  const std::size_t valid = countValid(rule, value, 2);
  if (valid == 2) fault(21, "The JSON matches more than one value.");
  if (valid == 0 && !tooDeep_) fault(22, "The JSON does not match any value.");
}

void SchemaRun::checkNot(const Object&, const Value& rule, const Value& value) {
  if (isValid(rule, value)) fault(23, "The JSON is valid against the value of 'not'.");
}

// One member by all that is said about its name; true when anything is.
bool SchemaRun::checkMember(const Object& schema, const Object::Member& member) {
  bool known = false;
  const Value* named = schema.find("properties");
  if (const Value* rule = named != nullptr ? named->asObject().find(member.name) : nullptr) {
    known = true;
    const Below group(schemaPath_, "properties");
    const Below below(schemaPath_, member.name);
    check(*rule, member.value);
  }
  const Value* patterns = schema.find("patternProperties");
  if (patterns == nullptr) return known;
  for (const Object::Member& pattern : patterns->asObject().members()) {
    if (!index_.pattern(pattern.name).foundIn(member.name)) continue;
    known = true;
    const Below group(schemaPath_, "patternProperties");
    const Below below(schemaPath_, pattern.name);
    check(pattern.value, member.value);
  }
  return known;
}

void SchemaRun::checkMembers(const Object& schema, const Value& value) {
  const Value* additional = schema.find("additionalProperties");
  const bool refused = additional != nullptr && additional->type() == Type::boolean && !additional->asBoolean();
  if (additional == nullptr && schema.find("properties") == nullptr && schema.find("patternProperties") == nullptr)
    return;
  std::string unknown;
  for (const Object::Member& member : value.asObject().members()) {
    if (enough()) return;
    const Below json(jsonPath_, member.name);
    if (checkMember(schema, member) || additional == nullptr) continue;
    if (refused) {
      if (!unknown.empty()) unknown += ", ";
      unknown += fmt::format("\"{}\"", member.name);
    } else if (additional->isObject()) {
      const Below below(schemaPath_, "additionalProperties");
      check(*additional, member.value);
    }
  }
  if (unknown.empty()) return;
  const Below below(schemaPath_, "additionalProperties");
  fault(17, fmt::format("No additional properties allowed by the schema. The property(ies) {} should be removed.",
                        unknown));
}

struct JsonSchema::State {
  Value root;
  SchemaIndex index;
};

JsonSchema::JsonSchema(std::unique_ptr<State> state) : state_(std::move(state)) {}
JsonSchema::~JsonSchema() = default;
JsonSchema::JsonSchema(JsonSchema&&) noexcept = default;
JsonSchema& JsonSchema::operator=(JsonSchema&&) noexcept = default;

Result<JsonSchema> JsonSchema::compile(const Value& schema) {
  auto state = std::make_unique<State>();
  state->root = schema;
  if (auto built = state->index.build(state->root); !built) return std::unexpected(built.error());
  return JsonSchema(std::move(state));
}

Result<std::vector<SchemaFault>> JsonSchema::validate(const Value& instance) const {
  SchemaRun shallow(state_->index, shallowDepth);
  shallow.check(state_->root, instance);
  if (!shallow.tooDeep()) return shallow.takeFaults();
  // Deep nesting is walked on the stack of a thread of its own.
  SchemaRun deep(state_->index, maximumDepth);
  std::jthread([&] { deep.check(state_->root, instance); }).join();
  if (deep.tooDeep()) {
    return std::unexpected(
        Error(qodly::code::limitReached, "host",
              fmt::format("The value and its JSON schema nest deeper than {} levels", maximumDepth)));
  }
  return deep.takeFaults();
}

}  // namespace qodly::script::library
