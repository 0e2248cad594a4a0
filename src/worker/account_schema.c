/* SPDX-License-Identifier: MIT */
#include "worker/account_schema.h"

/*
 * A SID below S-1-5-32 and S-1-5 as bytes, for rows that are there from the start. The groups are
 * those of a Windows server that have a meaning here; their members are Windows', too.
 */
#define BUILTIN(name, folded, rid_hex, comment)                                                    \
    "('" name "', '" folded "', x'010200000000000520000000" rid_hex "0000', 0, '" comment "')"
#define NT_SID(rid_hex) "x'0101000000000005" rid_hex "000000'"

static const char *const migrations[] = {
    "CREATE TABLE accounts ("
    " uid INTEGER PRIMARY KEY AUTOINCREMENT," /* sqlite_sequence keeps the highest ever given */
    " name TEXT NOT NULL,"
    " folded TEXT NOT NULL UNIQUE,"
    " full_name TEXT NOT NULL,"
    " password TEXT NOT NULL,"
    " flags INTEGER NOT NULL DEFAULT 0,"
    " password_last_set INTEGER NOT NULL,"
    " created INTEGER NOT NULL"
    ") STRICT",

    /* Times are FILETIMEs; 0 is never, of password_last_set: it must be changed. */
    "ALTER TABLE accounts ADD COLUMN comment TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE accounts ADD COLUMN home_directory TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE accounts ADD COLUMN profile_path TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE accounts ADD COLUMN script_path TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE accounts ADD COLUMN expires INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE accounts ADD COLUMN logon_hours BLOB;" /* NULL: all of them */
    "ALTER TABLE accounts ADD COLUMN bad_passwords INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE accounts ADD COLUMN last_bad_password INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE accounts ADD COLUMN locked_at INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE accounts ADD COLUMN last_logon INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE accounts ADD COLUMN logons INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE accounts ADD COLUMN failures INTEGER NOT NULL DEFAULT 0;" /* since last_logon */
    "CREATE TABLE ids (last INTEGER NOT NULL) STRICT;" /* of accounts and groups; one row */
    "INSERT INTO ids"
    " SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'accounts'), 0);"
    "CREATE TABLE old_passwords ("
    " id INTEGER PRIMARY KEY,"
    " uid INTEGER NOT NULL REFERENCES accounts ON DELETE CASCADE,"
    " password TEXT NOT NULL"
    ") STRICT;"
    "CREATE INDEX old_passwords_of ON old_passwords(uid, id);"
    "CREATE TABLE attempts (" /* passwords that are being hashed */
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " uid INTEGER NOT NULL REFERENCES accounts ON DELETE CASCADE,"
    " started INTEGER NOT NULL"
    ") STRICT;"
    "CREATE INDEX attempts_at ON attempts(uid);"
    "CREATE TABLE policy (" /* one row; durations in seconds, -1: for ever */
    " min_length INTEGER NOT NULL,"
    " max_age INTEGER NOT NULL,"
    " min_age INTEGER NOT NULL,"
    " history INTEGER NOT NULL,"
    " complexity INTEGER NOT NULL,"
    " threshold INTEGER NOT NULL," /* 0: accounts are never locked */
    " window INTEGER NOT NULL,"
    " duration INTEGER NOT NULL"
    ") STRICT;"
    "INSERT INTO policy VALUES (0, 3628800, 0, 0, 0, 0, 1800, 1800);"
    "CREATE TABLE aliases ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " name TEXT NOT NULL,"
    " folded TEXT NOT NULL UNIQUE,"
    " sid BLOB NOT NULL UNIQUE,"
    " gid INTEGER NOT NULL," /* 0: a built-in one, which has none */
    " comment TEXT NOT NULL"
    ") STRICT;"
    "CREATE TABLE members ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " alias INTEGER NOT NULL REFERENCES aliases ON DELETE CASCADE,"
    " sid BLOB NOT NULL,"
    " UNIQUE (alias, sid)"
    ") STRICT;"
    "CREATE INDEX members_by_sid ON members(sid);"
    "INSERT INTO aliases (name, folded, sid, gid, comment) VALUES " BUILTIN(
        "Administrators", "administrators",
        "2002", "Have complete access to the machine") "," BUILTIN("Users", "users",
                                                                   "2102", "Ordinary users") "," BUILTIN("Guests",
                                                                                                         "guests",
                                                                                                         "2202", "Have less access than users") "," BUILTIN("Power Users",
                                                                                                                                                            "power users", "2302", "Kept for programs that look for it") "," BUILTIN("Backup Operators", "backup operators", "2702", "May read and write all files to back them up") "," BUILTIN("Remote Desktop Users", "remote desktop users", "2b02", "May log on from afar") "," BUILTIN("Network Configuration Operators", "network configuration operators",
                                                                                                                                                                                                                                                                                                                                                                                                                                             "2c02", "May manage the network") "," BUILTIN("Performance Monitor Users", "performance monitor users", "2e02",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                           "May read performance counters") "," BUILTIN("Performance Log Users",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                        "performance log users",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                        "2f02", "May schedule the logging of performance counters") "," BUILTIN("Distributed COM Users", "distributed com users", "3202", "May use COM from afar") "," BUILTIN("Cryptographic Operators",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                               "cryptographic operators",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                               "3902",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                               "May do cryptographic operations") "," BUILTIN("Event Log Readers",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                              "event log readers", "3d02", "May read the event logs") "," BUILTIN("Hyper-V Administrators", "hyper-v administrators", "4202", "Have complete access to virtual machines") "," BUILTIN("Access Control Assistance Operators",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                      "access control assistance operators",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                      "4302",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                      "May ask what access others have") "," BUILTIN("Remote Management Users",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                     "remote management users", "4402", "May manage the machine from afar") ";"
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                            /* INTERACTIVE and Authenticated Users */
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                            "INSERT INTO members (alias, sid) SELECT id, " NT_SID(
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                "04") " FROM aliases"
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                      " WHERE folded = 'users';"
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                      "INSERT INTO members (alias, sid) SELECT id, " NT_SID("0b") " FROM aliases"
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                  " WHERE folded = 'users'",
};

#define ACCOUNT_COLUMNS                                                                            \
    "name, full_name, comment, home_directory, profile_path, script_path, uid, flags,"             \
    " password_last_set, created, expires, bad_passwords, last_bad_password, locked_at,"           \
    " last_logon, logons, failures, logon_hours"

#define ALIAS_COLUMNS "id, name, comment, gid, sid"

/* The groups that a SID, ?1, is in through others. */
#define ABOVE                                                                                      \
    "WITH RECURSIVE above(alias, sid) AS ("                                                        \
    " SELECT a.id, a.sid FROM members m JOIN aliases a ON a.id = m.alias WHERE m.sid = ?1"         \
    " UNION SELECT a.id, a.sid FROM above JOIN members m ON m.sid = above.sid"                     \
    " JOIN aliases a ON a.id = m.alias) "

static const char *const statements[ACCOUNT_STATEMENT_MAX_] = {
    [ACCOUNT_NEXT_ID] = "UPDATE ids SET last = max(last + 1, ?1) WHERE max(last + 1, ?1) <= ?2"
                        " RETURNING last",
    [SPEND_WRITE] = "UPDATE ids SET last = last",
    [ACCOUNT_ADD] = "INSERT INTO accounts (uid, name, folded, full_name, password,"
                    " password_last_set, created) SELECT ?1, ?2, ?3, '', ?4, ?5, ?5"
                    " WHERE NOT EXISTS (SELECT 1 FROM aliases WHERE folded = ?3)",
    [ACCOUNT_FIND] = "SELECT " ACCOUNT_COLUMNS " FROM accounts WHERE folded = ?1",
    [ACCOUNT_FIND_UID] = "SELECT " ACCOUNT_COLUMNS " FROM accounts WHERE uid = ?1",
    [ACCOUNT_LIST] = "SELECT " ACCOUNT_COLUMNS " FROM accounts WHERE uid > ?1 ORDER BY uid"
                     " LIMIT ?2",
    [ACCOUNT_DELETE] = "DELETE FROM accounts WHERE uid = ?1",
    [ACCOUNT_UPDATE] = "UPDATE accounts SET name = ?2, folded = ?3, full_name = ?4, comment = ?5,"
                       " home_directory = ?6, profile_path = ?7, script_path = ?8, flags = ?9,"
                       " password_last_set = ?10, expires = ?11, logon_hours = ?12 WHERE uid = ?1"
                       " AND NOT EXISTS (SELECT 1 FROM aliases WHERE folded = ?3)",
    [ACCOUNT_HASH] = "SELECT password FROM accounts WHERE uid = ?1",
    [ACCOUNT_SET_PASSWORD] =
        "UPDATE accounts SET password = ?2, password_last_set = ?3 WHERE uid = ?1",
    [ACCOUNT_LOGGED_ON] = "UPDATE accounts SET last_logon = ?2, logons = logons + 1, failures = 0"
                          " WHERE uid = ?1",
    [ACCOUNT_SET_LOCKOUT] = "UPDATE accounts SET bad_passwords = ?2, last_bad_password = ?3,"
                            " locked_at = ?4, failures = ?5 WHERE uid = ?1",
    [HISTORY_ADD] = "INSERT INTO old_passwords (uid, password)"
                    " SELECT uid, password FROM accounts WHERE uid = ?1",
    [HISTORY_TRIM] = "DELETE FROM old_passwords WHERE uid = ?1 AND id NOT IN (SELECT id"
                     " FROM old_passwords WHERE uid = ?1 ORDER BY id DESC LIMIT ?2)",
    [HISTORY_LIST] = "SELECT password FROM old_passwords WHERE uid = ?1 ORDER BY id DESC LIMIT ?2",
    [ATTEMPT_ADD] = "INSERT INTO attempts (uid, started) VALUES (?1, ?2) RETURNING id",
    [ATTEMPT_DELETE] = "DELETE FROM attempts WHERE id = ?1",
    [ATTEMPT_COUNT] = "SELECT count(*) FROM attempts WHERE uid = ?1",
    [ATTEMPT_COUNT_STALE] = "SELECT count(*), max(started) FROM attempts"
                            " WHERE uid = ?1 AND (started < ?2 OR started > ?3)",
    [ATTEMPT_DELETE_STALE] =
        "DELETE FROM attempts WHERE uid = ?1 AND (started < ?2 OR started > ?3)",
    [POLICY_GET] = "SELECT min_length, max_age, min_age, history, complexity, threshold, window,"
                   " duration FROM policy",
    [POLICY_SET] = "UPDATE policy SET min_length = ?1, max_age = ?2, min_age = ?3, history = ?4,"
                   " complexity = ?5, threshold = ?6, window = ?7, duration = ?8",
    [ALIAS_ADD] = "INSERT INTO aliases (name, folded, sid, gid, comment)"
                  " SELECT ?1, ?2, ?3, ?4, ?5"
                  " WHERE NOT EXISTS (SELECT 1 FROM accounts WHERE folded = ?2)",
    [ALIAS_FIND] = "SELECT " ALIAS_COLUMNS " FROM aliases WHERE folded = ?1",
    [ALIAS_FIND_SID] = "SELECT " ALIAS_COLUMNS " FROM aliases WHERE sid = ?1",
    [ALIAS_LIST] = "SELECT " ALIAS_COLUMNS " FROM aliases WHERE id > ?1 ORDER BY id LIMIT ?2",
    [ALIAS_LIST_OF] = "SELECT " ALIAS_COLUMNS " FROM aliases WHERE id > ?2 AND id IN"
                      " (SELECT alias FROM members WHERE sid = ?1) ORDER BY id LIMIT ?3",
    [ALIAS_LIST_OF_DEEP] = ABOVE "SELECT " ALIAS_COLUMNS " FROM aliases WHERE id > ?2 AND id IN"
                                 " (SELECT alias FROM above) ORDER BY id LIMIT ?3",
    [ALIAS_UPDATE] = "UPDATE aliases SET name = ?2, folded = ?3, comment = ?4 WHERE id = ?1"
                     " AND NOT EXISTS (SELECT 1 FROM accounts WHERE folded = ?3)",
    [ALIAS_DELETE] = "DELETE FROM aliases WHERE id = ?1",
    [MEMBER_ADD] = "INSERT INTO members (alias, sid) VALUES (?1, ?2)",
    [MEMBER_DELETE] = "DELETE FROM members WHERE alias = ?1 AND sid = ?2",
    [MEMBER_FORGET] = "DELETE FROM members WHERE sid = ?1",
    [MEMBER_LIST] = "SELECT m.id, a.sid, m.sid FROM members m JOIN aliases a ON a.id = m.alias"
                    " WHERE m.alias = ?1 AND m.id > ?2 ORDER BY m.id LIMIT ?3",
    [MEMBER_LIST_ALL] = "SELECT m.id, a.sid, m.sid FROM members m JOIN aliases a ON a.id = m.alias"
                        " WHERE m.id > ?1 ORDER BY m.id LIMIT ?2",
    [MEMBER_CLOSES_CYCLE] = ABOVE "SELECT 1 WHERE ?1 = ?2"
                                  " OR EXISTS (SELECT 1 FROM above WHERE sid = ?2)",
};

const struct database_schema account_schema = { .file = "accounts.db",
                                                .migrations = migrations,
                                                .n_migrations = ARRAY_SIZE(migrations),
                                                .statements = statements,
                                                .n_statements = ARRAY_SIZE(statements) };

nt_status account_schema_next_id(account_store *store, uint32_t *ret, uint32_t first, uint32_t last)
{
    _cleanup_(query_done) struct query q = { 0 };
    uint32_t id = 0;
    nt_status st;

    query_start(&q, store->db, ACCOUNT_NEXT_ID);
    query_bind_int(&q, 1, first);
    query_bind_int(&q, 2, last);
    while (query_next(&q))
        id = (uint32_t)query_int(&q, 0);
    st = query_status(&q);
    if (nt_failed(st))
        return st;
    if (id == 0)
        return NT(QUOTA_EXCEEDED);
    *ret = id;
    return NT_OK;
}
