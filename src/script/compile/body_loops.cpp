// Loops (language.md 11). Their state is kept in hidden registers that no name reaches.
#include "script/compile/body.h"
#include "script/syntax/walk.h"

namespace qodly::script::compile {

using namespace syntax;

void Body::whileLoop(const While& node) {
  Label top;
  Label exit;
  emitter_.place(top);
  condition(*node.condition, false, exit);
  regions_.push_back({Region::Kind::loop, &exit, &top});
  block(node.body);
  regions_.pop_back();
  emitter_.loop(top);
  emitter_.place(exit);
}

void Body::repeatLoop(const Repeat& node) {
  Label top;
  Label test;
  Label exit;
  emitter_.place(top);
  regions_.push_back({Region::Kind::loop, &exit, &test});
  block(node.body);
  regions_.pop_back();
  emitter_.place(test);
  condition(*node.until, true, exit);
  emitter_.loop(top);
  emitter_.place(exit);
}

// The expression reads the variable.
bool Body::mentions(const Expression& node, const Variable& variable) {
  if (localOf(node) == &variable) return true;
  bool found = false;
  forEachPart(
      node, [&](const Expression& each) { found = found || mentions(each, variable); }, [](const Statement&) {});
  return found;
}

void Body::forLoop(const For& node) {
  Variable* counter = localOf(*node.counter);
  const Static type = counter == nullptr || counter->isArray ? Static::any : counter->staticType();
  if (type == Static::integer || type == Static::real) return forTyped(node, *counter);
  forAny(node);
}

// Limit and step of a loop, in two hidden registers.
void Body::forLimits(const For& node, Register limit) {
  const auto put = [&](const Expression& value, Register target) {
    isWhole(value) ? emitWide(value, target) : static_cast<void>(emit(value, target));
  };
  put(*node.to, limit);
  if (node.step != nullptr) {
    put(*node.step, static_cast<Register>(limit + 1));
  } else {
    emitter_.emitX(Opcode::loadInteger, static_cast<Register>(limit + 1), 1);
  }
}

void Body::forTyped(const For& node, Variable& counter) {
  const bool whole = counter.staticType() == Static::integer;
  const Register limit = emitter_.hidden(2);
  const Register top = emitter_.top();
  const bool independent = !mentions(*node.to, counter) && (node.step == nullptr || !mentions(*node.step, counter));
  if (independent) {
    assignLocal(counter, *node.from);
    forLimits(node, limit);
  } else {  // they are computed from the counter as it was before
    Operand start{emitter_.temp(), Static::any};
    start.type = emit(*node.from, start.reg);
    const Register before = emitter_.top();
    forLimits(node, limit);
    emitter_.dropTo(before);
    emitter_.at(node.from->where);
    convertTo(counter.reg, start, counter.type);
  }
  emitter_.dropTo(top);
  emitter_.emit(whole ? Opcode::forPrepareInteger : Opcode::forPrepareReal, limit);

  Label body;
  Label next;
  Label exit;
  emitter_.jumpC(whole ? Opcode::forTestInteger : Opcode::forTestReal, counter.reg, limit, exit);
  emitter_.place(body);
  regions_.push_back({Region::Kind::loop, &exit, &next});
  block(node.body);
  regions_.pop_back();
  emitter_.place(next);
  emitter_.jumpC(whole ? Opcode::forNextInteger : Opcode::forNextReal, counter.reg, limit, body);
  emitter_.place(exit);
  emitter_.dropHidden(2);
}

// A counter of any sort: variant, process variable, pointed variable. Its place is found anew for each step.
void Body::forAny(const For& node) {
  const Register limit = emitter_.hidden(2);
  const Register top = emitter_.top();
  const Operand start = operand(*node.from);
  const Register before = emitter_.top();
  forLimits(node, limit);
  emitter_.dropTo(before);
  emitter_.emit(Opcode::forPrepareReal, limit);
  store(locate(*node.counter), start);
  emitter_.dropTo(top);

  Label test;
  Label next;
  Label exit;
  emitter_.place(test);
  const Register counter = emitter_.temp();
  load(locate(*node.counter), counter);
  emitter_.jumpC(Opcode::forTest, counter, limit, exit);
  emitter_.dropTo(top);
  regions_.push_back({Region::Kind::loop, &exit, &next});
  block(node.body);
  regions_.pop_back();
  emitter_.place(next);
  const Location place = locate(*node.counter);
  const Register stepped = emitter_.temp();
  loadKeeping(place, stepped);
  emitter_.emit(Opcode::add, stepped, stepped, static_cast<Register>(limit + 1));
  store(place, {stepped, Static::any});
  emitter_.dropTo(top);
  emitter_.loop(test);
  emitter_.place(exit);
  emitter_.dropHidden(2);
}

void Body::forEachLoop(const ForEach& node) {
  const Register state = emitter_.hidden(3);
  const Register top = emitter_.top();
  emit(*node.source, state);
  const bool bounds = node.begin != nullptr || node.end != nullptr;
  if (bounds) {
    int place = 1;
    for (const Expression* each : {node.begin, node.end}) {
      const auto target = static_cast<Register>(state + place++);
      each == nullptr ? loadValue(Value(), target) : static_cast<void>(emit(*each, target));
    }
  }
  Label exit;
  emitter_.at(node.source->where);
  emitter_.jumpC(Opcode::forEachPrepare, state, bounds ? 1 : 0, exit);
  forEachPasses(node, state, exit);
  emitter_.place(exit);
  emitter_.emit(Opcode::forEachDone, state);
  emitter_.dropTo(top);
  emitter_.dropHidden(3);
}

void Body::forEachPasses(const ForEach& node, Register state, Label& exit) {
  Label body;
  Label next;
  Label fetch;
  emitter_.jump(fetch);
  emitter_.place(body);
  // A variant variable takes the item directly, others through a conversion.
  const Variable* variable = localOf(*node.item);
  const bool direct = variable != nullptr && variable->type.isVariant() && !variable->isArray;
  const Register top = emitter_.top();
  const Register item = direct ? variable->reg : emitter_.temp();
  if (!direct) {
    const Location place = locate(*node.item);
    emitter_.at(node.item->where);
    store(place, {item, Static::any});
  }
  emitter_.dropTo(top);
  if (node.conditionKind == ForEach::Condition::whileTrue) condition(*node.condition, false, exit);
  regions_.push_back({Region::Kind::loop, &exit, &next});
  block(node.body);
  regions_.pop_back();
  emitter_.place(next);
  if (node.conditionKind == ForEach::Condition::untilTrue) condition(*node.condition, true, exit);
  emitter_.place(fetch);
  emitter_.at(node.item->where);
  emitter_.jumpC(Opcode::forEachNext, state, item, body);
}

}  // namespace qodly::script::compile
