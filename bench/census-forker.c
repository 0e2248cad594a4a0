/* SPDX-License-Identifier: MIT */
/* census-forker N: N processes that do nothing, until the end of standard input. Says "ready". */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    const pid_t self = getpid();
    char byte;

    for (int i = argc > 1 ? atoi(argv[1]) : 0; i > 0; i--) {
        pid_t pid = fork();

        if (pid < 0) {
            perror("census-forker: fork");
            return 1;
        }
        if (pid == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            while (getppid() == self)
                pause();
            _exit(0);
        }
    }
    if (write(STDOUT_FILENO, "ready\n", 6) != 6)
        return 1;
    while (read(STDIN_FILENO, &byte, 1) > 0)
        ;
    signal(SIGCHLD, SIG_IGN);
    return 0;
}
