/* SPDX-License-Identifier: MIT */
/* The handlers; call.c has the table. Which file has which: calls_*.c by the part of the name. */
#ifndef OPENLOGON_DAEMON_CALLS_H
#define OPENLOGON_DAEMON_CALLS_H

#include "daemon/call.h"

nt_status call_hello(struct call *call);
nt_status call_open_process_token(struct call *call);
nt_status call_sync(struct call *call);
nt_status call_release_token(struct call *call);
nt_status call_query_token(struct call *call);
nt_status call_adjust_privileges(struct call *call);
nt_status call_allocate_luids(struct call *call);
nt_status call_fork_lease(struct call *call);
nt_status call_adopt_lease(struct call *call);
nt_status call_reclaim(struct call *call);
nt_status call_keep(struct call *call);
nt_status call_share_words(struct call *call);

nt_status call_derive_token(struct call *call);
nt_status call_set_token(struct call *call);
nt_status call_adjust_groups(struct call *call);
nt_status call_token_security(struct call *call);
nt_status call_set_token_security(struct call *call);

nt_status call_logon(struct call *call);

nt_status call_call_package(struct call *call);
nt_status call_lookup_package(struct call *call);

nt_status call_linked_token(struct call *call);
nt_status call_elevate(struct call *call);
nt_status call_anonymous_token(struct call *call);

nt_status call_impersonate_socket(struct call *call);
nt_status call_allow_impersonation(struct call *call);
nt_status call_socket_session(struct call *call);
nt_status call_send_token(struct call *call);
nt_status call_receive_token(struct call *call);

nt_status call_enumerate_sessions(struct call *call);
nt_status call_find_sessions(struct call *call);
nt_status call_query_session(struct call *call);
nt_status call_query_sessions(struct call *call);
nt_status call_session_luids_page(struct call *call);
nt_status call_session_data_page(struct call *call);

nt_status call_lookup_sid(struct call *call);
nt_status call_lookup_name(struct call *call);

nt_status call_prepare_process(struct call *call);
nt_status call_process_started(struct call *call);
nt_status call_enumerate_processes(struct call *call);

nt_status call_process_session(struct call *call);
nt_status call_spawn(struct call *call);
nt_status call_privilege_capabilities(struct call *call);

nt_status call_login_open(struct call *call);
nt_status call_login_close(struct call *call);

nt_status call_watch(struct call *call);

nt_status call_debug(struct call *call);
nt_status call_metrics(struct call *call);

nt_status call_account_add(struct call *call);
nt_status call_account_forward(struct call *call); /* those that need no more than a worker */
nt_status call_account_set_password(struct call *call);

nt_status call_policy_open(struct call *call);
nt_status call_policy_close(struct call *call);
nt_status call_policy_accounts(struct call *call);
nt_status call_policy_change_rights(struct call *call);
nt_status call_policy_query(struct call *call);
nt_status call_policy_set(struct call *call);
nt_status call_policy_store_secret(struct call *call);
nt_status call_policy_retrieve_secret(struct call *call);
nt_status call_wts_list(struct call *call);
nt_status call_wts_logoff(struct call *call);
nt_status call_wts_user_token(struct call *call);
nt_status call_wts_of_process(struct call *call);

#endif
