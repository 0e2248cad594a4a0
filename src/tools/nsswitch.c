/* SPDX-License-Identifier: MIT */
#include "nsswitch.h"

#include <stdint.h>
#include <string.h>

#include "base/writer.h"

#define SOURCE "openlogon"
#define BLANKS " \t\r"

enum { TEXT_MAX = 1 << 20 };

/* Those that need not be there have no default. */
static const struct database {
    const char *name;
    const char *line; /* added when there is none */
} databases[] = {
    { "passwd", "passwd: files " SOURCE "\n" },
    { "group", "group: files " SOURCE "\n" },
    { "initgroups", NULL },
};
enum {
    N_DATABASES = ARRAY_SIZE(databases),
    N_NEEDED = 2,
    NEEDED = (1 << N_NEEDED) - 1,
};

/* A line of the text in its parts; all of it is line, with its end. */
struct line {
    const char *start;
    size_t length;
    size_t sources;                  /* where they begin, behind the colon */
    size_t sources_end;              /* before blanks, a comment and the line's end */
    const struct database *database; /* NULL: it is of no interest */
};

static const struct database *database_of(const char *name, size_t length)
{
    for (size_t i = 0; i < N_DATABASES; i++) {
        if (strlen(databases[i].name) == length && memcmp(databases[i].name, name, length) == 0)
            return &databases[i];
    }
    return NULL;
}

/* False: the text has ended. */
static bool next_line(const char **text, struct line *ret)
{
    const char *start = *text;
    size_t content = strcspn(start, "#\n");
    size_t indent = strspn(start, BLANKS);
    const char *colon = memchr(start, ':', content);

    if (*start == '\0')
        return false;
    *ret = (struct line){ .start = start, .length = strcspn(start, "\n") };
    ret->length += start[ret->length] == '\n';
    *text = start + ret->length;
    if (!colon)
        return true;
    ret->database = database_of(start + indent, (size_t)(colon - start) - indent);
    ret->sources = (size_t)(colon - start) + 1;
    ret->sources_end = content;
    while (ret->sources_end > ret->sources && strchr(BLANKS, start[ret->sources_end - 1]))
        ret->sources_end--;
    return true;
}

/* A source with the blanks before it and, in brackets, what is done by its result. */
struct source {
    size_t start, end;
    bool is_ours;
};

static bool next_source(const struct line *line, size_t *at, struct source *ret)
{
    const char *text = line->start;
    size_t name, end;

    if (*at >= line->sources_end)
        return false;
    name = *at + strspn(text + *at, BLANKS);
    if (name >= line->sources_end)
        return false;
    end = text[name] == '[' ? name : name + strcspn(text + name, BLANKS "[#\n");
    *ret = (struct source){ .start = *at,
                            .is_ours = end - name == strlen(SOURCE) &&
                                       memcmp(text + name, SOURCE, end - name) == 0 };
    for (;;) {
        size_t bracket = end + strspn(text + end, BLANKS);
        size_t closed;

        if (bracket >= line->sources_end || text[bracket] != '[')
            break;
        closed = bracket + strcspn(text + bracket, "]#\n");
        end = closed < line->sources_end ? closed + 1
                                         : bracket + strcspn(text + bracket, BLANKS "#\n");
    }
    ret->end = *at = end;
    return true;
}

static bool has_ours(const struct line *line)
{
    size_t at = line->sources;
    struct source source;

    while (next_source(line, &at, &source)) {
        if (source.is_ours)
            return true;
    }
    return false;
}

/* The lines of a database, and those that have the source, counted by bits 1 << its row. */
static void look(const char *text, unsigned *ret_there, unsigned *ret_enabled)
{
    struct line line;

    *ret_there = *ret_enabled = 0;
    while (next_line(&text, &line)) {
        unsigned bit = line.database ? 1U << (line.database - databases) : 0;

        *ret_there |= bit;
        if (bit && has_ours(&line))
            *ret_enabled |= bit;
    }
}

bool nsswitch_is_enabled(const char *text)
{
    unsigned there, enabled;

    look(text, &there, &enabled);
    return (enabled & NEEDED) == NEEDED && (there & ~enabled) == 0;
}

static char *take(struct writer *w)
{
    char *text = NULL;

    return nt_failed(writer_take(w, &text, NULL)) ? NULL : text;
}

char *nsswitch_enable(const char *text)
{
    _cleanup_(writer_done) struct writer w;
    unsigned there, enabled;
    struct line line;

    look(text, &there, &enabled);
    writer_init(&w, TEXT_MAX);
    while (next_line(&text, &line)) {
        bool add = line.database && !has_ours(&line);
        size_t end = add ? line.sources_end : line.length;

        writer_bytes(&w, line.start, end);
        if (add)
            writer_text(&w, " " SOURCE);
        writer_bytes(&w, line.start + end, line.length - end);
    }
    for (size_t i = 0; i < N_NEEDED; i++) {
        if (there >> i & 1)
            continue;
        if (w.size > 0 && w.bytes[w.size - 1] != '\n')
            writer_text(&w, "\n");
        writer_text(&w, databases[i].line);
    }
    return take(&w);
}

char *nsswitch_disable(const char *text)
{
    _cleanup_(writer_done) struct writer w;
    struct line line;

    writer_init(&w, TEXT_MAX);
    while (next_line(&text, &line)) {
        size_t at = line.sources, kept = 0;
        struct source source;

        while (line.database && next_source(&line, &at, &source)) {
            if (!source.is_ours)
                continue;
            writer_bytes(&w, line.start + kept, source.start - kept);
            kept = source.end;
        }
        writer_bytes(&w, line.start + kept, line.length - kept);
    }
    return take(&w);
}
