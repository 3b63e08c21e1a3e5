#include "template.hpp"

#include <stdexcept>

namespace demo {

View &View::set(std::string_view name, std::string_view text) {
  items_[std::string(name)] = {!text.empty(), std::string(text), {}};
  return *this;
}

View &View::set(std::string_view name, bool on) {
  items_[std::string(name)] = {on, {}, {}};
  return *this;
}

View &View::add_row(std::string_view name) { return add_row(name, View()); }

View &View::add_row(std::string_view name, View row) {
  items_["any_" + std::string(name)].on = true;
  Item &item = items_[std::string(name)];
  item.on = true;
  return item.rows.emplace_back(std::move(row));
}

struct Templates::Node {
  enum class Kind { text, value, section, unless, partial };
  Kind kind;
  std::string text;  // or the name
  Nodes inside;
};

Templates::Templates() = default;
Templates::~Templates() = default;

void Templates::add(std::string_view name, std::string_view text) {
  size_t at = 0;
  templates_[std::string(name)] = parse(text, at, {});
}

std::string Templates::render(std::string_view name, const View &view) const {
  std::string out;
  Scope scope = {&view};
  render(named(name), scope, out);
  return out;
}

Templates::Nodes Templates::parse(std::string_view text, size_t &at, std::string_view closing) {
  Nodes nodes;
  while (true) {
    size_t open = text.find("{{", at);
    if (open == std::string_view::npos) {
      if (!closing.empty()) throw std::runtime_error("template: no {{/" + std::string(closing) + "}}");
      nodes.push_back({Node::Kind::text, std::string(text.substr(at)), {}});
      return nodes;
    }
    nodes.push_back({Node::Kind::text, std::string(text.substr(at, open - at)), {}});
    size_t close = text.find("}}", open);
    if (close == std::string_view::npos) throw std::runtime_error("template: {{ without }}");
    std::string_view tag = text.substr(open + 2, close - open - 2);
    at = close + 2;
    char mark = tag.empty() ? '\0' : tag.front();
    std::string name(tag.substr(std::string_view("#^/>").find(mark) == std::string_view::npos ? 0 : 1));
    if (name.empty()) throw std::runtime_error("template: a tag without a name");
    if (mark == '/') {
      if (name != closing) throw std::runtime_error("template: {{/" + name + "}} closes nothing");
      return nodes;
    }
    if (mark == '#' || mark == '^') {
      Nodes inside = parse(text, at, name);
      nodes.push_back({mark == '#' ? Node::Kind::section : Node::Kind::unless, name, std::move(inside)});
    } else {
      nodes.push_back({mark == '>' ? Node::Kind::partial : Node::Kind::value, name, {}});
    }
  }
}

const View::Item *Templates::look_up(const Scope &scope, std::string_view name) {
  for (auto view = scope.rbegin(); view != scope.rend(); ++view) {
    auto it = (*view)->items_.find(name);
    if (it != (*view)->items_.end()) return &it->second;
  }
  return nullptr;
}

void Templates::render(const Nodes &nodes, Scope &scope, std::string &out) const {
  for (const Node &node : nodes) {
    switch (node.kind) {
      case Node::Kind::text: out += node.text; break;
      case Node::Kind::value:
        if (const View::Item *item = look_up(scope, node.text)) out += escape_html(item->text);
        break;
      case Node::Kind::section: render_section(node, scope, out); break;
      case Node::Kind::unless: {
        const View::Item *item = look_up(scope, node.text);
        if (!item || !item->on) render(node.inside, scope, out);
        break;
      }
      case Node::Kind::partial: render(named(node.text), scope, out); break;
    }
  }
}

void Templates::render_section(const Node &node, Scope &scope, std::string &out) const {
  const View::Item *item = look_up(scope, node.text);
  if (!item || !item->on) return;
  if (item->rows.empty()) return render(node.inside, scope, out);
  for (const View &row : item->rows) {
    scope.push_back(&row);
    render(node.inside, scope, out);
    scope.pop_back();
  }
}

const Templates::Nodes &Templates::named(std::string_view name) const {
  auto it = templates_.find(name);
  if (it == templates_.end()) throw std::runtime_error("template: no " + std::string(name));
  return it->second;
}

std::string escape_html(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
  return out;
}

}  // namespace demo
