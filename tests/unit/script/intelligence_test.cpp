// What an editor is told about code: completion, hover, navigation, renaming, layout.
#include <algorithm>

#include <gtest/gtest.h>

#include "script/intelligence/completion.h"
#include "script/intelligence/fixes.h"
#include "script/intelligence/formatting.h"
#include "script/intelligence/hover.h"
#include "script/intelligence/navigation.h"
#include "script/intelligence/positions.h"
#include "script/intelligence/signature_help.h"
#include "script/intelligence/symbols.h"
#include "script/library/library.h"
#include "script/library/names_4d.h"

namespace qodly::script::intelligence::test {

using syntax::Surface;
using syntax::UnitKind;

namespace {

const model::Model& smallModel() {
  static const model::Model made = [] {
    model::Model model;
    model::Attribute name;
    name.name = "name";
    name.type = model::AttributeType::string;
    model::Attribute age = name;
    age.name = "age";
    age.type = model::AttributeType::long32;
    model::Attribute boss = name;
    boss.name = "boss";
    boss.kind = model::AttributeKind::relatedEntity;
    boss.relatedClass = 0;
    model.classes.resize(1);
    model.classes[0].name = "Employee";
    model.classes[0].attributes = {name, age, boss};
    model.classes[0].buildIndex();
    model.buildIndex();
    return model;
  }();
  return made;
}

class Intelligence : public testing::Test {
 protected:
  const Document& put(std::string name, std::string text, UnitKind unit = UnitKind::method,
                      Surface surface = Surface::qodlyScript) {
    const std::string path = name;
    workspace_.put({.path = path,
                    .name = std::move(name),
                    .unit = unit,
                    .isCallable = unit == UnitKind::method,
                    .surface = surface,
                    .text = std::move(text),
                    .tree = std::nullopt,
                    .occurrences = std::nullopt});
    return *workspace_.find(path);
  }
  const Document& putClass(std::string name, std::string text) {
    return put(std::move(name), std::move(text), UnitKind::classFile);
  }

  // `|` in the text is the place that is asked about.
  std::pair<const Document*, std::uint32_t> open(std::string name, std::string text, UnitKind unit = UnitKind::method,
                                                 Surface surface = Surface::qodlyScript) {
    const auto offset = static_cast<std::uint32_t>(text.find('|'));
    text.erase(offset, 1);
    return {&put(std::move(name), std::move(text), unit, surface), offset};
  }

  std::string detail(std::string text, std::string_view label, Surface surface = Surface::qodlyScript) {
    const auto [document, offset] = open("m", std::move(text), UnitKind::method, surface);
    for (const CompletionItem& each : completionAt(workspace_, *document, offset).items) {
      if (each.label == label) return each.detail;
    }
    return "(none)";
  }
  std::string hover(std::string text) {
    const auto [document, offset] = open("m", std::move(text));
    const auto found = hoverAt(workspace_, *document, offset);
    return found ? found->signature : "(none)";
  }
  // "path:begin" of each.
  static std::string list(const std::vector<Place>& places) {
    std::string text;
    for (const Place& each : places) {
      text += (text.empty() ? "" : " ") + each.path + ":" + std::to_string(each.begin);
    }
    return text;
  }
  std::string renamed(const Document& document, std::uint32_t offset, std::string_view name) {
    const auto made = rename(workspace_, document, offset, name);
    return made ? list(made->places) + (made->renamedFile.empty() ? "" : " file " + made->renamedFile)
                : "refused: " + made.error().message();
  }

  std::shared_ptr<const vm::Builtins> library_ = library::Library::make();
  Workspace workspace_{&smallModel(), library_.get(), library::builtInNames()};
};

}  // namespace

TEST_F(Intelligence, CompletionKnowsVariablesCommandsAndMethods) {
  put("total", "// Adds up.\ndeclare (list : collection) : number\nreturn list.sum()\n");
  const std::string text = "declare (rate : number)\nvar s : string\nvar e = ds.Employee.all()\ns = |\n";
  EXPECT_EQ(detail(text, "rate"), "number");
  EXPECT_EQ(detail(text, "s"), "string");
  EXPECT_EQ(detail(text, "total"), "total(list : collection) : number");
  EXPECT_NE(detail(text, "substring"), "(none)");
  EXPECT_EQ(detail("var s : string\ns = \"ab|\"\n", "s"), "(none)");
  EXPECT_EQ(detail("var s : string\n// ab|\n", "s"), "(none)");
}

TEST_F(Intelligence, CompletionAfterADot) {
  putClass("Cart", "property rows : collection\nfunction add(item : string) : integer\n return 1\n");
  EXPECT_EQ(detail("var c = cs.Cart.new()\nc.|\n", "add"), "add(item : string) : integer");
  EXPECT_EQ(detail("var c : cs.Cart\nif (c.ro|\n", "rows"), "rows : collection");
  EXPECT_EQ(detail("var x\nx = cs.|\n", "Cart"), "class");
  EXPECT_EQ(detail("var x\nx = cs.|\n", "EmployeeEntity"), "entity of Employee");
  EXPECT_EQ(detail("var x\nx = 4D.|\n", "File"), "built-in class");
  EXPECT_EQ(detail("var x\nx = ds.|\n", "Employee"), "Employee : dataclass");
  EXPECT_EQ(detail("declare (e : cs.EmployeeEntity)\ne.boss.|\n", "age"), "age : number");
  EXPECT_EQ(detail("$c:=cs.Cart.new()\n$c.|\n", "rows", Surface::fourD), "rows : collection");
  EXPECT_EQ(detail("var c : collection\nc.push(1).|\n", "push").substr(0, 5), "push(");
}

TEST_F(Intelligence, FourDNamesWithBlanksAreOneWord) {
  const auto [document, offset] = open("m", "$d:=Current da|\n", UnitKind::method, Surface::fourD);
  const Completion made = completionAt(workspace_, *document, offset);
  EXPECT_EQ(made.begin, 4U);
  EXPECT_TRUE(std::ranges::any_of(made.items, [](const auto& each) { return each.label == "Current date"; }));
}

TEST_F(Intelligence, HoverTellsTypesSignaturesAndComments) {
  put("total", "// Adds up.\ndeclare (list : collection) : number\nreturn list.sum()\n");
  EXPECT_EQ(hover("declare (rate : number) : number\nreturn ra|te\n"), "(parameter) rate : number");
  EXPECT_EQ(hover("var n : number\nn = tot|al([])\n"), "method total(list : collection) : number");
  EXPECT_EQ(hover("declare (e : cs.EmployeeEntity) : number\nreturn e.a|ge\n"), "Employee.age : number");
  EXPECT_EQ(hover("declare (s : string) : string\nreturn sub|string(s, 1)\n").substr(0, 10), "substring(");
  EXPECT_EQ(hover("|\n"), "(none)");
  const auto [document, offset] = open("m", "var n : number\nn = tot|al([])\n");
  EXPECT_EQ(hoverAt(workspace_, *document, offset)->documentation, "Adds up.");
}

TEST_F(Intelligence, DefinitionAndReferences) {
  put("total", "declare (list : collection) : number\nreturn list.sum()\n");
  putClass("Cart", "function add() : integer\n return this.add()\n");
  const Document& user = put("user", "var c = cs.Cart.new()\nc.add()\ntotal([])\n");
  EXPECT_EQ(list(definitionOf(workspace_, user, 25)), "Cart:9");
  EXPECT_EQ(list(referencesOf(workspace_, user, 25, true)), "Cart:9 Cart:38 user:24");
  EXPECT_EQ(list(definitionOf(workspace_, user, 31)), "total:0");
  EXPECT_EQ(list(referencesOf(workspace_, user, 31, false)), "user:30");
  EXPECT_EQ(list(definitionOf(workspace_, user, 12)), "Cart:0");
  EXPECT_EQ(list(referencesOf(workspace_, user, 22, true)), "user:4 user:22");
}

TEST_F(Intelligence, RenamingIsCompleteOrRefused) {
  put("total", "declare (list : collection) : number\nreturn list.sum()\n");
  putClass("Cart", "function add() : integer\n return this.add()\n");
  const Document& user = put("user", "declare (o : object)\nvar c = cs.Cart.new()\nc.add()\ntotal([])\n");
  EXPECT_EQ(renamed(user, 43, "cart"), "user:25 user:43");
  EXPECT_EQ(renamed(user, 43, "o").substr(0, 8), "refused:");
  EXPECT_EQ(renamed(user, 43, "substring").substr(0, 8), "refused:");
  EXPECT_EQ(renamed(user, 43, "1x").substr(0, 8), "refused:");
  EXPECT_EQ(renamed(user, 45, "insert"), "Cart:9 Cart:38 user:45");
  EXPECT_EQ(renamed(user, 51, "sumUp"), "user:51 file total");
  EXPECT_EQ(renamed(user, 51, "c").substr(0, 8), "refused:");
  putClass("Basket", "function add() : integer\n return 1\n");
  const Document& loose = put("user", "declare (o : object)\nvar c = cs.Cart.new()\nc.add()\no.add()\n");
  EXPECT_EQ(renamed(loose, 45, "insert").substr(0, 8), "refused:");
}

TEST_F(Intelligence, FormattingKeepsTheCode) {
  const auto laidOut = format(workspace_, put("m", "var a : integer\nif (true)\na=1 // one\nend\n"));
  ASSERT_TRUE(laidOut) << laidOut.error().message();
  EXPECT_NE(laidOut->find("// one"), std::string::npos);
  EXPECT_NE(laidOut->find("a = 1"), std::string::npos);
  EXPECT_FALSE(format(workspace_, put("m", "if (true)\na = 1\n")));
}

TEST_F(Intelligence, DiagnosticsFollowOtherFiles) {
  const Document& user = put("user", "totl([])\n");
  EXPECT_EQ(workspace_.diagnostics(user).size(), 1U);
  put("totl", "declare (list : collection)\nlist.clear()\n");
  EXPECT_TRUE(workspace_.diagnostics(*workspace_.find("user")).empty());
}

TEST(Positions, CountUtf16Units) {
  const std::string_view text = "a\xF0\x9F\x98\x80z\n\xC3\xA9x";
  const Positions positions(text);
  EXPECT_EQ(positions.at(5), (EditorPosition{0, 3}));
  EXPECT_EQ(positions.at(9), (EditorPosition{1, 1}));
  EXPECT_EQ(positions.offsetOf({0, 3}), 5U);
  EXPECT_EQ(positions.offsetOf({0, 99}), 6U);
  EXPECT_EQ(positions.offsetOf({1, 1}), 9U);
  EXPECT_EQ(positions.offsetOf({9, 0}), text.size());
}

TEST_F(Intelligence, ClassesAreRenamedWithTheirFile) {
  putClass("Cart", "property rows : collection\nfunction add()\n");
  putClass("Order", "extends Cart\nfunction open() : cs.Cart\n return cs.Cart.new()\n");
  putClass("Shop", "exposed function open()\n");
  putClass("EmployeeEntity", "extends Entity\nfunction full() : string\n return this.name\n");
  const Document& user = put("user", "var c : cs.Cart\nvar s : cs.Shop\nvar e : cs.EmployeeEntity\n");
  EXPECT_EQ(renamed(user, 12, "Basket"), "Order:8 Order:34 Order:50 user:11 file Cart");
  EXPECT_NE(renamed(user, 12, "Order").find("already"), std::string::npos);
  EXPECT_NE(renamed(user, 12, "Employee").find("already"), std::string::npos);
  EXPECT_NE(renamed(user, 28, "Market").find("exposed functions"), std::string::npos);
  EXPECT_NE(renamed(user, 44, "Person").find("data model"), std::string::npos);
  put("byText", "var c\nc = cs[\"Cart\"]\n");
  EXPECT_NE(renamed(user, 12, "Basket").find("stands in a text at byText:2"), std::string::npos);
}

TEST_F(Intelligence, PropertiesAreRenamedWhenNoPlaceCanBeMissed) {
  putClass("Cart", "property rows : collection\nfunction size() : integer\n return this.rows.length\n");
  const Document& user = put("user", "var c = cs.Cart.new()\nc.rows = []\n");
  EXPECT_EQ(renamed(user, 25, "lines"), "Cart:9 Cart:66 user:24");
  EXPECT_NE(renamed(user, 25, "size").find("already"), std::string::npos);
  put("loose", "declare (x : object)\nx.rows = 1\n");
  EXPECT_NE(renamed(user, 25, "lines").find("loose:2"), std::string::npos);
  put("loose", "var t = \"rows of it\"\n");
  EXPECT_NE(renamed(user, 25, "lines").find("loose:1"), std::string::npos);
}

TEST_F(Intelligence, WhatCannotBeRenamedSaysWhy) {
  const Document& user =
      put("user", "var e : cs.EmployeeEntity\nvar s = ds.Employee\nreturn e.name+string(kPi)+[1].length+x.nothing\n");
  const auto why = [&](std::string_view word) {
    const auto at = static_cast<std::uint32_t>(user.text.find(word));
    const auto place = renamedPlace(workspace_, user, at);
    return place ? "renamable" : place.error().message();
  };
  EXPECT_EQ(why("name"), "'name' is an attribute of the dataclass Employee: rename it in the data model.");
  EXPECT_EQ(why("Employee\n"), "'Employee' is a dataclass: rename it in the data model.");
  EXPECT_EQ(why("string"), "'string' belongs to the language.");
  EXPECT_EQ(why("length"), "'length' belongs to the language.");
  EXPECT_NE(why("nothing").find("declare the type"), std::string::npos);
  EXPECT_EQ(why("e :"), "renamable");
}

TEST_F(Intelligence, OutlineAndSearch) {
  const Document& cart = putClass("Cart",
                                  "property rows, note : text\n\nconstructor ()\n\nexposed function add()\n x = 1\n"
                                  "function get size() : integer\n return 1\n");
  const OutlineItem file = outlineOf(cart);
  EXPECT_EQ(file.name, "Cart");
  std::string names;
  for (const OutlineItem& each : file.members) {
    names += each.name + (each.detail.empty() ? "" : "(" + each.detail + ")") + " ";
    EXPECT_LE(each.begin, each.nameBegin);
    EXPECT_LE(each.nameEnd, each.end);
  }
  EXPECT_EQ(names, "rows note constructor add(exposed) size(get) ");
  EXPECT_EQ(cart.text.substr(file.members[3].nameBegin, 3), "add");
  put("addAll", "return 1\n");
  std::string found;
  for (const FoundSymbol& each : findSymbols(workspace_, "AD")) found += each.container + "." + each.item.name + " ";
  EXPECT_EQ(found, "Cart.add .addAll ");
}

TEST_F(Intelligence, SignatureOfTheCallThatIsWritten) {
  put("total", "// Adds up.\ndeclare (list : collection, factor : number) : number\nreturn 1\n");
  const auto at = [&](std::string text) {
    const auto [document, offset] = open("m", std::move(text));
    const auto help = signatureAt(workspace_, *document, offset);
    if (!help) return std::string("(none)");
    std::string active = "-";
    if (help->active < help->parameters.size()) {
      const auto [begin, end] = help->parameters[help->active];
      active = help->label.substr(begin, end - begin);
    }
    return active;
  };
  EXPECT_EQ(at("var n = total(|)\n"), "list : collection");
  EXPECT_EQ(at("var n = total([1, 2], |)\n"), "factor : number");
  EXPECT_EQ(at("var n = total(\"a, (b\", |)\n"), "factor : number");
  EXPECT_EQ(at("var n = total([1, max(1, 2)], 3, |)\n"), "-");
  EXPECT_EQ(at("var n = total([], 1)|\n"), "(none)");
  EXPECT_EQ(at("var n = total([1], |\nreturn n\n"), "factor : number");
  EXPECT_EQ(at("var n = 1+(2*total(|\nreturn n\n"), "list : collection");
  EXPECT_EQ(at("var n = (|)\n"), "(none)");
  EXPECT_NE(at("var s = substring(\"a\", |)\n"), "(none)");
}

TEST_F(Intelligence, OffersToMend) {
  const Document& user =
      put("user", "declare (rate : number)\ntotal = rate*2\nvar e : cs.EmployeeEntity\nreturn e.nam+total\n");
  std::string titles;
  for (const Fix& each : fixesIn(workspace_, user, 0, static_cast<std::uint32_t>(user.text.size()))) {
    std::string text = user.text;
    text.replace(each.begin, each.end - each.begin, each.text);
    titles += each.title + "\n";
    if (each.title == "Declare 'total'") {
      EXPECT_EQ(text.substr(0, 54), "declare (rate : number)\nvar total : number\ntotal = rat");
    }
    if (each.title == "Write 'name'") {
      EXPECT_NE(text.find("e.name+"), std::string::npos);
    }
  }
  EXPECT_NE(titles.find("Declare 'total'"), std::string::npos);
  EXPECT_NE(titles.find("Write 'name'"), std::string::npos);
  EXPECT_TRUE(fixesIn(workspace_, user, 0, 3).empty());
}

}  // namespace qodly::script::intelligence::test
