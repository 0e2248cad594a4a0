/* SPDX-License-Identifier: MIT */
/*
 * The functions that know their buffer's size: Microsoft's _s family and strsafe.h, for one width
 * of text. Included once for each, with
 *
 *     UNIT             char or char16_t
 *     SECURE(name)     the _s function: openlogon_w32_strNAME or openlogon_w32_wcsNAME
 *     SAFE(name)       the strsafe function: StringNAMEA or StringNAMEW
 *     PRINT_CUT        the vsnprintf of this width that returns the whole length or -1
 */

static size_t TEMPLATE(length)(const UNIT *text, size_t most)
{
    size_t n = 0;

    while (n < most && text[n])
        n++;
    return n;
}

static errno_t TEMPLATE(refuse)(UNIT *to, size_t size, errno_t error)
{
    if (to && size > 0)
        to[0] = 0;
    errno = error;
    return error;
}

/* Puts at most `n` units of `from` at `to + used`, of `size` in all. */
static errno_t TEMPLATE(append)(UNIT *to, size_t size, size_t used, const UNIT *from, size_t n)
{
    if (!to || size == 0)
        return TEMPLATE(refuse)(to, size, EINVAL);
    if (!from && n > 0)
        return TEMPLATE(refuse)(to, size, EINVAL);
    if (used == size) /* what is there has no end */
        return TEMPLATE(refuse)(to, size, EINVAL);
    size_t room = size - used - 1;
    size_t length = n == 0 ? 0 : TEMPLATE(length)(from, n < room + 1 ? n : room + 1);
    bool fits = length <= room;
    if (!fits && n != _TRUNCATE)
        return TEMPLATE(refuse)(to, size, ERANGE);
    if (!fits)
        length = room;
    if (length > 0)
        memcpy(to + used, from, length * sizeof(UNIT));
    to[used + length] = 0;
    return fits ? 0 : STRUNCATE;
}

/* The whole of a string is asked for by a count that is not _TRUNCATE and that none reaches. */
#define WHOLE (SIZE_MAX - 1)

errno_t SECURE(cpy_s)(UNIT *to, rsize_t size, const UNIT *from)
{
    return TEMPLATE(append)(to, size, 0, from, WHOLE);
}

errno_t SECURE(ncpy_s)(UNIT *to, rsize_t size, const UNIT *from, rsize_t n)
{
    return TEMPLATE(append)(to, size, 0, from, n);
}

errno_t SECURE(cat_s)(UNIT *to, rsize_t size, const UNIT *from)
{
    return TEMPLATE(append)(to, size, to ? TEMPLATE(length)(to, size) : 0, from, WHOLE);
}

errno_t SECURE(ncat_s)(UNIT *to, rsize_t size, const UNIT *from, rsize_t n)
{
    return TEMPLATE(append)(to, size, to ? TEMPLATE(length)(to, size) : 0, from, n);
}

size_t SECURE(nlen_s)(const UNIT *text, size_t most)
{
    return text ? TEMPLATE(length)(text, most) : 0;
}

/* --- strsafe.h: cuts where the _s functions refuse ----------------------------------------------
 */

static HRESULT TEMPLATE(append_safely)(UNIT *to, size_t size, size_t used, const UNIT *from,
                                       size_t n)
{
    if (!to || !from || size == 0 || size > STRSAFE_MAX_CCH || used == size)
        return STRSAFE_E_INVALID_PARAMETER;
    size_t room = size - used - 1;
    size_t length = TEMPLATE(length)(from, n < room + 1 ? n : room + 1);
    bool fits = length <= room;
    if (!fits)
        length = room;
    memcpy(to + used, from, length * sizeof(UNIT));
    to[used + length] = 0;
    return fits ? S_OK : STRSAFE_E_INSUFFICIENT_BUFFER;
}

/* What `to` holds; `size` when it has no end, or none that may be looked for. */
static size_t TEMPLATE(used)(const UNIT *to, size_t size)
{
    return to && size <= STRSAFE_MAX_CCH ? TEMPLATE(length)(to, size) : size;
}

HRESULT SAFE(CchCopy)(UNIT *to, size_t size, const UNIT *from)
{
    return TEMPLATE(append_safely)(to, size, 0, from, STRSAFE_MAX_CCH);
}

HRESULT SAFE(CchCopyN)(UNIT *to, size_t size, const UNIT *from, size_t n)
{
    if (n > STRSAFE_MAX_CCH)
        return STRSAFE_E_INVALID_PARAMETER;
    return TEMPLATE(append_safely)(to, size, 0, from, n);
}

HRESULT SAFE(CchCat)(UNIT *to, size_t size, const UNIT *from)
{
    return TEMPLATE(append_safely)(to, size, TEMPLATE(used)(to, size), from, STRSAFE_MAX_CCH);
}

HRESULT SAFE(CchCatN)(UNIT *to, size_t size, const UNIT *from, size_t n)
{
    if (n > STRSAFE_MAX_CCH)
        return STRSAFE_E_INVALID_PARAMETER;
    return TEMPLATE(append_safely)(to, size, TEMPLATE(used)(to, size), from, n);
}

HRESULT SAFE(CchLength)(const UNIT *text, size_t most, size_t *ret)
{
    size_t n = text && most <= STRSAFE_MAX_CCH ? TEMPLATE(length)(text, most) : most;

    if (ret)
        *ret = n == most ? 0 : n;
    return n == most ? STRSAFE_E_INVALID_PARAMETER : S_OK;
}

HRESULT SAFE(CchVPrintf)(UNIT *to, size_t size, const UNIT *format, va_list args)
{
    if (!to || !format || size == 0 || size > STRSAFE_MAX_CCH)
        return STRSAFE_E_INVALID_PARAMETER;
    errno = 0;
    int length = PRINT_CUT(to, size, format, args);
    if (length >= 0 && (size_t)length < size)
        return S_OK;
    return length < 0 && errno == EINVAL ? STRSAFE_E_INVALID_PARAMETER
                                         : STRSAFE_E_INSUFFICIENT_BUFFER;
}

HRESULT SAFE(CchPrintf)(UNIT *to, size_t size, const UNIT *format, ...)
{
    va_list args;

    va_start(args, format);
    HRESULT result = SAFE(CchVPrintf)(to, size, format, args);
    va_end(args);
    return result;
}

/* --- sizes in bytes -----------------------------------------------------------------------------
 */

HRESULT SAFE(CbCopy)(UNIT *to, size_t bytes, const UNIT *from)
{
    return SAFE(CchCopy)(to, bytes / sizeof(UNIT), from);
}

HRESULT SAFE(CbCopyN)(UNIT *to, size_t bytes, const UNIT *from, size_t n_bytes)
{
    return SAFE(CchCopyN)(to, bytes / sizeof(UNIT), from, n_bytes / sizeof(UNIT));
}

HRESULT SAFE(CbCat)(UNIT *to, size_t bytes, const UNIT *from)
{
    return SAFE(CchCat)(to, bytes / sizeof(UNIT), from);
}

HRESULT SAFE(CbCatN)(UNIT *to, size_t bytes, const UNIT *from, size_t n_bytes)
{
    return SAFE(CchCatN)(to, bytes / sizeof(UNIT), from, n_bytes / sizeof(UNIT));
}

HRESULT SAFE(CbLength)(const UNIT *text, size_t most_bytes, size_t *ret_bytes)
{
    HRESULT result = SAFE(CchLength)(text, most_bytes / sizeof(UNIT), ret_bytes);

    if (ret_bytes)
        *ret_bytes *= sizeof(UNIT);
    return result;
}

HRESULT SAFE(CbVPrintf)(UNIT *to, size_t bytes, const UNIT *format, va_list args)
{
    return SAFE(CchVPrintf)(to, bytes / sizeof(UNIT), format, args);
}

HRESULT SAFE(CbPrintf)(UNIT *to, size_t bytes, const UNIT *format, ...)
{
    va_list args;

    va_start(args, format);
    HRESULT result = SAFE(CbVPrintf)(to, bytes, format, args);
    va_end(args);
    return result;
}

#undef WHOLE
