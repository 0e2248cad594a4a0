/* SPDX-License-Identifier: MIT */
#include "worker/package.h"

#include <dlfcn.h>
#include <string.h>

#include "base/log.h"
#include "base/luid.h"
#include "base/utf16.h"
#include "worker/lsa_functions.h"
#include "worker/lsa_heap.h"
#include "worker/notifier.h"
#include "worker/token_information.h"

enum { SUPPLEMENTAL_MAX = 64 };

struct package {
    uint32_t id;
    char *name;
    char *shown_name;
    nt_status status;
    void *module;
    bool is_provider; /* of the SpLsaModeInitialize family */
    bool is_unloaded; /* at its own wish */
    SECPKG_FUNCTION_TABLE functions;
};

uint32_t package_id(const package *p)
{
    return p->id;
}

nt_status package_status(const package *p)
{
    return p->status;
}

bool package_is_unloaded(const package *p)
{
    return p->is_unloaded;
}

const char *package_name(const package *p)
{
    return p->name;
}

const char *package_shown_name(const package *p)
{
    return p->shown_name;
}

/* --- finding the functions -------------------------------------------------------------------- */

/* dlsym() gives data pointers; POSIX says that the bytes are those of the function's. */
static bool find_function(void *module, const char *name, void *ret)
{
    void *found = dlsym(module, name);

    memcpy(ret, &found, sizeof(found));
    return found != NULL;
}

static size_t n_logon_functions(const SECPKG_FUNCTION_TABLE *f)
{
    return (f->LogonUser ? 1u : 0u) + (f->LogonUserEx ? 1u : 0u) + (f->LogonUserEx2 ? 1u : 0u);
}

/* The LsaAp family, brought into the form of the other. */
static nt_status find_exports(package *p)
{
    SECPKG_FUNCTION_TABLE *f = &p->functions;
    const struct {
        const char *name;
        void *slot;
    } exports[] = {
        { LSA_AP_NAME_INITIALIZE_PACKAGE, &f->InitializePackage },
        { LSA_AP_NAME_LOGON_USER, &f->LogonUser },
        { LSA_AP_NAME_LOGON_USER_EX, &f->LogonUserEx },
        { LSA_AP_NAME_LOGON_USER_EX2, &f->LogonUserEx2 },
        { LSA_AP_NAME_CALL_PACKAGE, &f->CallPackage },
        { LSA_AP_NAME_CALL_PACKAGE_UNTRUSTED, &f->CallPackageUntrusted },
        { LSA_AP_NAME_CALL_PACKAGE_PASSTHROUGH, &f->CallPackagePassthrough },
        { LSA_AP_NAME_LOGON_TERMINATED, &f->LogonTerminated },
    };

    for (size_t i = 0; i < ARRAY_SIZE(exports); i++)
        (void)find_function(p->module, exports[i].name, exports[i].slot);
    if (!f->InitializePackage || !f->LogonTerminated || n_logon_functions(f) == 0)
        return NT(ENTRYPOINT_NOT_FOUND);
    return n_logon_functions(f) == 1 ? NT_OK : NT(NOT_SUPPORTED);
}

static nt_status find_table(package *p, SpLsaModeInitializeFn initialize)
{
    PSECPKG_FUNCTION_TABLE tables = NULL;
    ULONG version = 0;
    ULONG n_tables = 0;
    nt_status st = nt_make(initialize(SECPKG_INTERFACE_VERSION_3, &version, &tables, &n_tables));

    if (nt_failed(st))
        return st;
    if (!tables || n_tables != 1)
        return NT(NOT_SUPPORTED);
    if (!tables->Initialize || !tables->GetInfo)
        return NT(ENTRYPOINT_NOT_FOUND);
    p->functions = *tables;
    p->is_provider = true;
    return NT_OK;
}

static nt_status find_functions(package *p)
{
    SpLsaModeInitializeFn initialize = NULL;

    return find_function(p->module, SECPKG_LSAMODEINIT_NAME, &initialize)
               ? find_table(p, initialize)
               : find_exports(p);
}

/* --- initialising ----------------------------------------------------------------------------- */

static nt_status set_name(char **slot, const char *text, size_t size)
{
    char *name = strndup(text, size);

    if (!name)
        return NT(NO_MEMORY);
    free(*slot);
    *slot = name;
    return NT_OK;
}

static nt_status initialize_exports(package *p)
{
    PLSA_STRING name = NULL;
    nt_status st =
        nt_make(p->functions.InitializePackage(p->id, lsa_dispatch_table(), NULL, NULL, &name));

    if (!nt_failed(st) && name && name->Buffer && name->Length > 0) {
        st = set_name(&p->name, name->Buffer, name->Length);
        if (!nt_failed(st))
            st = set_name(&p->shown_name, name->Buffer, name->Length);
    }
    if (name)
        lsa_heap_free(name->Buffer);
    lsa_heap_free(name);
    return st;
}

/* What the two families tell of a provider's name: InitializePackage the long one that programs
 * look up, SpGetInfo the short one that people see. */
static nt_status name_provider(package *p)
{
    SecPkgInfoW info = { 0 };
    nt_status st = nt_make(p->functions.GetInfo(&info));
    char *name = NULL;

    if (nt_failed(st))
        return st;
    if (!info.Name)
        return NT(INTERNAL_ERROR);
    st = utf16_to_utf8(&name, NULL, info.Name, utf16_length(info.Name));
    if (nt_failed(st))
        return st;
    free(p->shown_name);
    p->shown_name = name;
    st = set_name(&p->name, name, strlen(name));
    if (nt_failed(st) || !p->functions.InitializePackage)
        return st;
    name = TAKE(p->shown_name);
    st = initialize_exports(p);
    free(p->shown_name);
    p->shown_name = name;
    return st;
}

static nt_status initialize_provider(package *p, const worker_config *config)
{
    const char *machine = worker_config_machine_name(config);
    _cleanup_(freep) WCHAR *name = NULL;
    size_t units = 0;
    nt_status st = utf8_to_utf16(&name, &units, machine, strlen(machine));
    SECPKG_PARAMETERS parameters;

    if (nt_failed(st))
        return st;
    parameters = (SECPKG_PARAMETERS){
        .MachineState = SECPKG_STATE_ENCRYPTION_PERMITTED |
                        SECPKG_STATE_STRONG_ENCRYPTION_PERMITTED | SECPKG_STATE_STANDALONE,
        .DomainSid = (PSID)(uintptr_t)worker_config_machine_sid(config),
        .DomainName = { .Buffer = name,
                        .Length = (USHORT)(2 * units),
                        .MaximumLength = (USHORT)(2 * units + 2) },
    };
    st = nt_make(p->functions.Initialize(p->id, &parameters, lsa_secpkg_function_table()));
    return nt_failed(st) ? st : name_provider(p);
}

static nt_status load(package *p, const char *path, const worker_config *config)
{
    nt_status st;

    if (path[0] != '/')
        return NT(OBJECT_PATH_SYNTAX_BAD);
    p->module = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!p->module) {
        log_error("package %s: %s", p->name, dlerror());
        return NT(DLL_NOT_FOUND);
    }
    st = find_functions(p);
    if (nt_failed(st))
        return st;
    return p->is_provider ? initialize_provider(p, config) : initialize_exports(p);
}

nt_status package_load(package **ret, const Openlogon__Worker__PackageConfig *from,
                       const worker_config *config)
{
    _cleanup_(package_freep) package *p = calloc(1, sizeof(*p));

    if (!p)
        return NT(NO_MEMORY);
    p->id = from->id;
    p->name = strdup(from->name);
    p->shown_name = strdup(from->name);
    if (!p->name || !p->shown_name)
        return NT(NO_MEMORY);
    p->status = load(p, from->path, config);
    if (nt_failed(p->status))
        log_error("package %s: cannot use %s: %s", from->name, from->path,
                  nt_status_name(p->status));
    *ret = p;
    return TAKE(p)->status;
}

static void unload(package *p)
{
    notifier_clear();
    if (p->module && !nt_failed(p->status) && p->functions.Shutdown)
        (void)p->functions.Shutdown();
    if (p->module)
        (void)dlclose(p->module);
    p->module = NULL;
    p->functions = (SECPKG_FUNCTION_TABLE){ 0 };
}

package *package_free(package *p)
{
    if (!p)
        return NULL;
    unload(p);
    free(p->name);
    free(p->shown_name);
    free(p);
    return NULL;
}

/* --- logons ----------------------------------------------------------------------------------- */

static NTSTATUS call_logon_user(const SECPKG_FUNCTION_TABLE *f, struct package_logon *l)
{
    PLSA_CLIENT_REQUEST request = (PLSA_CLIENT_REQUEST)(void *)l->request;

    if (f->LogonUserEx2)
        return f->LogonUserEx2(request, l->type, l->submit, l->client_base, l->submit_size,
                               &l->profile, &l->profile_size, &l->logon_id, &l->sub_status,
                               &l->token_type, &l->token, &l->account_name, &l->authority,
                               &l->machine_name, &l->primary, &l->cached);
    if (f->LogonUserEx)
        return f->LogonUserEx(request, l->type, l->submit, l->client_base, l->submit_size,
                              &l->profile, &l->profile_size, &l->logon_id, &l->sub_status,
                              &l->token_type, &l->token, &l->account_name, &l->authority,
                              &l->machine_name);
    if (f->LogonUser)
        return f->LogonUser(request, l->type, l->submit, l->client_base, l->submit_size,
                            &l->profile, &l->profile_size, &l->logon_id, &l->sub_status,
                            &l->token_type, &l->token, &l->account_name, &l->authority);
    return STATUS_NOT_SUPPORTED;
}

static void unload_if_asked(package *p)
{
    if (!lsa_functions_take_unload())
        return;
    unload(p);
    p->status = NT(NOT_SUPPORTED);
    p->is_unloaded = true;
    log_info("package %s: unloaded at its own wish", p->name);
}

void package_run_notifications(package *p)
{
    struct client_request nobody = { .memory = NULL };

    if (nt_failed(p->status))
        return;
    lsa_functions_set_background(&nobody);
    notifier_run();
    lsa_functions_set_background(NULL);
    unload_if_asked(p);
}

nt_status package_log_on(package *p, struct package_logon *logon)
{
    nt_status st;

    if (nt_failed(p->status))
        return p->status;
    lsa_functions_set_request(logon->request);
    st = nt_make(call_logon_user(&p->functions, logon));
    lsa_functions_set_request(NULL);
    unload_if_asked(p);
    return st;
}

static bool is_named(const UNICODE_STRING *string, const char *name)
{
    _cleanup_(freep) char *text = NULL;

    return string->Buffer && string->Length % sizeof(WCHAR) == 0 &&
           !nt_failed(utf16_to_utf8(&text, NULL, string->Buffer, string->Length / sizeof(WCHAR))) &&
           strcmp(text, name) == 0;
}

static PSECPKG_SUPPLEMENTAL_CRED find_supplemental(const package *p,
                                                   SECPKG_SUPPLEMENTAL_CRED_ARRAY *all)
{
    for (ULONG i = 0; all && i < all->CredentialCount && i < SUPPLEMENTAL_MAX; i++) {
        PSECPKG_SUPPLEMENTAL_CRED credential = (PSECPKG_SUPPLEMENTAL_CRED)all->Credentials + i;

        if (is_named(&credential->PackageName, p->shown_name))
            return credential;
    }
    return NULL;
}

void package_accept_credentials(package *p, struct package_logon *l)
{
    if (nt_failed(p->status) || !p->functions.AcceptCredentials)
        return;
    lsa_functions_set_request(l->request);
    (void)p->functions.AcceptCredentials(l->type, l->account_name, &l->primary,
                                         find_supplemental(p, l->cached));
    lsa_functions_set_request(NULL);
}

nt_status package_call(package *p, struct package_message *m)
{
    const PLSA_AP_CALL_PACKAGE functions[] = {
        [MESSAGE_TRUSTED] = p->functions.CallPackage,
        [MESSAGE_UNTRUSTED] = p->functions.CallPackageUntrusted,
        [MESSAGE_PASSTHROUGH] = p->functions.CallPackagePassthrough,
    };
    nt_status st;

    if (nt_failed(p->status))
        return p->status;
    if (!functions[m->kind])
        return NT(NOT_SUPPORTED);
    lsa_functions_set_request(m->request);
    st = nt_make(functions[m->kind]((PLSA_CLIENT_REQUEST)(void *)m->request, m->submit,
                                    m->client_base, m->submit_size, &m->returned, &m->returned_size,
                                    &m->protocol_status));
    lsa_functions_set_request(NULL);
    unload_if_asked(p);
    return st;
}

static void string_free(PUNICODE_STRING string)
{
    if (string)
        lsa_heap_free(string->Buffer);
    lsa_heap_free(string);
}

static void primary_credentials_done(SECPKG_PRIMARY_CRED *c)
{
    UNICODE_STRING *strings[] = { &c->DownlevelName, &c->DomainName,    &c->Password,
                                  &c->OldPassword,   &c->DnsDomainName, &c->Upn,
                                  &c->LogonServer };

    for (size_t i = 0; i < ARRAY_SIZE(strings); i++)
        lsa_heap_free(strings[i]->Buffer);
    lsa_heap_free(c->UserSid);
    *c = (SECPKG_PRIMARY_CRED){ 0 };
}

void package_logon_done(struct package_logon *l)
{
    token_information_free(l->token_type, l->token);
    string_free(l->account_name);
    string_free(l->authority);
    string_free(l->machine_name);
    primary_credentials_done(&l->primary);
    lsa_heap_free(l->cached);
    l->token = NULL;
    l->account_name = l->authority = l->machine_name = NULL;
    l->cached = NULL;
}

void package_session_ended(package *p, uint64_t luid)
{
    struct client_request nobody = { .memory = NULL };
    LUID id = luid_from_u64(luid);

    if (nt_failed(p->status) || !p->functions.LogonTerminated)
        return;
    lsa_functions_set_background(&nobody);
    p->functions.LogonTerminated(&id);
    lsa_functions_set_background(NULL);
    unload_if_asked(p);
}
