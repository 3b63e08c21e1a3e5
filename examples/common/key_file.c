#include "key_file.h"

#include <stdio.h>

/* -1 for what is not of the alphabet. */
static int value_of(char c, int is_hex) {
  if (c >= '0' && c <= '9') return is_hex ? c - '0' : c - '0' + 52;
  if (is_hex) {
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
  }
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  return c == '-' ? 62 : c == '_' ? 63 : -1;
}

/* 64 digits of hex, or 43 of base64url with nothing left over. */
static int decode(const char *text, size_t len, uint8_t out[KEY_FILE_KEY_SIZE]) {
  const int is_hex = len == 64;
  const unsigned bits = is_hex ? 4 : 6;
  uint32_t buffer = 0;
  unsigned held = 0;
  size_t i, at = 0;
  if (!is_hex && len != 43) return -1;
  for (i = 0; i < len; i++) {
    const int value = value_of(text[i], is_hex);
    if (value < 0) return -1;
    buffer = (buffer << bits | (uint32_t)value) & 0xFFFF;
    held += bits;
    if (held < 8) continue;
    held -= 8;
    out[at++] = (uint8_t)(buffer >> held);
  }
  return (buffer & ((1u << held) - 1)) == 0 ? 0 : -1;
}

static int is_space(char c) { return c == ' ' || c == '\t' || c == '\r'; }

static int add(key_file *into, uint32_t id) {
  size_t i;
  for (i = 0; i < into->count; i++) {
    if (into->keys[i].id == id) return -1;
  }
  into->keys[into->count].id = id;
  into->keys[into->count].reserved = 0;
  into->keys[into->count].bytes = into->bytes[into->count];
  into->keys[into->count].bytes_len = KEY_FILE_KEY_SIZE;
  into->count++;
  return 0;
}

/* What is wrong with the line, or NULL. */
static const char *read_line(key_file *into, const char *line, size_t len) {
  uint32_t id = 0;
  size_t gap = 0;
  while (len > 0 && is_space(line[len - 1])) len--;
  while (len > 0 && is_space(*line)) line++, len--;
  if (len == 0 || *line == '#') return NULL;
  if (into->count == KEY_FILE_MAX_KEYS) return "too many keys";
  while (gap < len && !is_space(line[gap])) gap++;
  if (gap == len) {
    id = 1;
    gap = 0;
  } else {
    size_t i;
    for (i = 0; i < gap; i++) {
      if (line[i] < '0' || line[i] > '9' || id > (UINT32_MAX - 9) / 10) return "the id is not a number";
      id = id * 10 + (uint32_t)(line[i] - '0');
    }
    if (id == 0) return "the id is not a number from 1";
    while (is_space(line[gap])) gap++;
  }
  if (decode(line + gap, len - gap, into->bytes[into->count]) != 0)
    return "not a key: 32 bytes in base64url or hex";
  return add(into, id) == 0 ? NULL : "the id came before";
}

int key_file_parse(key_file *into, const uint8_t *data, size_t len, char *why, size_t why_size) {
  const char *text = (const char *)data;
  unsigned number = 1;
  memset(into, 0, sizeof *into);
  if (len == KEY_FILE_KEY_SIZE) {
    memcpy(into->bytes[0], data, len);
    return add(into, 1);
  }
  for (; len > 0; number++) {
    const char *end = memchr(text, '\n', len);
    const size_t line = end ? (size_t)(end - text) : len;
    const char *wrong = read_line(into, text, line);
    if (wrong) {
      snprintf(why, why_size, "line %u: %s", number, wrong);
      key_file_wipe(into);
      return -1;
    }
    text += line + (end ? 1 : 0);
    len -= line + (end ? 1 : 0);
  }
  if (into->count > 0) return 0;
  snprintf(why, why_size, "no key in it");
  return -1;
}

void key_file_wipe(key_file *keys) { mfa_wipe(keys, sizeof *keys); }
