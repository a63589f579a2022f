#include "postgres_peer.h"

#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <libpq-fe.h>

#include "dataset.h"
#include "harness.h"

namespace qodly::bench {

namespace {

using Connection = std::unique_ptr<PGconn, decltype(&PQfinish)>;
using Answer = std::unique_ptr<PGresult, decltype(&PQclear)>;

Connection connect(const std::string& text) {
  Connection connection(PQconnectdb(text.c_str()), PQfinish);
  if (PQstatus(connection.get()) != CONNECTION_OK) throw std::runtime_error(PQerrorMessage(connection.get()));
  return connection;
}

Answer execute(PGconn* connection, const std::string& sql, int binary = 0) {
  Answer answer(PQexecParams(connection, sql.c_str(), 0, nullptr, nullptr, nullptr, nullptr, binary), PQclear);
  const ExecStatusType status = PQresultStatus(answer.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_COPY_IN) {
    throw std::runtime_error(PQerrorMessage(connection));
  }
  return answer;
}

void copy(PGconn* connection, const std::string& table, const std::string& rows) {
  execute(connection, "COPY " + table + " FROM STDIN");
  PQputCopyData(connection, rows.data(), static_cast<int>(rows.size()));
  PQputCopyEnd(connection, nullptr);
  Answer end(PQgetResult(connection), PQclear);
  if (PQresultStatus(end.get()) != PGRES_COMMAND_OK) throw std::runtime_error(PQerrorMessage(connection));
  while (Answer more{PQgetResult(connection), PQclear}) {
  }
}

}  // namespace

PostgresPeer::PostgresPeer(std::string connection) : connection_(std::move(connection)) {
  const Connection session = connect(connection_);
  execute(session.get(), "DROP TABLE IF EXISTS person, country, saved");
  execute(session.get(), "CREATE TABLE country(id int PRIMARY KEY, name text, region text, population int)");
  execute(session.get(),
          "CREATE TABLE person(id int PRIMARY KEY, name text, note text, amount int, score int, country_id int)");
  execute(session.get(), "CREATE TABLE saved(id serial PRIMARY KEY, name text, amount int)");
}

void PostgresPeer::load(std::int32_t people) {
  const Connection session = connect(connection_);
  std::string rows;
  for (const Country& country : countries()) {
    rows += fmt::format("{}\t{}\t{}\t{}\n", country.id, country.name, country.region, country.population);
  }
  copy(session.get(), "country", rows);
  for (std::int32_t from = 1; from <= people; from += 100'000) {
    rows.clear();
    for (std::int32_t id = from; id < from + 100'000 && id <= people; ++id) {
      const Person row = person(id);
      rows += fmt::format("{}\t{}\t{}\t{}\t{}\t{}\n", row.id, row.name, row.note, row.amount, row.score, row.countryId);
    }
    copy(session.get(), "person", rows);
  }
  for (const char* sql :
       {"CREATE INDEX ON person(name)", "CREATE INDEX ON person(score)", "CREATE INDEX ON person(country_id)",
        "CREATE INDEX ON country(region)", "VACUUM ANALYZE person", "VACUUM ANALYZE country"}) {
    execute(session.get(), sql);
  }
}

std::int64_t PostgresPeer::countNumber(const std::string& sql) const {
  static thread_local Connection session = connect(connection_);
  const Answer answer = execute(session.get(), sql);
  return std::stoll(PQgetvalue(answer.get(), 0, 0));
}

std::int64_t PostgresPeer::consume(const std::string& sql) const {
  static thread_local Connection session = connect(connection_);
  return PQntuples(execute(session.get(), sql, 1).get());
}

double PostgresPeer::durableInserts(int connections, int each) const {
  std::vector<Connection> sessions;
  for (int i = 0; i < connections; ++i) {
    sessions.push_back(connect(connection_));
    execute(sessions.back().get(), "SET synchronous_commit = on");
    Answer(PQprepare(sessions.back().get(), "insert", "INSERT INTO saved(name, amount) VALUES($1, $2)", 2, nullptr),
           PQclear);
  }
  const double time = seconds([&] {
    std::vector<std::jthread> threads;
    for (const Connection& session : sessions) {
      threads.emplace_back([&session, each] {
        for (int i = 0; i < each; ++i) {
          const std::string amount = std::to_string(i);
          const char* values[] = {"Some durable name", amount.c_str()};
          const Answer answer(PQexecPrepared(session.get(), "insert", 2, values, nullptr, nullptr, 0), PQclear);
          if (PQresultStatus(answer.get()) != PGRES_COMMAND_OK) throw std::runtime_error(PQerrorMessage(session.get()));
        }
      });
    }
  });
  return connections * each / time;
}

}  // namespace qodly::bench
