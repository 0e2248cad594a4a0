/* SPDX-License-Identifier: MIT */
/* The words of SDDL, for reading and for printing: one bit (or mask), its name. */
#ifndef OPENLOGON_SECURITY_SDDL_NAMES_H
#define OPENLOGON_SECURITY_SDDL_NAMES_H

#include "base/macros.h"
#include "security/descriptor.h"

enum {
    SDDL_GUID_SIZE = 16,
    SDDL_GUID_TEXT_SIZE = 36,
    SDDL_NAME_SIZE = 2, /* of rights and ACE flags */
    SDDL_ACL_FLAGS_N = 3,
    SDDL_SECTIONS_N = 4,
};

struct sddl_bit {
    uint32_t bits;
    char name[SDDL_NAME_SIZE + 1];
};

/* Lists end with an empty name. Printing goes from the top. */
extern const struct sddl_bit sddl_ace_flags[];
extern const struct sddl_bit sddl_whole_rights[]; /* printed when the mask is exactly theirs */
extern const struct sddl_bit sddl_single_rights[];

/* The control bits of the DACL and of the SACL for one flag. */
struct sddl_acl_flag {
    uint16_t dacl;
    uint16_t sacl;
    char name[SDDL_NAME_SIZE + 1];
};
extern const struct sddl_acl_flag sddl_acl_flags[SDDL_ACL_FLAGS_N];

struct sddl_section {
    char letter;
    uint32_t part;
};
extern const struct sddl_section sddl_sections[SDDL_SECTIONS_N];

extern const char sddl_null_acl[];

/* What an ACE has behind its SID. */
enum sddl_extra {
    SDDL_EXTRA_NONE,
    SDDL_EXTRA_CONDITION,
    SDDL_EXTRA_OPTIONAL_CONDITION,
    SDDL_EXTRA_CLAIM,
};

struct sddl_ace_type {
    char name[SDDL_NAME_SIZE + 1];
    uint8_t type;
    enum sddl_extra extra;
    const struct sddl_bit *flags;
    const struct sddl_bit *rights; /* names that only this type has; NULL: none */
};

/* NULL: there is none. */
const struct sddl_ace_type *sddl_type_by_name(const char *name, size_t size);
const struct sddl_ace_type *sddl_type_by_number(uint8_t type);

/* Where the bytes of a GUID stand in its text: its first three numbers are little-endian. */
extern const uint8_t sddl_guid_positions[SDDL_GUID_SIZE];

#endif
