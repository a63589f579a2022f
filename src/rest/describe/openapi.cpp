#include "rest/describe/openapi.h"

#include <algorithm>

#include "base/text.h"
#include "rest/describe/json_build.h"
#include "rest/describe/openapi_documents.h"
#include "rest/describe/openapi_paths.h"
#include "rest/describe/openapi_schemas.h"
#include "script/vm/runtime.h"
#include "value/json.h"

namespace qodly::rest {

namespace {

Value securitySchemes(const OpenApiServer& server) {
  const Value schemes = jsonObject(
      {{"session", jsonObject({{"type", Value::text("apiKey")},
                               {"in", Value::text("cookie")},
                               {"name", Value::text(server.cookieName)},
                               {"description", Value::text("The session, set with the first answer; what it may do "
                                                           "depends on the login.")}})}});
  if (server.apiKeys) {
    schemes.asObject().set("key", jsonObject({{"type", Value::text("apiKey")},
                                              {"in", Value::text("header")},
                                              {"name", Value::text("api-key")},
                                              {"description", Value::text("An API key, for other programs.")}}));
  }
  return schemes;
}

Value security(const OpenApiServer& server) {
  const Value none = jsonArray({});
  std::vector<Value> ways{jsonObject({}), jsonObject({{"session", none}})};
  if (server.apiKeys) ways.push_back(jsonObject({{"key", none}}));
  return jsonArray(ways);
}

Value tags(const ApiDescription& api) {
  std::vector<Value> all;
  const auto add = [&all](std::string_view name, std::string_view text) {
    all.push_back(jsonObject({{"name", Value::text(name)}, {"description", jsonTextIfAny(text)}}));
  };
  for (const ApiClass& each : api.classes) add(each.name, each.comment);
  if (!api.functions.empty()) add(datastoreTag, "Functions of the datastore.");
  for (const ApiSingleton& each : api.singletons) add(singletonTag(each.name), "Functions of a singleton.");
  add(serviceTag, "Sessions, catalog, uploads.");
  return jsonArray(all);
}

Value errorAnswer() {
  return jsonObject(
      {{"description", Value::text("Refused, or failed: each error with its code.")},
       {"content", jsonObject({{"application/json", jsonObject({{"schema", schemaReference("rest.Error")}})}})}});
}

}  // namespace

std::string openApiDocument(const ApiDescription& api, const OpenApiServer& server) {
  const Value document = jsonObject(
      {{"openapi", Value::text("3.1.0")},
       {"info",
        jsonObject({{"title", Value::text(api.application)},
                    {"version", Value::text("1")},
                    {"description", Value::text("Made from the model of the running application, for the rights of "
                                                "whoever asked for it.")}})},
       {"servers", jsonArray({jsonObject({{"url", Value::text("/rest")}})})},
       {"security", security(server)},
       {"tags", tags(api)},
       {"paths", allPaths(api)},
       {"components", jsonObject({{"schemas", allSchemas(api)},
                                  {"parameters", allParameters()},
                                  {"responses", jsonObject({{"Error", errorAnswer()}})},
                                  {"securitySchemes", securitySchemes(server)}})}});
  return json::text(document);
}

std::shared_ptr<const OpenApiDocuments::Document> OpenApiDocuments::of(Call& call) {
  const auto program = call.hasScripts() ? call.services.options.scripts->program() : nullptr;
  {
    std::lock_guard lock(mutex_);
    const auto known = std::ranges::find_if(kept_, [&](const Kept& each) {
      return each.schema.lock() == call.schema && each.program.lock() == program &&
             each.roles.lock() == call.rights.roles && each.held == call.rights.held;
    });
    if (known != kept_.end()) {
      std::rotate(kept_.begin(), known, known + 1);
      return kept_.front().document;
    }
  }
  const ApiDescription api = describeApi(call.services.applicationName, call.model(), program.get(), &call.rights);
  auto document = std::make_shared<Document>();
  document->text = openApiDocument(
      api, {.cookieName = call.services.sessions.cookieName(), .apiKeys = call.services.options.apiKeys != nullptr});
  document->etag = '"' + std::to_string(std::hash<std::string>{}(document->text)) + '"';
  std::lock_guard lock(mutex_);
  kept_.insert(kept_.begin(), Kept{call.schema, program, call.rights.roles, call.rights.held, document});
  if (kept_.size() > maximumKept) kept_.pop_back();
  return document;
}

Result<> answerOpenApi(Call& call) {
  const auto document = call.services.documents.of(call);
  call.response.setHeader("Cache-Control", "private, no-cache");
  call.response.setHeader("Vary", "Cookie, api-key");
  if (call.response.notModified(call.request, document->etag)) return {};
  call.response.setStatus(200);
  call.response.setContentType(http::jsonType);
  call.response.setBody(std::shared_ptr<const std::string>(document, &document->text));
  return {};
}

}  // namespace qodly::rest
