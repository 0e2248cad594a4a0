/* SPDX-License-Identifier: MIT */
#include "base/test.h"

#include "cim/error.h"
#include "cim/wsman_fault.h"

static void no_character_is_cut_in_two(void **state)
{
    char text[CIM_TEXT_SIZE + 8];
    struct cim_error error = { 0 };

    for (size_t end = CIM_TEXT_SIZE - 6; end < CIM_TEXT_SIZE; end++) {
        memset(text, 'x', sizeof(text));
        strcpy(text + end, "\xe2\x82\xac"); /* a euro sign */
        assert_false(cim_fail(&error, CIM_ERR_FAILED, "%s", text));
        if (end + 3 < CIM_TEXT_SIZE)
            assert_string_equal(error.text, text);
        else
            assert_int_equal(strlen(error.text), end);
    }
}

static void statuses_become_errors_of_both_protocols(void **state)
{
    static const struct {
        uint32_t status;
        enum cim_code code;
        enum wsman_fault_code fault;
    } rows[] = {
        { ERROR_SUCCESS, CIM_OK, WSMAN_GOOD },
        { ERROR_ACCESS_DENIED, CIM_ERR_ACCESS_DENIED, WSMAN_ACCESS_DENIED },
        { ERROR_TIMEOUT, CIM_ERR_FAILED, WSMAN_TIMED_OUT },
        { ERROR_NOT_ENOUGH_MEMORY, CIM_ERR_FAILED, WSMAN_INTERNAL_ERROR },
    };

    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        const query_status status = { rows[i].status };
        struct cim_error error = { 0 };
        struct wsman_fault fault = { 0 };

        assert_int_equal(cim_check(&error, status), rows[i].code == CIM_OK);
        assert_int_equal(error.code, rows[i].code);
        assert_int_equal(wsman_check(&fault, status), rows[i].fault == WSMAN_GOOD);
        assert_int_equal(fault.code, rows[i].fault);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_character_is_cut_in_two),
        cmocka_unit_test(statuses_become_errors_of_both_protocols),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
