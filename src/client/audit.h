/* SPDX-License-Identifier: MIT */
/* What the audit functions report. One narrow way out: where records go is audit.c's business. */
#ifndef OPENLOGON_CLIENT_AUDIT_H
#define OPENLOGON_CLIENT_AUDIT_H

#include "security/token_image.h"

/* Numbers of Windows' events. */
enum audit_event {
    AUDIT_HANDLE_REQUESTED = 4656,
    AUDIT_HANDLE_CLOSED = 4658,
    AUDIT_OBJECT_DELETED = 4660,
    AUDIT_DIRECTORY_OPERATION = 4662,
    AUDIT_PRIVILEGED_SERVICE = 4673,
    AUDIT_PRIVILEGED_OBJECT = 4674,
};

/* Everything is borrowed. Texts are UTF-8; NULL or empty: not told. */
struct audit_record {
    enum audit_event event;
    bool success;
    bool creates; /* the object is made, not opened */
    const char *subsystem;
    const char *service;
    const char *object_type;
    const char *object_name;
    const void *handle_id;
    const token_image *client; /* NULL: none */
    uint32_t desired;
    uint32_t granted;
    uint64_t privileges;
};

/**
 * Whether this process may report: SeAuditPrivilege enabled in its own token, whomever the thread
 * impersonates. Errors: PRIVILEGE_NOT_HELD, those of a request
 */
_must_check_ nt_status audit_allowed(void);

/* Sends a record on its way: to syslog, facility authpriv. Tells nothing of what becomes of it. */
void audit_report(const struct audit_record *record);

enum { AUDIT_LINE_SIZE = 1536 };

/* The line of text that a record becomes; long names are cut. */
void audit_format(char ret[AUDIT_LINE_SIZE], const struct audit_record *record);

#endif
