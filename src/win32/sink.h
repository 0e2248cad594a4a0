/* SPDX-License-Identifier: MIT */
/*
 * Where formatted text goes: memory of the caller, or a stream. A sink has a width, that of the
 * units it counts and keeps; text of the other width is converted on its way in, and a wide sink's
 * text leaves for its stream as UTF-8. It counts everything and keeps what fits, so one walk over
 * the arguments also tells how much room the whole text needs.
 *
 * A sink is a local variable of one call and owns nothing. The first error sticks: what is put
 * afterwards is ignored, and openlogon_w32_sink_finish() reports it.
 */
#ifndef OPENLOGON_WIN32_SINK_H
#define OPENLOGON_WIN32_SINK_H

#include <stddef.h>
#include <stdio.h>
#include <uchar.h>

/* The value is the size of a unit. */
enum text_width { TEXT_NARROW = 1, TEXT_WIDE = 2 };

struct sink {
    enum text_width width;
    void *units;     /* char or char16_t, `capacity` of them */
    size_t capacity; /* never written beyond; no terminating zero is added */
    size_t used;
    size_t length; /* units put so far, kept or not */
    FILE *stream;  /* locked by the caller; NULL: memory only, what does not fit is counted */
    int error;     /* errno; 0: none */
};

void openlogon_w32_sink_put_narrow(struct sink *sink, const char *text, size_t size);
void openlogon_w32_sink_put_wide(struct sink *sink, const char16_t *text, size_t n);
void openlogon_w32_sink_fill(struct sink *sink, char c, size_t n);
void openlogon_w32_sink_fail(struct sink *sink, int error);

/* Sends what is left to the stream; returns the length, or -1 with errno set. */
int openlogon_w32_sink_finish(struct sink *sink);

#endif
