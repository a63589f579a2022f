// Compiles an attribute tree into an entity writer: every name, link and column is worked out here, once per schema.
#include <algorithm>

#include <fmt/format.h>

#include "base/json_writer.h"
#include "base/text.h"
#include "rest/entity_json.h"
#include "rest/entity_pieces.h"
#include "rest/scalar_json.h"
#include "value/convert.h"

namespace qodly::rest {

namespace {

std::string jsonString(std::string_view text) {
  std::string out;
  json::appendString(text, out);
  return out;
}

std::string entityUri(const model::DataClass& dataClass) { return "/rest/" + percentEncode(dataClass.name) + "["; }

bool isMedia(model::AttributeType type) {
  return type == model::AttributeType::image || type == model::AttributeType::blob;
}

}  // namespace

class WriterCompiler {
 public:
  WriterCompiler(std::shared_ptr<const orda::Schema> schema, bool flat, std::shared_ptr<const orda::Access> access)
      : schema_(std::move(schema)), model_(*schema_->model), flat_(flat), access_(std::move(access)) {}

  std::shared_ptr<const EntityWriter> compile(const AttributeTree& tree) {
    std::shared_ptr<EntityWriter> writer(new EntityWriter);  // private constructor
    const auto& dataClass = model_.classes[tree.dataClass];
    writer->schema_ = schema_;
    writer->dataClass_ = tree.dataClass;
    writer->flat_ = flat_;
    writer->access_ = access_;
    writer->rootHead_ = fmt::format(R"({{"__entityModel":{0},"__DATACLASS":{0},"__KEY":)", jsonString(dataClass.name));
    writer->uri_ = entityUri(dataClass);
    if (dataClass.primaryKey != model::noIndex) {
      writer->keyAttribute_ = dataClass.primaryKey;
      writer->keyColumn_ = column(tree.dataClass, dataClass.primaryKey);
      writer->keyType_ = model::columnType(dataClass.key());
    }
    addPieces(tree, *writer);
    writer->needsGathering_ = std::ranges::any_of(writer->pieces_, [](const Piece& piece) {
      return piece.kind == PieceKind::expandedSelection || piece.kind == PieceKind::gatheredText ||
             (piece.related && piece.related->needsGathering());
    });
    return writer;
  }

 private:
  storage::ColumnId column(std::uint32_t dataClass, std::uint32_t attribute) const {
    return schema_->columns[dataClass][attribute];
  }

  void addPieces(const AttributeTree& tree, EntityWriter& writer) {
    if (!tree.everything) {
      for (const RequestedAttribute& requested : tree.attributes) addNamed(tree.dataClass, requested, writer);
      return;
    }
    const auto& attributes = model_.classes[tree.dataClass].attributes;
    for (std::uint32_t index = 0; index < attributes.size(); ++index) {
      if (!isVisible(model_, attributes[index])) continue;
      const auto requested = std::ranges::find(tree.attributes, index, &RequestedAttribute::attribute);
      if (requested != tree.attributes.end() && requested->related) {
        addNamed(tree.dataClass, *requested, writer);
      } else if (mayRead(tree.dataClass, index)) {
        addPiece(tree.dataClass, {.attribute = index, .whole = true, .properties = {}, .related = nullptr}, writer);
      }
    }
  }

  bool mayRead(std::uint32_t dataClass, std::uint32_t attribute) const {
    return !access_ || access_->allows(dataClass, attribute, orda::Right::read);
  }

  // What the request names: left out when it, or the related entities it shall be sent with, may not be read.
  void addNamed(std::uint32_t dataClass, const RequestedAttribute& requested, EntityWriter& writer) {
    const bool readable =
        mayRead(dataClass, requested.attribute) &&
        (!requested.related || !access_ || access_->allows(requested.related->dataClass, orda::Right::read));
    if (readable) {
      addPiece(dataClass, requested, writer);
    } else {
      writer.incomplete_ = true;
    }
  }

  void addPiece(std::uint32_t dataClass, const RequestedAttribute& requested, EntityWriter& writer) {
    const auto target = targetOf(model_, dataClass, requested.attribute);
    if (!target) return;
    const auto& asked = model_.classes[dataClass].attributes[requested.attribute];
    Piece piece;
    piece.name = "," + jsonString(asked.name) + ":";
    piece.path = target->hops;
    piece.dataClass = target->dataClass;
    piece.attribute = target->attribute;
    const auto& end = target->in(model_);
    const bool many = target->crossesToMany();
    if (end.isRelation()) {
      if (flat_ && !requested.related) return;
      addRelation(dataClass, asked, end, many, requested, piece);
    } else if (end.isStorage()) {
      addValue(end, many, requested, piece);
    } else if (end.isCalculated()) {
      if (flat_ && relatedClassOf(end) != model::noIndex && !requested.related) return;
      addCalculated(dataClass, asked, end, many, requested, piece);
    } else {
      return;
    }
    if (piece.kind != PieceKind::relatedEntities && piece.kind != PieceKind::expandedSelection &&
        piece.kind != PieceKind::gatheredText) {
      for (const query::Hop& hop : target->hops) piece.hops.push_back(foreignKey(hop.relation));
    }
    const bool toMany = piece.kind == PieceKind::relatedEntities;
    const bool links = toMany || piece.kind == PieceKind::relatedEntity;
    piece.lead = Padded(piece.name + (links ? piece.before : std::string()));
    if (links) piece.rest = Padded(toMany ? piece.middle : piece.middle + '"');
    writer.pieces_.push_back(std::move(piece));
  }

  void addValue(const model::Attribute& end, bool many, const RequestedAttribute& requested, Piece& piece) {
    const auto& dataClass = model_.classes[piece.dataClass];
    piece.column = column(piece.dataClass, piece.attribute);
    piece.type = model::columnType(end);
    if (end.neverNull && !isMedia(end.type)) {
      piece.missing.clear();
      appendValue(blankOf(piece.type), piece.missing);
    }
    if (dataClass.primaryKey != model::noIndex) piece.keyColumn = column(piece.dataClass, dataClass.primaryKey);
    if (many) {
      piece.kind = PieceKind::gatheredText;
    } else if (isMedia(end.type)) {
      piece.kind = PieceKind::media;
      const bool image = end.type == model::AttributeType::image;
      const std::string name = percentEncode(end.name);
      piece.before = R"({"__deferred":{"uri":")" + entityUri(dataClass);
      piece.middle = fmt::format("]/{}?{}&$version=", name, image ? "$imageformat=best" : "$binary=true");
      piece.after = fmt::format(R"(&$expand={}"{}}}}})", name, image ? R"(,"image":true)" : "");
    } else if (!requested.whole && !requested.properties.empty()) {
      piece.kind = PieceKind::properties;
      piece.properties = requested.properties;
    }
  }

  // Its value is found ahead; a selection that is not sent in place needs none.
  void addCalculated(std::uint32_t dataClass, const model::Attribute& asked, const model::Attribute& end, bool many,
                     const RequestedAttribute& requested, Piece& piece) {
    piece.kind = PieceKind::gatheredText;
    piece.calculated = true;
    piece.type = model::columnType(end);
    piece.relatedClass = relatedClassOf(end);
    piece.properties = requested.whole ? std::vector<ObjectFilter>() : requested.properties;
    if (requested.related) piece.related = compile(*requested.related);
    if (many || end.result != model::CalculatedResult::selection) return;
    const std::string name = percentEncode(asked.name);
    const std::string link = fmt::format("]/{0}?$expand={0}\"", name);
    piece.kind = piece.related ? PieceKind::expandedSelection : PieceKind::relatedEntities;
    piece.before =
        (piece.related ? R"({"__ENTITYSET":")" : R"({"__deferred":{"uri":")") + entityUri(model_.classes[dataClass]);
    piece.middle = link + (piece.related ? R"(,"__GlobalStamp":)" : "}}");
  }

  // A relation, or an alias of one. What crosses or ends on a 1->N relation is a selection.
  void addRelation(std::uint32_t dataClass, const model::Attribute& asked, const model::Attribute& end, bool many,
                   const RequestedAttribute& requested, Piece& piece) {
    const auto& owner = model_.classes[dataClass];
    piece.path.push_back(hopOf(end));
    piece.relatedClass = end.relatedClass;
    if (requested.related) piece.related = compile(*requested.related);
    if (many || end.kind == model::AttributeKind::relatedEntities) {
      const std::string name = percentEncode(asked.name);
      const std::string link = fmt::format("]/{0}?$expand={0}\"", name);
      piece.kind = piece.related ? PieceKind::expandedSelection : PieceKind::relatedEntities;
      piece.before = (piece.related ? R"({"__ENTITYSET":")" : R"({"__deferred":{"uri":")") + entityUri(owner);
      piece.middle = link + (piece.related ? R"(,"__GlobalStamp":)" : "}}");
      return;
    }
    piece.kind = piece.related ? PieceKind::expandedEntity : PieceKind::relatedEntity;
    piece.foreignKey = foreignKey(end.relation);
    piece.before = R"({"__deferred":{"uri":")" + entityUri(model_.classes[end.relatedClass]);
    piece.middle = R"(]","__KEY":)";
  }

  ForeignKey foreignKey(std::uint32_t relationIndex) const {
    const auto& relation = model_.relations[relationIndex];
    const auto& destination = model_.classes[relation.destinationClass];
    const auto& source = model_.classes[relation.sourceClass].attributes[relation.sourceAttribute];
    const ColumnType type = model::columnType(destination.attributes[relation.destinationAttribute]);
    const auto isInteger = [](ColumnType t) { return t >= ColumnType::int8 && t <= ColumnType::int64; };
    const ColumnType sourceType = model::columnType(source);
    return {.column = column(relation.sourceClass, relation.sourceAttribute),
            .dataClass = relation.destinationClass,
            .attribute = relation.destinationAttribute,
            .type = type,
            .keyColumn = destination.primaryKey == model::noIndex
                             ? 0
                             : column(relation.destinationClass, destination.primaryKey),
            .pointsToKey = relation.destinationAttribute == destination.primaryKey &&
                           (type == sourceType || (isInteger(type) && isInteger(sourceType)))};
  }

  std::shared_ptr<const orda::Schema> schema_;
  const model::Model& model_;
  bool flat_;
  std::shared_ptr<const orda::Access> access_;
};

std::shared_ptr<const EntityWriter> EntityWriter::compile(std::shared_ptr<const orda::Schema> schema,
                                                          const AttributeTree& tree, bool flat,
                                                          std::shared_ptr<const orda::Access> access) {
  return WriterCompiler(std::move(schema), flat, std::move(access)).compile(tree);
}

}  // namespace qodly::rest
