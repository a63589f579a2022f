// Kills the server with SIGKILL at random moments while several clients write, and proves after each kill that the data
// is sound (`qodly verify`), that every acknowledged save is there, and that no entity is torn.
//
// usage: crash_test QODLY [--kills N] [--seed N] [--keep]

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/http_client.h"
#include "value/json.h"

namespace qodly::test {
namespace {

constexpr int writers = 6;

constexpr std::string_view catalog = R"(<?xml version="1.0" encoding="UTF-8"?>
<base name="Crash" uuid="C0000000000000000000000000000001" collation_locale="en">
	<table name="Item" uuid="C0000000000000000000000000000002" id="1">
		<field name="ID" uuid="C0000000000000000000000000000003" type="4" unique="true" autosequence="true" not_null="true" id="1"/>
		<field name="label" uuid="C0000000000000000000000000000004" type="10" limiting_length="255" unique="true" id="2"/>
		<field name="amount" uuid="C0000000000000000000000000000005" type="4" id="3"/>
		<field name="twin" uuid="C0000000000000000000000000000006" type="4" id="4"/>
		<field name="note" uuid="C0000000000000000000000000000007" type="10" id="5"/>
		<field name="extra" uuid="C0000000000000000000000000000008" type="21" id="6"/>
		<field name="owner_ID" uuid="C0000000000000000000000000000009" type="4" id="7"/>
		<primary_key field_name="ID" field_uuid="C0000000000000000000000000000003"/>
	</table>
	<relation uuid="C000000000000000000000000000000A" name_Nto1="owner" name_1toN="items" state="1">
		<related_field kind="source"><field_ref uuid="C0000000000000000000000000000009" name="owner_ID"><table_ref uuid="C0000000000000000000000000000002" name="Item"/></field_ref></related_field>
		<related_field kind="destination"><field_ref uuid="C0000000000000000000000000000003" name="ID"><table_ref uuid="C0000000000000000000000000000002" name="Item"/></field_ref></related_field>
	</relation>
	<index kind="regular" uuid="C000000000000000000000000000000B" type="7"><field_ref uuid="C0000000000000000000000000000005" name="amount"><table_ref uuid="C0000000000000000000000000000002" name="Item"/></field_ref></index>
	<index kind="keywords" uuid="C000000000000000000000000000000C" type="7"><field_ref uuid="C0000000000000000000000000000007" name="note"><table_ref uuid="C0000000000000000000000000000002" name="Item"/></field_ref></index>
	<index kind="regular" uuid="C000000000000000000000000000000D" type="8"><field_ref uuid="C0000000000000000000000000000008" name="extra"><table_ref uuid="C0000000000000000000000000000002" name="Item"/></field_ref></index>
</base>)";

[[noreturn]] void fail(const std::string& message) {
  fmt::print(stderr, "crash test: {}\n", message);
  std::exit(1);
}

// What a writer knows about one entity of its own. `amount` of -1: deleted.
struct Known {
  std::int64_t amount = 0;
  std::int64_t stamp = 0;
};

// One writer's entities: what the server acknowledged, and the write that was under way when it was killed.
struct Ledger {
  std::map<std::int64_t, Known> acknowledged;
  std::int64_t pendingKey = 0;  // 0: none, or a creation
  std::int64_t pendingAmount = 0;
  std::vector<std::int64_t> touched;  // keys written since the last check
};

class Server {
 public:
  Server(std::string program, std::filesystem::path project)
      : program_(std::move(program)), project_(std::move(project)) {}

  void start() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) fail("no pipe");
    pid_ = ::fork();
    if (pid_ == 0) {
      ::dup2(ends[1], STDOUT_FILENO);
      ::execl(program_.c_str(), program_.c_str(), "serve", project_.c_str(), "--port", "0", nullptr);
      ::_exit(127);
    }
    ::close(ends[1]);
    std::string line;
    char c = 0;
    while (::read(ends[0], &c, 1) == 1) {
      line += c;
      const std::size_t found = line.find("http://127.0.0.1:");
      if (found != std::string::npos && (c == '/' || c == '\n') && line.size() > found + 17) {
        const int port = std::atoi(line.c_str() + found + 17);
        if (port > 0) {
          port_ = port;
          output_ = ends[0];
          return;
        }
      }
    }
    fail("the server did not start: " + line);
  }

  void kill() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    ::close(output_);
  }

  int port() const { return port_; }

 private:
  std::string program_;
  std::filesystem::path project_;
  pid_t pid_ = 0;
  int port_ = 0;
  int output_ = -1;
};

std::int64_t integerOf(const Value& object, std::string_view name) {
  const Value value = object.asObject().get(name);
  if (value.isNumber()) return static_cast<std::int64_t>(value.asNumber());
  if (value.isText()) return std::atoll(std::string(value.asText()).c_str());
  return 0;
}

std::string bodyOf(std::int64_t key, const Known& known, std::int64_t amount, std::mt19937_64& random) {
  std::string note;
  const std::size_t size = random() % 40 == 0 ? 70'000 + random() % 5'000 : random() % 300;
  while (note.size() < size) note += fmt::format("word{} ", random() % 1000);
  std::string head = key == 0 ? "" : fmt::format(R"("__KEY":{},"__STAMP":{},)", key, known.stamp);
  return fmt::format(
      R"({{{}"amount":{},"twin":{},"label":"item {} {}","note":"{}","extra":{{"amount":{},"tags":["a","t{}"]}}}})",
      head, amount, amount, amount, random(), note, amount, amount % 10);
}

void write(Ledger& ledger, int port, std::uint64_t seed, const std::atomic<bool>& stop) {
  std::mt19937_64 random(seed);
  HttpClient client(port);
  while (!stop) {
    const std::int64_t amount = static_cast<std::int64_t>(random() % 1'000'000);
    std::int64_t key = 0;
    Known known;
    if (!ledger.acknowledged.empty() && random() % 3 != 0) {
      auto chosen = ledger.acknowledged.begin();
      std::advance(chosen, static_cast<long>(random() % std::min<std::size_t>(ledger.acknowledged.size(), 50)));
      if (chosen->second.amount >= 0) key = chosen->first, known = chosen->second;
    }
    const bool remove = key != 0 && random() % 8 == 0;
    ledger.pendingKey = key;
    ledger.pendingAmount = remove ? -1 : amount;
    const auto answer = remove ? client.post(fmt::format("/rest/Item[{}]?$method=delete", key), "{}")
                               : client.post("/rest/Item?$method=update", bodyOf(key, known, amount, random));
    if (!answer) return;
    if (answer->status != 200)
      fail(fmt::format("a write was refused: {} {}", answer->status, answer->body.substr(0, 400)));
    const Result<Value> parsed = json::parse(answer->body);
    if (!parsed) fail("the answer to a write is no JSON: " + answer->body.substr(0, 200));
    if (!remove) {
      key = integerOf(*parsed, "__KEY");
      ledger.acknowledged[key] = {amount, integerOf(*parsed, "__STAMP")};
    } else {
      ledger.acknowledged[key] = {-1, 0};
    }
    ledger.touched.push_back(key);
    ledger.pendingKey = ledger.pendingAmount = 0;
  }
}

// The stored amount of an entity, -1 when it does not exist. An entity is whole when its three copies agree.
Known stored(HttpClient& client, std::int64_t key) {
  const auto answer = client.get(fmt::format("/rest/Item[{}]", key));
  if (!answer) fail("the server does not answer");
  if (answer->status == 404) return {-1, 0};
  const Result<Value> parsed = json::parse(answer->body);
  if (answer->status != 200 || !parsed) fail(fmt::format("entity {}: {}", key, answer->body.substr(0, 300)));
  const std::int64_t amount = integerOf(*parsed, "amount");
  const Value extra = parsed->asObject().get("extra");
  const std::string label(parsed->asObject().get("label").asText());
  if (integerOf(*parsed, "twin") != amount || integerOf(extra, "amount") != amount ||
      !label.starts_with(fmt::format("item {} ", amount))) {
    fail(fmt::format("entity {} is torn: {}", key, answer->body.substr(0, 300)));
  }
  return {amount, integerOf(*parsed, "__STAMP")};
}

void check(Ledger& ledger, int port, std::vector<std::int64_t> keys) {
  HttpClient client(port);
  if (ledger.pendingKey != 0) keys.push_back(ledger.pendingKey);
  for (const std::int64_t key : keys) {
    Known& known = ledger.acknowledged[key];
    const Known found = stored(client, key);
    const bool asAcknowledged = found.amount == known.amount;
    const bool asPending = key == ledger.pendingKey && found.amount == ledger.pendingAmount;
    if (!asAcknowledged && !asPending) {
      fail(fmt::format("entity {}: acknowledged amount {}, stored {}", key, known.amount, found.amount));
    }
    known = found;
  }
  ledger.touched.clear();
  ledger.pendingKey = ledger.pendingAmount = 0;
}

void verify(const std::string& program, const std::filesystem::path& project) {
  const std::string command = fmt::format("'{}' verify '{}' --json --quiet 2>&1", program, project.string());
  FILE* output = ::popen(command.c_str(), "r");
  std::string text;
  char block[4096];
  while (const std::size_t count = std::fread(block, 1, sizeof block, output)) text.append(block, count);
  if (::pclose(output) != 0) fail("verify found problems:\n" + text);
}

std::filesystem::path makeProject() {
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / fmt::format("qodly-crash-{}", ::getpid());
  std::filesystem::create_directories(folder / "Project/Sources");
  std::ofstream(folder / "Project/Crash.4DProject") << "{}";
  std::ofstream(folder / "Project/Sources/catalog.4DCatalog") << catalog;
  return folder;
}

int run(const std::string& program, int kills, std::uint64_t seed, bool keep) {
  const std::filesystem::path project = makeProject();
  Server server(program, project);
  std::vector<Ledger> ledgers(writers);
  std::mt19937_64 random(seed);
  std::uint64_t writes = 0;
  for (int round = 1; round <= kills; ++round) {
    server.start();
    for (Ledger& ledger : ledgers) check(ledger, server.port(), ledger.touched);
    std::atomic<bool> stop = false;
    {
      std::vector<std::jthread> threads;
      for (Ledger& ledger : ledgers) {
        threads.emplace_back(
            [&ledger, &stop, port = server.port(), own = random()] { write(ledger, port, own, stop); });
      }
      std::this_thread::sleep_for(std::chrono::microseconds(20'000 + random() % 230'000));
      server.kill();
      stop = true;
    }
    for (const Ledger& ledger : ledgers) writes += ledger.touched.size();
    verify(program, project);
    if (round % 20 == 0) fmt::print("{} kills survived, {} acknowledged writes\n", round, writes), std::fflush(stdout);
  }
  server.start();
  for (Ledger& ledger : ledgers) {
    std::vector<std::int64_t> keys;
    for (const auto& [key, known] : ledger.acknowledged) keys.push_back(key);
    check(ledger, server.port(), keys);
  }
  server.kill();
  if (!keep) std::filesystem::remove_all(project);
  fmt::print("{} kills, {} acknowledged writes, nothing lost\n", kills, writes);
  return 0;
}

}  // namespace
}  // namespace qodly::test

int main(int argc, char** argv) {
  if (argc < 2) {
    fmt::print(stderr, "usage: crash_test QODLY [--kills N] [--seed N] [--keep]\n");
    return 2;
  }
  int kills = 200;
  std::uint64_t seed = static_cast<std::uint64_t>(::getpid());
  bool keep = false;
  for (int i = 2; i < argc; ++i) {
    const std::string option = argv[i];
    if (option == "--keep") keep = true;
    if (option == "--kills" && i + 1 < argc) kills = std::atoi(argv[++i]);
    if (option == "--seed" && i + 1 < argc) seed = std::strtoull(argv[++i], nullptr, 10);
  }
  fmt::print("crash test: {} kills, seed {}\n", kills, seed);
  return qodly::test::run(argv[1], kills, seed, keep);
}
