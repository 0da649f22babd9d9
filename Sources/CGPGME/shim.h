#pragma once

// Offsets of gpgme's data objects are 64 bits wide wherever the C library leaves a choice.
#ifndef _FILE_OFFSET_BITS
#define _FILE_OFFSET_BITS 64
#endif

#include <gpgme.h>
#include <gpg-error.h>

// `gpgme_check_version` is a macro, which Swift does not see: it also compares the layout of a structure with bit fields.
static inline const char *cgpgme_check_version(void) { return gpgme_check_version("1.18.0"); }
