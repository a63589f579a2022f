// Printing entities of one layout: places are looked up once for an answer, and what needs nothing but the record is
// put behind each other without asking the output for room more than once a piece.
#include <array>
#include <cstring>

#include "rest/entity_json.h"
#include "rest/entity_pieces.h"
#include "rest/json_out.h"

namespace qodly::rest {

using storage::RecordNumber;
using storage::RecordView;

namespace {

bool isInteger(ColumnType type) { return type >= ColumnType::int8 && type <= ColumnType::int64; }

PlacedKind kindOf(ColumnType type) {
  if (isInteger(type) || type == ColumnType::duration) return PlacedKind::integer;
  switch (type) {
    case ColumnType::boolean:
      return PlacedKind::boolean;
    case ColumnType::real:
      return PlacedKind::real;
    case ColumnType::uuid:
      return PlacedKind::uuid;
    case ColumnType::text:
      return PlacedKind::text;
    default:
      return PlacedKind::other;
  }
}

constexpr std::array<std::array<char, 2>, 256> hexPairs = [] {
  std::array<std::array<char, 2>, 256> table{};
  constexpr std::string_view digits = "0123456789ABCDEF";
  for (std::size_t byte = 0; byte < 256; ++byte) table[byte] = {digits[byte >> 4], digits[byte & 15]};
  return table;
}();
constexpr std::size_t uuidBytes = 16;

char* putUuid(char* at, const char* bytes) {
  *at++ = '"';
  for (std::size_t i = 0; i < uuidBytes; ++i, at += 2) {
    std::memcpy(at, hexPairs[static_cast<unsigned char>(bytes[i])].data(), 2);
  }
  *at++ = '"';
  return at;
}

// The value of a piece whose column is present; nullptr when it takes more than its bytes to say it.
char* putValue(char* at, const PlacedPiece& piece, const RecordView& record) {
  switch (piece.kind) {
    case PlacedKind::boolean:
      return JsonOut::put(at, *piece.place.fixed(record) != 0 ? std::string_view("true") : std::string_view("false"));
    case PlacedKind::integer:
      return decimal::putInteger(at, piece.place.integer(record));
    case PlacedKind::real: {
      double value;
      std::memcpy(&value, piece.place.fixed(record), sizeof value);
      return decimal::putFewDecimals(at, value);
    }
    case PlacedKind::uuid:
      return putUuid(at, piece.place.fixed(record));
    default:
      return nullptr;
  }
}

// A link to the entity that a whole-number key leads to. `at` is behind the piece's lead.
char* putLink(char* at, std::int64_t key, const Padded& rest) {
  std::array<char, decimal::room> digits{};
  const auto length = decimal::putInteger(digits.data(), key) - digits.data();
  std::memcpy(at, digits.data(), digits.size());
  at = JsonOut::put(at + length, rest);
  std::memcpy(at, digits.data(), digits.size());
  return JsonOut::put(at + length, std::string_view("\"}}"));
}

void writeMissing(const PlacedPiece& piece, JsonOut& out) {
  out.raw(piece.piece->name);
  out.raw(piece.piece->missing);
}

}  // namespace

PlacedPiece EntityWriter::place(const Piece& piece, const storage::Layout& layout, KnownKeys::Generation* known) const {
  constexpr std::size_t longestValue = 2 * decimal::room;
  PlacedPiece placed{.piece = &piece, .place = {}};
  placed.room = static_cast<std::uint32_t>(piece.lead.size() + piece.rest.size() + longestValue);
  if (!piece.hops.empty()) return placed;
  if (piece.kind == PieceKind::relatedEntities) {
    placed.kind = PlacedKind::links;
  } else if (piece.kind == PieceKind::scalar) {
    placed.place = {layout, piece.column};
    if (!placed.place.exists()) {
      placed.kind = PlacedKind::missing;
    } else if (placed.place.type() == piece.type) {
      placed.kind = kindOf(piece.type);
    }
  } else if (piece.kind == PieceKind::relatedEntity) {
    placed.place = {layout, piece.foreignKey.column};
    const bool plain = piece.foreignKey.pointsToKey && isInteger(placed.place.type());
    if (!placed.place.exists()) {
      placed.kind = PlacedKind::missing;
    } else if (plain) {
      placed.kind = PlacedKind::link;
    }
    if (plain && known != nullptr) placed.known = &known->of(piece.foreignKey.dataClass);
  }
  return placed;
}

PlacedWriter EntityWriter::place(const storage::Layout& layout, KnownKeys::Generation* known) const {
  PlacedWriter placed{.writer = this, .layout = &layout, .key = {layout, keyColumn_}, .pieces = {}};
  placed.plainKey = placed.key.exists() && placed.key.type() == keyType_ && isInteger(keyType_);
  placed.pieces.reserve(pieces_.size());
  for (const Piece& piece : pieces_) placed.pieces.push_back(place(piece, layout, known));
  return placed;
}

const PlacedWriter& WriteScope::placed(const EntityWriter& writer, const storage::Layout& layout) {
  for (const PlacedWriter& placed : placed_) {
    if (placed.writer == &writer && placed.layout == &layout) return placed;
  }
  return placed_.emplace_front(writer.place(layout, known_));
}

void EntityWriter::writeAttributes(RecordNumber number, const RecordView& record, const Key& key,
                                   const PlacedWriter& placed, WriteScope& scope, JsonOut& out) const {
  for (const PlacedPiece& each : placed.pieces) {
    const Piece& piece = *each.piece;
    switch (each.kind) {
      case PlacedKind::missing:
        writeMissing(each, out);
        break;
      case PlacedKind::boolean:
      case PlacedKind::integer:
      case PlacedKind::real:
      case PlacedKind::uuid:
        if (!each.place.isPresent(record)) {
          writeMissing(each, out);
        } else if (const char* const end = putValue(JsonOut::put(out.reserve(each.room), piece.lead), each, record)) {
          out.advance(end);
        } else {
          writeOther(piece, number, record, key, scope, out);
        }
        break;
      case PlacedKind::text:
        if (!each.place.isPresent(record)) {
          writeMissing(each, out);
        } else if (const std::string_view text = each.place.variable(record); text.data() != nullptr) {
          out.advance(JsonOut::put(out.reserve(each.room), piece.lead));
          out.text(text);
        } else {
          writeOther(piece, number, record, key, scope, out);
        }
        break;
      case PlacedKind::link: {
        const std::int64_t other = each.place.isPresent(record) ? each.place.integer(record) : 0;
        const bool known = each.known != nullptr && each.known->contains(other);
        const bool leads =
            each.place.isPresent(record) && (known || scope.exists(piece.foreignKey, each.place.field(record)));
        if (leads) {
          out.advance(putLink(JsonOut::put(out.reserve(each.room), piece.lead), other, piece.rest));
        } else {
          writeMissing(each, out);
        }
        break;
      }
      case PlacedKind::links:
        if (const std::string_view own = key.uri(); own.empty()) {
          writeMissing(each, out);  // never saved: there is nothing to link to
        } else {
          char* const at = JsonOut::put(JsonOut::put(out.reserve(each.room + own.size()), piece.lead), own);
          out.advance(JsonOut::put(at, piece.rest));
        }
        break;
      case PlacedKind::other:
        writeOther(piece, number, record, key, scope, out);
        break;
    }
  }
  if (incomplete_) out.raw(R"(,"__INVALID":1)");
}

}  // namespace qodly::rest
