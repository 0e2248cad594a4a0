/* SPDX-License-Identifier: MIT */
#include "security/access_ace.h"

#define CONDITIONAL(effect) (ACCESS_EFFECT_##effect | ACCESS_EFFECT_CONDITIONAL)

static const uint8_t effects[] = {
    [ACCESS_ALLOWED_ACE_TYPE] = ACCESS_EFFECT_ALLOW,
    [ACCESS_DENIED_ACE_TYPE] = ACCESS_EFFECT_DENY,
    [ACCESS_ALLOWED_OBJECT_ACE_TYPE] = ACCESS_EFFECT_ALLOW,
    [ACCESS_DENIED_OBJECT_ACE_TYPE] = ACCESS_EFFECT_DENY,
    [ACCESS_ALLOWED_CALLBACK_ACE_TYPE] = CONDITIONAL(ALLOW),
    [ACCESS_DENIED_CALLBACK_ACE_TYPE] = CONDITIONAL(DENY),
    [ACCESS_ALLOWED_CALLBACK_OBJECT_ACE_TYPE] = CONDITIONAL(ALLOW),
    [ACCESS_DENIED_CALLBACK_OBJECT_ACE_TYPE] = CONDITIONAL(DENY),
    [ACCESS_ALLOWED_COMPOUND_ACE_TYPE] = ACCESS_EFFECT_NONE, /* it allows, if anything */
    [SYSTEM_AUDIT_ACE_TYPE] = ACCESS_EFFECT_AUDIT,
    [SYSTEM_AUDIT_OBJECT_ACE_TYPE] = ACCESS_EFFECT_AUDIT,
    [SYSTEM_AUDIT_CALLBACK_ACE_TYPE] = CONDITIONAL(AUDIT),
    [SYSTEM_AUDIT_CALLBACK_OBJECT_ACE_TYPE] = CONDITIONAL(AUDIT),
    [SYSTEM_ALARM_ACE_TYPE] = ACCESS_EFFECT_NONE,
    [SYSTEM_ALARM_OBJECT_ACE_TYPE] = ACCESS_EFFECT_NONE,
    [SYSTEM_ALARM_CALLBACK_ACE_TYPE] = ACCESS_EFFECT_NONE,
    [SYSTEM_ALARM_CALLBACK_OBJECT_ACE_TYPE] = ACCESS_EFFECT_NONE,
    [SYSTEM_MANDATORY_LABEL_ACE_TYPE] = ACCESS_EFFECT_NONE,
    [SYSTEM_RESOURCE_ATTRIBUTE_ACE_TYPE] = ACCESS_EFFECT_NONE,
    [SYSTEM_SCOPED_POLICY_ID_ACE_TYPE] = ACCESS_EFFECT_NONE,
    [SYSTEM_PROCESS_TRUST_LABEL_ACE_TYPE] = ACCESS_EFFECT_NONE,
};

uint8_t access_effect_of(uint8_t type)
{
    return type < ARRAY_SIZE(effects) ? effects[type] : (uint8_t)ACCESS_EFFECT_UNKNOWN;
}

enum truth access_condition(const struct access_request *request, const struct ace *ace,
                            enum access_view view, uint8_t effect, size_t *cost)
{
    return condition_evaluate(
        ace->extra, ace->extra_size,
        &(struct condition_context){ .token = request->token,
                                     .is_restricted = view == ACCESS_VIEW_RESTRICTED,
                                     .resource = request->descriptor->sacl,
                                     .principal_self = request->principal_self,
                                     .owner = access_owner(request),
                                     .is_deny = effect & (ACCESS_EFFECT_DENY | ACCESS_EFFECT_AUDIT),
                                     .cost = cost });
}
