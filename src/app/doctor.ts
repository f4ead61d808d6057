import { randomBytes } from 'node:crypto';
import { outgoing, type Clock } from '#base';
import { examine, graphOf, templateCatalogue, type Examined, type Finding } from '#channels/meta';
import { readChannelsFile, type PlatformSettings } from './channels-file.ts';
import type { SetupCommand } from './channel-setup.ts';

/** What is looked at, and how it is told. */
interface DoctorParts {
  readonly settings: PlatformSettings;
  /** Our public address. */
  readonly publicUrl: string;
  readonly clock: Clock;
  readonly say: (line: string) => void;
}

/** `tellerline doctor`. Answers whether everything is well. */
export async function doctorCommand({ config, clock, say }: SetupCommand): Promise<boolean> {
  if (config.channels === undefined) {
    say('TELLERLINE_CHANNELS names no file, so there is no page and no number to look at. See docs/messenger.md.');
    return false;
  }
  const settings = readChannelsFile(config.channels);
  const publicUrl = config.url ?? `http://localhost:${config.port}`;
  const ills = await examineChannels({ settings, publicUrl, clock, say });
  say(ills === 0 ? 'All is well.' : `To be mended: ${ills}.`);
  return ills === 0;
}

const marks = { well: '✔', ill: '✖', unknown: '?' } as const;

/** Examines every page and number of the settings, and says what to mend. Changes nothing. Answers how much is not well. */
export async function examineChannels(parts: DoctorParts): Promise<number> {
  let ills = 0;
  for (const { name, channel, verifyToken, ...examined } of patientsOf(parts)) {
    parts.say(`${channel === 'messenger' ? 'Messenger' : 'WhatsApp'}, ${name}`);
    const reachable = await lookAtAddress(examined.webhook, verifyToken);
    for (const finding of [...(await examine({ channel, ...examined })), reachable]) {
      if (finding.state !== 'well') ills += 1;
      parts.say(`  ${marks[finding.state]} ${finding.what.padEnd(13)} ${finding.said}`);
      if (finding.mend !== undefined) parts.say(`    ${finding.mend}`);
    }
  }
  return ills;
}

type Patient = Examined & { readonly name: string; readonly verifyToken: string };

function patientsOf({ settings, publicUrl, clock }: DoctorParts): Patient[] {
  const { messenger, whatsapp } = settings;
  const webhook = (channel: string): string => new URL(`/channels/${channel}/webhook`, publicUrl).href;
  const shared = { templates: templateCatalogue(publicUrl), nowMs: clock.nowMs() };
  const pages = messenger?.pages.map(({ pageId, name, accessToken }): Patient => ({
    ...shared,
    channel: 'messenger',
    app: messenger,
    graph: graphOf(messenger),
    account: pageId,
    business: pageId,
    accessToken,
    webhook: webhook('messenger'),
    name,
    verifyToken: messenger.verifyToken,
  }));
  const numbers = whatsapp?.numbers.map(({ phoneNumberId, businessAccountId, name, accessToken }): Patient => ({
    ...shared,
    channel: 'whatsapp',
    app: whatsapp,
    graph: graphOf(whatsapp),
    account: phoneNumberId,
    business: businessAccountId,
    accessToken,
    webhook: webhook('whatsapp'),
    name,
    verifyToken: whatsapp.verifyToken,
  }));
  return [...(pages ?? []), ...(numbers ?? [])];
}

/** Asks our own public address what Meta asks it; a call from here shows a wrong name, a dead proxy, a wrong certificate. */
async function lookAtAddress(webhook: string, verifyToken: string): Promise<Finding> {
  const challenge = randomBytes(12).toString('hex');
  const url = new URL(webhook);
  const asked = { 'hub.mode': 'subscribe', 'hub.verify_token': verifyToken, 'hub.challenge': challenge };
  for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value);
  const mend = `${webhook} has to lead to Tellerline’s public listener: look at the name, the proxy, the certificate, and TELLERLINE_URL.`;
  try {
    const call = outgoing('self', [url.origin]);
    const response = await call(url.href, { signal: AbortSignal.timeout(10_000) });
    const isOurs = response.status === 200 && (await response.text()) === challenge;
    if (isOurs) return { what: 'reachable', state: 'well', said: 'Our address answers as Meta expects.' };
    return {
      what: 'reachable',
      state: 'ill',
      said: `Our address answered ${response.status} and not the challenge.`,
      mend,
    };
  } catch {
    // Whatever the reason: the sentence says where to look.
    return { what: 'reachable', state: 'ill', said: 'Our address does not answer.', mend };
  }
}
