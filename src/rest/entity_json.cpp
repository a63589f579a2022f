#include "rest/entity_json.h"

#include <fmt/format.h>

#include "base/json_writer.h"
#include "base/text.h"
#include "rest/entity_pieces.h"
#include "rest/errors.h"
#include "rest/json_out.h"
#include "rest/scalar_json.h"
#include "value/packed.h"

namespace qodly::rest {

using storage::Field;
using storage::RecordNumber;
using storage::RecordView;

namespace {

bool isInteger(ColumnType type) { return type >= ColumnType::int8 && type <= ColumnType::int64; }

// A value that is not stored in place under its own type: retyped attributes, external content.
void appendDecoded(const Piece& piece, const RecordView& record, WriteScope& scope, JsonOut& out) {
  auto value = scope.engine.decode(record, piece.dataClass, piece.attribute);
  if (!value) {
    scope.failure = value.error();
    return;
  }
  out.with([&](std::string& text) { appendValue(*value, text); });
}

void appendScalar(const Piece& piece, const RecordView& record, WriteScope& scope, JsonOut& out) {
  const Field field = record.field(piece.column);
  if (!field.present) {
    out.raw(piece.missing);
  } else if (field.type == piece.type && !field.external) {
    appendField(field, out);
  } else {
    appendDecoded(piece, record, scope, out);
  }
}

void appendSomeProperties(const Piece& piece, const RecordView& record, WriteScope& scope, JsonOut& out) {
  const Field field = record.field(piece.column);
  if (!field.present) {
    out.raw("null");
    return;
  }
  std::string packed;
  PackedView object = field.object();
  if (field.type != ColumnType::object || field.external) {
    auto value = scope.engine.decode(record, piece.dataClass, piece.attribute);
    if (!value || !pack(*value, packed)) {
      if (!value) scope.failure = value.error();
      out.raw("null");
      return;
    }
    object = PackedView(packed);
  }
  out.with([&](std::string& text) { appendProperties(object, piece.properties, text); });
}

// Null, or the link. A text key is written as the entity spells it: text is equal whatever its case and accents.
void appendEntityLink(const Piece& piece, const Field& foreignKey, WriteScope& scope, JsonOut& out) {
  const ForeignKey& relation = piece.foreignKey;
  const bool ownKey = relation.pointsToKey && foreignKey.type != ColumnType::text;
  Field field = foreignKey;
  if (ownKey) {
    if (!scope.exists(relation, foreignKey)) field.present = false;
  } else {
    const RecordNumber number = scope.related(relation, foreignKey);
    field = number == storage::noRecord ? Field()
                                        : scope.reader.record(relation.dataClass, number).field(relation.keyColumn);
  }
  if (!field.present) {
    out.raw("null");
    return;
  }
  const KeyForms key(field);
  out.raw(piece.before);
  out.raw(key.uri());
  out.raw(piece.middle);
  out.raw(key.json());
  out.raw("}}");
}

}  // namespace

KeyForms::KeyForms(const Field& field) {
  if (!field.present || field.external) {
    setText("");
  } else if (isInteger(field.type)) {
    setInteger(field.integer());
  } else if (field.type == ColumnType::text) {
    setText(field.text());
  } else if (field.type == ColumnType::uuid) {
    short_[0] = '"';
    static constexpr char digits[] = "0123456789ABCDEF";
    length_ = 1;
    for (const char c : field.bytes.substr(0, 16)) {
      short_[length_++] = digits[static_cast<unsigned char>(c) >> 4];
      short_[length_++] = digits[static_cast<unsigned char>(c) & 15];
    }
    short_[length_++] = '"';
  } else {
    *this = KeyForms(storage::toValue(field));
  }
}

KeyForms::KeyForms(const Value& key) {
  if (key.type() == Type::integer) {
    setInteger(key.asInteger());
  } else {
    setText(keyText(key));
    number_ = key.isNumber();
  }
}

void KeyForms::setInteger(std::int64_t value) {
  short_[0] = '"';
  char* end = decimal::putInteger(short_.data() + 1, value);
  *end++ = '"';
  length_ = static_cast<std::size_t>(end - short_.data());
  number_ = true;
}

void KeyForms::setText(std::string_view text) {
  json::appendString(text, text_);
  uri_ = percentEncode(text);
}

std::string keyText(const Value& key) {
  std::string text;
  switch (key.type()) {
    case Type::text:
      return std::string(key.asText());
    case Type::integer:
      appendInteger(key.asInteger(), text);
      break;
    case Type::real:
      appendReal(key.asReal(), text);
      break;
    case Type::date:
      appendDate(key.asDate(), text);
      break;
    case Type::instant:
      appendInstant(key.asInstant(), text);
      break;
    case Type::boolean:
      text = key.asBoolean() ? "true" : "false";
      break;
    default:
      break;
  }
  return text;
}

void appendClassNames(std::string_view dataClass, std::string& out) {
  out += R"("__DATACLASS":)";
  json::appendString(dataClass, out);
  out += R"(,"__entityModel":)";
  json::appendString(dataClass, out);
}

WriteScope::WriteScope(orda::Engine& store, orda::Reader& view, const Gathered* found, KnownKeys::Generation* known)
    : engine(store), reader(view), gathered(found), known_(known) {}

WriteScope::~WriteScope() = default;

RecordNumber WriteScope::related(const ForeignKey& relation, const Field& foreignKey) {
  if (!foreignKey.present || foreignKey.external) return storage::noRecord;
  if (relation.pointsToKey && isInteger(foreignKey.type)) {
    return reader.findUnique(relation.dataClass, relation.attribute, Value::integer(foreignKey.integer()));
  }
  const Value key = storage::toValue(foreignKey, relation.type);
  return key.isMissing() ? storage::noRecord : reader.findUnique(relation.dataClass, relation.attribute, key);
}

bool WriteScope::exists(const ForeignKey& relation, const Field& foreignKey) {
  if (!foreignKey.present) return false;
  if (known_ == nullptr || !isInteger(foreignKey.type)) return related(relation, foreignKey) != storage::noRecord;
  KnownKeyBits& known = known_->of(relation.dataClass);
  const std::int64_t key = foreignKey.integer();
  if (known.contains(key)) return true;
  if (related(relation, foreignKey) == storage::noRecord) return false;
  known.add(key);
  return true;
}

std::string_view WriteScope::text(Instant instant) {
  if (instant.ms == last_) return instant_;
  last_ = instant.ms;
  constexpr std::int64_t msPerDay = 86'400'000;
  const std::int64_t day = instant.ms / msPerDay;
  if (instant.ms < 0 || day != day_) {
    instant_.clear();
    appendInstant(instant, instant_);
    day_ = instant.ms < 0 ? INT64_MIN : day;
    return instant_;
  }
  // Same date in front: "...THH:MM:SS.mmmZ".
  const auto time = static_cast<std::uint32_t>(instant.ms - day * msPerDay);
  char* const at = instant_.data() + instant_.size() - 13;
  const auto put = [at](int offset, std::uint32_t number) {
    at[offset] = static_cast<char>('0' + number / 10);
    at[offset + 1] = static_cast<char>('0' + number % 10);
  };
  put(0, time / 3'600'000);
  put(3, time / 60'000 % 60);
  put(6, time / 1'000 % 60);
  at[9] = static_cast<char>('0' + time % 1'000 / 100);
  put(10, time % 100);
  return instant_;
}

RecordView walk(std::span<const ForeignKey> hops, const RecordView& record, WriteScope& scope) {
  RecordView at = record;
  for (const ForeignKey& hop : hops) {
    const RecordNumber number = scope.related(hop, at.field(hop.column));
    if (number == storage::noRecord) return {};
    at = scope.reader.record(hop.dataClass, number);
    if (!at) return {};
  }
  return at;
}

EntityWriter::~EntityWriter() = default;

EntityWriter::Key EntityWriter::keyOf(const RecordView& record, const PlacedWriter& placed, WriteScope& scope) const {
  if (placed.plainKey && placed.key.isPresent(record)) return Key(placed.key.integer(record));
  const Field field = placed.key.field(record);
  if (field.present && field.type != keyType_) {
    if (auto value = scope.engine.decode(record, dataClass_, keyAttribute_)) return Key(*value);
  }
  return Key(field);
}

namespace {

void writeStamp(std::uint32_t stamp, JsonOut& out) {
  static constexpr std::string_view name = R"(,"__STAMP":)";
  char* const at = JsonOut::put(out.reserve(name.size() + decimal::room), name);
  out.advance(decimal::putUnsigned(at, stamp));
}

}  // namespace

void EntityWriter::write(Head head, RecordNumber number, const RecordView& record, WriteScope& scope,
                         std::string& text) const {
  JsonOut out(text);
  write(head, number, record, scope, out);
}

void EntityWriter::write(Head head, RecordNumber number, const RecordView& record, WriteScope& scope,
                         JsonOut& out) const {
  if (!record) {
    out.raw(R"({"__STAMP":0})");
    return;
  }
  const PlacedWriter& placed = scope.placed(*this, record.layout());
  const Key key = keyOf(record, placed, scope);
  if (head == Head::flat) {
    out.raw(R"({"__KEY":)");
    out.raw(key.isNumber() ? key.uri() : key.json());
  } else {
    static constexpr std::string_view keyLead = R"({"__KEY":)", timeLead = R"(,"__TIMESTAMP":")";
    const std::string_view lead = head == Head::root ? std::string_view(rootHead_) : keyLead;
    const std::string_view spelled = key.json(), time = scope.text(record.savedAt());
    char* at = out.reserve(lead.size() + spelled.size() + timeLead.size() + time.size() + 1);
    at = JsonOut::put(JsonOut::put(at, lead), spelled);
    at = JsonOut::put(JsonOut::put(at, timeLead), time);
    *at = '"';
    out.advance(at + 1);
  }
  writeStamp(record.stamp(), out);
  writeAttributes(number, record, key, placed, scope, out);
  out.raw('}');
}

void EntityWriter::writeUpdated(RecordNumber number, const RecordView& record, WriteScope& scope,
                                std::string& text) const {
  JsonOut out(text);
  const PlacedWriter& placed = scope.placed(*this, record.layout());
  const Key key = keyOf(record, placed, scope);
  out.raw(R"("__KEY":)");
  out.raw(key.json());
  writeStamp(record.stamp(), out);
  out.raw(R"(,"uri":")");
  out.raw(uri_);
  out.raw(key.uri());
  out.raw(R"(]","__TIMESTAMP":")");
  out.raw(scope.text(record.savedAt()));
  out.raw('"');
  writeAttributes(number, record, key, placed, scope, out);
}

void EntityWriter::writeNew(RecordNumber number, const RecordView& record, WriteScope& scope, std::string& text) const {
  JsonOut out(text);
  const PlacedWriter& placed = scope.placed(*this, record.layout());
  const Key key = keyOf(record, placed, scope);
  out.raw(R"("__STAMP":0)");
  writeAttributes(number, record, key, placed, scope, out);
}

void EntityWriter::writeOther(const Piece& piece, RecordNumber number, const RecordView& record, const Key& key,
                              WriteScope& scope, JsonOut& out) const {
  out.raw(piece.name);
  RecordView behind;
  if (!piece.hops.empty()) {
    behind = walk(piece.hops, record, scope);
    if (!behind) {
      out.raw("null");
      return;
    }
  }
  const RecordView& target = piece.hops.empty() ? record : behind;
  switch (piece.kind) {
    case PieceKind::scalar:
      appendScalar(piece, target, scope, out);
      return;
    case PieceKind::properties:
      appendSomeProperties(piece, target, scope, out);
      return;
    case PieceKind::media: {
      if (!target.field(piece.column).present) {
        out.raw("null");
        return;
      }
      out.raw(piece.before);
      out.raw(piece.hops.empty() ? key.uri() : KeyForms(target.field(piece.keyColumn)).uri());
      out.raw(piece.middle);
      out.number(static_cast<std::int64_t>(target.stamp()));
      out.raw(piece.after);
      return;
    }
    case PieceKind::relatedEntities:
      if (key.uri().empty()) return out.raw("null");  // never saved: there is nothing to link to
      out.raw(piece.before);
      out.raw(key.uri());
      out.raw(piece.middle);
      return;
    case PieceKind::relatedEntity:
      appendEntityLink(piece, target.field(piece.foreignKey.column), scope, out);
      return;
    case PieceKind::expandedEntity: {
      const RecordNumber other = scope.related(piece.foreignKey, target.field(piece.foreignKey.column));
      if (other == storage::noRecord) {
        out.raw("null");
      } else {
        piece.related->write(flat_ ? Head::flat : Head::nested, other,
                             scope.reader.record(piece.foreignKey.dataClass, other), scope, out);
      }
      return;
    }
    case PieceKind::expandedSelection:
      writeNested(piece, number, key, scope, out);
      return;
    case PieceKind::gatheredText: {
      const auto text = scope.gathered->texts.find({&piece, number});
      out.raw(text == scope.gathered->texts.end() ? std::string_view("null") : std::string_view(text->second));
      return;
    }
  }
}

Error tooManyNested() {
  return malformed(fmt::format(
      "The answer would hold more than {} nested entities: ask for fewer relations or fewer entities at once",
      maximumNestedInAnswer));
}

void EntityWriter::writeNested(const Piece& piece, RecordNumber number, const Key& key, WriteScope& scope,
                               JsonOut& out) const {
  static const NestedMembers nobody;
  const auto found = scope.gathered->nested.find({&piece, number});
  const NestedMembers& members = found == scope.gathered->nested.end() ? nobody : found->second;
  // Gathered once, but written for each way that leads here: there and back again multiplies.
  scope.nested += members.sent.size();
  if (scope.nested > maximumNestedInAnswer && !scope.failure) scope.failure = tooManyNested();
  if (scope.failure) return;
  if (!flat_) {
    const auto stamp = scope.gathered->globalStamps.find(piece.relatedClass);
    out.raw(piece.before);
    out.raw(key.uri());
    out.raw(piece.middle);
    out.number(stamp == scope.gathered->globalStamps.end() ? std::int64_t{0} : stamp->second);
    out.raw(R"(,"__COUNT":)");
    out.number(static_cast<std::int64_t>(members.count));
    out.raw(R"(,"__FIRST":0,"__ENTITIES":)");
  }
  out.raw('[');
  scope.reader.records(piece.relatedClass, members.sent, [&](std::size_t position, const RecordView& record) {
    if (position != 0) out.raw(',');
    piece.related->write(flat_ ? Head::flat : Head::nested, members.sent[position], record, scope, out);
    return !scope.failure;
  });
  out.raw(']');
  if (flat_) return;
  out.raw(R"(,"__SENT":)");
  out.number(static_cast<std::int64_t>(members.sent.size()));
  out.raw('}');
}

}  // namespace qodly::rest
