#include "rest/plan.h"

#include "value/json.h"

namespace qodly::rest {

namespace {

void appendMember(std::string_view name, const Value* value, std::string& out) {
  out += '"';
  out += name;
  out += "\":";
  if (value == nullptr || !value->isObject()) {
    out += "{}";
  } else {
    json::append(*value, out);
  }
  out += ',';
}

}  // namespace

PlanRequest planRequest(const Parameters& parameters) {
  return {.plan = parameters.flag(Parameter::queryPlan), .path = parameters.flag(Parameter::queryPath)};
}

std::string planMembers(const PlanRequest& request, const orda::EntitySelection* result) {
  std::string out;
  if (request.plan) {
    appendMember("__queryPlan", result == nullptr ? nullptr : &result->queryPlan(), out);
    appendMember("__extendedQueryPlan", result == nullptr ? nullptr : &result->extendedQueryPlan(), out);
  }
  if (request.path) {
    appendMember("__queryPath", result == nullptr ? nullptr : &result->queryPath(), out);
    appendMember("__extendedQueryPath", result == nullptr ? nullptr : &result->extendedQueryPath(), out);
  }
  return out;
}

}  // namespace qodly::rest
