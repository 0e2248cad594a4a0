/* SPDX-License-Identifier: MIT */
#include "pam/authority_message.h"

#include <string.h>

enum {
    PROTOCOL_VERSION = 1,
    LOGON_NETWORK_CLEARTEXT = 8, /* SECURITY_LOGON_TYPE: the program was given the password */
};

/* The numbers of ipc/openlogon.proto. */
enum {
    REQUEST_SERIAL = 1,
    REQUEST_HELLO = 10,
    REQUEST_LOGON = 12,
    REQUEST_ACCOUNT_SET_PASSWORD = 29,
    REQUEST_LOGIN_OPEN = 80,
    REQUEST_LOGIN_CLOSE = 81,
    REQUEST_PROCESS_SESSION = 82,
    REQUEST_ACCOUNT_GET = 100,
};

/* --- requests --------------------------------------------------------------------------------- */

void request_begin(struct wire_writer *w, uint32_t serial)
{
    wire_put_number(w, REQUEST_SERIAL, serial);
}

void request_hello(struct wire_writer *w)
{
    size_t begin = wire_begin(w, REQUEST_HELLO);

    wire_put_number(w, 1, PROTOCOL_VERSION);
    wire_put_number(w, 3, true); /* it is passing */
    wire_end(w, begin);
}

void request_login_open(struct wire_writer *w, const struct login_texts *login)
{
    size_t begin = wire_begin(w, REQUEST_LOGIN_OPEN);

    wire_put_text(w, 1, login->service);
    wire_put_text(w, 2, login->user);
    wire_put_text(w, 3, login->tty);
    wire_put_text(w, 4, login->remote_host);
    wire_put_text(w, 5, login->remote_user);
    wire_end(w, begin);
}

void request_login_close(struct wire_writer *w, uint64_t luid)
{
    size_t begin = wire_begin(w, REQUEST_LOGIN_CLOSE);

    wire_put_fixed64(w, 1, luid);
    wire_end(w, begin);
}

void request_own_session(struct wire_writer *w)
{
    wire_end(w, wire_begin(w, REQUEST_PROCESS_SESSION));
}

void request_account(struct wire_writer *w, const char *name)
{
    size_t begin = wire_begin(w, REQUEST_ACCOUNT_GET);

    wire_put_text(w, 1, name);
    wire_end(w, begin);
}

void request_password_check(struct wire_writer *w, const char *name, const char *machine,
                            const char *password)
{
    size_t begin = wire_begin(w, REQUEST_LOGON);

    wire_put_text(w, 1, name);
    wire_put_text(w, 2, machine);
    wire_put_number(w, 3, true);
    wire_put_text(w, 4, password);
    wire_put_number(w, 5, LOGON_NETWORK_CLEARTEXT);
    wire_end(w, begin);
}

void request_password_change(struct wire_writer *w, const char *name, const char *old,
                             const char *new)
{
    size_t begin = wire_begin(w, REQUEST_ACCOUNT_SET_PASSWORD);

    wire_put_text(w, 1, name);
    wire_put_text(w, 2, old ? old : "");
    wire_put_text(w, 3, new);
    wire_put_number(w, 4, old != NULL);
    wire_end(w, begin);
}

/* --- the reply -------------------------------------------------------------------------------- */

enum shape {
    AS_UINT32,
    AS_INT32,
    AS_BOOL,
    AS_SINT64,
    AS_FIXED64,
    AS_MACHINE_NAME,
    AS_HOURS,
    AS_MESSAGE, /* counted; its fields are the reply's */
};

/* A field that is understood; others are skipped. Number 0 ends a list. */
struct row {
    uint32_t number;
    enum shape shape;
    size_t offset; /* in struct authority_reply */
    const struct row *inside;
};

#define FIELD(number, shape, member)                                                               \
    {                                                                                              \
        number, shape, offsetof(struct authority_reply, member), NULL                              \
    }
#define MESSAGE(number, rows, counter)                                                             \
    {                                                                                              \
        number, AS_MESSAGE, offsetof(struct authority_reply, counter), rows                        \
    }

static const struct row hello_rows[] = {
    FIELD(1, AS_UINT32, version),
    FIELD(3, AS_MACHINE_NAME, machine_name),
    { 0 },
};

static const struct row luid_rows[] = {
    FIELD(1, AS_FIXED64, luid),
    { 0 },
};

static const struct row account_rows[] = {
    FIELD(4, AS_UINT32, account.uid),           FIELD(5, AS_UINT32, account.flags),
    FIELD(8, AS_BOOL, account.details),         FIELD(10, AS_SINT64, account.password_must_change),
    FIELD(11, AS_SINT64, account.expires),      FIELD(12, AS_HOURS, account.hours),
    FIELD(15, AS_SINT64, account.locked_until), { 0 },
};

static const struct row list_rows[] = {
    MESSAGE(1, account_rows, n_accounts),
    { 0 },
};

static const struct row reply_rows[] = {
    FIELD(1, AS_UINT32, serial),
    FIELD(2, AS_INT32, status),
    MESSAGE(10, hello_rows, n_hellos),
    MESSAGE(28, list_rows, n_lists),
    MESSAGE(80, luid_rows, n_logins),
    MESSAGE(82, luid_rows, n_sessions),
    { 0 },
};

static enum wire_type type_of(enum shape shape)
{
    if (shape == AS_FIXED64)
        return WIRE_FIXED64;
    return shape < AS_FIXED64 ? WIRE_NUMBER : WIRE_BYTES;
}

/* Not with a zero inside. */
static bool take_name(char ret[static MACHINE_NAME_SIZE], struct reader *inside)
{
    size_t size = reader_left(inside);
    const char *name = reader_bytes(inside, size);

    if (size >= MACHINE_NAME_SIZE || !name || memchr(name, '\0', size))
        return false;
    memcpy(ret, name, size);
    ret[size] = '\0';
    return true;
}

static bool take_hours(struct account_facts *account, struct reader *inside)
{
    account->n_hours = reader_left(inside);
    if (account->n_hours > sizeof(account->hours))
        return false;
    reader_copy(inside, account->hours, account->n_hours);
    return true;
}

/* Of the shapes that are a number. */
static void store(void *to, enum shape shape, const struct wire_field *field)
{
    if (shape == AS_UINT32)
        *(uint32_t *)to = (uint32_t)field->value;
    else if (shape == AS_INT32)
        *(int32_t *)to = (int32_t)field->value;
    else if (shape == AS_BOOL)
        *(bool *)to = field->value != 0;
    else if (shape == AS_SINT64)
        *(int64_t *)to = wire_signed(field);
    else
        *(uint64_t *)to = field->value;
}

static bool take(struct authority_reply *reply, const struct row *row, struct wire_field *field)
{
    char *to = (char *)reply + row->offset;

    if (field->type != type_of(row->shape))
        return false;
    switch (row->shape) {
    case AS_MACHINE_NAME:
        return take_name(to, &field->inside);
    case AS_HOURS:
        return take_hours(&reply->account, &field->inside);
    case AS_MESSAGE:
        ++*(uint32_t *)(void *)to;
        return true;
    default:
        store(to, row->shape, field);
        return true;
    }
}

static const struct row *find_row(const struct row *rows, uint32_t number)
{
    while (rows->number != 0 && rows->number != number)
        rows++;
    return rows->number != 0 ? rows : NULL;
}

/* As deep as the lists of rows are. */
static bool parse(struct authority_reply *reply, const struct row *rows, struct reader *r)
{
    struct wire_field field;

    while (wire_next(r, &field)) {
        const struct row *row = find_row(rows, field.number);

        if (!row)
            continue;
        if (!take(reply, row, &field) || (row->inside && !parse(reply, row->inside, &field.inside)))
            return false;
    }
    return reader_ok(r);
}

bool authority_reply_parse(struct authority_reply *ret, const void *bytes, size_t size)
{
    struct authority_reply reply = { 0 };
    struct reader r;

    reader_init(&r, bytes, size);
    if (!parse(&reply, reply_rows, &r))
        return false;
    *ret = reply;
    return true;
}
