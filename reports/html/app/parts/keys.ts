/** Keys belong to the page only where nobody types, and where no command of the browser is meant. */
export function isTyping(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return true;
  const { target } = event;
  return target instanceof HTMLElement && target.matches('input, select, textarea, [contenteditable]');
}
