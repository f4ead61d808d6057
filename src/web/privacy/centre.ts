import type {
  ChannelChange,
  ChatField,
  Channels,
  EmailState,
  HearingAnswer,
  JoinCode,
  HearingRequest,
  LedgerPage,
  Privacy,
  Purpose,
  PushState,
  PushSubscription,
} from '#contract';
import { callHub } from '#web/hub';
import type { NamedWitness } from '#web/proof';

/** The calls of the privacy centre, to the hub that served it. */
export const centre = {
  privacy: (): Promise<Privacy> => callHub('GET', '/api/privacy'),
  narrow: (
    link: string,
    givenUp: { purposes?: readonly Purpose[]; accounts?: readonly string[]; chatFields?: readonly ChatField[] },
  ): Promise<unknown> => callHub('POST', `/api/links/${link}/narrow`, givenUp),
  stop: (link: string): Promise<unknown> => callHub('POST', `/api/links/${link}/stop`),
  /** Begins to sign again, for more or for longer; answers the address of the disclosure. */
  widen: (bank: string): Promise<{ address: string }> => callHub('POST', '/api/links', { bank }),
  ledger: (before: string | undefined, limit: number): Promise<LedgerPage> =>
    callHub('GET', `/api/ledger?limit=${limit}${before === undefined ? '' : `&before=${before}`}`),
  weeks: (): Promise<{ total: number; weeks: readonly { from: string; entries: number }[] }> =>
    callHub('GET', '/api/ledger/weeks'),
  hearing: (): Promise<HearingAnswer> => callHub('GET', '/api/hearing'),
  /** Chooses what to be told and when; answers what then holds. */
  hear: (request: HearingRequest): Promise<HearingAnswer> => callHub('PUT', '/api/hearing', request),
  channels: (): Promise<Channels> => callHub('GET', '/api/channels'),
  /** Chooses how much is told in a channel; answers what then holds. More takes a proof. */
  changeChannel: (id: string, change: ChannelChange): Promise<Channels> =>
    callHub('PUT', `/api/channels/${id}`, change),
  removeChannel: (id: string): Promise<Channels> => callHub('DELETE', `/api/channels/${id}`),
  /** What is said in another messenger, so that this chat comes there too. */
  joinCode: (): Promise<JoinCode> => callHub('POST', '/api/channels/code'),
  push: (): Promise<PushState> => callHub('GET', '/api/push'),
  tellBrowser: (subscription: PushSubscription): Promise<void> => callHub('PUT', '/api/push', { subscription }),
  tellBrowserNoMore: (endpoint: string): Promise<void> => callHub('DELETE', '/api/push', { endpoint }),
  email: (): Promise<EmailState> => callHub('GET', '/api/email'),
  /** Sends a code to an address. */
  askEmail: (address: string): Promise<EmailState> => callHub('PUT', '/api/email', { address }),
  confirmEmail: (code: string, spare: boolean): Promise<EmailState> => callHub('POST', '/api/email', { code, spare }),
  logStatus: (): Promise<{ witnesses: readonly NamedWitness[] }> => callHub('GET', '/api/log-status'),
} as const;
