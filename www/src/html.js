// SPDX-License-Identifier: ISC
// Markup in plain JavaScript: htm's tagged template bound to Preact.
import { h } from 'preact';
import htm from 'htm';

export const html = htm.bind(h);
