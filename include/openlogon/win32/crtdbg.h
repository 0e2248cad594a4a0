/* SPDX-License-Identifier: MIT */
/* <crtdbg.h> as it is in a program that is not built for debugging; assertions are <assert.h>'s. */
#pragma GCC system_header

#ifndef OPENLOGON_WIN32_CRTDBG_H
#define OPENLOGON_WIN32_CRTDBG_H

#include <assert.h>

#define _ASSERT(condition)            assert(condition)
#define _ASSERTE(condition)           assert(condition)
#define _ASSERT_EXPR(condition, why)  assert(condition)

#define _CRT_WARN                     0
#define _CRT_ERROR                    1
#define _CRT_ASSERT                   2

#define _CRTDBG_MODE_FILE             0x1
#define _CRTDBG_MODE_DEBUG            0x2
#define _CRTDBG_ALLOC_MEM_DF          0x01
#define _CRTDBG_CHECK_ALWAYS_DF       0x04
#define _CRTDBG_LEAK_CHECK_DF         0x20
#define _CRTDBG_REPORT_FLAG           (-1)
#define _CRTDBG_FILE_STDERR           ((void *)-5)

#define _CrtCheckMemory()             ((int)1)
#define _CrtDumpMemoryLeaks()         ((int)0)
#define _CrtSetDbgFlag(flags)         ((int)0)
#define _CrtSetBreakAlloc(number)     ((long)0)
#define _CrtSetReportMode(kind, mode) ((int)0)
#define _CrtSetReportFile(kind, file) ((void *)0)
#define _RPT0(kind, text)             ((void)0)
#define _RPT1(kind, text, a)          ((void)0)
#define _RPT2(kind, text, a, b)       ((void)0)
#define _RPTF0(kind, text)            ((void)0)
#define _RPTF1(kind, text, a)         ((void)0)
#define _RPTF2(kind, text, a, b)      ((void)0)

#endif
