// SPDX-License-Identifier: MIT
// Cockpit's own library, which its base package has loaded as a classic script.

export const cockpit = window.cockpit;
