/* What libcbor's own build would write here. */
#ifndef LIBCBOR_CONFIGURATION_H
#define LIBCBOR_CONFIGURATION_H

#define CBOR_MAJOR_VERSION 0
#define CBOR_MINOR_VERSION 10
#define CBOR_PATCH_VERSION 2
#define CBOR_BUFFER_GROWTH 2
#define CBOR_MAX_STACK_SIZE 2048
#define CBOR_PRETTY_PRINTER 0
#if defined(__cplusplus)
#define CBOR_RESTRICT_SPECIFIER
#else
#define CBOR_RESTRICT_SPECIFIER restrict
#endif
#define CBOR_INLINE_SPECIFIER

#endif
