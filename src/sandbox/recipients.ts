import type { AllClientMetadata } from 'oidc-provider';
import { sql } from '#db';
import type { SandboxContext } from './context.ts';
import { clientProfile } from './openid-server.ts';

/** What the hub is registered as at every bank. */
export const HUB_CLIENT_ID = 'tellerline';

/** Where the hub takes a bank's events. */
export function hubEventsUrl(context: SandboxContext, bankId: string): string {
  return `${context.hubUrl()}/v1/banks/${bankId}/events`;
}

/** What every data recipient is held to; the rest of its registration is its own. */
const profile: AllClientMetadata = {
  ...clientProfile,
  grant_types: ['authorization_code', 'refresh_token'],
  dpop_bound_access_tokens: true,
  require_pushed_authorization_requests: true,
  authorization_details_types: ['fdx_v1.0'],
};

interface RecipientRow {
  client_id: string;
  name: string;
  redirect_uri: string;
  events_origin: string;
  jwks: { keys: Record<string, string>[] };
}

async function readRecipient(context: SandboxContext, clientId: string): Promise<RecipientRow | undefined> {
  const [row] = await context.database.query<RecipientRow>(
    sql`select * from sandbox.recipients where client_id = ${clientId}`,
  );
  return row;
}

/** The registration of a recipient. The hub's is made from its address, which may be known only later. */
export async function recipientMetadata(
  context: SandboxContext,
  clientId: string,
): Promise<AllClientMetadata | undefined> {
  if (clientId === HUB_CLIENT_ID) {
    const hubUrl = context.hubUrl();
    return {
      ...profile,
      client_id: HUB_CLIENT_ID,
      client_name: 'Tellerline',
      redirect_uris: [`${hubUrl}/link/return`],
      jwks_uri: `${hubUrl}/.well-known/jwks.json`,
    };
  }
  const row = await readRecipient(context, clientId);
  return (
    row && {
      ...profile,
      client_id: row.client_id,
      client_name: row.name,
      redirect_uris: [row.redirect_uri],
      jwks: row.jwks,
    }
  );
}

/** The one origin that a recipient may have events sent to. */
export async function eventsOriginOf(context: SandboxContext, clientId: string): Promise<string | undefined> {
  if (clientId === HUB_CLIENT_ID) return new URL(context.hubUrl()).origin;
  return (await readRecipient(context, clientId))?.events_origin;
}
