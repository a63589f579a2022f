#include "rest/entity_json.h"

#include <charconv>

#include "base/json_writer.h"
#include "base/text.h"
#include "rest/entity_pieces.h"
#include "rest/scalar_json.h"
#include "value/packed.h"

namespace qodly::rest {

using storage::Field;
using storage::RecordNumber;
using storage::RecordView;

namespace {

bool isInteger(ColumnType type) { return type >= ColumnType::int8 && type <= ColumnType::int64; }

// A value that is not stored in place under its own type: retyped attributes, external content.
void appendDecoded(const Piece& piece, const RecordView& record, WriteScope& scope, std::string& out) {
  auto value = scope.engine.decode(record, piece.dataClass, piece.attribute);
  if (!value) {
    scope.failure = value.error();
    return;
  }
  appendValue(*value, out);
}

void appendScalar(const Piece& piece, const RecordView& record, WriteScope& scope, std::string& out) {
  const Field field = record.field(piece.column);
  if (!field.present) {
    out += piece.missing;
  } else if (field.type == piece.type && !field.external) {
    appendField(field, out);
  } else {
    appendDecoded(piece, record, scope, out);
  }
}

void appendSomeProperties(const Piece& piece, const RecordView& record, WriteScope& scope, std::string& out) {
  const Field field = record.field(piece.column);
  if (!field.present) {
    out += "null";
    return;
  }
  if (field.type == ColumnType::object && !field.external) {
    appendProperties(field.object(), piece.properties, out);
    return;
  }
  std::string packed;
  auto value = scope.engine.decode(record, piece.dataClass, piece.attribute);
  if (!value || !pack(*value, packed)) {
    if (!value) scope.failure = value.error();
    out += "null";
    return;
  }
  appendProperties(PackedView(packed), piece.properties, out);
}

void appendEntityLink(const Piece& piece, const Field& foreignKey, RecordNumber number, WriteScope& scope,
                      std::string& out) {
  const ForeignKey& relation = piece.foreignKey;
  const KeyForms key(relation.pointsToKey && foreignKey.type != ColumnType::text
                         ? foreignKey
                         : scope.reader.record(relation.dataClass, number).field(relation.keyColumn));
  out += piece.before;
  out += key.uri();
  out += piece.middle;
  out += key.json();
  out += "}}";
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
  char* end = std::to_chars(short_.data() + 1, short_.data() + 30, value).ptr;
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

RecordNumber WriteScope::related(const ForeignKey& relation, const Field& foreignKey) {
  if (!foreignKey.present || foreignKey.external) return storage::noRecord;
  if (!relation.pointsToKey || !isInteger(foreignKey.type)) {
    const Value key = storage::toValue(foreignKey, relation.type);
    return key.isMissing() ? storage::noRecord : reader.findUnique(relation.dataClass, relation.attribute, key);
  }
  const std::int64_t key = foreignKey.integer();
  Remembered& place = remembered_[(static_cast<std::uint64_t>(key) * 0x9E3779B97F4A7C15U) >> 58];
  if (place.relation != &relation || place.key != key) {
    place = {.relation = &relation,
             .key = key,
             .number = reader.findUnique(relation.dataClass, relation.attribute, Value::integer(key))};
  }
  return place.number;
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

EntityWriter::Key EntityWriter::keyOf(const RecordView& record, WriteScope& scope) const {
  const Field field = record.field(keyColumn_);
  if (field.present && field.type != keyType_) {
    if (auto value = scope.engine.decode(record, dataClass_, keyAttribute_)) return Key(*value);
  }
  return Key(field);
}

void EntityWriter::write(Head head, RecordNumber number, const RecordView& record, WriteScope& scope,
                         std::string& out) const {
  if (!record) {
    out += R"({"__STAMP":0})";
    return;
  }
  const Key key = keyOf(record, scope);
  if (head == Head::flat) {
    out += R"({"__KEY":)";
    out += key.isNumber() ? key.uri() : key.json();
    out += R"(,"__STAMP":)";
  } else {
    out += head == Head::root ? std::string_view(rootHead_) : std::string_view(R"({"__KEY":)");
    out += key.json();
    out += R"(,"__TIMESTAMP":")";
    appendInstant(record.savedAt(), out);
    out += R"(","__STAMP":)";
  }
  json::appendNumber(static_cast<std::int64_t>(record.stamp()), out);
  writeAttributes(number, record, key, scope, out);
  out += '}';
}

void EntityWriter::writeUpdated(RecordNumber number, const RecordView& record, WriteScope& scope,
                                std::string& out) const {
  const Key key = keyOf(record, scope);
  out += R"("__KEY":)";
  out += key.json();
  out += R"(,"__STAMP":)";
  json::appendNumber(static_cast<std::int64_t>(record.stamp()), out);
  out += R"(,"uri":")";
  out += uri_;
  out += key.uri();
  out += R"(]","__TIMESTAMP":")";
  appendInstant(record.savedAt(), out);
  out += '"';
  writeAttributes(number, record, key, scope, out);
}

void EntityWriter::writeAttributes(RecordNumber number, const RecordView& record, const Key& key, WriteScope& scope,
                                   std::string& out) const {
  for (const Piece& piece : pieces_) {
    out += piece.name;
    writePiece(piece, number, record, key, scope, out);
  }
}

void EntityWriter::writePiece(const Piece& piece, RecordNumber number, const RecordView& record, const Key& key,
                              WriteScope& scope, std::string& out) const {
  RecordView behind;
  if (!piece.hops.empty()) {
    behind = walk(piece.hops, record, scope);
    if (!behind) {
      out += "null";
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
        out += "null";
        return;
      }
      out += piece.before;
      out += piece.hops.empty() ? key.uri() : KeyForms(target.field(piece.keyColumn)).uri();
      out += piece.middle;
      json::appendNumber(static_cast<std::int64_t>(target.stamp()), out);
      out += piece.after;
      return;
    }
    case PieceKind::relatedEntities:
      out += piece.before;
      out += key.uri();
      out += piece.middle;
      return;
    case PieceKind::relatedEntity:
    case PieceKind::expandedEntity: {
      const Field foreignKey = target.field(piece.foreignKey.column);
      const RecordNumber other = scope.related(piece.foreignKey, foreignKey);
      if (other == storage::noRecord) {
        out += "null";
      } else if (piece.kind == PieceKind::relatedEntity) {
        appendEntityLink(piece, foreignKey, other, scope, out);
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
      out += text == scope.gathered->texts.end() ? std::string_view("null") : std::string_view(text->second);
      return;
    }
  }
}

void EntityWriter::writeNested(const Piece& piece, RecordNumber number, const Key& key, WriteScope& scope,
                               std::string& out) const {
  static const NestedMembers nobody;
  const auto found = scope.gathered->nested.find({&piece, number});
  const NestedMembers& members = found == scope.gathered->nested.end() ? nobody : found->second;
  if (!flat_) {
    const auto stamp = scope.gathered->globalStamps.find(piece.relatedClass);
    out += piece.before;
    out += key.uri();
    out += piece.middle;
    json::appendNumber(stamp == scope.gathered->globalStamps.end() ? std::int64_t{0} : stamp->second, out);
    out += R"(,"__COUNT":)";
    json::appendNumber(static_cast<std::int64_t>(members.count), out);
    out += R"(,"__FIRST":0,"__ENTITIES":)";
  }
  out += '[';
  scope.reader.records(piece.relatedClass, members.sent, [&](std::size_t position, const RecordView& record) {
    if (position != 0) out += ',';
    piece.related->write(flat_ ? Head::flat : Head::nested, members.sent[position], record, scope, out);
    return true;
  });
  out += ']';
  if (flat_) return;
  out += R"(,"__SENT":)";
  json::appendNumber(static_cast<std::int64_t>(members.sent.size()), out);
  out += '}';
}

}  // namespace qodly::rest
