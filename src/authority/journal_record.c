/* SPDX-License-Identifier: MIT */
#include "authority/journal_record.h"

#include <string.h>

#include "base/reader.h"

/* Numbers of a session's facts, in the order of the record. */
static const size_t numbers[] = {
    offsetof(struct session_facts, logon_type), offsetof(struct session_facts, wts_session),
    offsetof(struct session_facts, user_flags), offsetof(struct session_facts, failed_attempts),
    offsetof(struct session_facts, uid),
};

static const size_t times[] = {
    offsetof(struct session_facts, logon_time),
    offsetof(struct session_facts, last_success),
    offsetof(struct session_facts, last_failure),
    offsetof(struct session_facts, logoff_time),
    offsetof(struct session_facts, kick_off_time),
    offsetof(struct session_facts, password_last_set),
    offsetof(struct session_facts, password_can_change),
    offsetof(struct session_facts, password_must_change),
};

static nt_status finish(const struct reader *in)
{
    return reader_finished(in) ? NT_OK : NT(INTERNAL_DB_CORRUPTION);
}

/* --- sessions ----------------------------------------------------------------------------------
 */

/* With its terminating zero; no bytes: it is absent. */
static void put_text(struct writer *out, const char *text)
{
    size_t size = text ? strlen(text) + 1 : 0;

    if (size > UINT16_MAX) {
        writer_fail(out, NT(INVALID_PARAMETER));
        return;
    }
    writer_u16(out, (uint16_t)size);
    writer_bytes(out, text, size);
}

static const char *get_text(struct reader *in)
{
    size_t size = reader_u16(in);
    const char *text = size > 0 ? reader_bytes(in, size) : NULL;

    if (text && memchr(text, 0, size) != text + size - 1)
        reader_fail(in);
    return text;
}

static void put_sid(struct writer *out, const SID *sid)
{
    size_t size = sid ? sid_length(sid) : 0;

    writer_u8(out, (uint8_t)size);
    writer_bytes(out, sid, size);
}

static const SID *get_sid(struct reader *in)
{
    size_t size = reader_u8(in);
    const void *sid = size > 0 ? reader_bytes(in, size) : NULL;

    if (sid && !sid_valid(sid, size))
        reader_fail(in);
    if (sid && reader_ok(in) && sid_length(sid) != size)
        reader_fail(in);
    return reader_ok(in) ? sid : NULL;
}

static void *at(struct session_facts *facts, size_t offset)
{
    return (char *)facts + offset;
}

void session_record_encode(const struct session_record *record, struct writer *out)
{
    struct session_facts facts = record->facts;

    put_sid(out, facts.sid);
    put_text(out, record->maker);
    writer_u64(out, record->linked);
    for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
        writer_u32(out, *(uint32_t *)at(&facts, numbers[i]));
    for (size_t i = 0; i < ARRAY_SIZE(times); i++)
        writer_u64(out, (uint64_t) * (int64_t *)at(&facts, times[i]));
    for (size_t i = 0; i < SESSION_TEXTS_N; i++)
        put_text(out, *session_text(&facts, i));
}

nt_status session_record_decode(struct session_record *ret, const void *bytes, size_t size)
{
    struct session_record record = { 0 };
    struct reader in;

    reader_init(&in, bytes, size);
    record.facts.sid = get_sid(&in);
    record.maker = get_text(&in);
    record.linked = reader_u64(&in);
    for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
        *(uint32_t *)at(&record.facts, numbers[i]) = reader_u32(&in);
    for (size_t i = 0; i < ARRAY_SIZE(times); i++)
        *(int64_t *)at(&record.facts, times[i]) = (int64_t)reader_u64(&in);
    for (size_t i = 0; i < SESSION_TEXTS_N; i++)
        *session_text(&record.facts, i) = get_text(&in);
    if (!record.facts.sid)
        reader_fail(&in);
    *ret = record;
    return finish(&in);
}

/* --- tokens ------------------------------------------------------------------------------------
 */

void token_record_encode(const struct token_record *record, struct writer *out)
{
    writer_u64(out, record->session);
    writer_u32(out, record->payer);
    writer_u32(out, (uint32_t)record->security_size);
    writer_bytes(out, record->security, record->security_size);
    writer_bytes(out, record->image, record->image_size);
}

nt_status token_record_decode(struct token_record *ret, const void *bytes, size_t size)
{
    struct token_record record;
    struct reader in;

    reader_init(&in, bytes, size);
    record.session = reader_u64(&in);
    record.payer = reader_u32(&in);
    record.security_size = reader_u32(&in);
    record.security = reader_bytes(&in, record.security_size);
    record.image_size = reader_left(&in);
    record.image = reader_bytes(&in, record.image_size);
    *ret = record;
    return record.image_size > 0 ? finish(&in) : NT(INTERNAL_DB_CORRUPTION);
}

/* --- who holds them ----------------------------------------------------------------------------
 */

void holder_record_encode(const struct holder_record *record, struct writer *out)
{
    writer_u64(out, record->holder);
    writer_u32(out, record->pid);
    writer_u32(out, record->uid);
    writer_u64(out, record->start_time);
}

nt_status holder_record_decode(struct holder_record *ret, const void *bytes, size_t size)
{
    struct holder_record record;
    struct reader in;

    reader_init(&in, bytes, size);
    record.holder = reader_u64(&in);
    record.pid = reader_u32(&in);
    record.uid = reader_u32(&in);
    record.start_time = reader_u64(&in);
    if (record.holder == 0 || record.pid == 0 || record.pid > INT32_MAX)
        reader_fail(&in);
    *ret = record;
    return finish(&in);
}

void reference_record_encode(const struct reference_record *record, struct writer *out)
{
    writer_u64(out, record->owner);
    writer_u64(out, record->token);
    writer_u32(out, record->count);
    writer_u32(out, record->granted);
}

nt_status reference_record_decode(struct reference_record *ret, const void *bytes, size_t size)
{
    struct reference_record record;
    struct reader in;

    reader_init(&in, bytes, size);
    record.owner = reader_u64(&in);
    record.token = reader_u64(&in);
    record.count = reader_u32(&in);
    record.granted = reader_u32(&in);
    if (record.count == 0)
        reader_fail(&in);
    *ret = record;
    return finish(&in);
}

void lease_record_encode(const struct lease_record *record, struct writer *out)
{
    writer_bytes(out, record->cookie_hash, sizeof(record->cookie_hash));
    writer_u32(out, record->uid);
}

nt_status lease_record_decode(struct lease_record *ret, const void *bytes, size_t size)
{
    struct lease_record record;
    struct reader in;

    reader_init(&in, bytes, size);
    reader_copy(&in, record.cookie_hash, sizeof(record.cookie_hash));
    record.uid = reader_u32(&in);
    *ret = record;
    return finish(&in);
}

/* --- processes ---------------------------------------------------------------------------------
 */

void leaf_record_encode(const struct leaf_record *record, struct writer *out)
{
    writer_u64(out, record->token);
    writer_u32(out, record->uid);
    put_text(out, record->below);
}

nt_status leaf_record_decode(struct leaf_record *ret, const void *bytes, size_t size)
{
    struct leaf_record record;
    struct reader in;

    reader_init(&in, bytes, size);
    record.token = reader_u64(&in);
    record.uid = reader_u32(&in);
    record.below = get_text(&in);
    *ret = record;
    return finish(&in);
}

void process_record_encode(const struct process_record *record, struct writer *out)
{
    writer_u32(out, record->pid);
    writer_u32(out, record->uid);
    writer_u64(out, record->start_time);
    writer_u64(out, record->token);
    writer_u32(out, record->service);
}

nt_status process_record_decode(struct process_record *ret, const void *bytes, size_t size)
{
    struct process_record record;
    struct reader in;

    reader_init(&in, bytes, size);
    record.pid = reader_u32(&in);
    record.uid = reader_u32(&in);
    record.start_time = reader_u64(&in);
    record.token = reader_u64(&in);
    record.service = reader_u32(&in);
    if (record.pid == 0 || record.pid > INT32_MAX)
        reader_fail(&in);
    *ret = record;
    return finish(&in);
}

void service_record_encode(const struct service_record *record, struct writer *out)
{
    writer_u32(out, record->uid);
    writer_u64(out, record->token);
}

nt_status service_record_decode(struct service_record *ret, const void *bytes, size_t size)
{
    struct service_record record;
    struct reader in;

    reader_init(&in, bytes, size);
    record.uid = reader_u32(&in);
    record.token = reader_u64(&in);
    *ret = record;
    return finish(&in);
}

/* --- WTS sessions ------------------------------------------------------------------------------
 */

void wts_record_encode(const struct wts_record *record, struct writer *out)
{
    writer_u32(out, record->number);
    writer_u64(out, (uint64_t)record->connect_time);
    writer_u64(out, record->logon);
    put_text(out, record->station);
    put_text(out, record->remote_host);
    put_text(out, record->logind);
}

nt_status wts_record_decode(struct wts_record *ret, const void *bytes, size_t size)
{
    struct wts_record record;
    struct reader in;

    reader_init(&in, bytes, size);
    record.number = reader_u32(&in);
    record.connect_time = (int64_t)reader_u64(&in);
    record.logon = reader_u64(&in);
    record.station = get_text(&in);
    record.remote_host = get_text(&in);
    record.logind = get_text(&in);
    if (record.number == 0)
        reader_fail(&in);
    *ret = record;
    return finish(&in);
}

/* --- logins ------------------------------------------------------------------------------------
 */

void login_state_record_encode(const struct login_state_record *record, struct writer *out)
{
    writer_u64(out, record->session);
    writer_u64(out, record->token);
    writer_u64(out, record->leader_start);
    writer_u32(out, record->leader);
    writer_u32(out, record->uid);
    writer_u32(out, record->audit_session);
    writer_u8(out, record->is_held);
    put_text(out, record->service);
    put_text(out, record->tty);
    put_text(out, record->remote_host);
    put_text(out, record->remote_user);
    put_text(out, record->home);
}

nt_status login_state_record_decode(struct login_state_record *ret, const void *bytes, size_t size)
{
    struct login_state_record record;
    struct reader in;
    uint8_t is_held;

    reader_init(&in, bytes, size);
    record.session = reader_u64(&in);
    record.token = reader_u64(&in);
    record.leader_start = reader_u64(&in);
    record.leader = reader_u32(&in);
    record.uid = reader_u32(&in);
    record.audit_session = reader_u32(&in);
    is_held = reader_u8(&in);
    record.is_held = is_held != 0;
    record.service = get_text(&in);
    record.tty = get_text(&in);
    record.remote_host = get_text(&in);
    record.remote_user = get_text(&in);
    record.home = get_text(&in);
    if (is_held > 1 || record.leader == 0 || record.leader > INT32_MAX)
        reader_fail(&in);
    *ret = record;
    return finish(&in);
}
