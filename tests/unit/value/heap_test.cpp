#include <gtest/gtest.h>

#include "value/value.h"

namespace qodly {
namespace {

class Probe final : public Handle {
 public:
  explicit Probe(int& alive) : alive_(alive) { ++alive_; }
  ~Probe() override { --alive_; }
  const char* kind() const override { return "probe"; }
  void traverse(const std::function<void(const Value&)>& visit) const override { visit(held); }
  Value held;

 private:
  int& alive_;
};

TEST(Heap, FreesContainersThatOnlyHoldEachOther) {
  Heap heap;
  int alive = 0;
  {
    const Ref<Object> left = Object::make(heap);
    const Ref<Collection> right = Collection::make(heap);
    left->set("right", Value::collection(right));
    right->push(Value::object(left));
    right->push(Value::handle(Ref<Handle>(new Probe(alive))));
  }
  EXPECT_EQ(alive, 1);
  const Heap::Census census = heap.collect();
  EXPECT_EQ(census.freed, 2U);
  EXPECT_EQ(census.containers, 0U);
  EXPECT_EQ(alive, 0);
}

TEST(Heap, KeepsWhatIsHeldFromOutside) {
  Heap heap;
  const Ref<Object> held = Object::make(heap);
  held->set("self", Value::object(held));
  held->set("child", Value::object(Object::make(heap)));
  EXPECT_EQ(heap.collect().freed, 0U);
  EXPECT_TRUE(held->get("child").isObject());
  held->remove("self");
}

TEST(Heap, SeesThroughAHandleWithOneOwner) {
  Heap heap;
  int alive = 0;
  {
    const Ref<Object> object = Object::make(heap);
    auto* probe = new Probe(alive);
    probe->held = Value::object(object);
    object->set("function", Value::handle(Ref<Handle>(probe)));
  }
  EXPECT_EQ(heap.collect().freed, 1U);
  EXPECT_EQ(alive, 0);
}

TEST(Heap, PublishedContainersLeaveTheHeap) {
  Heap heap;
  const Ref<Collection> list = Collection::make(heap);
  list->push(Value::object(Object::make(heap)));
  publish(Value::collection(list));
  EXPECT_FALSE(list->isConfined());
  EXPECT_FALSE(list->inHeap());
  EXPECT_FALSE(list->elements()[0].asObject().inHeap());
}

TEST(Heap, ContainersMayOutliveTheirHeap) {
  Ref<Object> object;
  {
    Heap heap;
    object = Object::make(heap);
    object->set("a", Value::object(Object::make(heap)));
  }
  EXPECT_FALSE(object->inHeap());
}

TEST(Value, AppendTextGrowsInPlaceOnlyForASingleOwner) {
  Value text = Value::text("a text longer than fourteen bytes");
  const Value other = text;
  Value::appendText(text, "!");
  EXPECT_EQ(other.asText(), "a text longer than fourteen bytes");
  EXPECT_EQ(text.asText(), "a text longer than fourteen bytes!");
  EXPECT_TRUE(text.isAsciiText());
  Value::appendText(text, "é");
  EXPECT_FALSE(text.isAsciiText());
  Value small = Value::text("ab");
  Value::appendText(small, "cd");
  EXPECT_EQ(small.asText(), "abcd");
}

TEST(Value, MarkedTimeIsANumberThatRemembers) {
  const Value marked = Value::markedTime(Duration{2000});
  EXPECT_EQ(marked.type(), Type::real);
  EXPECT_DOUBLE_EQ(marked.asReal(), 2000);
  EXPECT_TRUE(marked.isMarkedTime());
  EXPECT_FALSE(Value::real(2000).isMarkedTime());
  EXPECT_FALSE(Value::text("ab").isMarkedTime());
}

}  // namespace
}  // namespace qodly
