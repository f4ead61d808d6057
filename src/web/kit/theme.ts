/** `system` follows the device. */
export type Theme = 'system' | 'light' | 'dark';

const name = 'tellerline.theme';

/** The theme chosen on this device. `theme.js` sets it before the first paint; this changes it. */
export function currentTheme(): Theme {
  const set = document.documentElement.dataset['theme'];
  return set === 'light' || set === 'dark' ? set : 'system';
}

/** Sets the theme at once and, where storage is allowed, for later visits on this device. */
export function chooseTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
  try {
    if (theme === 'system') localStorage.removeItem(name);
    else localStorage.setItem(name, theme);
  } catch {
    // Storage is forbidden: the choice holds until the page is left.
    return;
  }
}
