/* SPDX-License-Identifier: MIT */
#include "ipc/session_record.h"

#include <string.h>

enum { N_TEXTS = 9 };

/* What the facts begin with; the SID follows, then the texts, each with its zero. */
struct facts_head {
    uint32_t logon_type;
    uint32_t wts_session;
    uint32_t user_flags;
    uint32_t failed_attempts;
    int64_t last_failure;
    int64_t logoff_time;
    int64_t kick_off_time;
    int64_t password_last_set;
    int64_t password_can_change;
    int64_t password_must_change;
    uint16_t sid_size;
    uint16_t text_sizes[N_TEXTS]; /* with the zero */
    uint32_t unused;              /* no byte of it is left to chance */
};

_Static_assert(sizeof(struct facts_head) % sizeof(uint64_t) == 0, "facts have no hidden bytes");

static const size_t texts[N_TEXTS] = {
    offsetof(Openlogon__SessionData, user),
    offsetof(Openlogon__SessionData, domain),
    offsetof(Openlogon__SessionData, package),
    offsetof(Openlogon__SessionData, logon_server),
    offsetof(Openlogon__SessionData, dns_domain),
    offsetof(Openlogon__SessionData, upn),
    offsetof(Openlogon__SessionData, logon_script),
    offsetof(Openlogon__SessionData, profile_path),
    offsetof(Openlogon__SessionData, home_directory),
};

static char **text_of(Openlogon__SessionData *data, size_t i)
{
    return (char **)(void *)((char *)data + texts[i]);
}

static const char *peek_text(const Openlogon__SessionData *data, size_t i)
{
    return *(char *const *)(const void *)((const char *)data + texts[i]);
}

/* The bytes behind the head. */
static size_t tail_size(const struct facts_head *head)
{
    size_t size = head->sid_size;

    for (size_t i = 0; i < N_TEXTS; i++)
        size += head->text_sizes[i];
    return size;
}

/* False: something is too long to be written down. */
static bool measure(struct facts_head *head, const Openlogon__SessionData *data)
{
    size_t max = SESSION_FACTS_MAX * sizeof(uint64_t);

    if (data->sid.len > max)
        return false;
    head->sid_size = (uint16_t)data->sid.len;
    for (size_t i = 0; i < N_TEXTS; i++) {
        size_t size = strlen(peek_text(data, i)) + 1;

        if (size > max)
            return false;
        head->text_sizes[i] = (uint16_t)size;
    }
    return sizeof(*head) + tail_size(head) <= max;
}

size_t session_facts_encode(uint64_t *ret, const Openlogon__SessionData *data)
{
    struct facts_head head = { .logon_type = data->logon_type,
                               .wts_session = data->wts_session,
                               .user_flags = data->user_flags,
                               .failed_attempts = data->failed_attempts,
                               .last_failure = data->last_failure,
                               .logoff_time = data->logoff_time,
                               .kick_off_time = data->kick_off_time,
                               .password_last_set = data->password_last_set,
                               .password_can_change = data->password_can_change,
                               .password_must_change = data->password_must_change };
    uint8_t *next = (uint8_t *)ret + sizeof(head);
    size_t n;

    if (!measure(&head, data))
        return 0;
    n = (sizeof(head) + tail_size(&head) + sizeof(*ret) - 1) / sizeof(*ret);
    ret[n - 1] = 0; /* the last slot may not be full */
    memcpy(ret, &head, sizeof(head));
    if (head.sid_size > 0)
        memcpy(next, data->sid.data, head.sid_size);
    next += head.sid_size;
    for (size_t i = 0; i < N_TEXTS; i++) {
        memcpy(next, peek_text(data, i), head.text_sizes[i]);
        next += head.text_sizes[i];
    }
    return n;
}

static bool is_text(const char *text, size_t size)
{
    return size > 0 && memchr(text, 0, size) == text + size - 1;
}

static void take_numbers(Openlogon__SessionData *ret, const struct facts_head *head)
{
    ret->logon_type = head->logon_type;
    ret->wts_session = head->wts_session;
    ret->user_flags = head->user_flags;
    ret->failed_attempts = head->failed_attempts;
    ret->last_failure = head->last_failure;
    ret->logoff_time = head->logoff_time;
    ret->kick_off_time = head->kick_off_time;
    ret->password_last_set = head->password_last_set;
    ret->password_can_change = head->password_can_change;
    ret->password_must_change = head->password_must_change;
}

nt_status session_facts_decode(Openlogon__SessionData *ret, const uint64_t *slots, size_t n)
{
    struct facts_head head;
    uint8_t *next = (uint8_t *)(uintptr_t)slots + sizeof(head);

    if (n > SESSION_FACTS_MAX || n * sizeof(*slots) < sizeof(head))
        return NT(INVALID_PARAMETER);
    memcpy(&head, slots, sizeof(head));
    if (tail_size(&head) > n * sizeof(*slots) - sizeof(head))
        return NT(INVALID_PARAMETER);
    take_numbers(ret, &head);
    ret->sid = (ProtobufCBinaryData){ .len = head.sid_size, .data = next };
    next += head.sid_size;
    for (size_t i = 0; i < N_TEXTS; i++) {
        if (!is_text((const char *)next, head.text_sizes[i]))
            return NT(INVALID_PARAMETER);
        *text_of(ret, i) = (char *)next;
        next += head.text_sizes[i];
    }
    return NT_OK;
}
