// The functions of the Collection class (classes.md 1.7), one declaration a row of collection_class.cpp. Internal to
// it.
#pragma once

#include "script/vm/native.h"

namespace qodly::script::library {
class Callback;
}

namespace qodly::script::library::collection {

// collection_change.cpp
Result<Value> clear(vm::Call& call);
Result<Value> combine(vm::Call& call);
Result<Value> fill(vm::Call& call);
Result<Value> insert(vm::Call& call);
Result<Value> pop(vm::Call& call);
Result<Value> push(vm::Call& call);
Result<Value> remove(vm::Call& call);
Result<Value> resize(vm::Call& call);
Result<Value> shift(vm::Call& call);
Result<Value> unshift(vm::Call& call);

// collection_sort.cpp, collection_multi_sort.cpp
Result<Value> sort(vm::Call& call);
Result<Value> orderBy(vm::Call& call);
Result<Value> orderByMethod(vm::Call& call);
Result<Value> multiSort(vm::Call& call);

// collection_search.cpp
Result<Value> at(vm::Call& call);
Result<Value> first(vm::Call& call);
Result<Value> last(vm::Call& call);
Result<Value> includes(vm::Call& call);
Result<Value> indexOf(vm::Call& call);
Result<Value> lastIndexOf(vm::Call& call);
Result<Value> countValues(vm::Call& call);
Result<Value> equal(vm::Call& call);
Result<Value> length(vm::Call& call);

// collection_parts.cpp
Result<Value> concat(vm::Call& call);
Result<Value> copy(vm::Call& call);
Result<Value> distinct(vm::Call& call);
Result<Value> extract(vm::Call& call);
Result<Value> flat(vm::Call& call);
Result<Value> join(vm::Call& call);
Result<Value> reverse(vm::Call& call);
Result<Value> slice(vm::Call& call);

// collection_statistics.cpp
Result<Value> average(vm::Call& call);
Result<Value> count(vm::Call& call);
Result<Value> max(vm::Call& call);
Result<Value> min(vm::Call& call);
Result<Value> sum(vm::Call& call);

// collection_iterate.cpp
Result<Value> every(vm::Call& call);
Result<Value> some(vm::Call& call);
Result<Value> find(vm::Call& call);
Result<Value> findIndex(vm::Call& call);
Result<Value> filter(vm::Call& call);
Result<Value> map(vm::Call& call);
Result<Value> flatMap(vm::Call& call);
Result<Value> reduce(vm::Call& call);
Result<Value> reduceRight(vm::Call& call);

// collection_query.cpp
Result<Value> query(vm::Call& call);
Result<Value> indices(vm::Call& call);

// Positions of the elements in the order of the callback.
Result<std::vector<std::uint32_t>> callbackOrder(Callback& callback, std::span<const Value> elements);

// Expands the collections among `elements` by `depth` levels, appended to `out`; a collection inside itself stays as it
// is. Error -20019 when the process is out of memory.
Result<> appendFlat(vm::Process& process, std::span<const Value> elements, std::int64_t depth, std::vector<Value>& out);

}  // namespace qodly::script::library::collection
