/* SPDX-License-Identifier: MIT */
#include "remote/host_list.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <netinet/in.h>
#include <string.h>

#include "base/ascii.h"

enum { PORT_DIGITS_MAX = 5, PORT_MAX = 65535, LOOPBACK_NET = 127 };

static const char no_memory[] = "there is not enough memory";

void host_list_done(struct host_list *hosts)
{
    for (size_t i = 0; i < hosts->n; i++) {
        free(hosts->all[i].text);
        free(hosts->all[i].name);
    }
    free(hosts->all);
    *hosts = (struct host_list){ 0 };
}

/* --- one host --------------------------------------------------------------------------------- */

/* A counted text. */
struct span {
    const char *begin;
    size_t size;
};

static bool is_name_byte(char c)
{
    const char lower = ascii_lower(c);

    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
           c == '_';
}

/* NULL, or why it is none. Nothing that means something in a URL gets through. */
static const char *check_name(struct span name)
{
    if (name.size == 0)
        return "a name is missing";
    if (name.size > HOST_NAME_MAX_LENGTH)
        return "the name is too long";
    for (size_t i = 0; i < name.size; i++) {
        if (!is_name_byte(name.begin[i]))
            return "a name has letters of ASCII, digits, \".\", \"-\" and \"_\" only";
    }
    return name.begin[0] == '-' ? "a name does not begin with \"-\"" : NULL;
}

static const char *check_v6(struct span name)
{
    char text[INET6_ADDRSTRLEN];
    struct in6_addr address;

    if (name.size >= sizeof(text) || memchr(name.begin, '\0', name.size))
        return "what is in brackets is no IPv6 address";
    *(char *)mempcpy(text, name.begin, name.size) = '\0';
    return inet_pton(AF_INET6, text, &address) == 1 ? NULL
                                                    : "what is in brackets is no IPv6 address";
}

static const char *read_port(struct span text, uint16_t *ret)
{
    uint32_t port = 0;

    for (size_t i = 0; i < text.size && text.size <= PORT_DIGITS_MAX; i++) {
        if (text.begin[i] < '0' || text.begin[i] > '9')
            return "the port is no number";
        port = port * 10 + (uint32_t)(text.begin[i] - '0');
    }
    if (port == 0 || port > PORT_MAX)
        return "the port is no number from 1 to 65535";
    *ret = (uint16_t)port;
    return NULL;
}

/* Splits at the colon of the port, if there is one. */
static const char *split(struct span text, struct span *name, struct span *port, bool *is_v6)
{
    const char *const end = text.begin + text.size;
    const char *after;

    *is_v6 = text.size > 0 && *text.begin == '[';
    if (*is_v6) {
        after = memchr(text.begin, ']', text.size);
        if (!after)
            return "the bracket is not closed";
        *name = (struct span){ text.begin + 1, (size_t)(after - text.begin) - 1 };
        after++;
    } else {
        after = memchr(text.begin, ':', text.size);
        after = after ? after : end;
        *name = (struct span){ text.begin, (size_t)(after - text.begin) };
        if (after < end && memchr(after + 1, ':', (size_t)(end - after) - 1))
            return "an IPv6 address stands in brackets";
    }
    if (after < end && *after != ':')
        return "what follows the bracket is no \":PORT\"";
    *port = after < end ? (struct span){ after + 1, (size_t)(end - after) - 1 }
                        : (struct span){ NULL, 0 };
    return NULL;
}

static const char *parse(struct remote_host *host, struct span text)
{
    struct span name, port;
    const char *why = split(text, &name, &port, &host->is_v6);

    if (!why)
        why = host->is_v6 ? check_v6(name) : check_name(name);
    if (!why && port.begin)
        why = read_port(port, &host->port);
    if (why)
        return why;
    host->text = strndup(text.begin, text.size);
    host->name = strndup(name.begin, name.size);
    return host->text && host->name ? NULL : no_memory;
}

static bool grow(struct host_list *hosts)
{
    const size_t room = hosts->room ? 2 * hosts->room : 16;
    struct remote_host *all = reallocarray(hosts->all, room, sizeof(*all));

    if (!all)
        return false;
    hosts->all = all;
    hosts->room = room;
    return true;
}

static const char *add(struct host_list *hosts, struct span text)
{
    struct remote_host host = { 0 };
    const char *why;

    if (hosts->n == HOST_LIST_MAX)
        return "there are too many";
    if (hosts->n == hosts->room && !grow(hosts))
        return no_memory;
    why = parse(&host, text);
    if (why) {
        free(host.text);
        free(host.name);
        return why;
    }
    hosts->all[hosts->n++] = host;
    return NULL;
}

/* --- many ------------------------------------------------------------------------------------- */

static struct span trimmed(struct span text)
{
    while (text.size > 0 && isspace((unsigned char)*text.begin))
        text = (struct span){ text.begin + 1, text.size - 1 };
    while (text.size > 0 && isspace((unsigned char)text.begin[text.size - 1]))
        text.size--;
    return text;
}

/* How much of a bad host a message shows. */
static int shown(struct span text)
{
    return (int)(text.size < HOST_NAME_MAX_LENGTH ? text.size : HOST_NAME_MAX_LENGTH);
}

bool host_list_add(struct host_list *hosts, const char *text, struct query_problem *problem)
{
    for (;;) {
        const char *end = strchrnul(text, ',');
        const struct span one = trimmed((struct span){ text, (size_t)(end - text) });
        const char *why = add(hosts, one);

        if (why)
            return query_problem_set(problem, "\"%.*s\": %s", shown(one), one.begin, why);
        if (!*end)
            return true;
        text = end + 1;
    }
}

static bool add_line(struct host_list *hosts, struct span line, size_t number,
                     struct query_problem *problem)
{
    const char *comment = memchr(line.begin, '#', line.size);
    const char *why;

    if (comment)
        line.size = (size_t)(comment - line.begin);
    line = trimmed(line);
    if (line.size == 0)
        return true;
    why = add(hosts, line);
    if (!why)
        return true;
    return query_problem_set(problem, "line %zu: \"%.*s\": %s", number, shown(line), line.begin,
                             why);
}

bool host_list_add_lines(struct host_list *hosts, const char *bytes, size_t size,
                         struct query_problem *problem)
{
    const char *const end = bytes + size;

    for (size_t number = 1; bytes < end; number++) {
        const char *next = memchr(bytes, '\n', (size_t)(end - bytes));
        const struct span line = { bytes, (size_t)((next ? next : end) - bytes) };

        if (!add_line(hosts, line, number, problem))
            return false;
        bytes = next ? next + 1 : end;
    }
    return true;
}

bool remote_host_is_loopback(const struct remote_host *host)
{
    struct in6_addr v6;
    struct in_addr v4;

    if (host->is_v6)
        return inet_pton(AF_INET6, host->name, &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
    if (inet_pton(AF_INET, host->name, &v4) == 1)
        return ntohl(v4.s_addr) >> 24 == LOOPBACK_NET;
    return ascii_equal(host->name, strlen(host->name), "localhost");
}
