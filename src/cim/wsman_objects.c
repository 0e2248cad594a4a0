/* SPDX-License-Identifier: MIT */
#include "cim/wsman_objects.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "base/filetime.h"
#include "query/cim_datetime.h"

enum { NUMBER_SIZE = 24 };

static const char prefix[] = "p";

/* --- values ----------------------------------------------------------------------------------- */

bool wsman_time_text(char *ret, const char *datetime)
{
    char seconds[24];
    int64_t filetime;
    time_t time;
    struct tm tm;

    if (!cim_datetime_parse(datetime, &filetime))
        return false;
    time = (time_t)filetime_to_unix(filetime);
    if (!gmtime_r(&time, &tm) || strftime(seconds, sizeof(seconds), "%Y-%m-%dT%H:%M:%S", &tm) == 0)
        return false;
    (void)snprintf(ret, CIM_DATETIME_SIZE, "%s.%06uZ", seconds,
                   (unsigned)(filetime % FILETIME_PER_SECOND / 10) % 1000000);
    return true;
}

static void write_datetime(struct xml_out *out, const char *text)
{
    char time[CIM_DATETIME_SIZE];

    if (wsman_time_text(time, text))
        xml_element(out, "cim:Datetime", time);
    else
        xml_element(out, "cim:CIM_DateTime", text);
}

static void write_reference(struct xml_out *out, const char *text, const struct wsman_base *base)
{
    _cleanup_(object_path_done) struct object_path path = { 0 };

    if (object_path_parse(&path, text, NULL))
        wsman_epr_write(out, &path, base);
    else
        writer_fail(&out->writer, NT(NO_MEMORY));
}

static void write_number(struct xml_out *out, int64_t number)
{
    char text[NUMBER_SIZE];

    (void)snprintf(text, sizeof(text), "%" PRId64, number);
    xml_text(out, text);
}

/* Not NULL. */
static void write_value(struct xml_out *out, enum cim_type type, const struct query_value *value,
                        const struct wsman_base *base)
{
    if (type == CIM_DATETIME && value->kind == QUERY_TEXT)
        write_datetime(out, value->text);
    else if (type == CIM_REFERENCE && value->kind == QUERY_TEXT)
        write_reference(out, value->text, base);
    else if (value->kind == QUERY_TEXT)
        xml_text(out, value->text);
    else if (type == CIM_BOOLEAN)
        xml_text(out, value->number ? "true" : "false");
    else
        write_number(out, value->number);
}

static void open_property(struct xml_out *out, const char *name, const struct query_value *value)
{
    xml_open_as(out, prefix, name);
    if (value->kind == QUERY_NULL)
        xml_put(out, "xsi:nil", "true");
}

void wsman_property(struct xml_out *out, const struct cim_class *class, size_t i,
                    const struct query_value *value, const struct wsman_view *view)
{
    const struct cim_property *p = cim_class_property(class, i);

    open_property(out, p->name, value);
    if (value->kind != QUERY_NULL)
        write_value(out, p->type, value, view->base);
    xml_close(out);
}

void wsman_system_property(struct xml_out *out, const char *name, const struct query_value *value)
{
    open_property(out, name, value);
    if (value->kind == QUERY_TEXT)
        xml_text(out, value->text);
    xml_close(out);
}

/* --- objects ---------------------------------------------------------------------------------- */

static void put_space(struct xml_out *out, const struct cim_class *class,
                      const struct wsman_view *view)
{
    char uri[WSMAN_URI_SIZE_MAX];

    wsman_class_uri(uri, view->base, class->name);
    xml_put(out, "xmlns:p", uri);
}

void wsman_open_object(struct xml_out *out, const struct cim_class *class,
                       const struct wsman_view *view)
{
    char type[WSMAN_URI_SIZE_MAX];

    (void)snprintf(type, sizeof(type), "p:%s_Type", class->name);
    xml_open_as(out, prefix, class->name);
    put_space(out, class, view);
    xml_put(out, "xsi:type", type);
}

void wsman_open_fragment(struct xml_out *out, const struct cim_class *class,
                         const struct wsman_view *view)
{
    xml_open(out, "wsman:XmlFragment");
    put_space(out, class, view);
}

/* What is told of an object is of the class that is asked for, where what is below it is left out;
 * DSP0227, R8.1-5. */
query_status wsman_instance(struct xml_out *out, query_cursor *c, const struct wsman_view *view)
{
    const struct cim_class *class = cim_row_class(c);
    const size_t n = cim_class_size(view->up_to ? view->up_to : class);
    query_status status = QUERY_OK;

    wsman_open_object(out, view->up_to ? view->up_to : class, view);
    for (size_t i = 0; i < n && !query_failed(status); i++) {
        _cleanup_(query_value_done) struct query_value value = { 0 };

        status = cim_row_value(c, i, &value);
        if (!query_failed(status))
            wsman_property(out, class, i, &value, view);
    }
    xml_close(out);
    return status;
}

query_status wsman_instance_epr(struct xml_out *out, query_cursor *c, const struct wsman_view *view)
{
    _cleanup_(object_path_done) struct object_path path = { 0 };
    query_status status = cim_row_object(c, &path);

    if (query_failed(status))
        return status;
    xml_open(out, "wsa:EndpointReference");
    wsman_epr_write(out, &path, view->base);
    xml_close(out);
    return QUERY_OK;
}
