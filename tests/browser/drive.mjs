// The two browsers, as a reader has them: started once, a fresh page for each look.
//
// Every page is watched: what it asks for, what it writes to the console, what it throws.

import puppeteer from 'puppeteer-core';

const CHROMIUM = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-dev-shm-usage'];

export const BROWSERS = ['chromium', 'firefox'];

/** A browser that runs; `words` are further words of its command line. */
export async function launch(name, { words = [], prefs = {}, at } = {}) {
  if (name === 'chromium') {
    return puppeteer.launch({ browser: 'chrome', executablePath: at ?? '/usr/bin/chromium', args: [...CHROMIUM, ...words], protocolTimeout: 300000 });
  }
  return puppeteer.launch({
    browser: 'firefox',
    executablePath: '/usr/bin/firefox-esr',
    args: words,
    protocolTimeout: 300000,
    // The driver switches this off; readers have it on.
    extraPrefsFirefox: { 'security.fileuri.strict_origin_policy': true, ...prefs },
  });
}

/** A page that is watched from before its first byte. */
export async function watched(browser, { width = 1280, height = 900 } = {}) {
  const page = await browser.newPage();
  const seen = { requests: [], console: [], errors: [] };
  page.on('request', (request) => seen.requests.push(request.url()));
  page.on('console', (message) => seen.console.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => seen.errors.push(String(error)));
  await page.setViewport({ width, height });
  // What an earlier look left behind would make a shorter copy of the same ledger "older".
  await page.evaluateOnNewDocument(() => { try { localStorage.clear(); } catch { /* none here */ } });
  return { page, seen };
}

/** Waits until the page has said what it thinks of the record. */
export async function settled(page, timeout = 60000) {
  const until = Date.now() + timeout;
  for (;;) {
    const told = await page.evaluate(() => {
      const line = document.getElementById('headline');
      return line && { state: line.dataset.state, codes: line.dataset.codes ?? '', text: line.textContent, about: document.getElementById('headline-about')?.textContent };
    });
    if (told && told.state && told.state !== 'checking') return told;
    if (Date.now() > until) return told ?? { state: 'no headline', codes: '', text: '' };
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

/** Opens an address and waits for its headline. */
export async function look(browser, address, options = {}) {
  const { page, seen } = await watched(browser, options);
  await page.goto(address, { waitUntil: 'load', timeout: 120000 });
  return { page, seen, told: await settled(page, options.timeout) };
}

/** What a page asked for beyond itself. */
export function beyond(seen, address) {
  const own = address.split('#')[0];
  return seen.requests.filter((url) => url.split('#')[0] !== own && !url.startsWith('data:') && !url.endsWith('/favicon.ico'));
}
