import { randomBytes } from 'node:crypto';
import type { Clock } from '#base';

/** Meta: account linking tokens live about five minutes. */
const TOKEN_MS = 5 * 60_000;

/** The tokens of Meta's own account linking; they end with the process. */
export interface LinkingTokens {
  /** A token for a person of that page, and the address that the business sends the browser back to. */
  issue(pageId: string, personKey: string): string;
  /** The key of the person that a live token stands for. */
  personOf(pageId: string, token: string): string | undefined;
  /** Takes the token, once. */
  redeem(token: string): { readonly pageId: string; readonly personKey: string } | undefined;
}

/** Makes the list of tokens, empty. */
export function createLinkingTokens(clock: Clock): LinkingTokens {
  const tokens = new Map<string, { pageId: string; personKey: string; untilMs: number }>();
  const live = (token: string): { pageId: string; personKey: string } | undefined => {
    const found = tokens.get(token);
    return found && found.untilMs > clock.nowMs() ? found : undefined;
  };
  return {
    issue: (pageId, personKey) => {
      for (const [token, { untilMs }] of tokens) if (untilMs <= clock.nowMs()) tokens.delete(token);
      const token = randomBytes(24).toString('base64url');
      tokens.set(token, { pageId, personKey, untilMs: clock.nowMs() + TOKEN_MS });
      return token;
    },
    personOf: (pageId, token) => {
      const found = live(token);
      return found?.pageId === pageId ? found.personKey : undefined;
    },
    redeem: (token) => {
      const found = live(token);
      tokens.delete(token);
      return found;
    },
  };
}
