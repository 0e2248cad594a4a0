/* SPDX-License-Identifier: MIT */
#include "daemon/event_block.h"

#include <string.h>

#include "ipc/openlogon.pb-c.h"

void event_about_session(struct event *event, const Session *session)
{
    const struct session_facts *facts = session->facts;

    event->session = session_luid(session);
    event->sid = facts->sid;
    event->user = facts->user;
    event->domain = facts->domain;
    event->package = facts->package;
    event->logon_type = facts->logon_type;
    event->wts_session = facts->wts_session;
}

/* Where a text that is too long is cut: not inside a character. */
static size_t cut_length(const char *text)
{
    size_t size = strnlen(text, EVENT_TEXT_MAX + 1);

    if (size <= EVENT_TEXT_MAX)
        return size;
    size = EVENT_TEXT_MAX;
    while (size > 0 && ((unsigned char)text[size] & 0xc0) == 0x80)
        size--;
    return size;
}

/* The message has no absent texts; it is only packed. */
static char *cut_text(char buffer[static EVENT_TEXT_MAX + 1], const char *text)
{
    size_t size = text ? cut_length(text) : 0;

    if (size > 0)
        memcpy(buffer, text, size);
    buffer[size] = 0;
    return buffer;
}

static void fill(Openlogon__Event *message, const struct event *event)
{
    message->type = event->type;
    message->session = event->session;
    message->linked_session = event->linked_session;
    message->token_id = event->token;
    message->logon_type = event->logon_type;
    message->wts_session = event->wts_session;
    message->status = event->status.code;
    message->sub_status = event->sub_status;
    message->actor_pid = event->actor.pid;
    message->actor_uid = event->actor.uid;
    message->actor_session = event->actor.session;
    if (event->sid)
        message->sid =
            (ProtobufCBinaryData){ sid_length(event->sid), (uint8_t *)(uintptr_t)event->sid };
}

/* A Reply of nothing but one event is the element that is wanted. */
static struct event_block *pack(Openlogon__Event *message)
{
    Openlogon__Event *events[] = { message };
    Openlogon__Reply reply = OPENLOGON__REPLY__INIT;
    struct event_block *block;
    size_t size;

    reply.n_events = ARRAY_SIZE(events);
    reply.events = events;
    size = openlogon__reply__get_packed_size(&reply);
    block = malloc(sizeof(*block) + size);
    if (!block)
        return NULL;
    block->n_references = 1;
    block->size = openlogon__reply__pack(&reply, block->bytes);
    return block;
}

struct event_block *event_block_new(const struct event *event, uint64_t sequence, int64_t time)
{
    Openlogon__Event message = OPENLOGON__EVENT__INIT;
    char user[EVENT_TEXT_MAX + 1], domain[EVENT_TEXT_MAX + 1], package[EVENT_TEXT_MAX + 1];

    message.sequence = sequence;
    message.time = time;
    message.user = cut_text(user, event->user);
    message.domain = cut_text(domain, event->domain);
    message.package = cut_text(package, event->package);
    fill(&message, event);
    return pack(&message);
}

struct event_block *event_block_ref(struct event_block *block)
{
    block->n_references++;
    return block;
}

struct event_block *event_block_unref(struct event_block *block)
{
    if (block && --block->n_references == 0)
        free(block);
    return NULL;
}

size_t event_mark_pack(uint8_t ret[static EVENT_MARK_MAX], uint64_t lost, int64_t time)
{
    Openlogon__Event mark = OPENLOGON__EVENT__INIT;
    Openlogon__Event *events[] = { &mark };
    Openlogon__Reply reply = OPENLOGON__REPLY__INIT;

    mark.type = EVENT_LOST;
    mark.lost = lost;
    mark.time = time;
    reply.n_events = ARRAY_SIZE(events);
    reply.events = events;
    return openlogon__reply__pack(&reply, ret);
}

size_t event_header_pack(uint8_t ret[static EVENT_HEADER_MAX], uint32_t serial)
{
    Openlogon__Reply reply = OPENLOGON__REPLY__INIT;

    reply.serial = serial;
    return openlogon__reply__pack(&reply, ret);
}
