/* SPDX-License-Identifier: MIT */
/* What <openlogon.h> tells of openlogond itself: metrics, and what it has of sessions and tokens.
 */
#include <openlogon.h>

#include <string.h>

#include "base/luid.h"
#include "client/impersonation.h"
#include "client/last_error.h"
#include "client/net.h"
#include "client/token_handle.h"

static void put_text(struct net_block *b, size_t pointer, const char *text)
{
    net_block_bytes(b, pointer, text, strlen(text) + 1);
}

/* --- metrics -----------------------------------------------------------------------------------
 */

static OPENLOGON_METRIC *metric_at(const struct net_block *b, size_t at)
{
    return (OPENLOGON_METRIC *)(void *)(b->bytes + at);
}

static void put_samples(struct net_block *b, size_t at, const Openlogon__Metric *from)
{
    size_t sample = net_block_array(b, at + offsetof(OPENLOGON_METRIC, samples),
                                    from->n_samples + 1, sizeof(OPENLOGON_METRIC_SAMPLE));

    for (size_t i = 0; i < from->n_samples && !b->failed; i++) {
        OPENLOGON_METRIC_SAMPLE *to = (OPENLOGON_METRIC_SAMPLE *)(void *)(b->bytes + sample);

        to->number = from->samples[i]->number;
        put_text(b, sample + offsetof(OPENLOGON_METRIC_SAMPLE, value), from->samples[i]->value);
        sample += sizeof(*to);
    }
}

static void put_metric(struct net_block *b, size_t at, const Openlogon__Metric *from)
{
    if (b->failed)
        return;
    metric_at(b, at)->kind = from->kind;
    metric_at(b, at)->sum = from->sum;
    metric_at(b, at)->n_samples = (DWORD)from->n_samples;
    put_text(b, at + offsetof(OPENLOGON_METRIC, name), from->name);
    put_text(b, at + offsetof(OPENLOGON_METRIC, help), from->help);
    put_text(b, at + offsetof(OPENLOGON_METRIC, label), from->label);
    put_samples(b, at, from);
}

static nt_status build_metrics(OPENLOGON_METRIC **ret, const Openlogon__MetricsReply *from)
{
    _cleanup_(net_block_done) struct net_block b = { 0 };
    size_t at = net_block_reserve(&b, from->n_metrics + 1, sizeof(OPENLOGON_METRIC));

    for (size_t i = 0; i < from->n_metrics; i++)
        put_metric(&b, at + i * sizeof(OPENLOGON_METRIC), from->metrics[i]);
    return net_block_finish(&b, (LPBYTE *)ret);
}

BOOL openlogon_query_metrics(OPENLOGON_METRIC **metrics, DWORD *count)
{
    Openlogon__MetricsRequest ask = OPENLOGON__METRICS_REQUEST__INIT;
    Openlogon__Request request = REQUEST(METRICS, metrics, &ask);
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;
    nt_status st = metrics && count ? NT_OK : NT(INVALID_PARAMETER);

    if (!nt_failed(st))
        st = authority_call(AS_THREAD, &request, REPLY_OF(METRICS), &reply, NULL);
    if (!nt_failed(st))
        st = build_metrics(metrics, reply.message->metrics);
    if (!nt_failed(st))
        *count = (DWORD)reply.message->metrics->n_metrics;
    return finish(st);
}

/* --- sessions and tokens -----------------------------------------------------------------------
 */

static void put_debug(OPENLOGON_DEBUG *to, const Openlogon__DebugReply *from)
{
    to->token_object = from->token_object;
    to->token_references = from->token_references;
    to->session = luid_from_u64(from->luid);
    to->session_object = from->session_object;
    to->session_references = from->session_references;
    to->linked = luid_from_u64(from->linked);
    to->linked_object = from->linked_object;
    to->has_origin = from->has_origin;
    to->origin = luid_from_u64(from->origin);
    to->n_credentials = from->n_credentials;
    to->has_group = from->has_group;
    to->n_holders = (DWORD)from->n_holders;
    to->more = from->more;
}

static OPENLOGON_DEBUG_HOLDER holder_of(const Openlogon__DebugHolder *from)
{
    return (OPENLOGON_DEBUG_HOLDER){
        .kind = from->kind,
        .pid = from->pid,
        .token = luid_from_u64(from->token_id),
        .token_object = from->token_object,
        .token_references = from->token_references,
        .count = from->count,
    };
}

static nt_status build_debug(OPENLOGON_DEBUG **ret, const Openlogon__DebugReply *from)
{
    _cleanup_(net_block_done) struct net_block b = { 0 };
    size_t at = net_block_reserve(&b, 1, sizeof(OPENLOGON_DEBUG)), holders;

    if (!b.failed)
        put_debug((OPENLOGON_DEBUG *)(void *)(b.bytes + at), from);
    put_text(&b, at + offsetof(OPENLOGON_DEBUG, maker), from->maker);
    put_text(&b, at + offsetof(OPENLOGON_DEBUG, source), from->source);
    holders = net_block_array(&b, at + offsetof(OPENLOGON_DEBUG, holders), from->n_holders + 1,
                              sizeof(OPENLOGON_DEBUG_HOLDER));
    for (size_t i = 0; i < from->n_holders && !b.failed; i++)
        ((OPENLOGON_DEBUG_HOLDER *)(void *)(b.bytes + holders))[i] = holder_of(from->holders[i]);
    return net_block_finish(&b, (LPBYTE *)ret);
}

BOOL openlogon_debug_session(const LUID *session, BOOL holders, OPENLOGON_DEBUG **debug)
{
    Openlogon__DebugRequest ask = OPENLOGON__DEBUG_REQUEST__INIT;
    Openlogon__Request request = REQUEST(DEBUG, debug, &ask);
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;
    nt_status st = session && debug ? NT_OK : NT(INVALID_PARAMETER);

    ask.holders = holders;
    if (!nt_failed(st)) {
        ask.luid = luid_to_u64(*session);
        st = authority_call(AS_THREAD, &request, REPLY_OF(DEBUG), &reply, NULL);
    }
    if (!nt_failed(st))
        st = build_debug(debug, reply.message->debug);
    return finish(st);
}

/* Decided by whom the thread acts for, asked where the token is held. */
static nt_status debug_token(HANDLE handle, OPENLOGON_DEBUG **ret)
{
    _cleanup_(token_object_unrefp) token_object *token = NULL;
    Openlogon__DebugRequest ask = OPENLOGON__DEBUG_REQUEST__INIT;
    Openlogon__Request request = REQUEST(DEBUG, debug, &ask);
    _cleanup_(reply_done) struct reply reply = REPLY_NONE;
    const remote_token *acting = NULL;
    nt_status st = token_handle_get(handle, 0, &token);

    if (!nt_failed(st))
        st = impersonation_acting_token(&acting);
    if (nt_failed(st))
        return st;
    request.effective_token = acting ? remote_token_id(acting) : 0;
    ask.token_id = remote_token_id(token_object_remote(token));
    st = remote_token_call(token_object_remote(token), &request, -1, REPLY_OF(DEBUG), &reply);
    return nt_failed(st) ? st : build_debug(ret, reply.message->debug);
}

BOOL openlogon_debug_token(HANDLE token, OPENLOGON_DEBUG **debug)
{
    return debug ? finish(debug_token(token, debug)) : fail(ERROR_INVALID_PARAMETER);
}
