/* SPDX-License-Identifier: MIT */
/* Reads logon hours, writes them as text again, and reads that: the same hours must come. */
#include <stdlib.h>
#include <string.h>

#include "tools/hours_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t hours[HOURS_SIZE], again[HOURS_SIZE];
    char back[HOURS_TEXT_SIZE];
    char *text = malloc(size + 1);

    if (!text)
        abort();
    if (size > 0)
        memcpy(text, data, size);
    text[size] = '\0';
    if (hours_parse(hours, text)) {
        hours_format(back, sizeof(back), hours);
        if (!hours_parse(again, back) || memcmp(hours, again, sizeof(hours)) != 0)
            abort();
    }
    /* Any bits are hours, too. */
    if (size >= HOURS_SIZE) {
        memcpy(hours, data, HOURS_SIZE);
        hours_format(back, sizeof(back), hours);
        if (!hours_parse(again, back) || memcmp(hours, again, sizeof(hours)) != 0)
            abort();
    }
    free(text);
    return 0;
}
