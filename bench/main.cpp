// The rows of the benchmark table that run inside one process: storage, queries and saves beside SQLite and PostgreSQL.
//
// usage: bench_data [--only ID] [--list] [--people N] [--runs N] [--folder DIR] [--postgres "CONNECTION"]

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "dataset.h"
#include "harness.h"
#include "postgres_peer.h"
#include "qodly_contender.h"
#include "sqlite_peer.h"

namespace qodly::bench {
namespace {

struct Settings {
  std::string only;
  bool list = false;
  std::int32_t people = 1'000'000;
  int runs = 5;
  std::filesystem::path folder = std::filesystem::temp_directory_path() / "qodly-bench";
  std::string postgres;
};

// The contenders, loaded on first use and shared by all rows.
class Field {
 public:
  explicit Field(const Settings& settings) : settings_(settings) {
    std::filesystem::create_directories(settings.folder);
  }

  QodlyContender& qodly() {
    return loaded(qodly_, [this] { return std::make_unique<QodlyContender>(settings_.folder / "qodly"); });
  }
  SqlitePeer& sqlite() {
    const bool first = !sqlite_;
    SqlitePeer& peer = loaded(sqlite_, [this] { return std::make_unique<SqlitePeer>(settings_.folder / "sqlite.db"); });
    if (first) peer.indexRelations();
    return peer;
  }
  PostgresPeer& postgres() {
    return loaded(postgres_, [this] { return std::make_unique<PostgresPeer>(settings_.postgres); });
  }
  bool hasPostgres() const { return !settings_.postgres.empty(); }
  const Settings& settings() const { return settings_; }

 private:
  template <class T, class Make>
  T& loaded(std::unique_ptr<T>& contender, const Make& make) {
    if (!contender) {
      contender = make();
      contender->load(settings_.people);
    }
    return *contender;
  }

  const Settings& settings_;
  std::unique_ptr<QodlyContender> qodly_;
  std::unique_ptr<SqlitePeer> sqlite_;
  std::unique_ptr<PostgresPeer> postgres_;
};

Contender timed(std::string name, std::function<void()> work) {
  return {std::move(name), [work = std::move(work)] { return seconds(work) * 1000; }};
}

Row loadRow(Field& field) {
  const Settings& settings = field.settings();
  return {"load.million",
          "load of 1 million records with two indexes",
          "ms",
          Better::lower,
          2,
          timed("qodly", [&settings] { QodlyContender(settings.folder / "load").load(settings.people); }),
          {timed("SQLite WAL", [&settings] { SqlitePeer(settings.folder / "load.db").load(settings.people); })}};
}

constexpr std::int32_t gets = 500'000;

Row getRow(Field& field) {
  const std::int32_t people = field.settings().people;
  const auto each = [](const std::function<void()>& work) { return seconds(work) * 1e9 / gets; };
  return {"get.key",
          "one attribute by primary key, in process",
          "ns",
          Better::lower,
          2,
          {"qodly", [&field, people, each] { return each([&] { keep(field.qodly().lengthOfNames(gets, people)); }); }},
          {{"SQLite prepared select",
            [&field, people, each] { return each([&] { keep(field.sqlite().lengthOfNames(gets, people)); }); }}}};
}

Row countRow(Field& field, std::string id, std::string what, double aim, std::string query, std::string peerName,
             std::string sql) {
  return {std::move(id),
          std::move(what),
          "ms",
          Better::lower,
          aim,
          timed("qodly", [&field, query = std::move(query)] { keep(field.qodly().count(query)); }),
          {timed(std::move(peerName), [&field, sql = std::move(sql)] { keep(field.sqlite().countNumber(sql)); })}};
}

Row joinRow(Field& field) {
  Row row{"join.count",
          "people of European countries over 500 million, score above 900,000",
          "ms",
          Better::lower,
          1,
          timed("qodly",
                [&field] {
                  keep(field.qodly().count(
                      "country.region = 'Europe' and country.population > 500000000 and score > 900000"));
                }),
          {timed("SQLite", [&field] {
            keep(field.sqlite().countNumber(
                "SELECT count(*) FROM person p JOIN country c ON c.id = p.country_id "
                "WHERE c.region = 'Europe' AND c.population > 500000000 AND p.score > 900000"));
          })}};
  if (field.hasPostgres()) {
    row.peers.push_back(timed("PostgreSQL", [&field] {
      keep(
          field.postgres().countNumber("SELECT count(*) FROM person p JOIN country c ON c.id = p.country_id "
                                       "WHERE c.region = 'Europe' AND c.population > 500000000 AND p.score > 900000"));
    }));
  }
  return row;
}

// Sorting by an attribute without index, and by one with: every contender delivers all keys in order.
Row sortRow(Field& field, std::string id, std::string what, const std::string& attribute) {
  const std::string sql = "SELECT id FROM person ORDER BY " + attribute;
  Row row{std::move(id),
          std::move(what),
          "ms",
          Better::lower,
          1,
          timed("qodly", [&field, attribute] { keep(field.qodly().orderedNames(attribute)); }),
          {timed("SQLite", [&field, sql] { keep(field.sqlite().consume(sql + " COLLATE NOCASE")); })}};
  if (field.hasPostgres())
    row.peers.push_back(timed("PostgreSQL", [&field, sql] { keep(field.postgres().consume(sql)); }));
  return row;
}

Row savesRow(Field& field) {
  constexpr int connections = 64, each = 150;
  Row row{"save.durable64",
          "durable single saves from 64 connections",
          "op/s",
          Better::higher,
          1,
          {"qodly", [&field] { return field.qodly().durableSaves(connections, each); }},
          {}};
  if (field.hasPostgres())
    row.peers.push_back({"PostgreSQL", [&field] { return field.postgres().durableInserts(connections, each); }});
  return row;
}

using MakeRow = std::function<Row(Field&)>;

std::vector<std::pair<std::string, MakeRow>> rows() {
  return {
      {"load.million", loadRow},
      {"get.key", getRow},
      {"contains.folded",
       [](Field& field) {
         return countRow(field, "contains.folded", "contains, ignoring case and diacritics, no index", 5,
                         "note = '@clesto@'", "SQLite + ICU folding",
                         "SELECT count(*) FROM person WHERE contains_folded(note, 'clesto')");
       }},
      {"contains.like",
       [](Field& field) {
         return countRow(field, "contains.like", "contains, ignoring case and diacritics, no index", 2,
                         "note = '@clesto@'", "SQLite LIKE (ASCII only)",
                         "SELECT count(*) FROM person WHERE note LIKE '%clesto%'");
       }},
      {"range.count",
       [](Field& field) {
         return countRow(field, "range.count", "integer range count, no index", 1,
                         "amount >= 250000 and amount < 300000", "SQLite",
                         "SELECT count(*) FROM person WHERE amount >= 250000 AND amount < 300000");
       }},
      {"join.count", joinRow},
      {"sort.indexed",
       [](Field& field) { return sortRow(field, "sort.indexed", "1 million sorted by an indexed text", "name"); }},
      {"sort.text",
       [](Field& field) { return sortRow(field, "sort.text", "1 million sorted by a text without index", "note"); }},
      {"save.durable64", savesRow},
  };
}

Settings parse(int argc, char** argv) {
  Settings settings;
  for (int i = 1; i < argc; ++i) {
    const std::string option = argv[i];
    const std::string value = i + 1 < argc ? argv[i + 1] : "";
    if (option == "--list") settings.list = true;
    if (option == "--only") settings.only = value;
    if (option == "--people") settings.people = std::atoi(value.c_str());
    if (option == "--runs") settings.runs = std::atoi(value.c_str());
    if (option == "--folder") settings.folder = value;
    if (option == "--postgres") settings.postgres = value;
  }
  return settings;
}

}  // namespace
}  // namespace qodly::bench

int main(int argc, char** argv) {
  using namespace qodly::bench;
  const Settings settings = parse(argc, argv);
  Field field(settings);
  for (const auto& [id, make] : rows()) {
    if (settings.list) {
      fmt::print("{}\n", id);
    } else if (settings.only.empty() || settings.only == id) {
      const Row row = make(field);
      if (!row.peers.empty()) run(row, settings.runs);
    }
  }
  return 0;
}
