// Spans of XML texts: what is not edited keeps its bytes, whatever the file looks like.
#include "model/xml_text.h"

#include <gtest/gtest.h>

using qodly::model::NewElement;
using qodly::model::XmlText;

namespace {

XmlText parsed(std::string text) {
  auto xml = XmlText::parse(std::move(text), "t.xml");
  if (!xml) throw std::runtime_error(xml.error().text());
  return std::move(*xml);
}

std::string refusal(std::string text) {
  const auto xml = XmlText::parse(std::move(text), "t.xml");
  return xml ? "accepted" : xml.error().text();
}

}  // namespace

TEST(XmlText, setsAnAttributeAndKeepsEveryOtherByte) {
  XmlText xml = parsed(
      "\xEF\xBB\xBF<?xml version='1.0'?>\r\n<!-- <a x=\"1\"> -->\r\n<a  x = 'o\"ne'\r\n\ty=\"2\" >t<b/></a >\r\n");
  const std::string_view order[] = {"x", "y"};
  ASSERT_TRUE(xml.apply({xml.setAttribute(xml.root(), "x", "a'b\"<", order)}));
  EXPECT_EQ(xml.text(),
            "\xEF\xBB\xBF<?xml version='1.0'?>\r\n<!-- <a x=\"1\"> -->\r\n<a  x = 'a&apos;b\"&lt;'\r\n\ty=\"2\" "
            ">t<b/></a >\r\n");
  EXPECT_STREQ(xml.root().attribute("x").value(), "a'b\"<");
}

TEST(XmlText, putsANewAttributeWhereTheOrderWantsIt) {
  XmlText xml = parsed("<a one=\"1\" own=\"o\" three=\"3\"/>");
  const std::string_view order[] = {"zero", "one", "two", "three"};
  ASSERT_TRUE(xml.apply({xml.setAttribute(xml.root(), "two", "2", order)}));
  EXPECT_EQ(xml.text(), "<a one=\"1\" two=\"2\" own=\"o\" three=\"3\"/>");
  ASSERT_TRUE(xml.apply({xml.setAttribute(xml.root(), "zero", "0", order)}));
  ASSERT_TRUE(xml.apply({xml.setAttribute(xml.root(), "other", "x", order)}));
  EXPECT_EQ(xml.text(), "<a zero=\"0\" one=\"1\" two=\"2\" own=\"o\" three=\"3\" other=\"x\"/>");
  ASSERT_TRUE(xml.apply({xml.removeAttribute(xml.root(), "own"), xml.removeAttribute(xml.root(), "zero")}));
  EXPECT_EQ(xml.text(), "<a one=\"1\" two=\"2\" three=\"3\" other=\"x\"/>");
}

TEST(XmlText, insertsIntoAnEmptyElementWithTheIndentOfItsPlace) {
  XmlText xml = parsed("<a>\r\n\t<b x=\"/>\"/>\r\n</a>");
  const NewElement child{"c", {{"n", "1&2"}}, {{"d", {}, {}}}};
  ASSERT_TRUE(xml.apply({xml.insert(xml.root().child("b"), {}, {&child, 1})}));
  EXPECT_EQ(xml.text(), "<a>\r\n\t<b x=\"/>\">\r\n\t\t<c n=\"1&amp;2\">\r\n\t\t\t<d/>\r\n\t\t</c>\r\n\t</b>\r\n</a>");
}

TEST(XmlText, insertsBehindAnElementThatHoldsItsOwnClosingText) {
  XmlText xml = parsed("<a>\n\t<b><!-- </b> --><![CDATA[</b>]]><b>x</b><?p </b>?></b>\n</a>");
  const NewElement sibling{"c", {}, {}};
  ASSERT_TRUE(xml.apply({xml.insert(xml.root(), xml.root().child("b"), {&sibling, 1})}));
  EXPECT_EQ(xml.text(), "<a>\n\t<b><!-- </b> --><![CDATA[</b>]]><b>x</b><?p </b>?></b>\n\t<c/>\n</a>");
  ASSERT_TRUE(xml.apply({xml.remove(xml.root().child("b"))}));
  EXPECT_EQ(xml.text(), "<a>\n\t<c/>\n</a>");
}

TEST(XmlText, insertsIntoAnElementWithTwoTagsAndNothingBetween) {
  XmlText xml = parsed("<a></a>");
  const NewElement child{"c", {}, {}};
  ASSERT_TRUE(xml.apply({xml.insert(xml.root(), {}, {&child, 1})}));
  EXPECT_EQ(xml.text(), "<a>\n\t<c/>\n</a>");
  ASSERT_TRUE(xml.apply({xml.remove(xml.root().child("c"))}));
  ASSERT_TRUE(xml.apply({xml.insert(xml.root(), {}, {&child, 1})}));
  EXPECT_EQ(xml.text(), "<a>\n\t<c/>\n</a>");
}

TEST(XmlText, keepsTheTextWhenAnEditWouldBreakIt) {
  XmlText xml = parsed("<a><b/></a>");
  EXPECT_FALSE(xml.apply({{0, 3, ""}}));
  EXPECT_FALSE(xml.apply({{3, 7, ""}, {4, 5, ""}}));
  EXPECT_EQ(xml.text(), "<a><b/></a>");
}

TEST(XmlText, namesLinesAndColumns) {
  const XmlText xml = parsed("<a>\n<b/>\n  <c/></a>");
  EXPECT_EQ(xml.line(xml.root()), 1u);
  EXPECT_EQ(xml.line(xml.root().child("b")), 2u);
  EXPECT_EQ(xml.where(xml.root().child("c")).column, 4u);
  EXPECT_EQ(refusal("<a>\n<b></c>\n</a>").substr(0, 8), "t.xml:2:");
}

TEST(XmlText, refusesWhatIsNoDocument) {
  EXPECT_NE(refusal(""), "accepted");
  EXPECT_NE(refusal("text"), "accepted");
  EXPECT_NE(refusal("<a>"), "accepted");
  EXPECT_NE(refusal("<a/><b/>").find("2 root elements"), std::string::npos);
  EXPECT_NE(refusal(std::string("<a>\0</a>", 8)), "accepted");
}

TEST(XmlText, refusesEntitiesAndDeepNesting) {
  EXPECT_NE(refusal("<!DOCTYPE a [<!ENTITY x \"y\"><!ENTITY z \"&x;&x;\">]><a>&z;</a>").find("declares entities"),
            std::string::npos);
  EXPECT_EQ(refusal("<!DOCTYPE a SYSTEM \"http://localhost:1/no.dtd\"><a/>"), "accepted");
  std::string deep;
  for (int i = 0; i < 100000; ++i) deep += "<a>";
  for (int i = 0; i < 100000; ++i) deep += "</a>";
  EXPECT_NE(refusal(deep).find("nested 100000 deep"), std::string::npos);
}
