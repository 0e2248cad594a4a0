/* SPDX-License-Identifier: MIT */
#include "base/status.h"

#include <errno.h>
#include <stddef.h>

#include <winerror.h>

/* clang-format off */
#define STATUS(name, win32)  { (int32_t)(name), (uint32_t)(win32), #name }
#define WIN32(name, message) { (uint32_t)(name), #name, message }
/* clang-format on */

/* Without pointers: a module that is loaded for each login has the less to relocate. */
struct status_entry {
    int32_t status;
    uint32_t win32;
    char name[48];
};

/* Ascending as unsigned numbers. A Win32 code that has no name in the headers stands as a number.
 */
static const struct status_entry statuses[] = {
    STATUS(STATUS_SUCCESS, ERROR_SUCCESS),
    STATUS(STATUS_TIMEOUT, WAIT_TIMEOUT),
    STATUS(STATUS_PENDING, ERROR_IO_PENDING),
    STATUS(STATUS_MORE_ENTRIES, ERROR_MORE_DATA),
    STATUS(STATUS_NOT_ALL_ASSIGNED, ERROR_NOT_ALL_ASSIGNED),
    STATUS(STATUS_SOME_NOT_MAPPED, ERROR_SOME_NOT_MAPPED),
    STATUS(STATUS_ACCESS_AUDIT_BY_POLICY, 785),
    STATUS(STATUS_BUFFER_OVERFLOW, ERROR_MORE_DATA),
    STATUS(STATUS_PARTIAL_COPY, ERROR_PARTIAL_COPY),
    STATUS(STATUS_DEVICE_BUSY, ERROR_BUSY),
    STATUS(STATUS_NO_MORE_ENTRIES, ERROR_NO_MORE_ITEMS),
    STATUS(STATUS_UNSUCCESSFUL, ERROR_GEN_FAILURE),
    STATUS(STATUS_NOT_IMPLEMENTED, ERROR_INVALID_FUNCTION),
    STATUS(STATUS_INVALID_INFO_CLASS, ERROR_INVALID_PARAMETER),
    STATUS(STATUS_INFO_LENGTH_MISMATCH, ERROR_BAD_LENGTH),
    STATUS(STATUS_INVALID_HANDLE, ERROR_INVALID_HANDLE),
    STATUS(STATUS_INVALID_CID, ERROR_INVALID_PARAMETER),
    STATUS(STATUS_INVALID_PARAMETER, ERROR_INVALID_PARAMETER),
    STATUS(STATUS_NO_SUCH_FILE, ERROR_FILE_NOT_FOUND),
    STATUS(STATUS_INVALID_DEVICE_REQUEST, ERROR_INVALID_FUNCTION),
    STATUS(STATUS_NO_MEMORY, ERROR_NOT_ENOUGH_MEMORY),
    STATUS(STATUS_ACCESS_DENIED, ERROR_ACCESS_DENIED),
    STATUS(STATUS_BUFFER_TOO_SMALL, ERROR_INSUFFICIENT_BUFFER),
    STATUS(STATUS_OBJECT_TYPE_MISMATCH, ERROR_INVALID_HANDLE),
    STATUS(STATUS_OBJECT_NAME_INVALID, ERROR_INVALID_NAME),
    STATUS(STATUS_OBJECT_NAME_NOT_FOUND, ERROR_FILE_NOT_FOUND),
    STATUS(STATUS_OBJECT_NAME_COLLISION, ERROR_ALREADY_EXISTS),
    STATUS(STATUS_DEVICE_ALREADY_ATTACHED, 548),
    STATUS(STATUS_OBJECT_PATH_NOT_FOUND, ERROR_PATH_NOT_FOUND),
    STATUS(STATUS_OBJECT_PATH_SYNTAX_BAD, ERROR_BAD_PATHNAME),
    STATUS(STATUS_DATA_ERROR, ERROR_CRC),
    STATUS(STATUS_PORT_CONNECTION_REFUSED, ERROR_ACCESS_DENIED),
    STATUS(STATUS_SHARING_VIOLATION, ERROR_SHARING_VIOLATION),
    STATUS(STATUS_QUOTA_EXCEEDED, ERROR_NOT_ENOUGH_QUOTA),
    STATUS(STATUS_UNKNOWN_REVISION, ERROR_UNKNOWN_REVISION),
    STATUS(STATUS_REVISION_MISMATCH, ERROR_REVISION_MISMATCH),
    STATUS(STATUS_INVALID_OWNER, ERROR_INVALID_OWNER),
    STATUS(STATUS_INVALID_PRIMARY_GROUP, ERROR_INVALID_PRIMARY_GROUP),
    STATUS(STATUS_NO_IMPERSONATION_TOKEN, ERROR_NO_IMPERSONATION_TOKEN),
    STATUS(STATUS_CANT_DISABLE_MANDATORY, ERROR_CANT_DISABLE_MANDATORY),
    STATUS(STATUS_NO_LOGON_SERVERS, ERROR_NO_LOGON_SERVERS),
    STATUS(STATUS_NO_SUCH_LOGON_SESSION, ERROR_NO_SUCH_LOGON_SESSION),
    STATUS(STATUS_NO_SUCH_PRIVILEGE, ERROR_NO_SUCH_PRIVILEGE),
    STATUS(STATUS_PRIVILEGE_NOT_HELD, ERROR_PRIVILEGE_NOT_HELD),
    STATUS(STATUS_INVALID_ACCOUNT_NAME, ERROR_INVALID_ACCOUNT_NAME),
    STATUS(STATUS_USER_EXISTS, ERROR_USER_EXISTS),
    STATUS(STATUS_NO_SUCH_USER, ERROR_NO_SUCH_USER),
    STATUS(STATUS_GROUP_EXISTS, ERROR_GROUP_EXISTS),
    STATUS(STATUS_NO_SUCH_GROUP, ERROR_NO_SUCH_GROUP),
    STATUS(STATUS_MEMBER_IN_GROUP, ERROR_MEMBER_IN_GROUP),
    STATUS(STATUS_MEMBER_NOT_IN_GROUP, ERROR_MEMBER_NOT_IN_GROUP),
    STATUS(STATUS_LAST_ADMIN, ERROR_LAST_ADMIN),
    STATUS(STATUS_WRONG_PASSWORD, ERROR_INVALID_PASSWORD),
    STATUS(STATUS_ILL_FORMED_PASSWORD, ERROR_ILL_FORMED_PASSWORD),
    STATUS(STATUS_PASSWORD_RESTRICTION, ERROR_PASSWORD_RESTRICTION),
    STATUS(STATUS_LOGON_FAILURE, ERROR_LOGON_FAILURE),
    STATUS(STATUS_ACCOUNT_RESTRICTION, ERROR_ACCOUNT_RESTRICTION),
    STATUS(STATUS_INVALID_LOGON_HOURS, ERROR_INVALID_LOGON_HOURS),
    STATUS(STATUS_INVALID_WORKSTATION, ERROR_INVALID_WORKSTATION),
    STATUS(STATUS_PASSWORD_EXPIRED, ERROR_PASSWORD_EXPIRED),
    STATUS(STATUS_ACCOUNT_DISABLED, ERROR_ACCOUNT_DISABLED),
    STATUS(STATUS_NONE_MAPPED, ERROR_NONE_MAPPED),
    STATUS(STATUS_TOO_MANY_LUIDS_REQUESTED, ERROR_TOO_MANY_LUIDS_REQUESTED),
    STATUS(STATUS_LUIDS_EXHAUSTED, ERROR_LUIDS_EXHAUSTED),
    STATUS(STATUS_INVALID_SUB_AUTHORITY, ERROR_INVALID_SUB_AUTHORITY),
    STATUS(STATUS_INVALID_ACL, ERROR_INVALID_ACL),
    STATUS(STATUS_INVALID_SID, ERROR_INVALID_SID),
    STATUS(STATUS_INVALID_SECURITY_DESCR, ERROR_INVALID_SECURITY_DESCR),
    STATUS(STATUS_PROCEDURE_NOT_FOUND, ERROR_PROC_NOT_FOUND),
    STATUS(STATUS_INVALID_IMAGE_FORMAT, ERROR_BAD_EXE_FORMAT),
    STATUS(STATUS_NO_TOKEN, ERROR_NO_TOKEN),
    STATUS(STATUS_BAD_INHERITANCE_ACL, ERROR_BAD_INHERITANCE_ACL),
    STATUS(STATUS_DISK_FULL, ERROR_DISK_FULL),
    STATUS(STATUS_SERVER_DISABLED, ERROR_SERVER_DISABLED),
    STATUS(STATUS_SERVER_NOT_DISABLED, ERROR_SERVER_NOT_DISABLED),
    STATUS(STATUS_ALLOTTED_SPACE_EXCEEDED, ERROR_ALLOTTED_SPACE_EXCEEDED),
    STATUS(STATUS_INSUFFICIENT_RESOURCES, ERROR_NO_SYSTEM_RESOURCES),
    STATUS(STATUS_MEDIA_WRITE_PROTECTED, ERROR_WRITE_PROTECT),
    STATUS(STATUS_BAD_IMPERSONATION_LEVEL, ERROR_BAD_IMPERSONATION_LEVEL),
    STATUS(STATUS_CANT_OPEN_ANONYMOUS, ERROR_CANT_OPEN_ANONYMOUS),
    STATUS(STATUS_BAD_VALIDATION_CLASS, ERROR_BAD_VALIDATION_CLASS),
    STATUS(STATUS_BAD_TOKEN_TYPE, ERROR_BAD_TOKEN_TYPE),
    STATUS(STATUS_PIPE_DISCONNECTED, ERROR_PIPE_NOT_CONNECTED),
    STATUS(STATUS_IO_TIMEOUT, ERROR_SEM_TIMEOUT),
    STATUS(STATUS_FILE_IS_A_DIRECTORY, ERROR_ACCESS_DENIED),
    STATUS(STATUS_NOT_SUPPORTED, ERROR_NOT_SUPPORTED),
    STATUS(STATUS_NO_SECURITY_ON_OBJECT, ERROR_NO_SECURITY_ON_OBJECT),
    STATUS(STATUS_PIPE_EMPTY, ERROR_NO_DATA),
    STATUS(STATUS_INVALID_SERVER_STATE, ERROR_INVALID_SERVER_STATE),
    STATUS(STATUS_NO_SUCH_DOMAIN, ERROR_NO_SUCH_DOMAIN),
    STATUS(STATUS_INTERNAL_DB_CORRUPTION, ERROR_INTERNAL_DB_CORRUPTION),
    STATUS(STATUS_INTERNAL_ERROR, ERROR_INTERNAL_ERROR),
    STATUS(STATUS_GENERIC_NOT_MAPPED, ERROR_GENERIC_NOT_MAPPED),
    STATUS(STATUS_BAD_DESCRIPTOR_FORMAT, ERROR_BAD_DESCRIPTOR_FORMAT),
    STATUS(STATUS_NOT_LOGON_PROCESS, ERROR_NOT_LOGON_PROCESS),
    STATUS(STATUS_LOGON_SESSION_EXISTS, ERROR_LOGON_SESSION_EXISTS),
    STATUS(STATUS_NO_SUCH_PACKAGE, ERROR_NO_SUCH_PACKAGE),
    STATUS(STATUS_NOT_A_DIRECTORY, ERROR_DIRECTORY),
    STATUS(STATUS_BAD_LOGON_SESSION_STATE, ERROR_BAD_LOGON_SESSION_STATE),
    STATUS(STATUS_LOGON_SESSION_COLLISION, ERROR_LOGON_SESSION_COLLISION),
    STATUS(STATUS_NAME_TOO_LONG, ERROR_FILENAME_EXCED_RANGE),
    STATUS(STATUS_PROCESS_IS_TERMINATING, ERROR_ACCESS_DENIED),
    STATUS(STATUS_INVALID_LOGON_TYPE, ERROR_INVALID_LOGON_TYPE),
    STATUS(STATUS_CANNOT_IMPERSONATE, ERROR_CANNOT_IMPERSONATE),
    STATUS(STATUS_TOO_MANY_OPENED_FILES, ERROR_TOO_MANY_OPEN_FILES),
    STATUS(STATUS_CANCELLED, ERROR_OPERATION_ABORTED),
    STATUS(STATUS_SPECIAL_ACCOUNT, ERROR_SPECIAL_ACCOUNT),
    STATUS(STATUS_TOKEN_ALREADY_IN_USE, ERROR_TOKEN_ALREADY_IN_USE),
    STATUS(STATUS_TIME_DIFFERENCE_AT_DC, ERROR_TIME_SKEW),
    STATUS(STATUS_DLL_NOT_FOUND, ERROR_MOD_NOT_FOUND),
    STATUS(STATUS_ENTRYPOINT_NOT_FOUND, ERROR_PROC_NOT_FOUND),
    STATUS(STATUS_INVALID_CONNECTION, ERROR_UNEXP_NET_ERR),
    STATUS(STATUS_DLL_INIT_FAILED, ERROR_DLL_INIT_FAILED),
    STATUS(STATUS_INVALID_LEVEL, ERROR_INVALID_LEVEL),
    STATUS(STATUS_PIPE_BROKEN, ERROR_BROKEN_PIPE),
    STATUS(STATUS_NO_SUCH_ALIAS, ERROR_NO_SUCH_ALIAS),
    STATUS(STATUS_MEMBER_NOT_IN_ALIAS, ERROR_MEMBER_NOT_IN_ALIAS),
    STATUS(STATUS_MEMBER_IN_ALIAS, ERROR_MEMBER_IN_ALIAS),
    STATUS(STATUS_ALIAS_EXISTS, ERROR_ALIAS_EXISTS),
    STATUS(STATUS_LOGON_NOT_GRANTED, ERROR_LOGON_NOT_GRANTED),
    STATUS(STATUS_TOO_MANY_CONTEXT_IDS, ERROR_TOO_MANY_CONTEXT_IDS),
    STATUS(STATUS_LOGON_TYPE_NOT_GRANTED, ERROR_LOGON_TYPE_NOT_GRANTED),
    STATUS(STATUS_UNMAPPABLE_CHARACTER, ERROR_NO_UNICODE_TRANSLATION),
    STATUS(STATUS_NO_SUCH_MEMBER, ERROR_NO_SUCH_MEMBER),
    STATUS(STATUS_INVALID_MEMBER, ERROR_INVALID_MEMBER),
    STATUS(STATUS_TOO_MANY_SIDS, ERROR_TOO_MANY_SIDS),
    STATUS(STATUS_IO_DEVICE_ERROR, ERROR_IO_DEVICE),
    STATUS(STATUS_TRUSTED_DOMAIN_FAILURE, ERROR_TRUSTED_DOMAIN_FAILURE),
    STATUS(STATUS_TRUSTED_RELATIONSHIP_FAILURE, ERROR_TRUSTED_RELATIONSHIP_FAILURE),
    STATUS(STATUS_TRUST_FAILURE, ERROR_TRUST_FAILURE),
    STATUS(STATUS_NETLOGON_NOT_STARTED, ERROR_NETLOGON_NOT_STARTED),
    STATUS(STATUS_ACCOUNT_EXPIRED, ERROR_ACCOUNT_EXPIRED),
    STATUS(STATUS_POSSIBLE_DEADLOCK, ERROR_POSSIBLE_DEADLOCK),
    STATUS(STATUS_NOLOGON_WORKSTATION_TRUST_ACCOUNT, ERROR_NOLOGON_WORKSTATION_TRUST_ACCOUNT),
    STATUS(STATUS_INVALID_ACE_CONDITION, ERROR_INVALID_ACE_CONDITION),
    STATUS(STATUS_CONNECTION_DISCONNECTED, ERROR_NETNAME_DELETED),
    STATUS(STATUS_PASSWORD_MUST_CHANGE, ERROR_PASSWORD_MUST_CHANGE),
    STATUS(STATUS_NOT_FOUND, ERROR_NOT_FOUND),
    STATUS(STATUS_ACCOUNT_LOCKED_OUT, ERROR_ACCOUNT_LOCKED_OUT),
    STATUS(STATUS_CONNECTION_REFUSED, ERROR_CONNECTION_REFUSED),
    STATUS(STATUS_NOT_EXPORT_FORMAT, ERROR_NOT_EXPORT_FORMAT),
    STATUS(STATUS_CANT_ENABLE_DENY_ONLY, 629),
    STATUS(STATUS_ONLY_IF_CONNECTED, ERROR_ONLY_IF_CONNECTED),
    STATUS(STATUS_MUST_BE_KDC, 0x80090339),
    STATUS(STATUS_SMARTCARD_LOGON_REQUIRED, 0x8009033E),
    STATUS(STATUS_DOWNGRADE_DETECTED, ERROR_DOWNGRADE_DETECTED),
    STATUS(STATUS_USER2USER_REQUIRED, ERROR_LOGON_FAILURE),
    STATUS(STATUS_NO_S4U_PROT_SUPPORT, 0x80090356),
    STATUS(STATUS_AUTHENTICATION_FIREWALL_FAILED, ERROR_AUTHENTICATION_FIREWALL_FAILED),
    STATUS(STATUS_NTLM_BLOCKED, 1937),
    STATUS(STATUS_ELEVATION_REQUIRED, 740),
    STATUS(STATUS_INVALID_LABEL, ERROR_INVALID_LABEL),
    STATUS(RPC_NT_SERVER_UNAVAILABLE, RPC_S_SERVER_UNAVAILABLE),
    STATUS(RPC_NT_SERVER_TOO_BUSY, RPC_S_SERVER_TOO_BUSY),
    STATUS(RPC_NT_CALL_FAILED, RPC_S_CALL_FAILED),
    STATUS(RPC_NT_PROTOCOL_ERROR, RPC_S_PROTOCOL_ERROR),
    STATUS(STATUS_CTX_WINSTATION_NOT_FOUND, ERROR_CTX_WINSTATION_NOT_FOUND),
    STATUS(STATUS_CTX_NOT_CONSOLE, ERROR_CTX_NOT_CONSOLE),
    STATUS(STATUS_CTX_WINSTATION_ACCESS_DENIED, ERROR_CTX_WINSTATION_ACCESS_DENIED),
};

struct win32_entry {
    uint32_t code;
    const char *name;
    const char *message;
};

/* Ascending. */
static const struct win32_entry win32_codes[] = {
    WIN32(ERROR_SUCCESS, "The operation completed successfully."),
    WIN32(ERROR_INVALID_FUNCTION, "This function is not available here."),
    WIN32(ERROR_FILE_NOT_FOUND, "The file was not found."),
    WIN32(ERROR_PATH_NOT_FOUND, "The path was not found."),
    WIN32(ERROR_TOO_MANY_OPEN_FILES, "Too many files are open."),
    WIN32(ERROR_ACCESS_DENIED, "Access is denied."),
    WIN32(ERROR_INVALID_HANDLE, "The handle is not valid."),
    WIN32(ERROR_NOT_ENOUGH_MEMORY, "There is not enough memory."),
    WIN32(ERROR_WRITE_PROTECT, "The file system is read-only."),
    WIN32(ERROR_CRC, "The data is not what was expected."),
    WIN32(ERROR_BAD_LENGTH, "The length does not fit the request."),
    WIN32(ERROR_GEN_FAILURE, "The operation failed."),
    WIN32(ERROR_SHARING_VIOLATION, "Another process is using the file."),
    WIN32(ERROR_NOT_SUPPORTED, "The request is not supported."),
    WIN32(ERROR_UNEXP_NET_ERR, "The network gave an unexpected error."),
    WIN32(ERROR_NETNAME_DELETED, "The connection was closed by the other side."),
    WIN32(ERROR_INVALID_PASSWORD, "The password is not correct."),
    WIN32(ERROR_INVALID_PARAMETER, "A parameter is not correct."),
    WIN32(ERROR_BROKEN_PIPE, "The other end of the pipe was closed."),
    WIN32(ERROR_DISK_FULL, "The disk is full."),
    WIN32(ERROR_CALL_NOT_IMPLEMENTED, "This function does not exist on this system."),
    WIN32(ERROR_SEM_TIMEOUT, "The time for the operation ran out."),
    WIN32(ERROR_INSUFFICIENT_BUFFER, "The buffer is too small for the data."),
    WIN32(ERROR_INVALID_NAME, "The name has a form that is not allowed."),
    WIN32(ERROR_INVALID_LEVEL, "There is no such information level."),
    WIN32(ERROR_MOD_NOT_FOUND, "The module was not found."),
    WIN32(ERROR_PROC_NOT_FOUND, "The function was not found in its module."),
    WIN32(ERROR_BAD_ARGUMENTS, "The arguments are not correct."),
    WIN32(ERROR_BUSY, "The resource is in use."),
    WIN32(ERROR_ALREADY_EXISTS, "Something of this name exists already."),
    WIN32(ERROR_BAD_EXE_FORMAT, "The file is not a program that can run here."),
    WIN32(ERROR_FILENAME_EXCED_RANGE, "The name is too long."),
    WIN32(ERROR_NO_DATA, "The pipe is being closed or is empty."),
    WIN32(ERROR_PIPE_NOT_CONNECTED, "No process is at the other end of the pipe."),
    WIN32(ERROR_MORE_DATA, "There is more data."),
    WIN32(WAIT_TIMEOUT, "The wait timed out."),
    WIN32(ERROR_NO_MORE_ITEMS, "There are no more items."),
    WIN32(ERROR_DIRECTORY, "The name is not that of a directory."),
    WIN32(ERROR_PARTIAL_COPY, "Only a part of the request was done."),
    WIN32(ERROR_MR_MID_NOT_FOUND, "There is no text for this message number."),
    WIN32(629, "A group that is for denying only cannot be enabled."),
    WIN32(ERROR_INVALID_ACE_CONDITION, "The condition of the access control entry is not valid."),
    WIN32(ERROR_OPERATION_ABORTED, "The operation was cancelled."),
    WIN32(ERROR_IO_PENDING, "The operation is still under way."),
    WIN32(ERROR_NOACCESS, "The memory address is not valid."),
    WIN32(ERROR_INVALID_FLAGS, "The flags are not valid."),
    WIN32(ERROR_NO_TOKEN, "There is no token to refer to."),
    WIN32(ERROR_NO_UNICODE_TRANSLATION,
          "The text has a character that the other encoding cannot hold."),
    WIN32(ERROR_DLL_INIT_FAILED, "The module could not be initialised."),
    WIN32(ERROR_IO_DEVICE, "The device reports an error of input or output."),
    WIN32(ERROR_POSSIBLE_DEADLOCK, "The operation could wait for itself for ever."),
    WIN32(ERROR_NOT_FOUND, "The element was not found."),
    WIN32(ERROR_CANCELLED, "The operation was cancelled by the user."),
    WIN32(ERROR_CONNECTION_REFUSED, "The other side refused the connection."),
    WIN32(ERROR_ONLY_IF_CONNECTED, "This works only while connected to the server."),
    WIN32(ERROR_DOWNGRADE_DETECTED, "Security may have been weakened on the way; try again later."),
    WIN32(ERROR_INVALID_LABEL, "This SID may not be the label of an object."),
    WIN32(ERROR_NOT_ALL_ASSIGNED, "The caller does not hold all of the privileges named."),
    WIN32(ERROR_SOME_NOT_MAPPED, "Some names or SIDs could not be translated."),
    WIN32(ERROR_UNKNOWN_REVISION, "The revision is not known."),
    WIN32(ERROR_REVISION_MISMATCH, "The two revisions do not go together."),
    WIN32(ERROR_INVALID_OWNER, "This SID may not be the owner of an object."),
    WIN32(ERROR_INVALID_PRIMARY_GROUP, "This SID may not be the primary group of an object."),
    WIN32(ERROR_NO_IMPERSONATION_TOKEN,
          "The call needs an impersonation token, and there is none."),
    WIN32(ERROR_CANT_DISABLE_MANDATORY, "A mandatory group cannot be disabled."),
    WIN32(ERROR_NO_LOGON_SERVERS, "No logon server can be reached."),
    WIN32(ERROR_NO_SUCH_LOGON_SESSION, "The logon session does not exist; it may have ended."),
    WIN32(ERROR_NO_SUCH_PRIVILEGE, "There is no privilege of this name."),
    WIN32(ERROR_PRIVILEGE_NOT_HELD, "A privilege that is needed is not held by the caller."),
    WIN32(ERROR_INVALID_ACCOUNT_NAME, "The name is not a proper account name."),
    WIN32(ERROR_USER_EXISTS, "The account exists already."),
    WIN32(ERROR_NO_SUCH_USER, "There is no such account."),
    WIN32(ERROR_GROUP_EXISTS, "The group exists already."),
    WIN32(ERROR_NO_SUCH_GROUP, "There is no such group."),
    WIN32(ERROR_MEMBER_IN_GROUP, "The account is a member of the group already."),
    WIN32(ERROR_MEMBER_NOT_IN_GROUP, "The account is not a member of the group."),
    WIN32(ERROR_LAST_ADMIN, "The last administrator account cannot be taken away."),
    WIN32(ERROR_ILL_FORMED_PASSWORD, "The password has characters that are not allowed."),
    WIN32(ERROR_PASSWORD_RESTRICTION, "The password does not meet the password policy."),
    WIN32(ERROR_LOGON_FAILURE, "The user name or password is not correct."),
    WIN32(ERROR_ACCOUNT_RESTRICTION, "A restriction of the account prevents this logon."),
    WIN32(ERROR_INVALID_LOGON_HOURS, "The account may not log on at this hour."),
    WIN32(ERROR_INVALID_WORKSTATION, "The account may not log on to this machine."),
    WIN32(ERROR_PASSWORD_EXPIRED, "The password of the account has expired."),
    WIN32(ERROR_ACCOUNT_DISABLED, "The account is disabled."),
    WIN32(ERROR_NONE_MAPPED, "None of the names or SIDs could be translated."),
    WIN32(ERROR_TOO_MANY_LUIDS_REQUESTED, "Too many locally unique ids were asked for at once."),
    WIN32(ERROR_LUIDS_EXHAUSTED, "No more locally unique ids are left."),
    WIN32(ERROR_INVALID_SUB_AUTHORITY, "The sub-authority of the SID is not valid here."),
    WIN32(ERROR_INVALID_ACL, "The access control list is not valid."),
    WIN32(ERROR_INVALID_SID, "The SID is not valid."),
    WIN32(ERROR_INVALID_SECURITY_DESCR, "The security descriptor is not valid."),
    WIN32(ERROR_BAD_INHERITANCE_ACL,
          "The inherited access control list or entry could not be made."),
    WIN32(ERROR_SERVER_DISABLED, "The server is disabled at present."),
    WIN32(ERROR_SERVER_NOT_DISABLED, "The server is enabled at present."),
    WIN32(ERROR_ALLOTTED_SPACE_EXCEEDED, "There is no room left for the security information."),
    WIN32(ERROR_BAD_IMPERSONATION_LEVEL, "The token's impersonation level does not allow this."),
    WIN32(ERROR_CANT_OPEN_ANONYMOUS, "A token of the anonymous level cannot be opened."),
    WIN32(ERROR_BAD_VALIDATION_CLASS, "There is no such validation class."),
    WIN32(ERROR_BAD_TOKEN_TYPE, "The token is of the wrong type for this use."),
    WIN32(ERROR_NO_SECURITY_ON_OBJECT, "The object has no security descriptor."),
    WIN32(ERROR_INVALID_SERVER_STATE, "The server is in the wrong state for this operation."),
    WIN32(ERROR_NO_SUCH_DOMAIN, "The domain does not exist or cannot be reached."),
    WIN32(ERROR_INTERNAL_DB_CORRUPTION, "The security database is damaged."),
    WIN32(ERROR_INTERNAL_ERROR, "An internal error happened."),
    WIN32(ERROR_GENERIC_NOT_MAPPED,
          "The access mask has generic rights that were to be mapped before."),
    WIN32(ERROR_BAD_DESCRIPTOR_FORMAT,
          "The security descriptor has the wrong form, absolute or self-relative."),
    WIN32(ERROR_NOT_LOGON_PROCESS, "Only a registered logon process may do this."),
    WIN32(ERROR_LOGON_SESSION_EXISTS, "A logon session with this id exists already."),
    WIN32(ERROR_NO_SUCH_PACKAGE, "There is no authentication package of this name."),
    WIN32(ERROR_BAD_LOGON_SESSION_STATE,
          "The logon session is in the wrong state for this operation."),
    WIN32(ERROR_LOGON_SESSION_COLLISION, "The id of the logon session is in use."),
    WIN32(ERROR_INVALID_LOGON_TYPE, "The logon type is not valid here."),
    WIN32(ERROR_CANNOT_IMPERSONATE,
          "The client cannot be impersonated before something was read from it."),
    WIN32(ERROR_SPECIAL_ACCOUNT, "This is not possible with a built-in account."),
    WIN32(ERROR_TOKEN_ALREADY_IN_USE, "The token is in use as a primary token already."),
    WIN32(ERROR_NO_SUCH_ALIAS, "There is no such local group."),
    WIN32(ERROR_MEMBER_NOT_IN_ALIAS, "The account is not a member of the local group."),
    WIN32(ERROR_MEMBER_IN_ALIAS, "The account is a member of the local group already."),
    WIN32(ERROR_ALIAS_EXISTS, "The local group exists already."),
    WIN32(ERROR_LOGON_NOT_GRANTED, "The kind of logon that was asked for was not granted."),
    WIN32(ERROR_TOO_MANY_CONTEXT_IDS, "There are too many SIDs for one token."),
    WIN32(ERROR_LOGON_TYPE_NOT_GRANTED,
          "The account may not log on in this way: it lacks the logon right or is denied it."),
    WIN32(ERROR_NO_SUCH_MEMBER, "The account that is to be a member does not exist."),
    WIN32(ERROR_INVALID_MEMBER, "An account of this kind cannot be a member."),
    WIN32(ERROR_TOO_MANY_SIDS, "There are too many SIDs."),
    WIN32(ERROR_TIME_SKEW, "The clocks of client and server are too far apart."),
    WIN32(ERROR_NO_SYSTEM_RESOURCES, "The system lacks the resources for this."),
    WIN32(RPC_S_SERVER_UNAVAILABLE, "The authority cannot be reached."),
    WIN32(RPC_S_SERVER_TOO_BUSY, "The authority has too much to do."),
    WIN32(RPC_S_CALL_FAILED, "The call to the authority broke off."),
    WIN32(RPC_S_PROTOCOL_ERROR, "The authority and the caller do not speak the same protocol."),
    WIN32(ERROR_TRUSTED_DOMAIN_FAILURE, "The trust between the two domains does not work."),
    WIN32(ERROR_TRUSTED_RELATIONSHIP_FAILURE,
          "The trust between this machine and its domain does not work."),
    WIN32(ERROR_TRUST_FAILURE, "The trust that this logon needs does not work."),
    WIN32(ERROR_NETLOGON_NOT_STARTED, "The logon service is not running."),
    WIN32(ERROR_ACCOUNT_EXPIRED, "The account has expired."),
    WIN32(ERROR_NOLOGON_WORKSTATION_TRUST_ACCOUNT,
          "The account is a machine's; log on with a user's account."),
    WIN32(ERROR_NOT_ENOUGH_QUOTA, "The quota is used up."),
    WIN32(ERROR_PASSWORD_MUST_CHANGE, "The password has to be changed before the first logon."),
    WIN32(ERROR_ACCOUNT_LOCKED_OUT, "The account is locked out."),
    WIN32(ERROR_AUTHENTICATION_FIREWALL_FAILED,
          "The account may not authenticate to this machine."),
    WIN32(ERROR_NOT_EXPORT_FORMAT, "The file has an older format that is not exported."),
    WIN32(ERROR_CTX_WINSTATION_NOT_FOUND, "The terminal session was not found."),
    WIN32(ERROR_CTX_NOT_CONSOLE, "This works only at the console."),
    WIN32(ERROR_CTX_WINSTATION_ACCESS_DENIED, "Access to the terminal session is denied."),
};

static const struct {
    int error;
    nt_status status;
} errnos[] = {
    { EPERM, { (int32_t)STATUS_ACCESS_DENIED } },
    { EACCES, { (int32_t)STATUS_ACCESS_DENIED } },
    { ENOENT, { (int32_t)STATUS_OBJECT_NAME_NOT_FOUND } },
    { ENOTDIR, { (int32_t)STATUS_OBJECT_PATH_NOT_FOUND } },
    { ELOOP, { (int32_t)STATUS_OBJECT_PATH_NOT_FOUND } },
    { EEXIST, { (int32_t)STATUS_OBJECT_NAME_COLLISION } },
    { EISDIR, { (int32_t)STATUS_FILE_IS_A_DIRECTORY } },
    { ENAMETOOLONG, { (int32_t)STATUS_NAME_TOO_LONG } },
    { ESRCH, { (int32_t)STATUS_NOT_FOUND } },
    { EBADF, { (int32_t)STATUS_INVALID_HANDLE } },
    { EINVAL, { (int32_t)STATUS_INVALID_PARAMETER } },
    { ENOMEM, { (int32_t)STATUS_NO_MEMORY } },
    { EAGAIN, { (int32_t)STATUS_INSUFFICIENT_RESOURCES } },
    { EMFILE, { (int32_t)STATUS_TOO_MANY_OPENED_FILES } },
    { ENFILE, { (int32_t)STATUS_INSUFFICIENT_RESOURCES } },
    { ENOSPC, { (int32_t)STATUS_DISK_FULL } },
    { EROFS, { (int32_t)STATUS_MEDIA_WRITE_PROTECTED } },
    { EDQUOT, { (int32_t)STATUS_QUOTA_EXCEEDED } },
    { EBUSY, { (int32_t)STATUS_DEVICE_BUSY } },
    { ETXTBSY, { (int32_t)STATUS_SHARING_VIOLATION } },
    { ENOEXEC, { (int32_t)STATUS_INVALID_IMAGE_FORMAT } },
    { ETIMEDOUT, { (int32_t)STATUS_IO_TIMEOUT } },
    { ECANCELED, { (int32_t)STATUS_CANCELLED } },
    { EPIPE, { (int32_t)STATUS_PIPE_BROKEN } },
    { ECONNRESET, { (int32_t)STATUS_CONNECTION_DISCONNECTED } },
    { ECONNREFUSED, { (int32_t)STATUS_CONNECTION_REFUSED } },
    { EMSGSIZE, { (int32_t)STATUS_BUFFER_OVERFLOW } },
    { ENOSYS, { (int32_t)STATUS_NOT_SUPPORTED } },
    { EOPNOTSUPP, { (int32_t)STATUS_NOT_SUPPORTED } },
};

nt_status nt_from_errno(int error)
{
    if (error == 0)
        return NT_OK;
    for (size_t i = 0; i < ARRAY_SIZE(errnos); i++) {
        if (errnos[i].error == error || errnos[i].error == -error)
            return errnos[i].status;
    }
    return NT(UNSUCCESSFUL);
}

static const struct status_entry *status_find(int32_t status)
{
    size_t low = 0, high = ARRAY_SIZE(statuses);

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (statuses[middle].status == status)
            return &statuses[middle];
        if ((uint32_t)statuses[middle].status < (uint32_t)status)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static const struct win32_entry *win32_find(uint32_t code)
{
    size_t low = 0, high = ARRAY_SIZE(win32_codes);

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (win32_codes[middle].code == code)
            return &win32_codes[middle];
        if (win32_codes[middle].code < code)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

uint32_t nt_to_win32(int32_t status)
{
    const struct status_entry *entry = status_find(status);

    return entry ? entry->win32 : ERROR_MR_MID_NOT_FOUND;
}

const char *nt_status_name(nt_status st)
{
    const struct status_entry *entry = status_find(st.code);

    return entry ? entry->name : "unknown status";
}

const char *win32_name(uint32_t code)
{
    const struct win32_entry *entry = win32_find(code);

    return entry ? entry->name : NULL;
}

const char *win32_message(uint32_t code)
{
    const struct win32_entry *entry = win32_find(code);

    return entry ? entry->message : NULL;
}
