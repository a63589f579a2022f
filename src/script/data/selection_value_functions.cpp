// 4D.EntitySelection: values of attributes (orda.md 13.8, 13.10).
#include "script/data/data_values.h"
#include "script/data/native_classes.h"
#include "script/vm/codes.h"

namespace qodly::script::data {

namespace {

using orda::EntitySelection;

constexpr std::int64_t diacritical = 8, countValues = 32, keepNull = 1;

Result<Value> taken(vm::Call& call, Result<Value> value) {
  if (!value) return std::unexpected(value.error());
  return checked(call.process(), std::move(*value));
}

Result<Value> average(vm::Call& call) { return taken(call, selfSelection(call)->average(call.text(0))); }
Result<Value> count(vm::Call& call) { return taken(call, selfSelection(call)->count(call.text(0))); }
Result<Value> max(vm::Call& call) { return taken(call, selfSelection(call)->max(call.text(0))); }
Result<Value> min(vm::Call& call) { return taken(call, selfSelection(call)->min(call.text(0))); }
Result<Value> sum(vm::Call& call) { return taken(call, selfSelection(call)->sum(call.text(0))); }

Result<Value> distinct(vm::Call& call) {
  const auto options = call.integer(1);
  return taken(call,
               selfSelection(call)->distinct(call.text(0), (options & diacritical) != 0, (options & countValues) != 0));
}

Result<Value> distinctPaths(vm::Call& call) { return taken(call, selfSelection(call)->distinctPaths(call.text(0))); }

Result<Value> extract(vm::Call& call) {
  const auto selection = selfSelection(call);
  if (!call.at(1).isText()) return taken(call, selection->extract(call.text(0), (call.integer(1) & keepNull) != 0));
  std::vector<std::pair<std::string, std::string>> pairs;
  for (std::size_t i = 0; i + 1 < call.count(); i += 2) {
    if (call.at(i).isText() && call.at(i + 1).isText()) pairs.emplace_back(call.text(i), call.text(i + 1));
  }
  return taken(call, selection->extract(pairs));
}

constexpr vm::FunctionRow functions[] = {
    {"average", "(attributePath: string) : variant", &average, "Mean of the values that are not null."},
    {"count", "(attributePath: string) : number", &count, "Number of values that are not null."},
    {"distinct", "(attributePath: string, option?: integer) : collection", &distinct, "The different values, sorted."},
    {"distinctPaths", "(attribute: string) : collection", &distinctPaths,
     "Paths of all properties found in an indexed object attribute."},
    {"extract", "(attributePath: string, targetPath?: string|integer, ...paths: string) : collection", &extract,
     "Values of an attribute, or objects with several of them."},
    {"max", "(attributePath: string) : variant", &max, "The greatest value."},
    {"min", "(attributePath: string) : variant", &min, "The least value."},
    {"sum", "(attributePath: string) : number", &sum, "Sum of the values."},
};

}  // namespace

std::span<const vm::FunctionRow> selectionValueFunctions() { return functions; }

}  // namespace qodly::script::data
