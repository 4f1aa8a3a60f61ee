// SPDX-License-Identifier: ISC
// Loaded before the first paint: dark or light as the person chose, else as the system says.
document.documentElement.dataset.theme = localStorage.getItem('consciousness.theme') ?? 'auto';
