// Section 8.9: compound, an array of statements about one credential.
#include "core/cbor.hpp"
#include "support/must.hpp"
#include "support/statements/statement.hpp"

namespace mfa::test {

StatementParts compound_statement(const Attesting &about) {
  std::vector<StatementParts> members;
  for (const std::string &name : about.settings.members) {
    must(name != "compound", "no end: a compound in a compound is made by the hook");
    members.push_back(format_of(name).make(about));
  }
  let_change(about.tamper.compound, members);
  cbor::Writer writer;
  writer.array(members.size());
  for (const StatementParts &member : members)
    writer.map(2).text("fmt").text(member.format).text("attStmt").raw(statement_bytes(member));
  return {.format = "compound", .whole = writer.take()};
}

}  // namespace mfa::test
