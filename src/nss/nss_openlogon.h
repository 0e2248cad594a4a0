/* SPDX-License-Identifier: MIT */
/*
 * What the C library calls in libnss_openlogon.so.2, by these names (The GNU C Library, "NSS Module
 * Function Internals"). Everything is read from two files: nobody is asked, nothing blocks, and it
 * works alike when openlogond does not run.
 */
#ifndef OPENLOGON_NSS_NSS_OPENLOGON_H
#define OPENLOGON_NSS_NSS_OPENLOGON_H

#include <grp.h>
#include <nss.h>
#include <pwd.h>

enum nss_status _nss_openlogon_getpwnam_r(const char *name, struct passwd *ret, char *buffer,
                                          size_t size, int *ret_errno);
enum nss_status _nss_openlogon_getpwuid_r(uid_t uid, struct passwd *ret, char *buffer, size_t size,
                                          int *ret_errno);
enum nss_status _nss_openlogon_setpwent(int stay_open);
enum nss_status _nss_openlogon_getpwent_r(struct passwd *ret, char *buffer, size_t size,
                                          int *ret_errno);
enum nss_status _nss_openlogon_endpwent(void);

enum nss_status _nss_openlogon_getgrnam_r(const char *name, struct group *ret, char *buffer,
                                          size_t size, int *ret_errno);
enum nss_status _nss_openlogon_getgrgid_r(gid_t gid, struct group *ret, char *buffer, size_t size,
                                          int *ret_errno);
enum nss_status _nss_openlogon_setgrent(int stay_open);
enum nss_status _nss_openlogon_getgrent_r(struct group *ret, char *buffer, size_t size,
                                          int *ret_errno);
enum nss_status _nss_openlogon_endgrent(void);

/* Adds the groups of `user` but for `skip` to an array that it may enlarge, up to `limit`. */
enum nss_status _nss_openlogon_initgroups_dyn(const char *user, gid_t skip, long *start, long *size,
                                              gid_t **groups, long limit, int *ret_errno);

#endif
