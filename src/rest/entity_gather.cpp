// Finds ahead what an answer needs from several records at once: members of expanded 1->N relations, values of aliases
// that cross them. Works level by level, each time outside any Reader where the engine may wait.
#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "orda/entity.h"
#include "rest/entity_json.h"
#include "rest/entity_pieces.h"
#include "rest/errors.h"
#include "rest/media_attribute.h"
#include "rest/scalar_json.h"
#include "rest/selection_json.h"
#include "value/json.h"

namespace qodly::rest {

using storage::RecordNumber;
using storage::RecordView;

class Gatherer {
 public:
  Gatherer(orda::Process& process, Gathered& gathered)
      : process_(process), engine_(process.engine()), overlay_(process.overlay()), gathered_(gathered) {}

  // The entity of `root` that is read as it is in memory; `record` is its content.
  void readInMemory(orda::Entity& entity, const RecordView& record, const EntityWriter& root) {
    inMemory_ = &entity;
    record_ = &record;
    root_ = &root;
  }

  Result<> gather(const EntityWriter& writer, std::span<const RecordNumber> numbers) {
    for (const Piece& piece : writer.pieces_) {
      Result<> done;
      if (piece.kind == PieceKind::expandedSelection) {
        done = gatherSelection(piece, writer, numbers);
      } else if (piece.calculated && piece.kind == PieceKind::gatheredText) {
        done = gatherCalculated(piece, writer, numbers);
      } else if (piece.kind == PieceKind::gatheredText) {
        done = gatherText(piece, writer, numbers);
      } else if (piece.related && piece.related->needsGathering()) {
        done = gather(*piece.related, relatedEntities(piece, writer, numbers));
      }
      if (!done) return done;
    }
    return {};
  }

 private:
  bool isInMemory(const EntityWriter& writer, RecordNumber number) const {
    return inMemory_ != nullptr && &writer == root_ && number == inMemory_->number();
  }

  // Where the path of an entity in memory goes on after its first step, when that step leads to one entity.
  std::optional<RecordNumber> behindFirstStep(const Piece& piece, const EntityWriter& writer, RecordNumber number) {
    if (piece.path.empty() || piece.path.front().toMany || !isInMemory(writer, number)) return std::nullopt;
    const auto& model = *process_.datastore().schema()->model;
    const std::uint32_t link = model.relations[piece.path.front().relation].nTo1Attribute;
    if (link == model::noIndex) return std::nullopt;
    const Value value = inMemory_->get(link);
    const orda::Entity* other = orda::Entity::from(value);
    return other != nullptr ? other->number() : storage::noRecord;
  }

  Result<orda::RecordSet> follow(const Piece& piece, const EntityWriter& writer, RecordNumber number) {
    std::span<const query::Hop> steps = piece.path;
    if (const auto next = behindFirstStep(piece, writer, number)) {
      number = *next;
      steps = steps.subspan(1);
    }
    if (number == storage::noRecord) return orda::RecordSet();
    orda::RecordSet members = orda::RecordSet::ordered({number});
    for (const query::Hop& hop : steps) {
      auto next = engine_.follow(hop, members, overlay_);
      if (!next) return next;
      members = readable(piece, hop, std::move(*next));
    }
    return members;
  }

  // What a filter of the related dataclass leaves (orda.md 17); links to one entity are not filtered.
  orda::RecordSet readable(const Piece& piece, const query::Hop& hop, orda::RecordSet members) {
    if (!hop.toMany) return members;
    const auto& schema = process_.datastore().schema();
    const std::uint32_t end = query::farClass(hop, *schema->model);
    if (piece.related && schema != piece.related->schemaRef()) return members;
    if (!schema->model->classes[end].restricted) return members;
    return orda::DataClass(process_, schema, end).readable(std::move(members));
  }

  // The value of a calculated attribute of one entity, at the end of the piece's path.
  Result<std::vector<Value>> calculatedValues(const Piece& piece, const EntityWriter& writer, RecordNumber number) {
    std::vector<Value> values;
    const auto read = [&](orda::Entity& entity) -> Result<> {
      auto value = entity.read(piece.attribute);
      if (!value) return std::unexpected(value.error());
      const model::Attribute& attribute = entity.dataClass().definition().attributes[piece.attribute];
      values.push_back(isMedia(attribute) ? mediaLink(entity, attribute, *value) : std::move(*value));
      return {};
    };
    if (piece.path.empty() && isInMemory(writer, number)) {
      if (auto done = read(*inMemory_); !done) return std::unexpected(done.error());
      return values;
    }
    auto members = follow(piece, writer, number);
    if (!members) return std::unexpected(members.error());
    const orda::DataClass owner(process_, writer.schemaRef(), piece.dataClass);
    for (const RecordNumber member : members->toVector()) {
      const orda::EntityRef entity = owner.load(member);
      if (!entity) continue;
      if (auto done = read(*entity); !done) return std::unexpected(done.error());
    }
    return values;
  }

  // Where the content is read; null without content. The version follows it, because the entity's stamp need not
  // change.
  static Value mediaLink(orda::Entity& entity, const model::Attribute& attribute, const Value& content) {
    const bool bytes = content.type() == Type::blob || content.type() == Type::picture;
    const bool none = !bytes || (content.asBlob().bytes.empty() && content.asBlob().path.empty());
    if (none || entity.isNew()) return Value::null();
    const model::DataClass& owner = entity.dataClass().definition();
    const bool image = attribute.type == model::AttributeType::image;
    const std::string name = percentEncode(attribute.name);
    const KeyForms key(entity.get(owner.primaryKey));
    auto link = Object::make();
    link->set("uri", Value::text(fmt::format("/rest/{}[{}]/{}?{}&$version={}&$expand={}", percentEncode(owner.name),
                                             key.uri(), name, image ? "$imageformat=best" : "$binary=true",
                                             mediaVersion(content), name)));
    if (image) link->set("image", Value::boolean(true));
    auto object = Object::make();
    object->set("__deferred", Value::object(std::move(link)));
    return Value::object(std::move(object));
  }

  Result<> gatherCalculated(const Piece& piece, const EntityWriter& writer, std::span<const RecordNumber> numbers) {
    const bool many = std::ranges::any_of(piece.path, &query::Hop::toMany);
    for (const RecordNumber number : numbers) {
      const Gathered::Place place{&piece, number};
      if (gathered_.texts.contains(place)) continue;
      const auto values = calculatedValues(piece, writer, number);
      if (!values) return std::unexpected(values.error());
      std::string text = many ? "[" : "";
      for (const Value& value : *values) {
        if (many && text.size() > 1) text += ',';
        if (auto done = appendCalculated(piece, value, text); !done) return done;
      }
      if (many) text += ']';
      if (text.empty()) text = "null";
      gathered_.texts.emplace(place, std::move(text));
    }
    return {};
  }

  Result<> appendCalculated(const Piece& piece, const Value& value, std::string& text) {
    if (const orda::Entity* entity = orda::Entity::from(value)) return appendEntity(piece, *entity, text);
    if (orda::EntitySelection::from(value) != nullptr || value.type() == Type::handle ||
        value.type() == Type::picture || value.type() == Type::blob) {
      text += "null";
      return {};
    }
    if (piece.type == ColumnType::object || value.isObject()) {
      json::append(value, text);
    } else {
      appendValue(convertTo(piece.type, value).value_or(value), text);
    }
    return {};
  }

  // A link, or the entity in place when that was asked for.
  Result<> appendEntity(const Piece& piece, const orda::Entity& entity, std::string& text) {
    if (entity.isNew() || piece.relatedClass == model::noIndex) {
      text += "null";
      return {};
    }
    const RecordNumber number = entity.number();
    if (piece.related) {
      if (piece.related->needsGathering()) {
        if (auto done = gather(*piece.related, std::span(&number, 1)); !done) return done;
      }
      const auto reader = engine_.read(overlay_);
      WriteScope scope(engine_, *reader, &gathered_);
      piece.related->write(Head::nested, number, reader->record(piece.relatedClass, number), scope, text);
      return scope.failure ? Result<>(std::unexpected(*scope.failure)) : Result<>();
    }
    const model::DataClass& related = entity.dataClass().definition();
    const KeyForms key(const_cast<orda::Entity&>(entity).get(related.primaryKey));
    text += R"({"__deferred":{"uri":"/rest/)" + percentEncode(related.name) + "[";
    text += key.uri();
    text += R"(]","__KEY":)";
    text += key.isNumber() ? "\"" + std::string(key.uri()) + "\"" : std::string(key.json());
    text += "}}";
    return {};
  }

  // The members of a selection that is sent in place.
  Result<orda::RecordSet> members(const Piece& piece, const EntityWriter& writer, RecordNumber number) {
    if (!piece.calculated) return follow(piece, writer, number);
    const auto values = calculatedValues(piece, writer, number);
    if (!values) return std::unexpected(values.error());
    const auto* selection = values->empty() ? nullptr : orda::EntitySelection::from(values->front());
    return selection != nullptr ? selection->members() : orda::RecordSet();
  }

  Result<> gatherSelection(const Piece& piece, const EntityWriter& writer, std::span<const RecordNumber> numbers) {
    std::vector<RecordNumber> below;
    for (const RecordNumber number : numbers) {
      const Gathered::Place place{&piece, number};
      if (gathered_.nested.contains(place)) continue;
      const auto found = members(piece, writer, number);
      if (!found) return std::unexpected(found.error());
      NestedMembers nested{.count = found->size(), .sent = found->slice(0, maximumNested)};
      gathered_.total += nested.sent.size();
      if (gathered_.total > maximumNestedInAnswer) return std::unexpected(tooManyNested());
      below.insert(below.end(), nested.sent.begin(), nested.sent.end());
      gathered_.nested.emplace(place, std::move(nested));
    }
    if (!gathered_.globalStamps.contains(piece.relatedClass)) {
      gathered_.globalStamps[piece.relatedClass] =
          highestGlobalStamp(engine_, piece.related->schema(), piece.relatedClass, overlay_);
    }
    return piece.related->needsGathering() ? gather(*piece.related, unique(std::move(below))) : Result<>();
  }

  Result<> gatherText(const Piece& piece, const EntityWriter& writer, std::span<const RecordNumber> numbers) {
    for (const RecordNumber number : numbers) {
      auto members = follow(piece, writer, number);
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
  std::vector<RecordNumber> relatedEntities(const Piece& piece, const EntityWriter& writer,
                                            std::span<const RecordNumber> numbers) {
    std::vector<RecordNumber> found;
    const auto reader = engine_.read(overlay_);
    WriteScope scope(engine_, *reader);
    const auto visit = [&](std::size_t, const RecordView& record) {
      if (!record) return true;
      const RecordView target = walk(piece.hops, record, scope);
      if (!target) return true;
      const RecordNumber other = scope.related(piece.foreignKey, target.field(piece.foreignKey.column));
      if (other != storage::noRecord) found.push_back(other);
      return true;
    };
    if (!numbers.empty() && isInMemory(writer, numbers.front())) {
      visit(0, *record_);
    } else {
      reader->records(writer.dataClass(), numbers, visit);
    }
    return unique(std::move(found));
  }

  static std::vector<RecordNumber> unique(std::vector<RecordNumber> numbers) {
    std::ranges::sort(numbers);
    const auto repeated = std::ranges::unique(numbers);
    numbers.erase(repeated.begin(), repeated.end());
    return numbers;
  }

  orda::Entity* inMemory_ = nullptr;
  const RecordView* record_ = nullptr;
  const EntityWriter* root_ = nullptr;
  orda::Process& process_;
  orda::Engine& engine_;
  const orda::Overlay* overlay_;
  Gathered& gathered_;
};

namespace {

Result<> settled(orda::Process& process, Result<> done) {
  if (!done) return done;
  if (auto failure = process.takeFailure()) return std::unexpected(*failure);
  return {};
}

}  // namespace

Result<> EntityWriter::gather(orda::Process& process, std::span<const RecordNumber> numbers, Gathered& gathered) const {
  return settled(process, Gatherer(process, gathered).gather(*this, numbers));
}

Result<> EntityWriter::gather(orda::Process& process, orda::Entity& entity, const RecordView& record,
                              Gathered& gathered) const {
  Gatherer gatherer(process, gathered);
  gatherer.readInMemory(entity, record, *this);
  const RecordNumber number = entity.number();
  return settled(process, gatherer.gather(*this, std::span(&number, 1)));
}

}  // namespace qodly::rest
