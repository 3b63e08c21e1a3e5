/* Keys in a file, as `mfa key new` and `mfa user --key-file` have them: 32 bytes as they are, or lines of `ID
 * KEY`, the key in base64url or hex; the first seals, all open. Without an ID a line is key 1. `#` begins a
 * comment. */
#ifndef EXAMPLES_KEY_FILE_H
#define EXAMPLES_KEY_FILE_H

#include <mfa/mfa.h>

#define KEY_FILE_MAX_KEYS 16
#define KEY_FILE_KEY_SIZE 32

typedef struct key_file {
  mfa_key keys[KEY_FILE_MAX_KEYS]; /* bytes points into this struct: do not copy it */
  size_t count;
  uint8_t bytes[KEY_FILE_MAX_KEYS][KEY_FILE_KEY_SIZE];
} key_file;

/* 0, or -1 with a line in `why`. Wipes what it read. */
int key_file_parse(key_file *into, const uint8_t *data, size_t len, char *why, size_t why_size);
void key_file_wipe(key_file *keys);

#endif
