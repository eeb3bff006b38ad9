// One line a check: what was looked at, and where it was otherwise, what was seen.

export function checks() {
  let good = 0;
  let bad = 0;
  const check = (name, holds, seen = '') => {
    if (holds) good += 1;
    else bad += 1;
    console.log(`${holds ? 'ok  ' : 'FAIL'}  ${name}${holds || seen === '' ? '' : `: ${typeof seen === 'string' ? seen : JSON.stringify(seen)}`}`);
    return holds;
  };
  return { check, note: (text) => console.log(`      ${text}`), count: () => ({ good, bad }) };
}
