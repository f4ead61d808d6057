import type { CDPSession, Page } from 'playwright-core';

/** A device that keeps passkeys, as Chromium plays it. */
export interface PasskeyDevice {
  readonly session: CDPSession;
  readonly id: string;
}

/** Gives a page's browser a device that keeps passkeys; it verifies its user unless told not to. */
export async function holdPasskeys(page: Page, verifies = true): Promise<PasskeyDevice> {
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: verifies,
      automaticPresenceSimulation: true,
    },
  });
  return { session, id: authenticatorId };
}
