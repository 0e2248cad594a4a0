/* SPDX-License-Identifier: MIT */
/*
 * What the journal's records hold, and their bytes. Decoders check everything that can be checked
 * without knowing the other records, and borrow from the bytes.
 */
#ifndef OPENLOGON_AUTHORITY_JOURNAL_RECORD_H
#define OPENLOGON_AUTHORITY_JOURNAL_RECORD_H

#include "authority/session.h"
#include "base/sha256.h"
#include "base/writer.h"

#define JOURNAL_NO_UID UINT32_MAX

struct session_record {
    const char *maker; /* the name of the package that made it; NULL: none */
    uint64_t linked;   /* LUID of the linked session; 0: none */
    struct session_facts facts;
};

struct token_record {
    uint64_t session;
    uint32_t payer; /* JOURNAL_NO_UID: nobody pays for its size */
    const void *security;
    size_t security_size; /* 0: the descriptor of every token at first */
    const void *image;
    size_t image_size;
};

struct holder_record {
    uint64_t holder; /* the number that the client knows it by */
    uint32_t pid, uid;
    uint64_t start_time;
};

struct reference_record {
    uint64_t owner; /* the record of a holder or a lease */
    uint64_t token;
    uint32_t count, granted;
};

struct lease_record {
    uint8_t cookie_hash[SHA256_SIZE];
    uint32_t uid;
};

struct leaf_record {
    uint64_t token;
    uint32_t uid;
    const char *below; /* the group that it is in; NULL: the daemon's tree */
};

struct process_record {
    uint32_t pid, uid;
    uint64_t start_time;
    uint64_t token;
    uint32_t service; /* the uid whose implicit session it is in; JOURNAL_NO_UID: none */
};

struct service_record {
    uint32_t uid;
    uint64_t token;
};

struct wts_record {
    uint32_t number;
    const char *station, *remote_host, *logind; /* NULL: empty */
    int64_t connect_time;
    uint64_t logon;
};

struct login_state_record {
    uint64_t session, token;
    uint64_t leader_start;
    uint32_t leader, uid;
    uint32_t audit_session;
    bool is_held;
    const char *service, *tty, *remote_host, *remote_user;
    const char *home; /* NULL: none */
};

void session_record_encode(const struct session_record *record, struct writer *out);
void token_record_encode(const struct token_record *record, struct writer *out);
void holder_record_encode(const struct holder_record *record, struct writer *out);
void reference_record_encode(const struct reference_record *record, struct writer *out);
void lease_record_encode(const struct lease_record *record, struct writer *out);
void leaf_record_encode(const struct leaf_record *record, struct writer *out);
void process_record_encode(const struct process_record *record, struct writer *out);
void service_record_encode(const struct service_record *record, struct writer *out);
void wts_record_encode(const struct wts_record *record, struct writer *out);
void login_state_record_encode(const struct login_state_record *record, struct writer *out);

/* Errors: INTERNAL_DB_CORRUPTION. An image is for token_image_parse(), a descriptor for
 * descriptor_parse() to check. */
_must_check_ nt_status session_record_decode(struct session_record *ret, const void *bytes,
                                             size_t size);
_must_check_ nt_status token_record_decode(struct token_record *ret, const void *bytes,
                                           size_t size);
_must_check_ nt_status holder_record_decode(struct holder_record *ret, const void *bytes,
                                            size_t size);
_must_check_ nt_status reference_record_decode(struct reference_record *ret, const void *bytes,
                                               size_t size);
_must_check_ nt_status lease_record_decode(struct lease_record *ret, const void *bytes,
                                           size_t size);
_must_check_ nt_status leaf_record_decode(struct leaf_record *ret, const void *bytes, size_t size);
_must_check_ nt_status process_record_decode(struct process_record *ret, const void *bytes,
                                             size_t size);
_must_check_ nt_status service_record_decode(struct service_record *ret, const void *bytes,
                                             size_t size);
_must_check_ nt_status wts_record_decode(struct wts_record *ret, const void *bytes, size_t size);
_must_check_ nt_status login_state_record_decode(struct login_state_record *ret, const void *bytes,
                                                 size_t size);

#endif
