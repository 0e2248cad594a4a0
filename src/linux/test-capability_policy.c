/* SPDX-License-Identifier: MIT */
#include "linux/capability_policy.h"

#include <errno.h>
#include <linux/capability.h>

#include "linux/test-linux.h"

#define BIT(capability) (UINT64_C(1) << (capability))

static void each_privilege_has_what_the_table_says(void **state)
{
    static const struct {
        uint32_t privilege;
        const char *capabilities;
    } rows[] = {
        { PRIVILEGE_BACKUP, "cap_dac_read_search" },
        { PRIVILEGE_RESTORE, "cap_chown cap_dac_override cap_fowner" },
        { PRIVILEGE_TAKE_OWNERSHIP, "cap_chown" },
        { PRIVILEGE_DEBUG, "cap_kill cap_sys_ptrace" },
        { PRIVILEGE_SYSTEMTIME, "cap_sys_time" },
        { PRIVILEGE_SHUTDOWN, "cap_sys_boot" },
        { PRIVILEGE_LOAD_DRIVER, "cap_sys_module" },
        { PRIVILEGE_INCREASE_BASE_PRIORITY, "cap_sys_nice" },
        { PRIVILEGE_LOCK_MEMORY, "cap_ipc_lock" },
        { PRIVILEGE_AUDIT, "cap_audit_write" },
        { PRIVILEGE_SECURITY, "cap_audit_control" },
        { PRIVILEGE_IMPERSONATE, "cap_setgid cap_setuid" },
        { PRIVILEGE_ASSIGN_PRIMARY_TOKEN, "cap_setgid cap_setuid" },
        { PRIVILEGE_TCB, "all" },
        { PRIVILEGE_CHANGE_NOTIFY, "none" },
        { PRIVILEGE_CREATE_TOKEN, "none" },
    };
    struct capability_policy policy;
    char text[CAPABILITY_TEXT_MAX];

    (void)state;
    capability_policy_init(&policy);
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        capability_mask_text(text, capability_policy_of(&policy, PRIVILEGE_BIT(rows[i].privilege)));
        assert_string_equal(text, rows[i].capabilities);
    }
}

static void privileges_add_up(void **state)
{
    struct capability_policy policy;

    (void)state;
    capability_policy_init(&policy);
    assert_int_equal(capability_policy_of(&policy, PRIVILEGE_BIT(PRIVILEGE_BACKUP) |
                                                       PRIVILEGE_BIT(PRIVILEGE_SYSTEMTIME)),
                     BIT(CAP_DAC_READ_SEARCH) | BIT(CAP_SYS_TIME));
    assert_int_equal(capability_policy_of(&policy, 0), 0);
    /* Bits that are no privilege's count for nothing. */
    assert_int_equal(capability_policy_of(&policy, ~PRIVILEGE_MASK_ALL), 0);
}

static void a_privilege_is_narrowed_and_never_widened(void **state)
{
    static const struct {
        const char *privilege, *names;
        int result;
        const char *then; /* of SeRestorePrivilege */
    } rows[] = {
        { "SeRestorePrivilege", "cap_chown,cap_fowner", 0, "cap_chown cap_fowner" },
        { "serestoreprivilege", " Fowner ", 0, "cap_fowner" },
        /* Said twice, the last counts: narrowed from the table, not from what was said before. */
        { "SeRestorePrivilege", "cap_dac_override", 0, "cap_dac_override" },
        { "SeRestorePrivilege", "cap_chown, cap_sys_admin", -EPERM, "cap_dac_override" },
        { "SeRestorePrivilege", "cap_chwon", -ENOENT, "cap_dac_override" },
        { "SeRestorePrivilege", "cap_", -ENOENT, "cap_dac_override" },
        { "SeRestorePrivilege", "", -ENOENT, "cap_dac_override" },
        { "SeRestorePrivilege", "none", 0, "none" },
        { "SeRestore", "none", -ENOENT, "none" },
        { "SeChangeNotifyPrivilege", "cap_chown", -EPERM, "none" },
    };
    struct capability_policy policy;
    char text[CAPABILITY_TEXT_MAX];

    (void)state;
    capability_policy_init(&policy);
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        assert_int_equal(capability_policy_narrow(&policy, rows[i].privilege, rows[i].names),
                         rows[i].result);
        capability_mask_text(text, capability_policy_of(&policy, PRIVILEGE_BIT(PRIVILEGE_RESTORE)));
        assert_string_equal(text, rows[i].then);
    }
}

static void any_mask_has_a_text(void **state)
{
    char text[CAPABILITY_TEXT_MAX];

    (void)state;
    for (unsigned i = 0; i < 64; i++) {
        capability_mask_text(text, ~BIT(i));
        assert_true(strlen(text) < sizeof(text) - 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_privilege_has_what_the_table_says),
        cmocka_unit_test(privileges_add_up),
        cmocka_unit_test(a_privilege_is_narrowed_and_never_widened),
        cmocka_unit_test(any_mask_has_a_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
