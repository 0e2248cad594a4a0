/* SPDX-License-Identifier: MIT */
/*
 * Namespaces and addresses of WS-Management. Source: DSP0226, annex A; DSP0227, annex A; DSP0230,
 * 5.3; MS-WSMV, 2.2.1.
 */
#ifndef OPENLOGON_CIM_WSMAN_NAMES_H
#define OPENLOGON_CIM_WSMAN_NAMES_H

#define WSMAN_SOAP            "http://www.w3.org/2003/05/soap-envelope"
#define WSMAN_ADDRESSING      "http://schemas.xmlsoap.org/ws/2004/08/addressing"
#define WSMAN_ENUMERATION     "http://schemas.xmlsoap.org/ws/2004/09/enumeration"
#define WSMAN_TRANSFER        "http://schemas.xmlsoap.org/ws/2004/09/transfer"
#define WSMAN_EVENTING        "http://schemas.xmlsoap.org/ws/2004/08/eventing"
#define WSMAN_URI             "http://schemas.dmtf.org/wbem/wsman/1/wsman"
#define WSMAN_MANAGEMENT      "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
#define WSMAN_BINDING_URI     "http://schemas.dmtf.org/wbem/wsman/1/cimbinding"
#define WSMAN_BINDING         "http://schemas.dmtf.org/wbem/wsman/1/cimbinding.xsd"
#define WSMAN_IDENTITY        "http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"
#define WSMAN_CIM             "http://schemas.dmtf.org/wbem/wscim/1/common"
#define WSMAN_SCHEMA_INSTANCE "http://www.w3.org/2001/XMLSchema-instance"
#define WSMAN_XML             "http://www.w3.org/XML/1998/namespace"

#define WSMAN_ANONYMOUS       WSMAN_ADDRESSING "/role/anonymous"

/* Dialects of filters. */
#define WSMAN_DIALECT_WQL       "http://schemas.microsoft.com/wbem/wsman/1/WQL"
#define WSMAN_DIALECT_SELECTORS WSMAN_URI "/SelectorFilter"
#define WSMAN_DIALECT_RELATIONS WSMAN_BINDING_URI "/associationFilter"

#endif
