/* SPDX-License-Identifier: MIT */
/* Permissions on real files; as root also what the kernel lets others do with them. */
#include "linux/test-linux.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "linux/file_security.h"
#include "security/access_check.h"
#include "security/idmap.h"

#define MACHINE "S-1-5-21-1-2-3"

enum { ALICE = 1900000, STAFF = 1900050 };

static char directory[] = "/tmp/openlogon-file-XXXXXX";

static int make_directory(void **state)
{
    return mkdtemp(directory) && chmod(directory, 0755) == 0 ? 0 : -1;
}

static int remove_directory(void **state)
{
    char command[64];

    (void)snprintf(command, sizeof(command), "rm -rf %s", directory);
    return system(command);
}

/* A new empty file with its O_PATH descriptor. */
static int make_file(char path[64], const char *name)
{
    (void)snprintf(path, 64, "%s/%s", directory, name);
    int fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0640);

    assert_true(fd >= 0);
    (void)close(fd);
    fd = file_security_open(path);
    assert_true(fd >= 0);
    return fd;
}

static int make_subdirectory(char path[64], const char *name)
{
    (void)snprintf(path, 64, "%s/%s", directory, name);
    assert_int_equal(mkdir(path, 0750), 0);
    int fd = file_security_open(path);
    assert_true(fd >= 0);
    return fd;
}

static void add_named(struct posix_acl *acl, uint32_t uid, uint16_t perm)
{
    *acl = (struct posix_acl){ .n = 5,
                               .entries = { acl->entries[0],
                                            { POSIX_USER, perm, uid },
                                            acl->entries[1],
                                            { POSIX_MASK, perm | acl->entries[1].perm, 0 },
                                            acl->entries[2] } };
}

static void check_equal(const struct posix_security *a, const struct posix_security *b)
{
    assert_int_equal(a->uid, b->uid);
    assert_int_equal(a->gid, b->gid);
    assert_int_equal(a->mode, b->mode);
    assert_int_equal(a->access.n, b->access.n);
    assert_true(posix_acl_equal(&a->access, &b->access));
    assert_true(posix_acl_equal(&a->initial, &b->initial));
}

static void a_mode_is_read_and_changed(void **state)
{
    struct posix_security old, new, got;
    char path[64];
    int fd = make_file(path, "mode");

    assert_int_equal(file_security_read(&old, fd), 0);
    assert_int_equal(old.mode, S_IFREG | 0640);
    assert_int_equal(old.uid, geteuid());
    assert_true(posix_acl_is_mode(&old.access));
    new = old;
    new.mode = S_IFREG | 0604;
    posix_acl_from_mode(&new.access, new.mode);
    assert_int_equal(file_security_write(fd, &old, &new), 0);
    assert_int_equal(file_security_read(&got, fd), 0);
    check_equal(&got, &new);
    (void)close(fd);
}

static void acls_come_and_go(void **state)
{
    struct posix_security old, new, got;
    char path[64];
    int fd = make_subdirectory(path, "acl");

    assert_int_equal(file_security_read(&old, fd), 0);
    new = old;
    add_named(&new.access, ALICE, POSIX_READ | POSIX_WRITE);
    new.initial = new.access;
    new.mode = posix_acl_to_mode(&new.access, new.mode) | S_ISVTX;
    assert_int_equal(file_security_write(fd, &old, &new), 0);
    assert_int_equal(file_security_read(&got, fd), 0);
    check_equal(&got, &new);
    assert_int_equal(file_security_write(fd, &new, &old), 0);
    assert_int_equal(file_security_read(&got, fd), 0);
    check_equal(&got, &old);
    assert_true(posix_acl_is_mode(&got.access));
    (void)close(fd);
}

static void set_id_bits_stay_unless_the_ids_change(void **state)
{
    struct posix_security old, new, got;
    char path[64];
    int fd = make_file(path, "set-id");

    assert_int_equal(chmod(path, 04750), 0);
    assert_int_equal(file_security_read(&old, fd), 0);
    new = old;
    new.mode = S_IFREG | S_ISUID | 0700;
    posix_acl_from_mode(&new.access, new.mode);
    assert_int_equal(file_security_write(fd, &old, &new), 0);
    assert_int_equal(file_security_read(&got, fd), 0);
    assert_int_equal(got.mode, S_IFREG | S_ISUID | 0700);
    if (test_is_kernel_root()) {
        old = new;
        new.uid = ALICE;
        new.mode = S_IFREG | S_ISUID | 0755;
        posix_acl_from_mode(&new.access, new.mode);
        assert_int_equal(file_security_write(fd, &old, &new), 0);
        assert_int_equal(file_security_read(&got, fd), 0);
        assert_int_equal(got.uid, ALICE);
        assert_int_equal(got.mode, S_IFREG | 0755);
    }
    (void)close(fd);
}

static void silence_all(struct posix_acl *acl)
{
    add_named(acl, ALICE, POSIX_READ | POSIX_WRITE | POSIX_EXECUTE);
    acl->entries[3].perm = 0;
}

/* The mask, which a later chmod(2) sets, is all that keeps such an entry from counting. */
static void entries_that_the_mask_silences_are_removed_too(void **state)
{
    struct posix_security old, new, got;
    char path[64];
    int fd = make_subdirectory(path, "silent");

    assert_int_equal(file_security_read(&old, fd), 0);
    new = old;
    new.mode = S_IFDIR | 0700;
    posix_acl_from_mode(&new.access, new.mode);
    new.initial = new.access;
    got = new;
    silence_all(&got.access);
    silence_all(&got.initial);
    assert_int_equal(file_security_write(fd, &old, &got), 0);
    assert_int_equal(file_security_read(&old, fd), 0);
    check_equal(&old, &got);
    assert_int_equal(file_security_write(fd, &old, &new), 0);
    assert_int_equal(file_security_read(&got, fd), 0);
    check_equal(&got, &new);
    assert_int_equal(got.access.n, 3);
    assert_int_equal(got.initial.n, 3);
    (void)close(fd);
}

static void check_handed_over(uint32_t before, uint32_t asked, uint32_t after)
{
    struct posix_security old, new, got;
    char path[64];
    int fd = make_file(path, "handed-over");

    assert_int_equal(chown(path, ALICE, ALICE), 0);
    assert_int_equal(chmod(path, before), 0);
    assert_int_equal(file_security_read(&old, fd), 0);
    new = old;
    new.uid = 0;
    new.gid = 0;
    new.mode = S_IFREG | asked;
    posix_acl_from_mode(&new.access, new.mode);
    assert_int_equal(file_security_write(fd, &old, &new), 0);
    assert_int_equal(file_security_read(&got, fd), 0);
    new.mode = S_IFREG | after;
    check_equal(&got, &new);
    (void)close(fd);
    assert_int_equal(unlink(path), 0);
}

/* Else the former owner's program would run as the new one. */
static void a_file_that_is_handed_over_loses_its_set_id_bits(void **state)
{
    static const struct {
        uint32_t before, asked, after;
    } cases[] = {
        { 06755, 06775, 0775 }, { 06755, 06755, 0755 },  { 02644, 02644, 0644 },
        { 02644, 02755, 0755 }, { 06755, 0775, 0775 },   { 0755, 06755, 0755 },
        { 06000, 06755, 0755 }, { 07755, 07775, 01775 }, { 0640, 0660, 0660 },
    };

    test_skip_unless(test_is_kernel_root(), "not root");
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        check_handed_over(cases[i].before, cases[i].asked, cases[i].after);
}

/* There they say whose new children are, and nothing runs. */
static void a_directory_that_is_handed_over_keeps_them(void **state)
{
    struct posix_security old, new, got;
    char path[64];
    int fd = make_subdirectory(path, "handed-over-directory");

    test_skip_unless(test_is_kernel_root(), "not root");
    assert_int_equal(chmod(path, 03755), 0);
    assert_int_equal(file_security_read(&old, fd), 0);
    new = old;
    new.uid = ALICE;
    new.mode = S_IFDIR | 03775;
    posix_acl_from_mode(&new.access, new.mode);
    assert_int_equal(file_security_write(fd, &old, &new), 0);
    assert_int_equal(file_security_read(&got, fd), 0);
    check_equal(&got, &new);
    (void)close(fd);
}

/* What has been taken away since the state was read, as by a write(2), does not come back. */
static void set_id_bits_that_are_gone_meanwhile_stay_away(void **state)
{
    struct posix_security old, new;
    struct stat st;
    char path[64];
    int fd = make_file(path, "gone");

    assert_int_equal(chmod(path, 06755), 0);
    assert_int_equal(file_security_read(&old, fd), 0);
    new = old;
    new.mode = S_IFREG | 06750;
    posix_acl_from_mode(&new.access, new.mode);
    assert_int_equal(chmod(path, 0755), 0);
    assert_int_equal(file_security_write(fd, &old, &new), 0);
    assert_int_equal(fstat(fd, &st), 0);
    assert_int_equal(st.st_mode, S_IFREG | 0750);
    (void)close(fd);
}

static void a_symbolic_link_leads_to_its_file(void **state)
{
    struct posix_security got;
    char path[64], name[64];
    int fd = make_file(path, "target");

    (void)close(fd);
    (void)snprintf(name, sizeof(name), "%s/link", directory);
    assert_int_equal(symlink(path, name), 0);
    fd = file_security_open(name);
    assert_int_equal(file_security_read(&got, fd), 0);
    assert_int_equal(got.mode, S_IFREG | 0640);
    (void)close(fd);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(file_security_open(name), -ENOENT);
}

static void what_is_not_allowed_changes_nothing(void **state)
{
    static struct posix_security old;
    static int fd;
    struct posix_security got;
    char path[64];

    test_skip_unless(test_is_kernel_root(), "not root");
    fd = make_file(path, "foreign");
    assert_int_equal(file_security_read(&old, fd), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        struct posix_security new = old;

        child_assert(setgroups(0, NULL) == 0 && setgid(STAFF) == 0 && setuid(ALICE) == 0);
        add_named(&new.access, ALICE, POSIX_READ);
        child_assert(file_security_write(fd, &old, &new) == -EPERM);
        new = old;
        new.uid = ALICE;
        child_assert(file_security_write(fd, &old, &new) == -EPERM);
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    assert_int_equal(file_security_read(&got, fd), 0);
    check_equal(&got, &old);
    (void)close(fd);
}

static void become_alice_of_staff(void)
{
    const gid_t staff = STAFF;

    child_assert(setgroups(1, &staff) == 0 && setgid(ALICE) == 0 && setuid(ALICE) == 0);
}

static void try_to_give_away(void)
{
    struct posix_security old, new, got;
    char path[64];
    int fd = make_file(path, "mine");

    child_assert(chown(path, ALICE, ALICE) == 0 && chmod(path, 06755) == 0);
    become_alice_of_staff();
    child_assert(file_security_read(&old, fd) == 0);
    new = old;
    new.uid = ALICE + 1;
    new.mode = S_IFREG | 06775;
    posix_acl_from_mode(&new.access, new.mode);
    child_assert(file_security_write(fd, &old, &new) == -EPERM);
    child_assert(file_security_read(&got, fd) == 0);
    child_assert(got.uid == ALICE && got.gid == ALICE && got.mode == old.mode);
}

static void a_file_that_cannot_be_given_away_stays_as_it_was(void **state)
{
    test_skip_unless(test_is_kernel_root(), "not root");
    assert_int_equal(test_run_in_child(try_to_give_away), 0);
}

/* ramfs knows modes and owners but no attributes. */
static void mount_without_acls(void)
{
    child_assert(unshare(CLONE_NEWNS) == 0);
    child_assert(mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
    child_assert(mount("none", directory, "ramfs", 0, NULL) == 0);
    child_assert(chmod(directory, 0755) == 0);
}

/* A program of Alice's; its new group and ACL, of which the second cannot be set there. */
static int half_change(struct posix_security *old, struct posix_security *new, mode_t mode)
{
    char path[64];

    mount_without_acls();
    int fd = make_file(path, "half");

    child_assert(chown(path, ALICE, ALICE + 1) == 0 && chmod(path, mode) == 0);
    child_assert(file_security_read(old, fd) == 0);
    *new = *old;
    new->gid = STAFF;
    add_named(&new->access, ALICE + 2, POSIX_READ);
    new->mode = posix_acl_to_mode(&new->access, new->mode);
    return fd;
}

/* Alice may give it to a group that she is in, but not back to one that she is not in. */
static void try_without_a_way_back(void)
{
    struct posix_security old, new;
    struct stat st;
    int fd = half_change(&old, &new, 06755);

    become_alice_of_staff();
    child_assert(file_security_write(fd, &old, &new) == -EOPNOTSUPP);
    child_assert(fstat(fd, &st) == 0);
    child_assert(st.st_gid == STAFF && st.st_mode == S_IFREG);
}

static void what_cannot_be_taken_back_stays_closed(void **state)
{
    test_skip_unless(test_is_kernel_root(), "not root");
    assert_int_equal(test_run_in_child(try_without_a_way_back), 0);
}

static void try_there_and_back(void)
{
    struct posix_security old, new;
    struct stat st;
    int fd = half_change(&old, &new, 06755);

    child_assert(file_security_write(fd, &old, &new) == -EOPNOTSUPP);
    child_assert(fstat(fd, &st) == 0);
    child_assert(st.st_uid == ALICE && st.st_gid == ALICE + 1 && st.st_mode == (S_IFREG | 0755));
}

/* Another may have written to it meanwhile. */
static void what_comes_back_comes_without_set_id_bits(void **state)
{
    test_skip_unless(test_is_kernel_root(), "not root");
    assert_int_equal(test_run_in_child(try_there_and_back), 0);
}

static void try_without_acls(void)
{
    struct posix_security old, new, got;

    mount_without_acls();
    int fd = open(directory, O_PATH | O_CLOEXEC);
    child_assert(fd >= 0);
    child_assert(file_security_read(&old, fd) == 0);
    new = old;
    new.uid = ALICE;
    new.gid = STAFF;
    add_named(&new.access, ALICE, POSIX_READ);
    new.mode = posix_acl_to_mode(&new.access, new.mode);
    child_assert(file_security_write(fd, &old, &new) == -EOPNOTSUPP);
    child_assert(file_security_read(&got, fd) == 0);
    child_assert(got.uid == old.uid && got.gid == old.gid && got.mode == old.mode);
    new = old;
    new.initial = new.access;
    child_assert(file_security_write(fd, &old, &new) == -EOPNOTSUPP);
    new = old;
    new.uid = ALICE;
    new.mode = S_IFDIR | 0711;
    posix_acl_from_mode(&new.access, new.mode);
    child_assert(file_security_write(fd, &old, &new) == 0);
    child_assert(file_security_read(&got, fd) == 0);
    child_assert(got.uid == ALICE && got.mode == new.mode);
}

static void a_file_system_without_acls_is_an_error_that_changes_nothing(void **state)
{
    test_skip_unless(test_is_kernel_root(), "not root");
    assert_int_equal(test_run_in_child(try_without_acls), 0);
}

static void files_of_the_kernel_can_be_read_but_not_set(void **state)
{
    struct posix_security old, new;
    int fd = file_security_open("/proc/self/status");

    assert_true(fd >= 0);
    assert_int_equal(file_security_read(&old, fd), 0);
    new = old;
    add_named(&new.access, ALICE, POSIX_READ);
    assert_true(file_security_write(fd, &old, &new) < 0);
    (void)close(fd);
}

static void attributes_are_written_read_and_removed(void **state)
{
    void *bytes = NULL;
    char path[64];
    size_t size;
    int fd = make_file(path, "attribute");

    test_skip_unless(file_attribute_read(&bytes, &size, fd, "user.test") != -EOPNOTSUPP,
                     "no attributes there");
    assert_int_equal(file_attribute_read(&bytes, &size, fd, "user.test"), -ENODATA);
    assert_int_equal(file_attribute_write(fd, "user.test", "value", 5), 0);
    assert_int_equal(file_attribute_read(&bytes, &size, fd, "user.test"), 0);
    assert_int_equal(size, 5);
    assert_memory_equal(bytes, "value", 5);
    free(bytes);
    assert_int_equal(file_attribute_write(fd, "user.test", "", 0), 0);
    assert_int_equal(file_attribute_read(&bytes, &size, fd, "user.test"), 0);
    assert_int_equal(size, 0);
    free(bytes);
    assert_int_equal(file_attribute_remove(fd, "user.test"), 0);
    assert_int_equal(file_attribute_remove(fd, "user.test"), 0);
    assert_int_equal(file_attribute_read(&bytes, &size, fd, "user.test"), -ENODATA);
    (void)close(fd);
}

/* --- what the kernel does and what the descriptor says ------------------------------------- */

enum { N_FILES = 64, N_SUBJECTS = 4 * 8 };

static int files[N_FILES];
static char file_paths[N_FILES][64];

static uint32_t random_below(uint32_t n)
{
    static uint64_t state = 88172645463325252;

    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 32) % n;
}

static struct posix_entry random_entry(uint16_t tag, uint32_t id)
{
    return (struct posix_entry){ tag, (uint16_t)random_below(8), id };
}

static void random_security(struct posix_security *s)
{
    struct posix_acl *acl = &s->access;

    s->uid = ALICE;
    s->gid = STAFF;
    acl->n = 0;
    acl->entries[acl->n++] = random_entry(POSIX_USER_OBJ, 0);
    for (uint32_t i = 1; i <= 2; i++)
        acl->entries[acl->n++] = random_entry(POSIX_USER, ALICE + i);
    acl->entries[acl->n++] = random_entry(POSIX_GROUP_OBJ, 0);
    for (uint32_t i = 1; i <= 2; i++)
        acl->entries[acl->n++] = random_entry(POSIX_GROUP, STAFF + i);
    acl->entries[acl->n++] = random_entry(POSIX_MASK, 0);
    acl->entries[acl->n++] = random_entry(POSIX_OTHER, 0);
    s->mode = posix_acl_to_mode(acl, s->mode);
}

static void make_files(void)
{
    for (int i = 0; i < N_FILES; i++) {
        static struct posix_security old, new;
        char name[16];

        (void)snprintf(name, sizeof(name), "kernel-%d", i);
        files[i] = make_file(file_paths[i], name);
        assert_int_equal(file_security_read(&old, files[i]), 0);
        new = old;
        random_security(&new);
        assert_int_equal(file_security_write(files[i], &old, &new), 0);
        assert_int_equal(file_security_read(&old, files[i]), 0);
        check_equal(&old, &new);
    }
}

static uint32_t subject_uid(int subject)
{
    return ALICE + (uint32_t)subject / 8;
}

static size_t subject_gids(gid_t ret[3], int subject)
{
    size_t n = 0;

    for (uint32_t g = 0; g < 3; g++) {
        if (subject >> g & 1)
            ret[n++] = STAFF + g;
    }
    return n;
}

static token_image *subject_token(int subject, const SID *machine)
{
    sid_buffer sids[6];
    SID_AND_ATTRIBUTES entries[6];
    gid_t gids[3];
    token_image *image = NULL;
    size_t n_gids = subject_gids(gids, subject), n = 0;

    assert_false(nt_failed(idmap_uid_to_sid(&sids[n++], machine, subject_uid(subject))));
    for (size_t i = 0; i < n_gids; i++)
        assert_false(nt_failed(idmap_gid_to_sid(&sids[n++], machine, gids[i])));
    assert_false(nt_failed(sid_from_text(&sids[n++], NULL, "S-1-1-0", 7)));
    for (size_t i = 0; i < n; i++)
        entries[i] = (SID_AND_ATTRIBUTES){ &sids[i], i ? SE_GROUP_ENABLED : 0 };
    const struct token_spec spec = { .token_id = 1,
                                     .authentication_id = 1,
                                     .modified_id = 1,
                                     .type = TokenImpersonation,
                                     .level = SecurityImpersonation,
                                     .elevation_type = TokenElevationTypeDefault,
                                     .user = entries,
                                     .groups = entries + 1,
                                     .n_groups = n - 1,
                                     .primary_group = &sids[0] };
    assert_false(nt_failed(token_image_build(&image, &spec)));
    return image;
}

static bool kernel_opens(const char *path, int flags)
{
    int fd = open(path, flags | O_CLOEXEC);

    if (fd >= 0)
        (void)close(fd);
    return fd >= 0;
}

static bool descriptor_grants(const struct descriptor *d, const token_image *token, uint32_t rights)
{
    const GENERIC_MAPPING mapping = { FILE_GENERIC_READ, FILE_GENERIC_WRITE, FILE_GENERIC_EXECUTE,
                                      FILE_ALL_ACCESS };
    const struct access_request request = {
        .token = token, .descriptor = d, .desired = rights, .mapping = &mapping
    };
    struct access_result result;

    child_assert(!nt_failed(access_check(&request, &result)));
    return !nt_failed(result.status);
}

static void compare_file(int i, const token_image *token, const SID *machine)
{
    _cleanup_(freep) void *bytes = NULL;
    struct posix_security s;
    struct descriptor d;
    size_t size;

    child_assert(file_security_read(&s, files[i]) == 0);
    child_assert(!nt_failed(posix_to_descriptor(&bytes, &size, &s, machine)));
    child_assert(!nt_failed(descriptor_parse(&d, bytes, size)));
    child_assert(kernel_opens(file_paths[i], O_RDONLY) ==
                 descriptor_grants(&d, token, FILE_GENERIC_READ));
    child_assert(kernel_opens(file_paths[i], O_WRONLY) ==
                 descriptor_grants(&d, token, FILE_GENERIC_WRITE));
    child_assert((faccessat(AT_FDCWD, file_paths[i], X_OK, AT_EACCESS) == 0) ==
                 descriptor_grants(&d, token, FILE_GENERIC_EXECUTE));
    child_assert((chmod(file_paths[i], s.mode & 07777) == 0) ==
                 descriptor_grants(&d, token, WRITE_DAC));
}

static void compare_as(int subject)
{
    _cleanup_(token_image_freep) token_image *token = NULL;
    sid_buffer machine;
    gid_t gids[3];
    size_t n = subject_gids(gids, subject);
    const uid_t uid = subject_uid(subject);

    child_assert(!nt_failed(sid_from_text(&machine, NULL, MACHINE, strlen(MACHINE))));
    token = subject_token(subject, &machine.sid);
    child_assert(setgroups(n, gids) == 0);
    child_assert(setresgid(ALICE + 9, ALICE + 9, ALICE + 9) == 0);
    child_assert(setresuid(uid, uid, uid) == 0);
    for (int i = 0; i < N_FILES; i++)
        compare_file(i, token, &machine.sid);
}

static void the_kernel_opens_what_the_descriptor_grants_and_no_more(void **state)
{
    test_skip_unless(test_is_kernel_root(), "not root");
    make_files();
    for (int subject = 0; subject < N_SUBJECTS; subject++) {
        int status;
        pid_t pid = fork();

        assert_true(pid >= 0);
        if (pid == 0) {
            compare_as(subject);
            _exit(0);
        }
        assert_int_equal(waitpid(pid, &status, 0), pid);
        assert_int_equal(status, 0);
    }
    for (int i = 0; i < N_FILES; i++)
        (void)close(files[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mode_is_read_and_changed),
        cmocka_unit_test(acls_come_and_go),
        cmocka_unit_test(set_id_bits_stay_unless_the_ids_change),
        cmocka_unit_test(entries_that_the_mask_silences_are_removed_too),
        cmocka_unit_test(a_file_that_is_handed_over_loses_its_set_id_bits),
        cmocka_unit_test(a_directory_that_is_handed_over_keeps_them),
        cmocka_unit_test(set_id_bits_that_are_gone_meanwhile_stay_away),
        cmocka_unit_test(a_symbolic_link_leads_to_its_file),
        cmocka_unit_test(what_is_not_allowed_changes_nothing),
        cmocka_unit_test(a_file_that_cannot_be_given_away_stays_as_it_was),
        cmocka_unit_test(what_cannot_be_taken_back_stays_closed),
        cmocka_unit_test(what_comes_back_comes_without_set_id_bits),
        cmocka_unit_test(a_file_system_without_acls_is_an_error_that_changes_nothing),
        cmocka_unit_test(files_of_the_kernel_can_be_read_but_not_set),
        cmocka_unit_test(attributes_are_written_read_and_removed),
        cmocka_unit_test(the_kernel_opens_what_the_descriptor_grants_and_no_more),
    };

    return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
