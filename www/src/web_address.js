// SPDX-License-Identifier: ISC
// Addresses that devices announce: which of them a person may be led to.

/** Whether TEXT is an address that a link may have: http or https, and nothing that runs here. */
export const webAddress = (text) => /^https?:\/\//i.test(text ?? '') && URL.canParse(text);

/** The address TEXT as people write it. */
export const bareAddress = (text) => text.replace(/^https?:\/\/|\/$/gi, '');
