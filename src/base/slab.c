/* SPDX-License-Identifier: MIT */
#include "base/slab.h"

#include <string.h>
#include <sys/mman.h>

/* Of the system: pages that were never touched cost nothing. */
enum { SEGMENT_SIZE = 1 << 20 };

struct slab_segment {
    struct slab_segment *next;
};

static bool add_segment(struct slab *slab)
{
    struct slab_segment *segment =
        mmap(NULL, SEGMENT_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (segment == MAP_FAILED)
        return false;
    segment->next = slab->segments;
    slab->segments = segment;
    slab->next = (char *)(segment + 1);
    slab->end = (char *)segment + SEGMENT_SIZE;
    return true;
}

static void *take_new(struct slab *slab)
{
    char *object;

    if ((size_t)(slab->end - slab->next) < slab->object_size && !add_segment(slab))
        return NULL;
    object = slab->next;
    slab->next += slab->object_size;
    return object;
}

static void *take_used(struct slab *slab)
{
    void *object = slab->free;

    if (object) {
        memcpy(&slab->free, object, sizeof(slab->free));
        memset(object, 0, slab->object_size);
    }
    return object;
}

void *slab_take(struct slab *slab)
{
    void *object = take_used(slab);

    if (!object)
        object = take_new(slab);
    slab->n_used += object ? 1 : 0;
    return object;
}

void slab_done(struct slab *slab)
{
    while (slab->segments) {
        struct slab_segment *segment = slab->segments;

        slab->segments = segment->next;
        (void)munmap(segment, SEGMENT_SIZE);
    }
    slab->free = NULL;
    slab->next = slab->end = NULL;
}

/* A single segment stays: objects that come and go one by one would map it anew each time. */
void slab_give_back(struct slab *slab, void *object)
{
    if (!object)
        return;
    memcpy(object, &slab->free, sizeof(slab->free));
    slab->free = object;
    if (--slab->n_used == 0 && slab->segments->next)
        slab_done(slab);
}
