/* SPDX-License-Identifier: MIT */
/* Text: conversion only. */
#ifndef OPENLOGON_WINNLS_H
#define OPENLOGON_WINNLS_H

#include <stringapiset.h>

#endif
