// One pass that hands out the values at the end of a path for each member of a selection.
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "engine/embedded/path_reader.h"
#include "engine/embedded/record_pass.h"
#include "orda/record_set.h"

namespace qodly::engine {

class PathPass {
 public:
  PathPass(const query::BoundPath& path, std::uint32_t dataClass, const orda::RecordSet& members, View& view)
      : path_(path),
        view_(view),
        attribute_(view.catalog().attribute(path.attribute.dataClass, path.attribute.attribute)),
        numbers_(members.isOrdered() ? members.toVector() : std::vector<RecordNumber>()),
        bitmap_(members.isOrdered() ? Bitmap() : *members.bitmap()),
        pass_(members.isOrdered() ? RecordPass(view, dataClass, numbers_) : RecordPass(view, dataClass, bitmap_)) {}
  PathPass(const PathPass&) = delete;
  PathPass& operator=(const PathPass&) = delete;

  std::size_t chunks() const { return pass_.chunks(); }
  const StoredAttribute& attribute() const { return attribute_; }

  // onField(chunk, field): the attribute itself, present, of today's type and inside the record.
  // onValue(chunk, value): every other non-null value, and those found inside objects.
  // onEnd(chunk): after the values of one member.
  template <class OnField, class OnValue, class OnEnd>
  void run(const OnField& onField, const OnValue& onValue, const OnEnd& onEnd) {
    const auto read = [&](std::size_t chunk, const RecordView& record) {
      readRecord(chunk, record, onField, onValue);
      onEnd(chunk);
    };
    if (path_.hops.empty()) {
      pass_.run([&](std::size_t chunk, RecordNumber, const RecordView& record) { read(chunk, record); });
      return;
    }
    RelationWalk walk(path_.hops, view_);
    pass_.runSerially([&](std::size_t chunk, RecordNumber number, const RecordView& record) {
      const RecordNumber related = walk.target(number, record);
      if (related == storage::noRecord) return;
      if (const RecordView target = view_.record(path_.attribute.dataClass, related)) read(chunk, target);
    });
  }

 private:
  template <class OnField, class OnValue>
  void readRecord(std::size_t chunk, const RecordView& record, const OnField& onField, const OnValue& onValue) {
    const storage::Field field = record.field(attribute_.column);
    const bool plain = field.present && field.type == attribute_.type && !field.external;
    if (plain && path_.attribute.object.empty()) {
      onField(chunk, field);
      return;
    }
    std::vector<Value> values;
    if (plain) {
      collectObjectValues(field.object(), path_.attribute, values);
    } else {
      collectObjectValues(readAttribute(record, attribute_, view_), path_.attribute, values);
    }
    for (Value& value : values) {
      if (!value.isMissing()) onValue(chunk, std::move(value));
    }
  }

  const query::BoundPath& path_;
  View& view_;
  const StoredAttribute& attribute_;
  std::vector<RecordNumber> numbers_;
  Bitmap bitmap_;
  RecordPass pass_;
};

}  // namespace qodly::engine
