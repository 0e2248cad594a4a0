/* SPDX-License-Identifier: MIT */
/*
 * <tchar.h>: names that mean the wide functions where _UNICODE is defined and the narrow ones where
 * it is not. Without _UNICODE text is UTF-8, and lengths and searches are by byte. _tcstok is not
 * here, since its two meanings take different arguments: use _tcstok_s.
 */
#pragma GCC system_header

#ifndef OPENLOGON_WIN32_TCHAR_H
#define OPENLOGON_WIN32_TCHAR_H

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

#ifdef _UNICODE

#if !defined _TCHAR_DEFINED && !defined OPENLOGON_WINDEF_H /* else by <windef.h> and UNICODE */
#define _TCHAR_DEFINED
typedef openlogon_wchar TCHAR;
#endif
typedef openlogon_wchar _TCHAR;
typedef openlogon_wchar _TSCHAR;
typedef openlogon_wchar _TUCHAR;
typedef openlogon_wchar _TXCHAR;
typedef wint_t _TINT;

#define OPENLOGON_W32_T(text) L##text

#define _tmain                wmain
#define _tprintf              wprintf
#define _tprintf_s            wprintf_s
#define _ftprintf             fwprintf
#define _ftprintf_s           fwprintf_s
#define _stprintf             _swprintf
#define _stprintf_s           swprintf_s
#define _sntprintf            _snwprintf
#define _sntprintf_s          _snwprintf_s
#define _sctprintf            _scwprintf
#define _vsctprintf           _vscwprintf
#define _vtprintf             vwprintf
#define _vftprintf            vfwprintf
#define _vstprintf            _vswprintf
#define _vstprintf_s          vswprintf_s
#define _vsntprintf           _vsnwprintf
#define _vsntprintf_s         _vsnwprintf_s
#define _puttc                putwc
#define _fputtc               fputwc
#define _puttchar             putwchar
#define _putts                _putws
#define _fputts               fputws
#define _gettc                getwc
#define _fgettc               fgetwc
#define _gettchar             getwchar
#define _ungettc              ungetwc
#define _fgetts               fgetws
#define _tfopen               _wfopen
#define _tfopen_s             _wfopen_s
#define _tcslen               wcslen
#define _tcsclen              wcslen
#define _tcsnlen              wcsnlen
#define _tcscpy               wcscpy
#define _tcscpy_s             wcscpy_s
#define _tcsncpy              wcsncpy
#define _tcsncpy_s            wcsncpy_s
#define _tcscat               wcscat
#define _tcscat_s             wcscat_s
#define _tcsncat              wcsncat
#define _tcsncat_s            wcsncat_s
#define _tcscmp               wcscmp
#define _tcsncmp              wcsncmp
#define _tcsccmp              wcscmp
#define _tcsicmp              _wcsicmp
#define _tcsnicmp             _wcsnicmp
#define _tcsncicmp            _wcsnicmp
#define _tcsnccmp             wcsncmp
#define _tcscoll              wcscoll
#define _tcschr               wcschr
#define _tcsrchr              wcsrchr
#define _tcsstr               wcsstr
#define _tcspbrk              wcspbrk
#define _tcsspn               wcsspn
#define _tcscspn              wcscspn
#define _tcstok_s             wcstok_s
#define _tcsdup               _wcsdup
#define _tcslwr               _wcslwr
#define _tcsupr               _wcsupr
#define _tcslwr_s             _wcslwr_s
#define _tcsupr_s             _wcsupr_s
#define _tcsrev               _wcsrev
#define _tcstol               wcstol
#define _tcstoul              wcstoul
#define _tcstoi64             _wcstoi64
#define _tcstoui64            _wcstoui64
#define _tcstod               wcstod
#define _tstoi                _wtoi
#define _ttoi                 _wtoi
#define _tstol                _wtol
#define _ttol                 _wtol
#define _tstoi64              _wtoi64
#define _ttoi64               _wtoi64
#define _tstof                _wtof
#define _ttof                 _wtof
#define _itot                 _itow
#define _itot_s               _itow_s
#define _ltot                 _ltow
#define _ltot_s               _ltow_s
#define _ultot                _ultow
#define _ultot_s              _ultow_s
#define _i64tot               _i64tow
#define _ui64tot              _ui64tow
#define _totlower             towlower
#define _totupper             towupper
#define _istalnum             iswalnum
#define _istalpha             iswalpha
#define _istcntrl             iswcntrl
#define _istdigit             iswdigit
#define _istgraph             iswgraph
#define _istlower             iswlower
#define _istprint             iswprint
#define _istpunct             iswpunct
#define _istspace             iswspace
#define _istupper             iswupper
#define _istxdigit            iswxdigit
#define _tgetenv              _wgetenv
#define _tdupenv_s            _wdupenv_s
#define _tcsftime             wcsftime

#else

#if !defined _TCHAR_DEFINED && !defined OPENLOGON_WINDEF_H
#define _TCHAR_DEFINED
typedef char TCHAR;
#endif
typedef char _TCHAR;
typedef signed char _TSCHAR;
typedef unsigned char _TUCHAR;
typedef char _TXCHAR;
typedef int _TINT;

#define OPENLOGON_W32_T(text) text

#define _tmain                main
#define _tprintf              printf
#define _tprintf_s            printf_s
#define _ftprintf             fprintf
#define _ftprintf_s           fprintf_s
#define _stprintf             sprintf
#define _stprintf_s           sprintf_s
#define _sntprintf            _snprintf
#define _sntprintf_s          _snprintf_s
#define _sctprintf            _scprintf
#define _vsctprintf           _vscprintf
#define _vtprintf             vprintf
#define _vftprintf            vfprintf
#define _vstprintf            vsprintf
#define _vstprintf_s          vsprintf_s
#define _vsntprintf           _vsnprintf
#define _vsntprintf_s         _vsnprintf_s
#define _puttc                putc
#define _fputtc               fputc
#define _puttchar             putchar
#define _putts                puts
#define _fputts               fputs
#define _gettc                getc
#define _fgettc               fgetc
#define _gettchar             getchar
#define _ungettc              ungetc
#define _fgetts               fgets
#define _tfopen               fopen
#define _tfopen_s             fopen_s
#define _tcslen               strlen
#define _tcsclen              strlen
#define _tcsnlen              strnlen
#define _tcscpy               strcpy
#define _tcscpy_s             strcpy_s
#define _tcsncpy              strncpy
#define _tcsncpy_s            strncpy_s
#define _tcscat               strcat
#define _tcscat_s             strcat_s
#define _tcsncat              strncat
#define _tcsncat_s            strncat_s
#define _tcscmp               strcmp
#define _tcsncmp              strncmp
#define _tcsccmp              strcmp
#define _tcsicmp              _stricmp
#define _tcsnicmp             _strnicmp
#define _tcsncicmp            _strnicmp
#define _tcsnccmp             strncmp
#define _tcscoll              strcoll
#define _tcschr               strchr
#define _tcsrchr              strrchr
#define _tcsstr               strstr
#define _tcspbrk              strpbrk
#define _tcsspn               strspn
#define _tcscspn              strcspn
#define _tcstok_s             strtok_s
#define _tcsdup               _strdup
#define _tcslwr               _strlwr
#define _tcsupr               _strupr
#define _tcslwr_s             _strlwr_s
#define _tcsupr_s             _strupr_s
#define _tcsrev               _strrev
#define _tcstol               strtol
#define _tcstoul              strtoul
#define _tcstoi64             _strtoi64
#define _tcstoui64            _strtoui64
#define _tcstod               strtod
#define _tstoi                atoi
#define _ttoi                 atoi
#define _tstol                atol
#define _ttol                 atol
#define _tstoi64              _atoi64
#define _ttoi64               _atoi64
#define _tstof                atof
#define _ttof                 atof
#define _itot                 _itoa
#define _itot_s               _itoa_s
#define _ltot                 _ltoa
#define _ltot_s               _ltoa_s
#define _ultot                _ultoa
#define _ultot_s              _ultoa_s
#define _i64tot               _i64toa
#define _ui64tot              _ui64toa
#define _totlower             tolower
#define _totupper             toupper
#define _istalnum             isalnum
#define _istalpha             isalpha
#define _istcntrl             iscntrl
#define _istdigit             isdigit
#define _istgraph             isgraph
#define _istlower             islower
#define _istprint             isprint
#define _istpunct             ispunct
#define _istspace             isspace
#define _istupper             isupper
#define _istxdigit            isxdigit
#define _tgetenv              getenv
#define _tdupenv_s            _dupenv_s
#define _tcsftime             strftime

#endif

/* Two steps, so that a macro's value is meant. */
#define _T(text)             OPENLOGON_W32_T(text)
#define _TEXT(text)          OPENLOGON_W32_T(text)

#define _tcsinc(text)        ((text) + 1)
#define _tcsdec(start, text) ((text) > (start) ? (text)-1 : NULL)
#define _tcsnextc(text)      ((unsigned)*(text))
#define _TEOF                ((_TINT)EOF)

#endif
