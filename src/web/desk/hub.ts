import type {
  BankFace,
  CaseBrief,
  CaseEntry,
  CaseView,
  ChatField,
  Colleague,
  DeskClientFrame,
  DeskLive,
  DeskServerFrame,
  DeskSettings,
  DeskSettingsView,
  Inbox,
  Look,
  Looked,
  PreparedAnswer,
  Proposal,
  StaffLooks,
  StaffMe,
  StaffSessionFace,
  Team,
  WithdrawalCounts,
  WithdrawalView,
} from '#contract';
import { callHub as call, connectHub, type HubSocket, type SocketHandlers } from '#web/hub';

/** Which cases the inbox shows. */
export type InboxView = 'mine' | 'waiting' | 'all' | 'closed';

/** Words on their way: the same client id is said once; `seenSeq` is the newest entry that their writer had seen. */
export interface Said {
  readonly text: string;
  readonly clientId: string;
  readonly seenSeq: number;
  /** Of an answer: it is none yet, and what was promised stands. */
  readonly keepsTurn?: boolean;
}

/** What is proposed to the customer: once by its client id. */
export type NewProposal = Pick<Proposal, 'action' | 'cardLast4' | 'limit'>;

/** What pulling one's bank out would end, and the one that was begun last. */
export interface Withdrawal {
  readonly counts: WithdrawalCounts;
  readonly withdrawal: WithdrawalView | null;
}

/** The hub as a desk needs it; `createDeskHub` speaks HTTP and WebSocket, tests play it in memory. */
export interface DeskHub {
  me(): Promise<StaffMe>;
  inbox(query: { readonly view: InboxView; readonly search?: string; readonly after?: string }): Promise<Inbox>;
  open(caseId: string): Promise<CaseView>;
  entries(caseId: string, after: number): Promise<readonly CaseEntry[]>;
  /** Takes a case, or without an id the one that is due first; undefined when there is none or no capacity. */
  claim(caseId?: string): Promise<CaseBrief | undefined>;
  move(caseId: string, move: 'release' | 'reopen'): Promise<CaseBrief>;
  /** `seenSeq`: the newest entry that this desk shows. */
  closeCase(caseId: string, seenSeq: number): Promise<CaseBrief>;
  /** Who of one's bank is at their desk now, and has room for how many cases more. */
  colleagues(): Promise<readonly Colleague[]>;
  transfer(
    caseId: string,
    to: { readonly team: Team; readonly name?: string; readonly note: string },
  ): Promise<CaseBrief>;
  say(caseId: string, as: 'answer' | 'note', said: Said): Promise<CaseEntry>;
  sendPicture(caseId: string, picture: Blob, sent: Pick<Said, 'clientId' | 'seenSeq'>): Promise<CaseEntry>;
  pictureAddress(caseId: string, pictureId: string): string;
  look(caseId: string, look: Look): Promise<Looked>;
  askFor(caseId: string, field: ChatField): Promise<void>;
  propose(caseId: string, proposal: NewProposal & { readonly clientId: string }): Promise<CaseEntry>;
  live(): Promise<DeskLive>;
  /** Who has looked at customers, in counts; for supervisors and privacy officers. */
  looks(): Promise<StaffLooks>;
  answers(): Promise<readonly PreparedAnswer[]>;
  editAnswer(answer: PreparedAnswer): Promise<PreparedAnswer>;
  /** Hours, promises and capacities, for supervisors. */
  settings(): Promise<DeskSettingsView>;
  saveSettings(settings: DeskSettings): Promise<DeskSettingsView>;
  sessions(): Promise<readonly StaffSessionFace[]>;
  revoke(sessionId: string): Promise<void>;
  /** What pulling one's bank out would end, and how far it is; for its privacy officer. */
  withdrawal(): Promise<Withdrawal>;
  /** Pulls one's bank out, or lets it in again; confirmed by its name. */
  withdraw(way: 'out' | 'return', name: string): Promise<WithdrawalView>;
  signOut(): Promise<void>;
  /** Before anybody has signed in: the banks that have a desk here. */
  banks(): Promise<readonly BankFace[]>;
  /** Whether this browser is signed in, asked without a refusal. */
  isSignedIn(): Promise<boolean>;
  connect(handlers: SocketHandlers<DeskServerFrame>): HubSocket<DeskClientFrame>;
}

const base = '/api/desk';
const ofCase = (caseId: string): string => `${base}/cases/${encodeURIComponent(caseId)}`;

/** Where signing in at a bank's own identity provider begins: a page of the hub, which sends the browser on. */
export const signInAddress = (bank: string): string => `/desk/sign-in?bank=${encodeURIComponent(bank)}`;

interface Door {
  readonly banks: readonly BankFace[];
  readonly isSignedIn: boolean;
}

/** The hub that served this page. */
export function createDeskHub(): DeskHub {
  return {
    me: () => call('GET', `${base}/me`),
    inbox: ({ view, search, after }) => {
      const query = new URLSearchParams({ view, ...(search ? { search } : {}), ...(after ? { after } : {}) });
      return call('GET', `${base}/cases?${query.toString()}`);
    },
    open: (caseId) => call('GET', ofCase(caseId)),
    entries: async (caseId, after) => {
      const { entries } = await call<{ entries: CaseEntry[] }>('GET', `${ofCase(caseId)}/entries?after=${after}`);
      return entries;
    },
    claim: async (caseId) => {
      const address = caseId === undefined ? `${base}/claim` : `${ofCase(caseId)}/claim`;
      return (await call<{ case?: CaseBrief } | undefined>('POST', address, {}))?.case;
    },
    move: (caseId, move) => call('POST', `${ofCase(caseId)}/${move}`, {}),
    closeCase: (caseId, seenSeq) => call('POST', `${ofCase(caseId)}/close`, { seenSeq }),
    colleagues: async () => (await call<{ colleagues: Colleague[] }>('GET', `${base}/colleagues`)).colleagues,
    transfer: (caseId, to) => call('POST', `${ofCase(caseId)}/transfer`, to),
    say: (caseId, as, said) => call('POST', `${ofCase(caseId)}/${as}s`, said),
    sendPicture: (caseId, picture, { clientId, seenSeq }) =>
      call('POST', `${ofCase(caseId)}/pictures?clientId=${encodeURIComponent(clientId)}&seenSeq=${seenSeq}`, picture),
    pictureAddress: (caseId, pictureId) => `${ofCase(caseId)}/pictures/${encodeURIComponent(pictureId)}`,
    look: (caseId, look) => call('POST', `${ofCase(caseId)}/looks`, look),
    askFor: (caseId, field) => call('POST', `${ofCase(caseId)}/asks`, { field }),
    propose: (caseId, proposal) => call('POST', `${ofCase(caseId)}/proposals`, proposal),
    live: () => call('GET', `${base}/live`),
    looks: () => call('GET', `${base}/looks`),
    answers: async () => (await call<{ answers: PreparedAnswer[] }>('GET', `${base}/answers`)).answers,
    editAnswer: (answer) => call('PUT', `${base}/answers/${encodeURIComponent(answer.key)}`, answer),
    settings: () => call('GET', `${base}/settings`),
    saveSettings: (settings) => call('PUT', `${base}/settings`, settings),
    sessions: async () => (await call<{ sessions: StaffSessionFace[] }>('GET', `${base}/sessions`)).sessions,
    revoke: (sessionId) => call('POST', `${base}/sessions/${encodeURIComponent(sessionId)}/revoke`, {}),
    withdrawal: () => call('GET', `${base}/withdrawal`),
    withdraw: (way, name) => call('POST', `${base}/withdrawal${way === 'return' ? '/return' : ''}`, { name }),
    signOut: () => call('POST', `${base}/sign-out`, {}),
    banks: async () => (await call<Door>('GET', `${base}/banks`)).banks,
    isSignedIn: async () => (await call<Door>('GET', `${base}/banks`)).isSignedIn,
    connect: (handlers) => connectHub('/desk/ws', handlers),
  };
}
