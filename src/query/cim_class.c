/* SPDX-License-Identifier: MIT */
#include "query/cim_class.h"

#include <pthread.h>
#include <string.h>

#include "query/tables.h"

enum {
    PROPERTIES_MAX = 64,
    CLASSES_MAX = 16,
};

/* --- what there is --------------------------------------------------------------------------- */

/* Source: Learn, the pages of these classes; "CIM Schema: Core" of DMTF for those above them. */

#define COLUMN(column) .source = CIM_FROM_COLUMN, .from = (column)
#define CONSTANT(text) .source = CIM_FROM_TEXT, .from = (text)
#define MACHINE        .source = CIM_FROM_MACHINE
#define REFERENCE(name, target_)                                                                   \
    {                                                                                              \
        name, CIM_REFERENCE, CIM_KEY, .source = CIM_FROM_COLUMN, .target = (target_)               \
    }

/* The only values that the property has; each is its own word. */
static const struct cim_word statuses[] = {
    { "OK", "OK" },
    { "Error", "Error" },
    { "Degraded", "Degraded" },
    { "Unknown", "Unknown" },
    { "Pred Fail", "Pred Fail" },
    { "Starting", "Starting" },
    { "Stopping", "Stopping" },
    { "Service", "Service" },
    { "Stressed", "Stressed" },
    { "NonRecover", "NonRecover" },
    { "No Contact", "No Contact" },
    { "Lost Comm", "Lost Comm" },
    { 0 },
};

static const struct cim_property managed_system_element[] = {
    { "Caption", CIM_STRING, .max_length = 64 },
    { "Description", CIM_STRING },
    { "InstallDate", CIM_DATETIME },
    { "Name", CIM_STRING },
    { "Status", CIM_STRING, .max_length = 10, .words = statuses },
    { 0 },
};

static const struct cim_property session[] = {
    { "StartTime", CIM_DATETIME },
    { 0 },
};

static const struct cim_word logon_types[] = {
    { "0", "System" },
    { "2", "Interactive" },
    { "3", "Network" },
    { "4", "Batch" },
    { "5", "Service" },
    { "6", "Proxy" },
    { "7", "Unlock" },
    { "8", "NetworkCleartext" },
    { "9", "NewCredentials" },
    { "10", "RemoteInteractive" },
    { "11", "CachedInteractive" },
    { "12", "CachedRemoteInteractive" },
    { "13", "CachedUnlock" },
    { 0 },
};

static const struct cim_property logon_session[] = {
    { "StartTime", CIM_DATETIME, COLUMN("logon_time") },
    { "AuthenticationPackage", CIM_STRING, COLUMN("authentication_package") },
    { "LogonId", CIM_STRING, CIM_KEY, COLUMN("luid") },
    { "LogonType", CIM_UINT32, COLUMN("logon_type"), .words = logon_types },
    { 0 },
};

/* What logonsessions shows of a session: of no line with the others, so that none is there twice.
 */
static const struct cim_property openlogon_session[] = {
    { "LogonId", CIM_STRING, CIM_KEY, COLUMN("luid") },
    { "UserName", CIM_STRING, COLUMN("user") },
    { "Domain", CIM_STRING, COLUMN("domain") },
    { "SID", CIM_STRING, COLUMN("sid") },
    { "LogonType", CIM_UINT32, COLUMN("logon_type"), .words = logon_types },
    { "SessionId", CIM_UINT32, COLUMN("session_id") },
    { "StartTime", CIM_DATETIME, COLUMN("logon_time") },
    { "AuthenticationPackage", CIM_STRING, COLUMN("authentication_package") },
    { "LogonServer", CIM_STRING, COLUMN("logon_server") },
    { "DnsDomain", CIM_STRING, COLUMN("dns_domain") },
    { "Upn", CIM_STRING, COLUMN("upn") },
    { "Uid", CIM_UINT32, COLUMN("uid") },
    { "Tokens", CIM_UINT32, COLUMN("tokens") },
    { "Enforced", CIM_BOOLEAN, COLUMN("enforced") },
    { "Elevation", CIM_STRING, COLUMN("elevation") },
    { "LinkedLogonId", CIM_STRING, COLUMN("linked") },
    { "Service", CIM_STRING, COLUMN("service") },
    { "Tty", CIM_STRING, COLUMN("tty") },
    { "RemoteHost", CIM_STRING, COLUMN("remote_host") },
    { "RemoteUser", CIM_STRING, COLUMN("remote_user") },
    { 0 },
};

static const struct cim_target any_element = { "CIM_ManagedSystemElement", { { 0 } } };
static const struct cim_target any_session = { "Win32_Session", { { 0 } } };
static const struct cim_target any_logical_element = { "CIM_LogicalElement", { { 0 } } };
static const struct cim_target user_of_session = {
    "Win32_Account",
    { { "Domain", "domain" }, { "Name", "user" } },
};
static const struct cim_target session_itself = { "Win32_LogonSession", { { "LogonId", "luid" } } };
static const struct cim_target session_of_process = {
    "Win32_LogonSession",
    { { "LogonId", "session" } },
};
static const struct cim_target process_itself = { "Win32_Process", { { "Handle", "pid" } } };

static const struct cim_property dependency[] = {
    REFERENCE("Antecedent", &any_element),
    REFERENCE("Dependent", &any_element),
    { 0 },
};

static const struct cim_property logged_on_user[] = {
    REFERENCE("Antecedent", &user_of_session),
    REFERENCE("Dependent", &session_itself),
    { 0 },
};

static const struct cim_property session_resource[] = {
    REFERENCE("Antecedent", &any_session),
    REFERENCE("Dependent", &any_logical_element),
    { 0 },
};

static const struct cim_property session_process[] = {
    REFERENCE("Antecedent", &session_of_process),
    REFERENCE("Dependent", &process_itself),
    { 0 },
};

static const struct cim_word sid_types[] = {
    { "1", "SidTypeUser" },           { "2", "SidTypeGroup" },
    { "3", "SidTypeDomain" },         { "4", "SidTypeAlias" },
    { "5", "SidTypeWellKnownGroup" }, { "6", "SidTypeDeletedAccount" },
    { "7", "SidTypeInvalid" },        { "8", "SidTypeUnknown" },
    { "9", "SidTypeComputer" },       { 0 },
};

static const struct cim_property account[] = {
    { "Caption", CIM_STRING, COLUMN("caption"), .max_length = 64 },
    { "Description", CIM_STRING, COLUMN("comment") },
    { "Name", CIM_STRING, CIM_KEY, COLUMN("name") },
    { "Status", CIM_STRING, COLUMN("status"), .max_length = 10, .words = statuses },
    { "Domain", CIM_STRING, CIM_KEY, COLUMN("domain_or_machine") },
    { "LocalAccount", CIM_BOOLEAN, CONSTANT("true") },
    { "SID", CIM_STRING, COLUMN("sid") },
    { "SIDType", CIM_UINT8, COLUMN("sid_use"), .words = sid_types },
    { 0 },
};

static const struct cim_word account_types[] = {
    { "256", "Temporary duplicate account" }, { "512", "Normal account" },
    { "2048", "Interdomain trust account" },  { "4096", "Workstation trust account" },
    { "8192", "Server trust account" },       { 0 },
};

static const struct cim_property user_account[] = {
    { "AccountType", CIM_UINT32, COLUMN("account_type"), .words = account_types },
    { "Disabled", CIM_BOOLEAN, COLUMN("disabled") },
    { "FullName", CIM_STRING, COLUMN("full_name") },
    { "Lockout", CIM_BOOLEAN, COLUMN("locked") },
    { "PasswordChangeable", CIM_BOOLEAN, COLUMN("password_changeable") },
    { "PasswordExpires", CIM_BOOLEAN, COLUMN("password_expires") },
    { "PasswordRequired", CIM_BOOLEAN, COLUMN("password_required") },
    { 0 },
};

static const struct cim_property nothing_more[] = { { 0 } };

static const struct cim_word execution_states[] = {
    { "0", "Unknown" },
    { "1", "Other" },
    { "2", "Ready" },
    { "3", "Running" },
    { "4", "Blocked" },
    { "5", "Suspended Blocked" },
    { "6", "Suspended Ready" },
    { "7", "Terminated" },
    { "8", "Stopped" },
    { "9", "Growing" },
    { 0 },
};

static const struct cim_property cim_process[] = {
    { "CreationClassName", CIM_STRING, .max_length = 256 },
    { "CreationDate", CIM_DATETIME },
    { "CSCreationClassName", CIM_STRING, .max_length = 256 },
    { "CSName", CIM_STRING, .max_length = 256 },
    { "ExecutionState", CIM_UINT16, .words = execution_states },
    { "Handle", CIM_STRING, CIM_KEY, .max_length = 256 },
    { "KernelModeTime", CIM_UINT64, .units = "100 Nanoseconds" },
    { "OSCreationClassName", CIM_STRING, .max_length = 256 },
    { "OSName", CIM_STRING, .max_length = 256 },
    { "Priority", CIM_UINT32 },
    { "TerminationDate", CIM_DATETIME },
    { "UserModeTime", CIM_UINT64, .units = "100 Nanoseconds" },
    { "WorkingSetSize", CIM_UINT64, .units = "Bytes" },
    { 0 },
};

static const struct cim_property process[] = {
    { "Caption", CIM_STRING, COLUMN("name"), .max_length = 64 },
    { "Description", CIM_STRING, COLUMN("name") },
    { "Name", CIM_STRING, COLUMN("name") },
    { "CreationClassName", CIM_STRING, CONSTANT("Win32_Process"), .max_length = 256 },
    { "CreationDate", CIM_DATETIME, COLUMN("started") },
    { "CSCreationClassName", CIM_STRING, CONSTANT("Win32_ComputerSystem"), .max_length = 256 },
    { "CSName", CIM_STRING, MACHINE, .max_length = 256 },
    { "Handle", CIM_STRING, CIM_KEY, COLUMN("pid"), .max_length = 256 },
    { "KernelModeTime", CIM_UINT64, COLUMN("kernel_time"), .units = "100 Nanoseconds" },
    { "OSCreationClassName", CIM_STRING, CONSTANT("Win32_OperatingSystem"), .max_length = 256 },
    { "Priority", CIM_UINT32, COLUMN("priority") },
    { "UserModeTime", CIM_UINT64, COLUMN("user_time"), .units = "100 Nanoseconds" },
    { "WorkingSetSize", CIM_UINT64, COLUMN("resident_bytes"), .units = "Bytes" },
    { "CommandLine", CIM_STRING, COLUMN("command_line") },
    { "ExecutablePath", CIM_STRING, COLUMN("executable") },
    { "HandleCount", CIM_UINT32, COLUMN("descriptors") },
    { "MaximumWorkingSetSize", CIM_UINT32, .units = "Kilobytes" },
    { "MinimumWorkingSetSize", CIM_UINT32, .units = "Kilobytes" },
    { "OtherOperationCount", CIM_UINT64 },
    { "OtherTransferCount", CIM_UINT64, .units = "Bytes" },
    { "PageFaults", CIM_UINT32, COLUMN("page_faults") },
    { "PageFileUsage", CIM_UINT32, COLUMN("swapped_kilobytes"), .units = "Kilobytes" },
    { "ParentProcessId", CIM_UINT32, COLUMN("parent") },
    { "PeakPageFileUsage", CIM_UINT32, .units = "Kilobytes" },
    { "PeakVirtualSize", CIM_UINT64, COLUMN("virtual_peak_bytes"), .units = "Bytes" },
    { "PeakWorkingSetSize", CIM_UINT32, COLUMN("resident_peak_kilobytes"), .units = "Kilobytes" },
    { "PrivatePageCount", CIM_UINT64, COLUMN("private_bytes"), .units = "Bytes" },
    { "ProcessId", CIM_UINT32, COLUMN("pid") },
    { "QuotaNonPagedPoolUsage", CIM_UINT32, .units = "Kilobytes" },
    { "QuotaPagedPoolUsage", CIM_UINT32, .units = "Kilobytes" },
    { "QuotaPeakNonPagedPoolUsage", CIM_UINT32, .units = "Kilobytes" },
    { "QuotaPeakPagedPoolUsage", CIM_UINT32, .units = "Kilobytes" },
    { "ReadOperationCount", CIM_UINT64, COLUMN("reads") },
    { "ReadTransferCount", CIM_UINT64, COLUMN("read_bytes"), .units = "Bytes" },
    { "SessionId", CIM_UINT32, COLUMN("session_id") },
    { "ThreadCount", CIM_UINT32, COLUMN("threads") },
    { "VirtualSize", CIM_UINT64, COLUMN("virtual_bytes"), .units = "Bytes" },
    { "WindowsVersion", CIM_STRING },
    { "WriteOperationCount", CIM_UINT64, COLUMN("writes") },
    { "WriteTransferCount", CIM_UINT64, COLUMN("written_bytes"), .units = "Bytes" },
    { 0 },
};

static const struct cim_class classes[] = {
    { "CIM_ManagedSystemElement", NULL, CIM_ABSTRACT, managed_system_element },
    { "CIM_LogicalElement", "CIM_ManagedSystemElement", CIM_ABSTRACT, nothing_more },
    { "Win32_Session", "CIM_LogicalElement", CIM_ABSTRACT, session },
    { "Win32_LogonSession", "Win32_Session", 0, logon_session, &query_sessions_table },
    { "Win32_Account", "CIM_LogicalElement", CIM_ABSTRACT, account },
    { "Win32_UserAccount", "Win32_Account", 0, user_account, &query_accounts_table, "kind",
      "user" },
    { "Win32_Group", "Win32_Account", 0, nothing_more, &query_accounts_table, "kind", "group" },
    { "Win32_SystemAccount", "Win32_Account", 0, nothing_more, &query_accounts_table, "kind",
      "system" },
    { "CIM_Process", "CIM_LogicalElement", CIM_ABSTRACT, cim_process },
    { "Win32_Process", "CIM_Process", 0, process, &query_processes_table },
    { "OpenLogon_LogonSession", NULL, 0, openlogon_session, &query_sessions_table },
    { "CIM_Dependency", NULL, CIM_ABSTRACT | CIM_ASSOCIATION, dependency },
    { "Win32_LoggedOnUser", "CIM_Dependency", CIM_ASSOCIATION, logged_on_user,
      &query_sessions_table },
    { "Win32_SessionResource", "CIM_Dependency", CIM_ABSTRACT | CIM_ASSOCIATION, session_resource },
    { "Win32_SessionProcess", "Win32_SessionResource", CIM_ASSOCIATION, session_process,
      &query_processes_table },
};

_Static_assert(ARRAY_SIZE(classes) <= CLASSES_MAX, "there is room for what is made of them");

/* --- what follows from it -------------------------------------------------------------------- */

const struct cim_class *cim_classes(size_t *ret_n)
{
    *ret_n = ARRAY_SIZE(classes);
    return classes;
}

const struct cim_class *cim_class_find(const char *name)
{
    for (size_t i = 0; i < ARRAY_SIZE(classes); i++) {
        if (query_same_text(classes[i].name, name))
            return &classes[i];
    }
    return NULL;
}

const struct cim_class *cim_class_super(const struct cim_class *class)
{
    return class->superclass ? cim_class_find(class->superclass) : NULL;
}

bool cim_class_is_a(const struct cim_class *class, const struct cim_class *ancestor)
{
    for (; class; class = cim_class_super(class)) {
        if (class == ancestor)
            return true;
    }
    return false;
}

bool cim_class_is_of_line(const struct cim_class *a, const struct cim_class *b)
{
    return a && b && (cim_class_is_a(a, b) || cim_class_is_a(b, a));
}

bool cim_class_has_qualifier(const struct cim_class *class, const char *name)
{
    const struct {
        const char *name;
        bool is_there;
    } qualifiers[] = {
        { "Abstract", class->flags & CIM_ABSTRACT },
        { "Association", class->flags & CIM_ASSOCIATION },
        { "Dynamic", class->source != NULL },
        { "Provider", class->source != NULL },
    };

    for (size_t i = 0; i < ARRAY_SIZE(qualifiers); i++) {
        if (query_same_text(qualifiers[i].name, name))
            return qualifiers[i].is_there;
    }
    return false;
}

/* The one that a class has itself. */
static const struct cim_property *own(const struct cim_class *class, const char *name)
{
    for (const struct cim_property *p = class->properties; p->name; p++) {
        if (strcmp(p->name, name) == 0)
            return p;
    }
    return NULL;
}

static bool is_inherited(const struct cim_class *class, const char *name)
{
    for (class = cim_class_super(class); class; class = cim_class_super(class)) {
        if (own(class, name))
            return true;
    }
    return false;
}

/* The i-th, counted from the first of the line on; `*i` is left with what is beyond the class. */
static const struct cim_property *introduced(const struct cim_class *class, size_t *i)
{
    const struct cim_class *super = cim_class_super(class);
    const struct cim_property *found = super ? introduced(super, i) : NULL;

    if (found)
        return own(class, found->name) ? own(class, found->name) : found;
    for (const struct cim_property *p = class->properties; p->name; p++) {
        if (!is_inherited(class, p->name) && (*i)-- == 0)
            return p;
    }
    return NULL;
}

/* All properties of each class, put together once. */
static const struct cim_property *flat[CLASSES_MAX][PROPERTIES_MAX];

static void put_together(void)
{
    for (size_t k = 0; k < ARRAY_SIZE(classes); k++) {
        for (size_t n = 0; n < PROPERTIES_MAX; n++) {
            size_t i = n;

            flat[k][n] = introduced(&classes[k], &i);
        }
    }
}

const struct cim_property *cim_class_property(const struct cim_class *class, size_t i)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    (void)pthread_once(&once, put_together);
    return i < PROPERTIES_MAX ? flat[class - classes][i] : NULL;
}

size_t cim_class_size(const struct cim_class *class)
{
    size_t n = 0;

    while (cim_class_property(class, n))
        n++;
    return n;
}

bool cim_class_property_find(const struct cim_class *class, const char *name, size_t *ret)
{
    const struct cim_property *p;

    for (size_t i = 0; (p = cim_class_property(class, i)); i++) {
        if (query_same_text(p->name, name)) {
            *ret = i;
            return true;
        }
    }
    return false;
}

const char *cim_type_word(enum cim_type type)
{
    static const char *const words[] = {
        [CIM_STRING] = "string",     [CIM_BOOLEAN] = "boolean",     [CIM_UINT8] = "uint8",
        [CIM_UINT16] = "uint16",     [CIM_UINT32] = "uint32",       [CIM_UINT64] = "uint64",
        [CIM_DATETIME] = "datetime", [CIM_REFERENCE] = "reference",
    };

    return words[type];
}
