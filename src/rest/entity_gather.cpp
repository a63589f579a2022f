// Finds ahead what an answer needs from several records at once: members of expanded 1->N relations, values of aliases
// that cross them. Works level by level, each time outside any Reader where the engine may wait.
#include <algorithm>

#include <fmt/format.h>

#include "rest/entity_json.h"
#include "rest/entity_pieces.h"
#include "rest/errors.h"
#include "rest/scalar_json.h"
#include "rest/selection_json.h"

namespace qodly::rest {

using storage::RecordNumber;
using storage::RecordView;

class Gatherer {
 public:
  Gatherer(orda::Engine& engine, const orda::Overlay* overlay, Gathered& gathered)
      : engine_(engine), overlay_(overlay), gathered_(gathered) {}

  Result<> gather(const EntityWriter& writer, std::span<const RecordNumber> numbers) {
    for (const Piece& piece : writer.pieces_) {
      Result<> done;
      if (piece.kind == PieceKind::expandedSelection) {
        done = gatherSelection(piece, numbers);
      } else if (piece.kind == PieceKind::gatheredText) {
        done = gatherText(piece, numbers);
      } else if (piece.related && piece.related->needsGathering()) {
        done = gather(*piece.related, relatedEntities(piece, writer.dataClass(), numbers));
      }
      if (!done) return done;
    }
    return {};
  }

 private:
  Result<orda::RecordSet> follow(const Piece& piece, RecordNumber number) {
    orda::RecordSet members = orda::RecordSet::ordered({number});
    for (const query::Hop& hop : piece.path) {
      auto next = engine_.follow(hop, members, overlay_);
      if (!next) return next;
      members = std::move(*next);
    }
    return members;
  }

  Result<> gatherSelection(const Piece& piece, std::span<const RecordNumber> numbers) {
    std::vector<RecordNumber> below;
    for (const RecordNumber number : numbers) {
      const Gathered::Place place{&piece, number};
      if (gathered_.nested.contains(place)) continue;
      auto members = follow(piece, number);
      if (!members) return std::unexpected(members.error());
      NestedMembers nested{.count = members->size(), .sent = members->slice(0, maximumNested)};
      gathered_.total += nested.sent.size();
      if (gathered_.total > maximumNestedInAnswer) {
        return std::unexpected(malformed(fmt::format(
            "The answer would hold more than {} nested entities: ask for fewer relations or fewer entities at once",
            maximumNestedInAnswer)));
      }
      below.insert(below.end(), nested.sent.begin(), nested.sent.end());
      gathered_.nested.emplace(place, std::move(nested));
    }
    if (!gathered_.globalStamps.contains(piece.relatedClass)) {
      gathered_.globalStamps[piece.relatedClass] =
          highestGlobalStamp(engine_, piece.related->schema(), piece.relatedClass, overlay_);
    }
    return piece.related->needsGathering() ? gather(*piece.related, unique(std::move(below))) : Result<>();
  }

  Result<> gatherText(const Piece& piece, std::span<const RecordNumber> numbers) {
    for (const RecordNumber number : numbers) {
      auto members = follow(piece, number);
      if (!members) return std::unexpected(members.error());
      const std::vector<RecordNumber> found = members->toVector();
      std::string text = "[";
      const auto reader = engine_.read(overlay_);
      Result<> failure;
      reader->records(piece.dataClass, found, [&](std::size_t, const RecordView& record) {
        if (!record) return true;
        auto value = engine_.decode(record, piece.dataClass, piece.attribute);
        if (!value) {
          failure = std::unexpected(value.error());
          return false;
        }
        if (value->isMissing()) return true;
        if (text.size() > 1) text += ',';
        appendValue(*value, text);
        return true;
      });
      if (!failure) return failure;
      text += ']';
      gathered_.texts.emplace(Gathered::Place{&piece, number}, std::move(text));
    }
    return {};
  }

  // Entities at the other end of an expanded N->1 relation, each once.
  std::vector<RecordNumber> relatedEntities(const Piece& piece, std::uint32_t dataClass,
                                            std::span<const RecordNumber> numbers) {
    std::vector<RecordNumber> found;
    const auto reader = engine_.read(overlay_);
    WriteScope scope(engine_, *reader);
    reader->records(dataClass, numbers, [&](std::size_t, const RecordView& record) {
      if (!record) return true;
      const RecordView target = walk(piece.hops, record, scope);
      if (!target) return true;
      const RecordNumber other = scope.related(piece.foreignKey, target.field(piece.foreignKey.column));
      if (other != storage::noRecord) found.push_back(other);
      return true;
    });
    return unique(std::move(found));
  }

  static std::vector<RecordNumber> unique(std::vector<RecordNumber> numbers) {
    std::ranges::sort(numbers);
    const auto repeated = std::ranges::unique(numbers);
    numbers.erase(repeated.begin(), repeated.end());
    return numbers;
  }

  orda::Engine& engine_;
  const orda::Overlay* overlay_;
  Gathered& gathered_;
};

Result<> EntityWriter::gather(orda::Engine& engine, const orda::Overlay* overlay, std::span<const RecordNumber> numbers,
                              Gathered& gathered) const {
  return Gatherer(engine, overlay, gathered).gather(*this, numbers);
}

}  // namespace qodly::rest
