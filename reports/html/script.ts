/** All the script there is: copying commands, and opening what a link points into, lighting up causes and effects of a row. The page reads the same without. */
export const SCRIPT = `
for (const button of document.querySelectorAll('[data-copy]')) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener('click', () => {
    navigator.clipboard.writeText(button.previousElementSibling.textContent).then(() => {
      const before = button.textContent;
      button.textContent = 'Copied';
      setTimeout(() => { button.textContent = before; }, 1500);
    });
  });
}
for (const hint of document.querySelectorAll('[data-script]')) hint.hidden = false;
const reveal = () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  for (let at = target; at; at = at.parentElement) if (at.tagName === 'DETAILS') at.open = true;
  target.scrollIntoView();
};
addEventListener('hashchange', reveal);
reveal();
const light = (row) => {
  const timeline = row.closest('.timeline');
  const rows = [...timeline.querySelectorAll('li[data-n]')];
  const causes = new Map(rows.map((li) => [li.dataset.n, li.dataset.causes.split(' ')]));
  const before = new Set([row.dataset.n]);
  for (const n of before) for (const cause of causes.get(n) ?? []) before.add(cause);
  const after = new Set([row.dataset.n]);
  for (const [n, from] of causes) if (from.some((cause) => after.has(cause))) after.add(n);
  for (const mark of timeline.querySelectorAll('[data-n]')) {
    mark.classList.toggle('on', before.has(mark.dataset.n) || after.has(mark.dataset.n));
  }
  timeline.classList.add('lit');
};
const darken = () => { for (const lit of document.querySelectorAll('.lit')) lit.classList.remove('lit'); };
document.addEventListener('click', (event) => {
  const row = event.target.closest('.rows li[data-n]');
  darken();
  if (row && getSelection().isCollapsed) light(row);
});
document.addEventListener('keydown', (event) => { if (event.key === 'Escape') darken(); });
addEventListener('beforeprint', () => {
  for (const details of document.querySelectorAll('details.failure')) details.open = true;
});
`;
