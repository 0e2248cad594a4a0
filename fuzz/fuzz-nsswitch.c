/* SPDX-License-Identifier: MIT */
/* Any text: what is enabled is, twice is as once, and what is disabled is not any more. */
#include "fuzz.h"

#include "tools/nsswitch.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    char *enabled, *again, *disabled;

    MUST(text);
    if (size > 0)
        memcpy(text, data, size);
    text[size] = '\0';
    enabled = nsswitch_enable(text);
    MUST(enabled && nsswitch_is_enabled(enabled));
    again = nsswitch_enable(enabled);
    MUST(again && strcmp(again, enabled) == 0);
    disabled = nsswitch_disable(enabled);
    MUST(disabled && !nsswitch_is_enabled(disabled));
    free(text);
    free(enabled);
    free(again);
    free(disabled);
    return 0;
}
