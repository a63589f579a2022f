#include "qodly_contender.h"

#include <array>
#include <span>
#include <stdexcept>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "app/import/row_encoder.h"
#include "dataset.h"
#include "engine/embedded/embedded_engine.h"
#include "harness.h"
#include "storage/store.h"

namespace qodly::bench {

namespace {

using model::Attribute;
using model::AttributeKind;
using model::AttributeType;

enum CountryAttribute : std::uint32_t { countryId, countryName, countryRegion, countryPopulation, countryPeople };
enum PersonAttribute : std::uint32_t {
  personId,
  personName,
  personNote,
  personAmount,
  personScore,
  personCountryId,
  personCountry
};
enum SavedAttribute : std::uint32_t { savedId, savedName, savedAmount };
constexpr std::uint32_t countryClass = 0, personClass = 1;

Attribute storage(std::uint32_t number, std::string name, AttributeType type, bool indexed) {
  Attribute attribute;
  attribute.name = std::move(name);
  attribute.type = type;
  attribute.fieldNumber = number;
  attribute.uuid = fmt::format("{:032X}", number);
  attribute.indexed = indexed;
  return attribute;
}

model::DataClass dataClass(std::string name, std::uint32_t number, std::vector<Attribute> attributes) {
  model::DataClass result;
  result.name = std::move(name);
  result.selectionName = result.name + "Selection";
  result.uuid = fmt::format("{:032X}", number);
  result.tableNumber = number;
  result.attributes = std::move(attributes);
  result.attributes[0].unique = result.attributes[0].notNull = true;
  result.primaryKey = 0;
  return result;
}

Attribute related(std::string name, AttributeKind kind, std::uint32_t otherClass) {
  Attribute attribute;
  attribute.name = std::move(name);
  attribute.kind = kind;
  attribute.relation = 0;
  attribute.relatedClass = otherClass;
  return attribute;
}

std::shared_ptr<const model::Model> peopleModel() {
  auto result = std::make_shared<model::Model>();
  result->name = "People";
  result->uuid = fmt::format("{:032X}", 1);
  result->classes.push_back(dataClass(
      "Country", 1,
      {storage(1, "ID", AttributeType::long32, true), storage(2, "name", AttributeType::string, false),
       storage(3, "region", AttributeType::string, true), storage(4, "population", AttributeType::long32, false),
       related("people", AttributeKind::relatedEntities, personClass)}));
  result->classes.push_back(
      dataClass("Person", 2,
                {storage(1, "ID", AttributeType::long32, true), storage(2, "name", AttributeType::string, true),
                 storage(3, "note", AttributeType::string, false), storage(4, "amount", AttributeType::long32, false),
                 storage(5, "score", AttributeType::long32, true), storage(6, "countryID", AttributeType::long32, true),
                 related("country", AttributeKind::relatedEntity, countryClass)}));
  result->classes.push_back(
      dataClass("Saved", 3,
                {storage(1, "ID", AttributeType::long32, true), storage(2, "name", AttributeType::string, false),
                 storage(3, "amount", AttributeType::long32, false)}));
  result->classes.back().attributes[savedId].autosequence = true;
  model::Relation relation;
  relation.uuid = fmt::format("{:032X}", 3);
  relation.sourceClass = personClass;
  relation.sourceAttribute = personCountryId;
  relation.destinationClass = countryClass;
  relation.destinationAttribute = countryId;
  relation.nTo1Attribute = personCountry;
  relation.oneToNAttribute = countryPeople;
  result->relations.push_back(relation);
  for (model::DataClass& each : result->classes) each.buildIndex();
  result->buildIndex();
  return result;
}

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().text());
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

}  // namespace

QodlyContender::QodlyContender(const std::filesystem::path& folder) {
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  datastore_ = must(orda::Datastore::open(must(engine::openEmbeddedEngine({.folder = folder})), peopleModel()));
  process_ = std::make_unique<orda::Process>(*datastore_);
}

QodlyContender::~QodlyContender() = default;

namespace {

// As `qodly import` works: rows become records on one thread and are committed on another, 10,000 at a time.
class Loader {
 public:
  Loader(orda::Datastore& datastore, std::uint32_t dataClass, std::uint64_t expected)
      : load_(datastore.engine().bulkLoad(dataClass, expected)),
        datastore_(datastore),
        encoder_(datastore, dataClass, true),
        owner_(datastore.newOwner()) {}

  void finish() {
    flush();
    wait();
    must(load_->finish());
  }

  void add(std::span<const Value> values) {
    app::EncodedRow row = must(encoder_.insert(values));
    changes_.put(row.id, std::move(row.change));
    if (++rows_ % 10'000 == 0) flush();
  }

 private:
  void flush() {
    wait();
    committing_ = std::thread([this, changes = std::move(changes_)]() mutable {
      if (!datastore_.commit(std::move(changes), owner_, 0)) throw std::runtime_error("a commit failed");
    });
    changes_ = {};
  }
  void wait() {
    if (committing_.joinable()) committing_.join();
  }

  std::unique_ptr<storage::BulkLoad> load_;
  orda::Datastore& datastore_;
  app::RowEncoder encoder_;
  orda::Owner owner_;
  orda::ChangeSet changes_;
  std::uint64_t rows_ = 0;
  std::thread committing_;
};

}  // namespace

void QodlyContender::load(std::int32_t people) {
  {
    Loader loader(*datastore_, countryClass, 250);
    for (const Country& country : countries()) {
      loader.add(std::array{Value::integer(country.id), Value::text(country.name), Value::text(country.region),
                            Value::integer(country.population), Value()});
    }
    loader.finish();
  }
  Loader loader(*datastore_, personClass, static_cast<std::uint64_t>(people));
  for (std::int32_t id = 1; id <= people; ++id) {
    const Person row = person(id);
    loader.add(std::array{Value::integer(row.id), Value::text(row.name), Value::text(row.note),
                          Value::integer(row.amount), Value::integer(row.score), Value::integer(row.countryId),
                          Value()});
  }
  loader.finish();
}

std::int64_t QodlyContender::lengthOfNames(std::int32_t count, std::int32_t people) {
  orda::Engine& engine = datastore_->engine();
  const std::shared_ptr<const orda::Schema> schema = datastore_->schema();
  const storage::ColumnId column = schema->columns[personClass][personName];
  std::int64_t total = 0;
  std::uint64_t state = 1;
  for (std::int32_t i = 0; i < count; ++i) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    const Value key = Value::integer(1 + static_cast<std::int32_t>((state >> 33) % static_cast<std::uint64_t>(people)));
    const std::unique_ptr<orda::Reader> reader = engine.read();
    const orda::RecordNumber number = reader->findUnique(personClass, personId, key);
    total += static_cast<std::int64_t>(reader->record(personClass, number).field(column).text().size());
  }
  return total;
}

std::int64_t QodlyContender::count(const std::string& query) {
  const orda::DataClass people = *orda::DataClass::find(*process_, "Person");
  return static_cast<std::int64_t>(must(people.query(query))->length());
}

std::int64_t QodlyContender::orderedNames(const std::string& order) {
  const orda::DataClass people = *orda::DataClass::find(*process_, "Person");
  return static_cast<std::int64_t>(must(people.query("order by " + order))->length());
}

double QodlyContender::durableSaves(int threads, int each) {
  const double time = seconds([&] {
    std::vector<std::jthread> workers;
    for (int worker = 0; worker < threads; ++worker) {
      workers.emplace_back([this, worker, each] {
        orda::Process process(*datastore_);
        const orda::DataClass saved = *orda::DataClass::find(process, "Saved");
        for (int i = 0; i < each; ++i) {
          const orda::EntityRef entity = saved.create();
          (void)entity->set(savedName, Value::text("Some durable name"));
          (void)entity->set(savedAmount, Value::integer(worker * each + i));
          if (!entity->save().success()) throw std::runtime_error("a save failed");
        }
      });
    }
  });
  return threads * each / time;
}

}  // namespace qodly::bench
