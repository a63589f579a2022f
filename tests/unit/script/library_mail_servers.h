// Mail servers of the tests: they understand what the library's clients send, no more, and keep real boxes.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "base/text.h"
#include "library_loopback.h"

namespace qodly::script::library::test {

struct Mail {
  int uid;
  std::string flags, content;
};

// Understands what the client sends, no more.
struct ImapServer {
  std::string capabilities = "IMAP4rev1 UIDPLUS", log;
  std::map<std::string, std::vector<Mail>> boxes{
      {"INBOX", {{11, "", "Subject: one\r\n\r\nfirst"}, {15, "\\Seen", "Subject: two\r\n\r\nsecond {5}\r\n\"x\""}}},
      {"Archive/2026", {}},
      {"Entw&APw-rfe", {}}};
  std::string selected;

  std::string boxName(const std::string& word) const {
    return word.size() > 1 && word.front() == '"' ? word.substr(1, word.size() - 2) : word;
  }

  void serve(Connection& connection) {
    connection.write("* OK ready\r\n");
    while (true) {
      const std::string raw = connection.readUntil("\n");
      if (raw.empty()) return;
      std::string line(trim(raw));
      log += line + "\n";
      const std::size_t blank = line.find(' ');
      const std::string tag = line.substr(0, blank);
      std::string command = line.substr(blank + 1);
      while (command.ends_with('}')) {  // a literal follows
        const std::size_t open = command.rfind('{');
        const auto size = *parseInteger(std::string_view(command).substr(open + 1, command.size() - open - 2));
        connection.write("+ go\r\n");
        const std::string literal = connection.read(static_cast<std::size_t>(size));
        const std::string rest(trim(connection.readUntil("\n")));
        log += "literal " + literal + "\n";
        command = command.substr(0, open) + "<" + literal + ">" + rest;
      }
      connection.write(answer(tag, command));
      if (command == "LOGOUT") return;
    }
  }

  std::string answer(const std::string& tag, const std::string& command) {
    const std::string ok = tag + " OK done\r\n";
    const auto words = split(command, ' ');
    const std::string verb(words[0]);
    if (verb == "CAPABILITY") return "* CAPABILITY " + capabilities + "\r\n" + ok;
    if (verb == "LOGIN") return command.contains("secret") ? ok : tag + " NO wrong\r\n";
    if (verb == "LIST" || verb == "LSUB") {
      if (words[2] == "\"\"") return "* LIST (\\Noselect) \"/\" \"\"\r\n" + ok;
      std::string all;
      for (const auto& [name, mails] : boxes) {
        all += "* " + verb + " (" + (name == "INBOX" ? "\\Marked" : "\\Noinferiors") + ") \"/\" \"" + name + "\"\r\n";
      }
      return all + ok;
    }
    if (verb == "STATUS") {
      const auto found = boxes.find(boxName(std::string(words[1])));
      if (found == boxes.end()) return tag + " NO no such box\r\n";
      return "* STATUS " + std::string(words[1]) + " (MESSAGES " + std::to_string(found->second.size()) +
             " RECENT 0 UNSEEN 1 UIDVALIDITY 77)\r\n" + ok;
    }
    if (verb == "SELECT" || verb == "EXAMINE") {
      const std::string name = boxName(std::string(words[1]));
      if (!boxes.contains(name)) return tag + " NO no such box\r\n";
      selected = name;
      return "* " + std::to_string(boxes[name].size()) +
             " EXISTS\r\n* 1 RECENT\r\n* FLAGS (\\Seen \\Deleted)\r\n* OK [PERMANENTFLAGS (\\Seen \\*)] limited\r\n"
             "* OK [UIDVALIDITY 77] valid\r\n" +
             tag + " OK [READ-WRITE] done\r\n";
    }
    if (verb == "CREATE") {
      boxes[boxName(std::string(words[1]))];
      return ok;
    }
    if (verb == "DELETE") {
      return boxes.erase(boxName(std::string(words[1]))) > 0 ? ok : tag + " NO cannot\r\n";
    }
    if (command.starts_with("UID SEARCH")) return "* SEARCH 11 15\r\n" + ok;
    if (command.starts_with("UID STORE")) {
      for (Mail& mail : boxes[selected]) mail.flags += " \\Deleted";
      return ok;
    }
    if (command.starts_with("UID FETCH") || verb == "FETCH") return fetch(command) + ok;
    if (verb == "APPEND") {
      boxes[boxName(std::string(words[1]))].push_back({99, "", command.substr(command.find('<') + 1)});
      return ok;
    }
    if (verb == "EXPUNGE" || command.starts_with("UID ") || verb == "LOGOUT" || verb == "NOOP" || verb == "SUBSCRIBE")
      return ok;
    return tag + " BAD unknown\r\n";
  }

  std::string fetch(const std::string& command) {
    std::string all;
    int number = 0;
    for (const Mail& mail : boxes[selected]) {
      ++number;
      const bool byUid = command.starts_with("UID ");
      const std::string_view set = split(command, ' ')[byUid ? 2 : 1];
      const std::string own = std::to_string(byUid ? mail.uid : number);
      const auto numbers = split(set, ',');
      const bool wanted = set.contains(':') || std::ranges::find(numbers, std::string_view(own)) != numbers.end();
      if (!wanted) continue;
      all += "* " + std::to_string(number) + " FETCH (UID " + std::to_string(mail.uid);
      if (command.contains("BODY")) {
        all += " FLAGS (" + mail.flags + ") INTERNALDATE \"20-Nov-2026 14:05:06 +0100\" RFC822.SIZE " +
               std::to_string(mail.content.size()) + " BODY[] {" + std::to_string(mail.content.size()) + "}\r\n" +
               mail.content;
      }
      all += ")\r\n";
    }
    return all;
  }
};

struct Pop3Server {
  std::string log;
  std::vector<std::string> mails{"Subject: a\r\n\r\n.dot\r\nend\r\n", "Subject: b\r\n\r\nsecond\r\n"};
  std::vector<bool> deleted{false, false};
  bool knowsUidl = true;
  std::string greeting = "+OK ready <1.2@host>", mechanisms;  // mechanisms: "PLAIN LOGIN"

  void serve(Connection& connection) {
    connection.write(greeting + "\r\n");
    while (true) {
      const std::string raw = connection.readUntil("\n");
      if (raw.empty()) return;
      const std::string line(trim(raw));
      log += line + "\n";
      connection.write(answer(line));
      if (line == "QUIT") return;
    }
  }

  std::string answer(const std::string& line) {
    const auto words = split(line, ' ');
    const std::string verb(words[0]);
    const auto number = words.size() > 1 ? parseInteger(words[1]).value_or(0) : 0;
    const auto index = static_cast<std::size_t>(number - 1);
    const bool exists = number >= 1 && index < mails.size() && !deleted[index];
    if (verb == "CAPA") return "+OK\r\nUSER\r\n" + (mechanisms.empty() ? "" : "SASL " + mechanisms + "\r\n") + ".\r\n";
    if (verb == "AUTH" && words.size() == 2) return words[1] == "CRAM-MD5" ? "+ PDEuMkBob3N0Pg==\r\n" : "+\r\n";
    if (words.size() == 1 && line.size() > 8 && !mechanisms.empty() && verb != "UIDL") return "+OK welcome\r\n";
    if (verb == "USER" || verb == "PASS" || verb == "APOP" || verb == "QUIT" || verb == "RSET")
      return "+OK welcome\r\n";
    if (verb == "STAT") return "+OK 2 50\r\n";
    if (verb == "UIDL" && !knowsUidl) return "-ERR what\r\n";
    if ((verb == "LIST" || verb == "UIDL") && number == 0) {
      std::string all = "+OK\r\n";
      for (std::size_t i = 0; i < mails.size(); ++i) {
        if (!deleted[i])
          all += std::to_string(i + 1) + " " +
                 (verb == "LIST" ? std::to_string(mails[i].size()) : "id" + std::to_string(i)) + "\r\n";
      }
      return all + ".\r\n";
    }
    if (!exists) return "-ERR no such message\r\n";
    if (verb == "LIST") return "+OK " + std::to_string(number) + " " + std::to_string(mails[index].size()) + "\r\n";
    if (verb == "UIDL") return "+OK " + std::to_string(number) + " id" + std::to_string(index) + "\r\n";
    if (verb == "DELE") {
      deleted[index] = true;
      return "+OK\r\n";
    }
    if (verb == "TOP") return "+OK\r\n" + mails[index].substr(0, mails[index].find("\r\n\r\n") + 4) + ".\r\n";
    std::string stuffed;
    for (const std::string_view part : split(mails[index], '\n')) {
      if (!part.empty()) stuffed += (part.starts_with('.') ? "." : "") + std::string(part) + "\n";
    }
    return "+OK\r\n" + stuffed + ".\r\n";
  }
};

}  // namespace qodly::script::library::test
