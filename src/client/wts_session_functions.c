/* SPDX-License-Identifier: MIT */
/* <wtsapi32.h>: what sessions there are, and what there is to know of one. */
#include <windows.h>
#include <wtsapi32.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <ntsecapi.h>
#include <stdlib.h>
#include <string.h>

#include "base/filetime.h"
#include "base/utf16.h"
#include "client/last_error.h"
#include "client/wts.h"

/* --- lists ---------------------------------------------------------------------------------- */

/* The structures of the two forms differ in what their pointers lead to only. */
_Static_assert(sizeof(WTS_SESSION_INFOA) == sizeof(WTS_SESSION_INFOW), "one for both");
_Static_assert(sizeof(WTS_SESSION_INFO_1A) == sizeof(WTS_SESSION_INFO_1W), "one for both");

static void put_info(struct net_block *b, enum text_form form, size_t at,
                     const OPENLOGON_WTS_SESSION *from)
{
    net_block_number(b, at + offsetof(WTS_SESSION_INFOW, SessionId), from->number);
    net_block_number(b, at + offsetof(WTS_SESSION_INFOW, State), from->state);
    wts_block_text(b, form, at + offsetof(WTS_SESSION_INFOW, pWinStationName), from->station);
}

static void put_info_1(struct net_block *b, enum text_form form, size_t at,
                       const OPENLOGON_WTS_SESSION *from)
{
    const struct {
        size_t offset;
        const char *text;
    } texts[] = {
        { offsetof(WTS_SESSION_INFO_1W, pSessionName), from->station },
        { offsetof(WTS_SESSION_INFO_1W, pHostName), from->remote_host },
        { offsetof(WTS_SESSION_INFO_1W, pUserName), from->user },
        { offsetof(WTS_SESSION_INFO_1W, pDomainName), from->domain },
    };

    net_block_number(b, at + offsetof(WTS_SESSION_INFO_1W, ExecEnvId), from->number);
    net_block_number(b, at + offsetof(WTS_SESSION_INFO_1W, SessionId), from->number);
    net_block_number(b, at + offsetof(WTS_SESSION_INFO_1W, State), from->state);
    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        if (*texts[i].text)
            wts_block_text(b, form, at + texts[i].offset, texts[i].text);
    }
}

/* What a list is made of. */
struct list_form {
    enum text_form form;
    size_t size; /* of an element */
    void (*put)(struct net_block *b, enum text_form form, size_t at,
                const OPENLOGON_WTS_SESSION *from);
};

static nt_status enumerate(struct list_form form, void *ret, DWORD *ret_n)
{
    _cleanup_(net_block_done) struct net_block b = { 0 };
    _cleanup_(freep) OPENLOGON_WTS_SESSION *sessions = NULL;
    size_t n = 0, at;
    nt_status st = wts_fetch(&sessions, &n);

    if (nt_failed(st))
        return st;
    at = net_block_reserve(&b, n, form.size);
    for (size_t i = 0; i < n; i++)
        form.put(&b, form.form, at + i * form.size, &sessions[i]);
    st = net_block_finish(&b, ret);
    if (!nt_failed(st))
        *ret_n = (DWORD)n;
    return st;
}

static BOOL enumerate_0(HANDLE server, DWORD reserved, DWORD version, enum text_form form,
                        void *ret, DWORD *ret_n)
{
    const struct list_form list = { form, sizeof(WTS_SESSION_INFOW), put_info };
    nt_status st = wts_check_server(server);

    if (!nt_failed(st) && (reserved != 0 || version != 1 || !ret || !ret_n))
        st = NT(INVALID_PARAMETER);
    return finish(nt_failed(st) ? st : enumerate(list, ret, ret_n));
}

BOOL WTSEnumerateSessionsW(HANDLE hServer, DWORD Reserved, DWORD Version,
                           PWTS_SESSION_INFOW *ppSessionInfo, DWORD *pCount)
{
    return enumerate_0(hServer, Reserved, Version, TEXT_W, ppSessionInfo, pCount);
}

BOOL WTSEnumerateSessionsA(HANDLE hServer, DWORD Reserved, DWORD Version,
                           PWTS_SESSION_INFOA *ppSessionInfo, DWORD *pCount)
{
    return enumerate_0(hServer, Reserved, Version, TEXT_A, ppSessionInfo, pCount);
}

static BOOL enumerate_1(HANDLE server, const DWORD *level, DWORD filter, enum text_form form,
                        void *ret, DWORD *ret_n)
{
    const struct list_form list = { form, sizeof(WTS_SESSION_INFO_1W), put_info_1 };
    nt_status st = wts_check_server(server);

    if (!nt_failed(st) && (!level || *level != 1 || filter != 0 || !ret || !ret_n))
        st = NT(INVALID_PARAMETER);
    return finish(nt_failed(st) ? st : enumerate(list, ret, ret_n));
}

BOOL WTSEnumerateSessionsExW(HANDLE hServer, DWORD *pLevel, DWORD Filter,
                             PWTS_SESSION_INFO_1W *ppSessionInfo, DWORD *pCount)
{
    return enumerate_1(hServer, pLevel, Filter, TEXT_W, ppSessionInfo, pCount);
}

BOOL WTSEnumerateSessionsExA(HANDLE hServer, DWORD *pLevel, DWORD Filter,
                             PWTS_SESSION_INFO_1A *ppSessionInfo, DWORD *pCount)
{
    return enumerate_1(hServer, pLevel, Filter, TEXT_A, ppSessionInfo, pCount);
}

/* --- one session ---------------------------------------------------------------------------- */

/* What is returned, in a block of its own. */
struct result {
    void *bytes; /* from malloc() */
    size_t size;
};

/* A text that is cut to the room, not inside a character. `at` is zeroed. */
static void put_array_a(char *at, size_t room, const char *text)
{
    size_t size = strlen(text);

    if (size >= room) {
        size = room - 1;
        while (size > 0 && ((unsigned char)text[size] & 0xc0) == 0x80)
            size--;
    }
    memcpy(at, text, size);
}

static void put_array_w(WCHAR *at, size_t room, const char *text)
{
    _cleanup_(freep) WCHAR *wide = NULL;
    size_t units = 0;

    if (nt_failed(utf8_to_utf16(&wide, &units, text, strlen(text))))
        return; /* no memory: as if it were not known */
    if (units >= room) {
        units = room - 1;
        if (units > 0 && wide[units - 1] >= 0xd800 && wide[units - 1] < 0xdc00)
            units--;
    }
    memcpy(at, wide, units * sizeof(*at));
}

#define PUT_ARRAY(array, text)                                                                     \
    _Generic((array), WCHAR * : put_array_w, CHAR * : put_array_a)((array), ARRAY_SIZE(array), text)

static bool is_remote(const OPENLOGON_WTS_SESSION *s)
{
    return s->logon_type == RemoteInteractive || *s->remote_host;
}

/* A name has no family. */
static DWORD parse_address(const char *host, BYTE *ret, size_t offset)
{
    if (inet_pton(AF_INET, host, ret + offset) == 1)
        return AF_INET;
    return inet_pton(AF_INET6, host, ret + offset) == 1 ? AF_INET6 : AF_UNSPEC;
}

#define FILL_TIMES(info, s)                                                                        \
    do {                                                                                           \
        (info)->ConnectTime = (s)->connect_time;                                                   \
        (info)->LogonTime = (s)->logon_time;                                                       \
        (info)->LastInputTime = (s)->last_input_time;                                              \
        (info)->CurrentTime.QuadPart = filetime_now();                                             \
    } while (0)

/* The structures that have their texts in them, in both forms. */
#define DEFINE_FILLERS(X)                                                                          \
    static void fill_info_##X(void *at, const OPENLOGON_WTS_SESSION *s)                            \
    {                                                                                              \
        WTSINFO##X *info = at;                                                                     \
                                                                                                   \
        info->State = (WTS_CONNECTSTATE_CLASS)s->state;                                            \
        info->SessionId = s->number;                                                               \
        PUT_ARRAY(info->WinStationName, s->station);                                               \
        PUT_ARRAY(info->Domain, s->domain);                                                        \
        PUT_ARRAY(info->UserName, s->user);                                                        \
        FILL_TIMES(info, s);                                                                       \
    }                                                                                              \
                                                                                                   \
    static void fill_info_ex_##X(void *at, const OPENLOGON_WTS_SESSION *s)                         \
    {                                                                                              \
        WTSINFOEX##X *info = at;                                                                   \
        WTSINFOEX_LEVEL1_##X *level = &info->Data.WTSInfoExLevel1;                                 \
                                                                                                   \
        info->Level = 1;                                                                           \
        level->SessionId = s->number;                                                              \
        level->SessionState = (WTS_CONNECTSTATE_CLASS)s->state;                                    \
        level->SessionFlags = (LONG)WTS_SESSIONSTATE_UNKNOWN;                                      \
        PUT_ARRAY(level->WinStationName, s->station);                                              \
        PUT_ARRAY(level->UserName, s->user);                                                       \
        PUT_ARRAY(level->DomainName, s->domain);                                                   \
        FILL_TIMES(level, s);                                                                      \
    }                                                                                              \
                                                                                                   \
    static void fill_client_##X(void *at, const OPENLOGON_WTS_SESSION *s)                          \
    {                                                                                              \
        WTSCLIENT##X *client = at;                                                                 \
        BYTE address[20] = { 0 };                                                                  \
                                                                                                   \
        PUT_ARRAY(client->ClientName, s->remote_host);                                             \
        PUT_ARRAY(client->Domain, s->domain);                                                      \
        PUT_ARRAY(client->UserName, s->user);                                                      \
        client->ClientAddressFamily = parse_address(s->remote_host, address, 0);                   \
        memcpy(client->ClientAddress, address, sizeof(address));                                   \
    }

DEFINE_FILLERS(A)
DEFINE_FILLERS(W)

static void fill_number(void *at, const OPENLOGON_WTS_SESSION *s)
{
    *(DWORD *)at = s->number;
}

static void fill_state(void *at, const OPENLOGON_WTS_SESSION *s)
{
    *(DWORD *)at = s->state;
}

static void fill_protocol(void *at, const OPENLOGON_WTS_SESSION *s)
{
    *(USHORT *)at = is_remote(s) ? WTS_PROTOCOL_TYPE_RDP : WTS_PROTOCOL_TYPE_CONSOLE;
}

static void fill_is_remote(void *at, const OPENLOGON_WTS_SESSION *s)
{
    *(BYTE *)at = is_remote(s);
}

static void fill_address(void *at, const OPENLOGON_WTS_SESSION *s)
{
    WTS_CLIENT_ADDRESS *address = at;

    address->AddressFamily = parse_address(s->remote_host, address->Address, 2);
}

/* Either a text, or something of a size. */
static const struct info_class {
    WTS_INFO_CLASS id;
    bool for_everybody;
    size_t text; /* offset of a text; used when there is no filler */
    size_t text_max;
    size_t sizes[2]; /* by form */
    void (*fill[2])(void *at, const OPENLOGON_WTS_SESSION *s);
} classes[] = {
    { WTSSessionId, true, .sizes = { 4, 4 }, .fill = { fill_number, fill_number } },
    { WTSUserName, .text = offsetof(OPENLOGON_WTS_SESSION, user), .text_max = SIZE_MAX },
    { WTSWinStationName, true, .text = offsetof(OPENLOGON_WTS_SESSION, station),
      .text_max = SIZE_MAX },
    { WTSDomainName, .text = offsetof(OPENLOGON_WTS_SESSION, domain), .text_max = SIZE_MAX },
    { WTSConnectState, true, .sizes = { 4, 4 }, .fill = { fill_state, fill_state } },
    { WTSClientName, .text = offsetof(OPENLOGON_WTS_SESSION, remote_host),
      .text_max = CLIENTNAME_LENGTH },
    { WTSClientAddress, .sizes = { sizeof(WTS_CLIENT_ADDRESS), sizeof(WTS_CLIENT_ADDRESS) },
      .fill = { fill_address, fill_address } },
    { WTSClientProtocolType, .sizes = { 2, 2 }, .fill = { fill_protocol, fill_protocol } },
    { WTSClientInfo, .sizes = { sizeof(WTSCLIENTA), sizeof(WTSCLIENTW) },
      .fill = { fill_client_A, fill_client_W } },
    { WTSSessionInfo, .sizes = { sizeof(WTSINFOA), sizeof(WTSINFOW) },
      .fill = { fill_info_A, fill_info_W } },
    { WTSSessionInfoEx, .sizes = { sizeof(WTSINFOEXA), sizeof(WTSINFOEXW) },
      .fill = { fill_info_ex_A, fill_info_ex_W } },
    { WTSIsRemoteSession, .sizes = { 1, 1 }, .fill = { fill_is_remote, fill_is_remote } },
};

static const struct info_class *find_class(WTS_INFO_CLASS id)
{
    for (size_t i = 0; i < ARRAY_SIZE(classes); i++) {
        if (classes[i].id == id)
            return &classes[i];
    }
    return NULL;
}

static nt_status make_text(struct result *ret, const struct info_class *class,
                           const OPENLOGON_WTS_SESSION *s, enum text_form form)
{
    const char *text = *(const char *const *)(const void *)((const char *)s + class->text);
    size_t unit = form == TEXT_W ? sizeof(WCHAR) : 1;
    size_t room = strlen(text) < class->text_max ? strlen(text) : class->text_max;

    ret->bytes = calloc(room + 1, unit);
    if (!ret->bytes)
        return NT(NO_MEMORY);
    if (form == TEXT_W)
        put_array_w(ret->bytes, room + 1, text);
    else
        put_array_a(ret->bytes, room + 1, text);
    ret->size = ((form == TEXT_W ? utf16_length(ret->bytes) : strlen(ret->bytes)) + 1) * unit;
    return NT_OK;
}

static nt_status make(struct result *ret, const struct info_class *class,
                      const OPENLOGON_WTS_SESSION *s, enum text_form form)
{
    if (!class->fill[form])
        return make_text(ret, class, s, form);
    ret->size = class->sizes[form];
    ret->bytes = calloc(1, ret->size);
    if (!ret->bytes)
        return NT(NO_MEMORY);
    class->fill[form](ret->bytes, s);
    return NT_OK;
}

static nt_status query(DWORD number, WTS_INFO_CLASS id, enum text_form form, struct result *ret)
{
    const struct info_class *class = find_class(id);
    _cleanup_(freep) OPENLOGON_WTS_SESSION *session = NULL;
    nt_status st;

    if (!class)
        return (unsigned)id > WTSIsRemoteSession ? NT(INVALID_PARAMETER) : NT(NOT_SUPPORTED);
    st = wts_fetch_one(&session, number);
    if (nt_failed(st))
        return st;
    if (!session->details && !class->for_everybody)
        return NT(ACCESS_DENIED);
    return make(ret, class, session, form);
}

static BOOL query_information(HANDLE server, DWORD number, WTS_INFO_CLASS id, enum text_form form,
                              void **buffer, DWORD *size)
{
    struct result result;
    nt_status st = wts_check_server(server);

    if (!nt_failed(st) && (!buffer || !size))
        st = NT(INVALID_PARAMETER);
    if (!nt_failed(st))
        st = query(number, id, form, &result);
    if (nt_failed(st))
        return finish(st);
    *buffer = result.bytes;
    *size = (DWORD)result.size;
    return TRUE;
}

BOOL WTSQuerySessionInformationW(HANDLE hServer, DWORD SessionId, WTS_INFO_CLASS WTSInfoClass,
                                 LPWSTR *ppBuffer, DWORD *pBytesReturned)
{
    return query_information(hServer, SessionId, WTSInfoClass, TEXT_W, (void **)ppBuffer,
                             pBytesReturned);
}

BOOL WTSQuerySessionInformationA(HANDLE hServer, DWORD SessionId, WTS_INFO_CLASS WTSInfoClass,
                                 LPSTR *ppBuffer, DWORD *pBytesReturned)
{
    return query_information(hServer, SessionId, WTSInfoClass, TEXT_A, (void **)ppBuffer,
                             pBytesReturned);
}
