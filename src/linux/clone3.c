/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <sys/syscall.h>

#include "linux/spawn_child.h"

/*
 * The child comes out of the system call on a new, empty stack, so that nothing which the compiler
 * keeps on the old one can be touched: it must go straight to its function. The frame pointer is
 * cleared to end backtraces there. The inputs are in registers that the system call preserves.
 */
#if defined(__x86_64__) && defined(__LP64__)

long clone3_run(const void *args, size_t args_size, int (*run)(void *), void *argument)
{
    register int (*run_register)(void *) __asm__("r8") = run;
    register void *argument_register __asm__("r9") = argument;
    long result;

    __asm__ volatile("syscall\n\t"
                     "testq %%rax, %%rax\n\t"
                     "jnz 1f\n\t"
                     "xorl %%ebp, %%ebp\n\t"
                     "movq %%r9, %%rdi\n\t"
                     "callq *%%r8\n\t"
                     "ud2\n"
                     "1:"
                     : "=a"(result)
                     : "0"((long)SYS_clone3), "D"(args), "S"(args_size), "r"(run_register),
                       "r"(argument_register)
                     : "rcx", "r11", "cc", "memory");
    return result;
}

#elif defined(__aarch64__)

long clone3_run(const void *args, size_t args_size, int (*run)(void *), void *argument)
{
    register long result __asm__("x0") = (long)args;
    register size_t size_register __asm__("x1") = args_size;
    register long number_register __asm__("x8") = SYS_clone3;
    register int (*run_register)(void *) __asm__("x9") = run;
    register void *argument_register __asm__("x10") = argument;

    __asm__ volatile("svc #0\n\t"
                     "cbnz x0, 1f\n\t"
                     "mov x29, xzr\n\t"
                     "mov x30, xzr\n\t"
                     "mov x0, x10\n\t"
                     "blr x9\n\t"
                     "brk #0\n"
                     "1:"
                     : "+r"(result)
                     : "r"(size_register), "r"(number_register), "r"(run_register),
                       "r"(argument_register)
                     : "cc", "memory");
    return result;
}

#else

long clone3_run(const void *args, size_t args_size, int (*run)(void *), void *argument)
{
    (void)args, (void)args_size, (void)run, (void)argument;
    return -ENOSYS;
}

#endif
