/* SPDX-License-Identifier: MIT */
#include "security/sddl_names.h"

#include "base/ascii.h"

#define INHERITANCE                                                                                \
    { OBJECT_INHERIT_ACE, "OI" }, { CONTAINER_INHERIT_ACE, "CI" },                                 \
        { NO_PROPAGATE_INHERIT_ACE, "NP" }, { INHERIT_ONLY_ACE, "IO" }, { INHERITED_ACE, "ID" },   \
    {                                                                                              \
        CRITICAL_ACE_FLAG, "CR"                                                                    \
    }

const struct sddl_bit sddl_ace_flags[] = {
    INHERITANCE,
    { SUCCESSFUL_ACCESS_ACE_FLAG, "SA" },
    { FAILED_ACCESS_ACE_FLAG, "FA" },
    { 0 },
};

/* The bit that is "SA" of others. */
static const struct sddl_bit filter_flags[] = {
    INHERITANCE,
    { TRUST_PROTECTED_FILTER_ACE_FLAG, "TP" },
    { FAILED_ACCESS_ACE_FLAG, "FA" },
    { 0 },
};

/* KX is KR in another word. */
const struct sddl_bit sddl_whole_rights[] = {
    { 0x1f01ff, "FA" }, { 0x120089, "FR" }, { 0x120116, "FW" },
    { 0x1200a0, "FX" }, { 0x0f003f, "KA" }, { 0x020019, "KR" },
    { 0x020006, "KW" }, { 0x020019, "KX" }, { 0 },
};

const struct sddl_bit sddl_single_rights[] = {
    { 0x00000001, "CC" }, { 0x00000002, "DC" }, { 0x00000004, "LC" },
    { 0x00000008, "SW" }, { 0x00000010, "RP" }, { 0x00000020, "WP" },
    { 0x00000040, "DT" }, { 0x00000080, "LO" }, { 0x00000100, "CR" },
    { 0x00010000, "SD" }, { 0x00020000, "RC" }, { 0x00040000, "WD" },
    { 0x00080000, "WO" }, { 0x10000000, "GA" }, { 0x20000000, "GX" },
    { 0x40000000, "GW" }, { 0x80000000, "GR" }, { 0 },
};

static const struct sddl_bit label_rights[] = {
    { 1, "NW" },
    { 2, "NR" },
    { 4, "NX" },
    { 0 },
};

const struct sddl_acl_flag sddl_acl_flags[SDDL_ACL_FLAGS_N] = {
    { SE_DACL_PROTECTED, SE_SACL_PROTECTED, "P" },
    { SE_DACL_AUTO_INHERIT_REQ, SE_SACL_AUTO_INHERIT_REQ, "AR" },
    { SE_DACL_AUTO_INHERITED, SE_SACL_AUTO_INHERITED, "AI" },
};

const struct sddl_section sddl_sections[SDDL_SECTIONS_N] = {
    { 'O', OWNER_SECURITY_INFORMATION },
    { 'G', GROUP_SECURITY_INFORMATION },
    { 'D', DACL_SECURITY_INFORMATION },
    { 'S', SACL_SECURITY_INFORMATION },
};

const char sddl_null_acl[] = "NO_ACCESS_CONTROL";

#define PLAIN     SDDL_EXTRA_NONE, sddl_ace_flags, NULL
#define CONDITION SDDL_EXTRA_CONDITION, sddl_ace_flags, NULL

static const struct sddl_ace_type types[] = {
    { "A", ACCESS_ALLOWED_ACE_TYPE, PLAIN },
    { "D", ACCESS_DENIED_ACE_TYPE, PLAIN },
    { "AU", SYSTEM_AUDIT_ACE_TYPE, PLAIN },
    { "AL", SYSTEM_ALARM_ACE_TYPE, PLAIN },
    { "OA", ACCESS_ALLOWED_OBJECT_ACE_TYPE, PLAIN },
    { "OD", ACCESS_DENIED_OBJECT_ACE_TYPE, PLAIN },
    { "OU", SYSTEM_AUDIT_OBJECT_ACE_TYPE, PLAIN },
    { "OL", SYSTEM_ALARM_OBJECT_ACE_TYPE, PLAIN },
    { "ML", SYSTEM_MANDATORY_LABEL_ACE_TYPE, SDDL_EXTRA_NONE, sddl_ace_flags, label_rights },
    { "SP", SYSTEM_SCOPED_POLICY_ID_ACE_TYPE, PLAIN },
    { "TL", SYSTEM_PROCESS_TRUST_LABEL_ACE_TYPE, PLAIN },
    { "FL", SYSTEM_ACCESS_FILTER_ACE_TYPE, SDDL_EXTRA_OPTIONAL_CONDITION, filter_flags, NULL },
    { "XA", ACCESS_ALLOWED_CALLBACK_ACE_TYPE, CONDITION },
    { "XD", ACCESS_DENIED_CALLBACK_ACE_TYPE, CONDITION },
    { "XU", SYSTEM_AUDIT_CALLBACK_ACE_TYPE, CONDITION },
    { "ZA", ACCESS_ALLOWED_CALLBACK_OBJECT_ACE_TYPE, CONDITION },
    { "RA", SYSTEM_RESOURCE_ATTRIBUTE_ACE_TYPE, SDDL_EXTRA_CLAIM, sddl_ace_flags, NULL },
};

const struct sddl_ace_type *sddl_type_by_name(const char *name, size_t size)
{
    for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
        if (ascii_equal(name, size, types[i].name))
            return &types[i];
    }
    return NULL;
}

const struct sddl_ace_type *sddl_type_by_number(uint8_t type)
{
    for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
        if (types[i].type == type)
            return &types[i];
    }
    return NULL;
}

const uint8_t sddl_guid_positions[SDDL_GUID_SIZE] = {
    6, 4, 2, 0, 11, 9, 16, 14, 19, 21, 24, 26, 28, 30, 32, 34,
};
