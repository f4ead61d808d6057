const name = 'tellerline.view';

/**
 * The token of this page's address. It is taken out of the address bar, so that it is in no history, and kept for
 * this tab alone: it outlasts a reload and the way to a bank's login and back.
 *
 * @returns `cameBack`: it was waiting here, the address brought none
 */
export function takeToken(): { readonly token: string; readonly cameBack: boolean } | undefined {
  const brought = location.hash.slice(1);
  if (brought !== '') history.replaceState(null, '', location.pathname);
  try {
    if (brought !== '') sessionStorage.setItem(name, brought);
    const token = brought || sessionStorage.getItem(name);
    return token ? { token, cameBack: brought === '' } : undefined;
  } catch {
    // Storage is forbidden: the address is good while this page stays open.
    return brought === '' ? undefined : { token: brought, cameBack: false };
  }
}

/** Forgets it: it is used up, or over. */
export function dropToken(): void {
  try {
    sessionStorage.removeItem(name);
  } catch {
    // Storage is forbidden: there is nothing in it.
  }
}
