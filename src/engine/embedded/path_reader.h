// Reads the attribute at the end of a path: over N->1 relations, then a stored attribute, then properties of an object.
#pragma once

#include <unordered_map>
#include <vector>

#include "engine/embedded/view.h"
#include "query/plan.h"

namespace qodly::engine {

// Follows N->1 relations from records, remembering where each key led. Used by one thread.
class RelationWalk {
 public:
  RelationWalk(const std::vector<query::Hop>& hops, View& view);

  // Entity at the end of the hops; noRecord when a key is null or leads nowhere. Without hops: `number` itself.
  RecordNumber target(RecordNumber number, const RecordView& record);

 private:
  struct Step {
    std::uint32_t fromClass, fromAttribute, toClass, toAttribute;
    std::unordered_map<std::int64_t, RecordNumber> byInteger;
    std::unordered_map<std::string, RecordNumber> byText;
  };
  RecordNumber next(Step& step, const RecordView& record);
  RecordNumber lookUp(const Step& step, const Value& key);

  View& view_;
  std::vector<Step> steps_;
};

// The attribute as a Value of today's type: external content loaded, retyped values converted, never-null blanks put
// in.
Value readAttribute(const RecordView& record, const StoredAttribute& attribute, View& view);

// Appends the values at the end of the object steps: one, or several when a step goes into each element; nothing where
// a property is missing. Without steps: the value itself.
void collectObjectValues(const Value& value, const query::AttributeRef& attribute, std::vector<Value>& values);
void collectObjectValues(PackedView object, const query::AttributeRef& attribute, std::vector<Value>& values);

}  // namespace qodly::engine
