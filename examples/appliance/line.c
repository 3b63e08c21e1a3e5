#include "line.h"

static const struct {
  const char *name;
  size_t place;
} kFields[] = {
    {"user", offsetof(line, user)},
    {"method", offsetof(line, method)},
    {"purpose", offsetof(line, purpose)},
    {"proven", offsetof(line, proven)},
    {"browser", offsetof(line, browser)},
    {"session", offsetof(line, session)},
    {"statement", offsetof(line, statement)},
    {"source", offsetof(line, source)},
    {"user_agent", offsetof(line, user_agent)},
    {"ticket", offsetof(line, ticket)},
    {"response", offsetof(line, response)},
    {"roles", offsetof(line, roles)},
};

static mfa_text *field_of(line *into, const char *name, size_t len) {
  size_t i;
  for (i = 0; i < sizeof kFields / sizeof *kFields; i++) {
    if (strlen(kFields[i].name) == len && memcmp(kFields[i].name, name, len) == 0)
      return (mfa_text *)(void *)((char *)into + kFields[i].place);
  }
  return NULL;
}

const char *line_parse(char *text, size_t len, line *into) {
  char *at = text, *const end = text + len;
  memset(into, 0, sizeof *into);
  if (memchr(text, '\0', len)) return "a NUL";
  *end = '\0';
  into->command = text;
  while ((at = memchr(at, '\t', (size_t)(end - at))) != NULL) {
    char *value, *stop;
    mfa_text *field;
    *at++ = '\0';
    stop = memchr(at, '\t', (size_t)(end - at));
    if (!stop) stop = end;
    value = memchr(at, '=', (size_t)(stop - at));
    if (!value) return "a field without =";
    field = field_of(into, at, (size_t)(value - at));
    if (!field) return "a field that there is not";
    if (field->data) return "a field twice";
    *field = mfa_text_n(value + 1, (size_t)(stop - value - 1));
    at = stop;
  }
  return NULL;
}

int text_is(mfa_text text, const char *word) {
  return text.len == strlen(word) && (text.len == 0 || memcmp(text.data, word, text.len) == 0);
}

mfa_text text_take(mfa_text *list) {
  const char *comma = list->len > 0 ? memchr(list->data, ',', list->len) : NULL;
  const mfa_text part = mfa_text_n(list->data, comma ? (size_t)(comma - list->data) : list->len);
  const size_t taken = part.len + (comma ? 1 : 0);
  list->data += taken;
  list->len -= taken;
  return part;
}
