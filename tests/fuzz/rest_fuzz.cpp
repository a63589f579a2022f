// A request line (`METHOD url`) and, behind it, a body: whatever comes, the REST server answers with a status, and with
// JSON where it says JSON. Runs over a small datastore that the requests may change.
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

#include "../conformance/support/fixture.h"
#include "http/message.h"
#include "rest/rest_server.h"
#include "security/session.h"

namespace {

using namespace qodly;

constexpr std::string_view library = R"({"name": "Fuzz", "dataClasses": [
  {"name": "Book", "collectionName": "BookSelection", "uuid": "B0000000000000000000000000000001", "attributes": [
    {"name": "ID", "type": "long", "primKey": true, "autosequence": true, "unique": true, "indexKind": "auto"},
    {"name": "title", "type": "string", "indexKind": "btree"}, {"name": "pages", "type": "long"},
    {"name": "published", "type": "date"}, {"name": "meta", "type": "object"}, {"name": "cover", "type": "image"},
    {"name": "sample", "type": "blob"},
    {"name": "author", "kind": "relatedEntity", "type": "Author", "inverse": "books"},
    {"name": "authorName", "kind": "alias", "path": "author.name"}]},
  {"name": "Author", "collectionName": "AuthorSelection", "uuid": "A0000000000000000000000000000002", "attributes": [
    {"name": "code", "type": "string", "primKey": true, "unique": true, "indexKind": "auto"},
    {"name": "name", "type": "string"},
    {"name": "books", "kind": "relatedEntities", "type": "BookSelection", "path": "author"},
    {"name": "titles", "kind": "alias", "path": "books.title"}]}],
  "data": [
  {"dataClass": "Author", "entities": [{"code": "a/1", "name": "Ann"}, {"code": "é", "name": null}]},
  {"dataClass": "Book", "entities": [
    {"title": "One", "pages": 1, "published": "2020-01-01", "meta": {"a": {"b": [1, 2]}}, "author": "a/1"},
    {"title": "Two", "sample": {"blob": "AAEC"}, "author": "é"}, {"title": null}]}]})";

// Keeps the datastore small: what requests create is thrown away from time to time.
class Target {
 public:
  Target() { reset(); }

  void run(std::string_view input) {
    if (++runs_ % 2000 == 0) reset();
    const std::size_t lineEnd = std::min(input.find('\n'), input.size());
    std::string line(input.substr(0, lineEnd));
    const std::string_view body = input.substr(std::min(lineEnd + 1, input.size()));
    for (char& c : line) {
      if (c == '\r' || c == '\0') c = ' ';
    }
    std::string message =
        line + " HTTP/1.1\r\nHost: fuzz\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n";
    message += body;
    message.reserve(message.size() + 128);
    http::Request request;
    if (!request.read(message)) return;
    request.visit().use(session_, false);
    http::Response response;
    rest_->handle(request, response);
    check(response);
  }

 private:
  void reset() {
    rest_.reset();
    sessions_.reset();
    fixture_.reset();
    fixture_ = std::make_unique<conformance::Fixture>(*json::parse(library));
    sessions_ = std::make_unique<security::SessionTable>(security::SessionOptions{.applicationName = "Fuzz"});
    session_ =
        sessions_->create(std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now()));
    rest_ = std::make_unique<rest::RestServer>(fixture_->datastore(), "Fuzz", *sessions_);
  }

  static void check(const http::Response& response) {
    if (response.status() < 200 || response.status() > 599) std::abort();
    if (!response.contentType().starts_with("application/json")) return;
    if (!json::parse("[" + std::string(response.bodyView()) + "]")) std::abort();
  }

  std::unique_ptr<conformance::Fixture> fixture_;
  std::unique_ptr<security::SessionTable> sessions_;
  std::shared_ptr<security::Session> session_;
  std::unique_ptr<rest::RestServer> rest_;
  std::uint64_t runs_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Target target;
  target.run({reinterpret_cast<const char*>(data), size});
  return 0;
}
