// Logic-less templates: {{name}} is escaped, always; {{#name}}..{{/name}} is shown when the name is set, once
// for each of its rows; {{^name}}..{{/name}} when it is not; {{>name}} puts another template there.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace demo {

// What a template may show. Names not found here are looked up in the view around it.
class View {
 public:
  View &set(std::string_view name, std::string_view text);  // empty text is not set
  View &set(std::string_view name, bool on);
  View &set(std::string_view name, const char *text) { return set(name, std::string_view(text)); }
  View &set(std::string_view name, uint64_t number) {
    return set(name, std::string_view(std::to_string(number)));
  }
  View &add_row(std::string_view name);  // and "any_" name is set, for what is to be shown once
  View &add_row(std::string_view name, View row);

 private:
  friend class Templates;
  struct Item {
    bool on = false;
    std::string text;
    std::vector<View> rows;
  };
  std::map<std::string, Item, std::less<>> items_;
};

class Templates {
 public:
  Templates();
  ~Templates();
  // Throws std::runtime_error when the text is not a well-formed template.
  void add(std::string_view name, std::string_view text);
  // Throws std::runtime_error for a template that was not added.
  std::string render(std::string_view name, const View &view) const;

 private:
  struct Node;
  using Nodes = std::vector<Node>;
  using Scope = std::vector<const View *>;
  static Nodes parse(std::string_view text, size_t &at, std::string_view closing);
  static const View::Item *look_up(const Scope &scope, std::string_view name);
  void render(const Nodes &nodes, Scope &scope, std::string &out) const;
  void render_section(const Node &node, Scope &scope, std::string &out) const;
  const Nodes &named(std::string_view name) const;

  std::map<std::string, Nodes, std::less<>> templates_;
};

std::string escape_html(std::string_view text);

}  // namespace demo
