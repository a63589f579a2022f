#include <gtest/gtest.h>

#include "base/text.h"
#include "script/library/mail_address.h"
#include "script/library/mail_date.h"
#include "script/library/mail_encoding.h"
#include "script/library/mail_entity.h"
#include "script/library/mail_message.h"

namespace qodly::script::library {
namespace {

std::string shown(std::string_view list) {
  std::string all;
  for (const MailAddress& address : parseAddresses(list)) all += address.name + "|" + address.email + ";";
  return all;
}

TEST(MailAddresses, AreRead) {
  EXPECT_EQ(shown("a@x.org"), "|a@x.org;");
  EXPECT_EQ(shown("Ann <a@x.org>, b@x.org; c@x.org"), "Ann|a@x.org;|b@x.org;|c@x.org;");
  EXPECT_EQ(shown("\"Doe, John\" <j@x.org>"), "Doe, John|j@x.org;");
  EXPECT_EQ(shown("=?UTF-8?Q?J=C3=B6rg?= <j@x.org>"), "Jörg|j@x.org;");
  EXPECT_EQ(shown("a@x.org (Ann)"), "Ann|a@x.org;");
  EXPECT_EQ(shown("Friends: a@x.org, b@x.org;, c@x.org"), "|a@x.org;|b@x.org;|c@x.org;");
  EXPECT_EQ(shown("undisclosed-recipients:;"), "");
  EXPECT_EQ(shown(""), "");
  EXPECT_EQ(shown(" , ;"), "");
  EXPECT_EQ(shown("\"odd name\"@x.org"), "");
}

TEST(MailDates, BothWays) {
  EXPECT_EQ(mailDate(Instant{0}), "Thu, 01 Jan 1970 00:00:00 +0000");
  const auto moment = readMailDate("Fri, 20 Nov 2026 14:05:06 +0100");
  ASSERT_TRUE(moment);
  EXPECT_EQ(isoSeconds(*moment), "2026-11-20T13:05:06Z");
  EXPECT_EQ(mailDate(*moment), "Fri, 20 Nov 2026 13:05:06 +0000");
  EXPECT_EQ(isoSeconds(*readMailDate("1 Feb 99 10:00 EST (comment)")), "1999-02-01T15:00:00Z");
  EXPECT_FALSE(readMailDate("yesterday"));
  EXPECT_FALSE(readMailDate("Fri, 40 Nov 2026 10:00:00 +0000"));
}

TEST(MailEncoding, HeadersInEncodedWords) {
  EXPECT_EQ(headerText("plain", MailCharset::utf8Quoted, 9), "plain");
  EXPECT_EQ(headerText("Größe", MailCharset::utf8Quoted, 9), "=?UTF-8?Q?Gr=C3=B6=C3=9Fe?=");
  EXPECT_EQ(headerText("Größe", MailCharset::utf8Base64, 9), "=?UTF-8?B?R3LDtsOfZQ==?=");
  EXPECT_EQ(headerText("Größe", MailCharset::latin1, 9), "=?ISO-8859-1?Q?Gr=F6=DFe?=");
  EXPECT_EQ(headerText("a\r\nBcc: x", MailCharset::utf8Quoted, 9), "a Bcc: x");
  const std::string many(300, 'x');
  for (const MailCharset charset :
       {MailCharset::utf8Quoted, MailCharset::utf8Base64, MailCharset::latin1, MailCharset::iso2022jp}) {
    for (const std::string& text : {std::string("ä") + many, std::string("日本語のとても長い件名 ") + many,
                                    std::string("😀😀😀 wörds of many lines ") + many}) {
      const std::string coded = headerText(text, charset, 9);
      std::string unfolded;
      for (const std::string_view line : split(coded, '\n')) {
        EXPECT_LE(trim(line).size(), 78U);
        unfolded += std::string(trim(line)) + " ";
      }
      EXPECT_EQ(decodeWords(trim(unfolded)), text);
    }
  }
}

TEST(MailEncoding, AddressesAreQuoted) {
  const std::vector<MailAddress> list{
      {"", "a@x.org"}, {"Ann B", "b@x.org"}, {"Doe, \"J\"", "j@x.org"}, {"Jörg", "k@x.org"}};
  const std::string coded = addressList(list, MailCharset::utf8Quoted);
  EXPECT_EQ(coded,
            "a@x.org,\r\n Ann B <b@x.org>,\r\n \"Doe, \\\"J\\\"\" <j@x.org>,\r\n =?UTF-8?Q?J=C3=B6rg?= <k@x.org>");
  EXPECT_EQ(shown(coded), "|a@x.org;Ann B|b@x.org;Doe, \"J\"|j@x.org;Jörg|k@x.org;");
}

TEST(MailEncoding, Bodies) {
  EXPECT_EQ(bodyText("a\nb", MailCharset::utf8Quoted).content, "a\r\nb");
  EXPECT_EQ(bodyText("a\nb", MailCharset::utf8Quoted).transferEncoding, "7bit");
  EXPECT_EQ(bodyText("é=", MailCharset::utf8Quoted).content, "=C3=A9=3D");
  EXPECT_EQ(bodyText("é", MailCharset::utf8Base64).transferEncoding, "base64");
  EXPECT_EQ(bodyText("é", MailCharset::latin1).content, "\xE9");
  EXPECT_EQ(bodyText("a", MailCharset::latin1).charset, "ISO-8859-1");
  EXPECT_EQ(bodyText("日本", MailCharset::iso2022jp).charset, "ISO-2022-JP");
  EXPECT_EQ(bodyText("한국 é", MailCharset::iso2022jp).charset, "UTF-8");
  EXPECT_EQ(bodyText(std::string(2000, 'x'), MailCharset::utf8Quoted).transferEncoding, "quoted-printable");
  const std::string text = "trailing \r\n  tab\t\r\n= é " + std::string(200, 'y');
  EXPECT_EQ(decodeQuotedPrintable(quotedPrintable(text)), text);
  for (const std::string_view line : split(quotedPrintable(text), '\n')) EXPECT_LE(line.size(), 77U);
}

TEST(MailEntity, WordsAreDecoded) {
  EXPECT_EQ(decodeWords("=?utf-8?q?a_b?= =?utf-8?b?Yw==?= d"), "a bc d");
  EXPECT_EQ(decodeWords("x =?ISO-8859-1?Q?=E9?= y"), "x é y");
  EXPECT_EQ(decodeWords("=?unknown"), "=?unknown");
  EXPECT_EQ(decodeWords("raw \xE9"), "raw é");
  EXPECT_EQ(decodeWords("=?utf-8*en?Q?a?="), "a");
  EXPECT_EQ(decodeWords("=?utf-8?Q?a?= \t =?utf-8?Q?b?=  =?no  c"), "ab  =?no  c");
  EXPECT_EQ(decodeWords("x=?utf-8?Q?a?==?utf-8?Q?b?="), "xab");
  EXPECT_EQ(decodeWords("=?=?utf-8?Q?a?="), "=?a");
  std::string many;
  for (int i = 0; i < 100'000; ++i) many += "a=b; =?x?Q? ";
  EXPECT_EQ(decodeWords(many), many);
  many.assign(1'000'000, ' ');
  EXPECT_EQ(decodeWords("=?utf-8?Q?a?=" + many + "b"), "a" + many + "b");
}

TEST(MailEntity, ParametersAreRead) {
  const auto header = readParameters("Text/Plain; charset=\"utf-8\"; name=a b; x");
  EXPECT_EQ(header.value, "text/plain");
  EXPECT_EQ(header.parameter("charset"), "utf-8");
  EXPECT_EQ(header.parameter("name"), "a b");
  EXPECT_EQ(readParameters("a/b; filename*=UTF-8''J%C3%B6rg%20x.txt").parameter("filename"), "Jörg x.txt");
  EXPECT_EQ(readParameters("a/b; f*0*=ISO-8859-1''%E9; f*1=\"; b\"; f*2*=%E9").parameter("f"), "é; bé");
  EXPECT_EQ(readParameters("a/b; filename=\"=?UTF-8?Q?J=C3=B6?=\"").parameter("filename"), "Jö");
  EXPECT_EQ(readParameters("a/b; n=\"q\\\"uoted; x\"").parameter("n"), "q\"uoted; x");
  std::string many = "a/b";
  for (int i = 0; i < 100'000; ++i) many += "; p" + std::to_string(i) + "=v";
  EXPECT_EQ(readParameters(many).parameter("p7"), "v");
  EXPECT_LE(readParameters(many).parameters.size(), 200);
}

TEST(MailEntity, MultipartIsTakenApart) {
  const MimeEntity message = parseEntity(
      "Subject: folded\r\n line\r\nContent-Type: multipart/mixed; "
      "boundary=\"b\"\r\n\r\npreamble\r\n--b\r\n\r\nfirst\r\n"
      "--b\r\nContent-Type: multipart/alternative; boundary=c\r\n\r\n--c\r\nContent-Type: "
      "text/html\r\n\r\n<p>\r\n--c--\r\n"
      "--b\r\nContent-Transfer-Encoding: base64\r\n\r\neHl6\r\n--b--\r\nepilogue");
  EXPECT_EQ(message.header("subject"), "folded line");
  ASSERT_EQ(message.parts.size(), 3);
  EXPECT_EQ(message.parts[0].body, "first");
  ASSERT_EQ(message.parts[1].parts.size(), 1);
  EXPECT_EQ(message.parts[1].parts[0].body, "<p>");
  EXPECT_EQ(*decodedBody(message.parts[2]), "xyz");
  // Cut off, and without the boundary at all.
  EXPECT_EQ(parseEntity("Content-Type: multipart/mixed; boundary=b\n\n--b\n\ncut").parts.size(), 1);
  EXPECT_EQ(parseEntity("Content-Type: multipart/mixed; boundary=b\n\nnothing").body, "nothing");
  EXPECT_EQ(parseEntity("").body, "");
  EXPECT_EQ(parseEntity("no header at all").body, "no header at all");
}

TEST(MailMessage, IsWrittenAndReadBack) {
  MailMessage mail;
  mail.from = {{"Ann", "a@x.org"}};
  mail.to = {{"", "b@y.org"}};
  mail.bcc = {{"", "secret@z.org"}};
  mail.subject = "Größe";
  mail.text = "plain é\n.dot";
  mail.html = "<p>é</p>";
  mail.files = {{"a.bin", "", "application/x", false, std::string("\0\xFF", 2)},
                {"i.png", "pic", "image/png", true, "png"}};
  mail.sendAt = Instant{0};
  mail.headers = {{"X-A", "1"}, {"Subject", "ignored"}, {"bad name", "x"}};
  const std::string mime = mimeOf(mail, {});
  const MimeEntity read = parseEntity(mime);
  EXPECT_EQ(read.header("MIME-Version"), "1.0");
  EXPECT_EQ(read.header("From"), "Ann <a@x.org>");
  EXPECT_EQ(read.header("Sender"), "Ann <a@x.org>");
  EXPECT_EQ(read.header("Bcc"), "secret@z.org");
  EXPECT_EQ(decodeWords(read.header("Subject")), "Größe");
  EXPECT_EQ(read.header("Date"), "Thu, 01 Jan 1970 00:00:00 +0000");
  EXPECT_TRUE(read.header("Message-ID").ends_with("@x.org>"));
  EXPECT_EQ(read.header("X-A"), "1");
  EXPECT_EQ(readParameters(read.header("Content-Type")).value, "multipart/mixed");
  ASSERT_EQ(read.parts.size(), 2);
  const MimeEntity& related = read.parts[0];
  ASSERT_EQ(related.parts.size(), 2);
  ASSERT_EQ(related.parts[0].parts.size(), 2);
  EXPECT_EQ(*decodedBody(related.parts[0].parts[0]), "plain é\r\n.dot");
  EXPECT_EQ(*decodedBody(related.parts[0].parts[1]), "<p>é</p>");
  EXPECT_EQ(related.parts[1].header("Content-ID"), "<pic>");
  EXPECT_EQ(*decodedBody(read.parts[1]), std::string("\0\xFF", 2));
  EXPECT_EQ(parseEntity(mimeOf(mail, {.keepsBcc = false})).header("Bcc"), "");
  for (const std::string_view line : split(mime, '\n')) {
    EXPECT_TRUE(line.empty() || line.ends_with('\r')) << line;
    EXPECT_LE(line.size(), 200U);
  }
}

TEST(MailMessage, HeaderInjectionIsImpossible) {
  MailMessage mail;
  mail.from = {{"A\r\nBcc: evil@x.org", "a@x.org\r\nBcc: evil@x.org"}};
  mail.subject = "s\r\nBcc: evil@x.org\r\n\r\nbody";
  mail.text = "t";
  const MimeEntity read = parseEntity(mimeOf(mail, {}));
  EXPECT_EQ(read.header("Bcc"), "");
  EXPECT_EQ(*decodedBody(read), "t");
}

}  // namespace
}  // namespace qodly::script::library
