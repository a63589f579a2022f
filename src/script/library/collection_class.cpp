#include "script/library/collection_class.h"

#include <array>

#include "script/library/collection_functions.h"

namespace qodly::script::library {

namespace {

constexpr auto functions = std::to_array<vm::FunctionRow>({
    {"at", "(index: number) : variant", collection::at,
     "The element at a position; a negative one counts from the end. Undefined outside."},
    {"average", "(propertyPath?: string) : variant", collection::average,
     "Arithmetic mean of the numbers; undefined when there is none."},
    {"clear", "() : collection", collection::clear, "Removes all elements."},
    {"combine", "(elements: collection, index?: number) : collection", collection::combine,
     "Inserts the elements of another collection, at the end unless a position is given."},
    {"concat", "(value: variant, ...values: variant) : collection", collection::concat,
     "A new collection with the values behind the elements; collections are expanded by one level."},
    {"copy", "(option?: number, groupWith?: object|collection) : collection", collection::copy,
     "A deep copy; with kShared a shared one, in the group of another shared value if given."},
    {"count", "(propertyPath?: string) : integer", collection::count,
     "Number of elements that are not null, or that have a value at the path."},
    {"countValues", "(value: variant, propertyPath?: string) : integer", collection::countValues,
     "Number of elements equal to a value."},
    {"distinct", "(pathOrOptions?: string|number, options?: number) : collection", collection::distinct,
     "The different values in their order; options: kDiacritical, kCountValues."},
    {"equal", "(other: collection, option?: number) : boolean", collection::equal,
     "Compares content with content; kDiacritical makes texts compare exactly."},
    {"every", "(startOrCallback: variant, ...parameters: variant) : boolean", collection::every,
     "True when the callback says true for all elements."},
    {"extract", "(propertyPath: string, ...targetOrOption: variant) : collection", collection::extract,
     "The values at a path; or new objects that hold the values of several paths under other names."},
    {"fill", "(value: variant, start?: number, end?: number) : collection", collection::fill,
     "Gives elements the same value."},
    {"filter", "(callback: variant, ...parameters: variant) : collection", collection::filter,
     "A new collection of the elements for which the callback says true."},
    {"find", "(startOrCallback: variant, ...parameters: variant) : variant", collection::find,
     "The first element for which the callback says true; undefined when there is none."},
    {"findIndex", "(startOrCallback: variant, ...parameters: variant) : integer", collection::findIndex,
     "Position of the first element for which the callback says true, or -1."},
    {"first", "() : variant", collection::first, "The first element; undefined when there is none."},
    {"flat", "(depth?: number) : collection", collection::flat,
     "A new collection in which collections inside are expanded, by one level unless a depth is given."},
    {"flatMap", "(callback: variant, ...parameters: variant) : collection", collection::flatMap,
     "The results of the callback, collections among them expanded by one level."},
    {"includes", "(value: variant, start?: number) : boolean", collection::includes,
     "True when an element equals the value; @ is a wildcard."},
    {"indexOf", "(value: variant, start?: number) : integer", collection::indexOf,
     "Position of the first element equal to the value, or -1; @ is a wildcard."},
    {"indices", "(query: variant, ...values: variant) : collection", collection::indices,
     "Positions of the objects that match a query."},
    {"insert", "(index: number, element: variant) : collection", collection::insert, "Inserts one element."},
    {"join", "(delimiter: string, option?: number) : string", collection::join,
     "The elements as one text; kIgnoreNullOrEmpty leaves out null and empty ones."},
    {"last", "() : variant", collection::last, "The last element; undefined when there is none."},
    {"lastIndexOf", "(value: variant, start?: number) : integer", collection::lastIndexOf,
     "Position of the last element equal to the value, or -1; @ is a wildcard."},
    {"map", "(callback: variant, ...parameters: variant) : collection", collection::map,
     "A new collection of the results of the callback."},
    {"max", "(propertyPath?: string) : variant", collection::max, "The greatest value; undefined when there is none."},
    {"min", "(propertyPath?: string) : variant", collection::min, "The least value; undefined when there is none."},
    {"multiSort", "(...formulaOrCollections: variant) : collection", collection::multiSort,
     "Sorts several collections alike: {collection, order} objects are further levels, others follow."},
    {"orderBy", "(criteria?: string|collection|number) : collection", collection::orderBy,
     "A new collection in the order of property paths, or of the values."},
    {"orderByMethod", "(callback: variant, ...parameters: variant) : collection", collection::orderByMethod,
     "A new collection in the order that the callback defines."},
    {"pop", "() : variant", collection::pop, "Removes the last element and returns it."},
    {"push", "(element: variant, ...elements: variant) : collection", collection::push, "Appends elements."},
    {"query", "(query: variant, ...values: variant) : collection", collection::query,
     "The objects that match a query; values fill :1, :2..., an object at the end holds named ones."},
    {"reduce", "(callback: variant, initial?: variant, ...parameters: variant) : variant", collection::reduce,
     "Lets the callback gather one value in $1.accumulator, from the first element to the last."},
    {"reduceRight", "(callback: variant, initial?: variant, ...parameters: variant) : variant", collection::reduceRight,
     "Lets the callback gather one value in $1.accumulator, from the last element to the first."},
    {"remove", "(index: number, howMany?: number) : collection", collection::remove,
     "Removes elements, one unless told otherwise."},
    {"resize", "(size: number, default?: variant) : collection", collection::resize,
     "Makes the collection shorter or longer; new elements are null or the default."},
    {"reverse", "() : collection", collection::reverse, "A deep copy in reverse order."},
    {"shift", "() : variant", collection::shift, "Removes the first element and returns it."},
    {"slice", "(start: number, end?: number) : collection", collection::slice,
     "A new collection of the elements from start to before end."},
    {"some", "(startOrCallback: variant, ...parameters: variant) : boolean", collection::some,
     "True when the callback says true for an element."},
    {"sort", "(callback?: variant, ...parameters: variant) : collection", collection::sort,
     "Sorts the elements in place, by their values or as the callback says."},
    {"sum", "(propertyPath?: string) : number", collection::sum, "Sum of the numbers; 0 when there is none."},
    {"unshift", "(value: variant, ...values: variant) : collection", collection::unshift,
     "Inserts elements at the start."},
});

constexpr auto properties =
    std::to_array<vm::PropertyRow>({{"length", "integer", collection::length, nullptr, "Number of elements."}});

}  // namespace

const vm::NativeClass& collectionClass() {
  static constexpr vm::NativeClass definition{
      "Collection", "Object", functions, properties, nullptr, "An ordered list of values of any type.", false};
  return definition;
}

}  // namespace qodly::script::library
