// What the checker tells, and where it stays quiet.
#include <gtest/gtest.h>

#include "script/check/check.h"
#include "script/data/install.h"
#include "script/library/library.h"
#include "tests/unit/script/syntax_fixture.h"

namespace qodly::script::check::test {

using syntax::Surface;
using syntax::UnitKind;

namespace {

// Company (name, employees -> Employee), Employee (name, age, company -> Company).
const model::Model& smallModel() {
  static const model::Model made = [] {
    model::Model model;
    const auto attribute = [](std::string name, model::AttributeType type) {
      model::Attribute each;
      each.name = std::move(name);
      each.type = type;
      return each;
    };
    const auto relation = [](std::string name, model::AttributeKind kind, std::uint32_t to) {
      model::Attribute each;
      each.name = std::move(name);
      each.kind = kind;
      each.relatedClass = to;
      return each;
    };
    model.classes.resize(2);
    model.classes[0].name = "Company";
    model.classes[0].attributes = {attribute("name", model::AttributeType::string),
                                   relation("employees", model::AttributeKind::relatedEntities, 1)};
    model.classes[1].name = "Employee";
    model.classes[1].attributes = {attribute("name", model::AttributeType::string),
                                   attribute("age", model::AttributeType::long32),
                                   relation("company", model::AttributeKind::relatedEntity, 0)};
    for (auto& each : model.classes) each.buildIndex();
    model.buildIndex();
    return model;
  }();
  return made;
}

struct Source {
  UnitKind kind;
  std::string name;
  std::string text;
  Surface surface = Surface::qodlyScript;
};

// "line:column code" of each finding in the last source, separated by "; ". The others are the project around it.
std::string found(const std::vector<Source>& sources, const vm::Builtins* builtins = nullptr) {
  Knowledge knowledge(&smallModel(), builtins);
  std::vector<syntax::Tree> trees;
  syntax::NameTable names(&library::builtInNames());
  for (const Source& each : sources) {
    if (each.kind == UnitKind::method) names.addMethod(each.name);
  }
  for (const Source& each : sources) {
    trees.push_back(syntax::parse(each.kind, each.name, each.text, each.surface, names));
    EXPECT_EQ(syntax::test::found(trees.back()), "") << each.text;
    knowledge.add(trees.back(), each.name);
  }
  std::string list;
  for (const auto& each : check(trees.back(), sources.back().name, knowledge)) {
    if (!list.empty()) list += "; ";
    list += std::to_string(each.where.line) + ":" + std::to_string(each.where.column) + " " + each.code;
  }
  return list;
}

std::string method(std::string text) { return found({{UnitKind::method, "m", std::move(text)}}); }
std::string fourD(std::string text) { return found({{UnitKind::method, "m", std::move(text), Surface::fourD}}); }

}  // namespace

TEST(Check, Variables) {
  EXPECT_EQ(method("var a, b : integer\na = 1\n"), "1:8 unused-variable");
  EXPECT_EQ(method("var total : integer\ntotal = totl+1\n"), "2:9 unknown-variable");
  EXPECT_EQ(method("declare (a)\nx = a\nx = x+1\n"), "2:1 undeclared-variable");
  EXPECT_EQ(fourD("$x:=1\n$y:=$x\n"), "");
  EXPECT_EQ(fourD("$y:=$x\n"), "1:5 unknown-variable");
  EXPECT_EQ(fourD("$y:=status\n"), "1:5 unknown-variable");
  EXPECT_EQ(fourD("status:=1\n$y:=status\n"), "");
  EXPECT_EQ(method("var a : integer\nvar a : string\na = 1\n"), "2:5 redeclared");
  EXPECT_EQ(method("var a : integer\nvar a : integer\na = 1\n"), "");
  EXPECT_EQ(method("declare (c : collection)\nvar n : number\nc.push(formula(n+$1))\n"), "");
}

TEST(Check, Types) {
  EXPECT_EQ(method("var age : integer\nage = \"x\"\n"), "2:7 wrong-type");
  EXPECT_EQ(method("var t : string = 5\nt = t+1\n"), "1:18 wrong-type; 2:6 wrong-operands");
  EXPECT_EQ(method("var d : date\nd = \"2024-01-31\"\nd = \"soon\"\n"), "3:5 wrong-type");
  EXPECT_EQ(method("var t : string\nt = null\n"), "2:5 wrong-type");
  EXPECT_EQ(method("var c : collection\nc = ds.Employee.all()\n"),
            "");  // without the library nothing is known of all()
  EXPECT_EQ(method("declare (t : string)\nif (t)\n return\nend\n"), "2:5 boolean-expected");
  EXPECT_EQ(method("declare (n : integer)\nif (n ?? 2)\n return\nend\n"), "");
  EXPECT_EQ(method("declare (t : string) : boolean\nreturn t > 1\n"), "2:10 wrong-operands");
  EXPECT_EQ(method("declare (n : number, t : time) : number\nreturn n+t\n"), "");
}

TEST(Check, MethodsAndArguments) {
  const Source add{UnitKind::method, "add", "declare (a : number, b : number) : number\nreturn a+b\n"};
  const Source loose{UnitKind::method, "loose", "$0:=$1\n", Surface::fourD};
  EXPECT_EQ(found({add, loose, {UnitKind::method, "m", "add(1)\nloose(1, 2)\nadd(1, 2, 3)\nadd(\"a\", 2)\nad(1)\n"}}),
            "3:11 argument-count; 4:5 wrong-type; 5:1 unknown-method");
}

TEST(Check, Flow) {
  EXPECT_EQ(method("declare (a) : integer\nif (a > 1)\n return 1\nend\n"), "1:1 missing-return");
  EXPECT_EQ(method("declare (a) : integer\nif (a > 1)\n return 1\nelse\n return 2\nend\n"), "");
  EXPECT_EQ(method("declare (a) : integer\nswitch\n : (a == 1)\n  return 1\n else\n  throw(5)\nend\n"), "");
  EXPECT_EQ(method("declare (a) -> r : integer\nr = a\n"), "");
  EXPECT_EQ(method("declare (a)\nreturn\na = 1\na = 2\n"), "3:1 unreachable-code");
  EXPECT_EQ(method("declare (a)\nwhile (a > 1)\n break\n a = 1\nend\na = 2\n"), "4:2 unreachable-code");
  EXPECT_EQ(method("declare (a) : integer\nwhile (true)\n a += 1\nend\n"), "");
}

// An event that returns nothing lets the action go on; a data filter always has to answer.
TEST(Check, EventsMayEndWithoutResult) {
  const auto entity = [](std::string body) {
    return found({{UnitKind::classFile, "EmployeeEntity", "extends Entity\n\n" + std::move(body)}});
  };
  EXPECT_EQ(
      entity("function event saving(event : object) : object\n  if (this.age < 0)\n    return {errCode: 1}\n  end\n"),
      "");
  EXPECT_EQ(entity("function older() : object\n  if (this.age < 0)\n    return {errCode: 1}\n  end\n"),
            "3:1 missing-return");
}

TEST(Check, AttributesOfKnownDataClasses) {
  EXPECT_EQ(method("declare (e : cs.EmployeeEntity)\ne.name = e.company.nmae\n"), "2:20 unknown-attribute");
  EXPECT_EQ(method("declare (s : cs.EmployeeSelection)\nvar e : object\nforEach (e, s)\n e.agee = s.length\nend\n"),
            "4:4 unknown-attribute");
  EXPECT_EQ(method("declare (c : cs.CompanyEntity)\nc.employees.company.name.length\n"), "");
  EXPECT_EQ(method("var x : object\nx = ds.Employe\n"), "2:8 unknown-dataclass");
  EXPECT_EQ(found({{UnitKind::classFile, "EmployeeEntity",
                    "extends Entity\nfunction get full() : string\n  return this.name+this.title\n"}}),
            "3:25 unknown-attribute");
  EXPECT_EQ(method("declare (e : cs.EmployeeEntity)\ne.age = \"old\"\n"), "2:9 wrong-type");
}

TEST(Check, QueriesAsTexts) {
  const auto query = [](std::string call) { return method("ds.Employee." + call + "\n"); };
  EXPECT_EQ(query("query(\"name = :1 and company.name = :2 order by age\", 1, 2)"), "");
  EXPECT_EQ(query("query(\"nmae = :1\", 1)"), "1:19 unknown-attribute");
  EXPECT_EQ(query("query(\"company.title = :1 order by salary\", 1)"),
            "1:19 unknown-attribute; 1:19 unknown-attribute");
  EXPECT_EQ(query("query(\"name = :1 )\", 1)"), "1:19 query-syntax");
  EXPECT_EQ(method("declare (s : cs.EmployeeSelection)\ns.orderBy(\"company.name desc, ag\").sum(\"age\")\n"),
            "2:11 unknown-attribute");
}

TEST(Check, AttributesNamedByTexts) {
  const auto entity = [](std::string code) { return method("declare (e : cs.EmployeeEntity)\n" + code + "\n"); };
  const auto selection = [](std::string code) { return method("declare (s : cs.EmployeeSelection)\n" + code + "\n"); };
  EXPECT_EQ(entity("e[\"nmae\"] = \"x\""), "2:3 unknown-attribute");
  EXPECT_EQ(entity("e[\"name\"] = \"x\""), "");
  EXPECT_EQ(entity("e.toObject(\"name, company.*, company.employees.age\")"), "");
  EXPECT_EQ(entity("e.toObject(\"nmae; company.nme\")"), "2:12 unknown-attribute; 2:12 unknown-attribute");
  EXPECT_EQ(entity("e.toObject([\"name\", \"nmae\"])"), "2:21 unknown-attribute");
  EXPECT_EQ(entity("e.toObject(\"*\")"), "");
  EXPECT_EQ(entity("e.diff(e, [\"nmae\"])"), "2:12 unknown-attribute");
  EXPECT_EQ(entity("e.fromObject({name: 1, __KEY: 2, nmae: 3})"), "2:34 unknown-attribute");
  EXPECT_EQ(selection("s.toCollection(\"nmae\", 0, 5)"), "2:16 unknown-attribute");
  EXPECT_EQ(selection("s.extract(\"name\", \"n\", \"nmae\", \"x\")"), "2:24 unknown-attribute");
  EXPECT_EQ(selection("s.extract(\"name\", kKeepNull)"), "");
  EXPECT_EQ(selection("s.orderBy([{propertyPath: \"nmae\", descending: true}])"), "2:27 unknown-attribute");
  EXPECT_EQ(selection("s.distinctPaths(\"nmae\")"), "2:17 unknown-attribute");
  EXPECT_EQ(method("ds.Employee.fromCollection([{name: 1}, {nmae: 1}])\n"), "1:41 unknown-attribute");
  EXPECT_EQ(method("var x = ds[\"Employe\"]\nx = null\n"), "1:12 unknown-dataclass");
}

TEST(Check, Classes) {
  const Source account{UnitKind::classFile, "Account",
                       "property owner : string\nconstructor (owner : string)\n  this.owner = owner\n"
                       "function total() : number\n  return 1\n"};
  EXPECT_EQ(
      found({account,
             {UnitKind::method, "m", "var a : cs.Account\na = cs.Account.new(\"x\", 2)\na.totl()\na.owner = 5\n"}}),
      "2:25 argument-count; 3:3 unknown-function; 4:11 wrong-type");
  EXPECT_EQ(found({account, {UnitKind::method, "m", "var a : cs.Acount\na = cs.Account.me\n"}}),
            "1:9 unknown-class; 2:16 unknown-member");
  EXPECT_EQ(found({account, {UnitKind::classFile, "Savings", "extends Account\nfunction f()\n  this.total()\n"}}), "");
  EXPECT_EQ(found({{UnitKind::classFile, "B", "extends Nothing\n"}}), "1:1 bad-extends");
  EXPECT_EQ(found({{UnitKind::classFile, "B", "extends B\n"}}), "1:1 bad-extends");
  EXPECT_EQ(found({{UnitKind::classFile, "A", "extends B\n"}, {UnitKind::classFile, "B", "extends A\n"}}),
            "1:1 bad-extends");
  EXPECT_EQ(found({account, {UnitKind::classFile, "S", "extends Account\nshared constructor()\n  super(\"x\")\n"}}),
            "1:1 bad-extends");
}

TEST(Check, CommandsAndBuiltInClasses) {
  static const auto library = library::Library::make();
  const auto with = [](std::string text) { return found({{UnitKind::method, "m", std::move(text)}}, library.get()); };
  EXPECT_EQ(with("declare (t : string) : integer\nreturn length(t)\n"), "");
  EXPECT_EQ(with("declare (t : string) : integer\nreturn length()\n"), "2:8 argument-count");
  EXPECT_EQ(with("declare (t : string) : integer\nreturn length(t, t)\n"), "2:18 argument-count");
  EXPECT_EQ(with("declare (t : string) : string\nreturn substring(t, \"1\")\n"), "2:21 wrong-type");
  EXPECT_EQ(with("var c : collection = []\nc.push(1).psuh(2)\n"), "2:11 unknown-function");
  EXPECT_EQ(with("var n : number\nn = length(\"a\")+\"b\"\n"), "2:16 wrong-operands");
  EXPECT_EQ(with("var f : 4D.File\nf = file(\"/DATA/a\")\nf.create()\nf.destroy()\n"), "4:3 unknown-function");
  EXPECT_EQ(with("var f : object = 4D.Fil.new()\nf = null\n"), "1:21 unknown-class");
}

TEST(Check, NamesOfVariables) {
  static const auto library = library::Library::make();
  const auto told = [](std::string text, Surface surface = Surface::qodlyScript) {
    return found({{UnitKind::method, "m", std::move(text), surface}}, library.get());
  };
  EXPECT_EQ(told("var length : integer = 5\nreturn length\n"), "1:5 hides-name");
  EXPECT_EQ(told("declare (type : string)\nreturn type\n"), "1:10 hides-name");
  EXPECT_EQ(told("var kString : integer = 5\nreturn kString\n"), "1:5 hides-name");
  EXPECT_EQ(told("var size : integer = 5\nreturn size\n"), "");
  EXPECT_EQ(told("var $length : Integer\n$length:=5\nreturn $length\n", Surface::fourD), "");
  EXPECT_EQ(told("var a234567890123456789012345678901 : integer = 1\nreturn a234567890123456789012345678901\n"), "");
  EXPECT_EQ(told("var a2345678901234567890123456789012 : integer = 1\nreturn a2345678901234567890123456789012\n"),
            "1:5 name-too-long");
  EXPECT_EQ(told("declare (a2345678901234567890123456789012)\nreturn a2345678901234567890123456789012\n"),
            "1:10 name-too-long");
}

TEST(Check, SharedWrites) {
  EXPECT_EQ(method("storage.a = 1\nuse (storage)\n storage.a = 1\nend\n"), "1:1 shared-write");
  EXPECT_EQ(method("var o : object\no = newSharedObject\no.a = 1\nuse (o)\n o.a = 1\nend\n"), "3:1 shared-write");
  EXPECT_EQ(found({{UnitKind::classFile, "S",
                    "shared singleton constructor()\n  this.n = 0\nfunction bad()\n  this.n += 1\n"
                    "shared function good()\n  this.n += 1\n"}}),
            "4:3 shared-write");
}

TEST(CheckData, MembersAndArgumentsOfEntitiesAndSelections) {
  const auto library = library::Library::make(data::dataCommands(), data::dataClasses());
  const auto told = [&](std::string text) { return found({{UnitKind::method, "m", std::move(text)}}, library.get()); };
  EXPECT_EQ(told("var e = ds.Employee.all().first()\nreturn e.nmae\n"), "2:10 unknown-attribute");
  EXPECT_EQ(told("var e = ds.Employee.all().first()\nreturn e.name\n"), "");
  EXPECT_EQ(told("return ds.Employee.get(1, 2, 3).name\n"), "1:27 argument-count");
  EXPECT_EQ(told("return ds.Employee.all().first().nothing()\n"), "1:34 unknown-attribute");
}

}  // namespace qodly::script::check::test
