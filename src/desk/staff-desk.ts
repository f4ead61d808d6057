import type { BankId } from '#base';
import type {
  CaseBrief,
  CaseEntry,
  CaseView,
  Colleague,
  DeskLive,
  DeskServerFrame,
  DeskSettings,
  DeskSettingsView,
  Inbox,
  Locale,
  Look,
  Looked,
  PreparedAnswer,
  Proposal,
  StaffLooks,
  StaffMe,
  StaffRole,
  Team,
} from '#contract';

/** Somebody of a bank's staff, as their verified session says. */
export interface Staff {
  /** Ours; the same for the same subject at the same bank. */
  readonly staffId: string;
  readonly bankId: BankId;
  /** As customers and colleagues see it: `agent-1`. */
  readonly name: string;
  readonly role: StaffRole;
  readonly teams: readonly Team[];
  readonly locales: readonly Locale[];
  /** How many claimed cases at a time. */
  readonly capacity: number;
}

/** Which page of the inbox. */
export interface InboxQuery {
  /** `closed`: by staff, and so lately that they may take it up again. */
  readonly view: 'mine' | 'waiting' | 'all' | 'closed';
  readonly team?: Team;
  /** Looked for among metadata alone: number, topic, who has it, state, priority. */
  readonly search?: string;
  readonly after?: string;
}

/** One desk that is open in somebody's browser. */
export interface DeskOutlet {
  readonly staff: Staff;
  readonly sessionId: string;
  frame(frame: DeskServerFrame): void;
}

/**
 * What a bank's staff do. Every call names who does it, of their verified session; cases of other banks do not exist for
 * them (`case_unknown` 404). Whatever shows what a customer said, or what a bank told, is entered as their look first.
 */
export interface StaffDesk {
  me(staff: Staff, until: Date): Promise<StaffMe>;
  inbox(staff: Staff, query: InboxQuery): Promise<Inbox>;
  /**
   * Opens a case: a look at its words, which counts for the harvest budget.
   *
   * @throws TellerlineError `case_unknown` 404, `looks_too_many` 429, `link_ended` 410
   */
  open(staff: Staff, caseId: string): Promise<CaseView>;
  /** What came in an opened case after that number; `open` is asked again once a look is older than its hour. */
  entries(staff: Staff, caseId: string, after: number): Promise<readonly CaseEntry[]>;
  /**
   * Takes a case, or the one that is due first when none is named; undefined when there is none or no capacity. A case
   * whose promise was missed may be taken from who has it, by its id.
   */
  claim(staff: Staff, caseId?: string): Promise<CaseBrief | undefined>;
  release(staff: Staff, caseId: string): Promise<CaseBrief>;
  /** Who of their bank is at their desk now besides themselves, and how many cases more they take. */
  colleagues(staff: Staff): Promise<readonly Colleague[]>;
  /**
   * To a team, or to one colleague of it who is here and has room, with a note for them.
   *
   * @throws TellerlineError `staff_unknown` 404, `colleague_away`, `colleague_other_team`, `colleague_full` 409
   */
  transfer(staff: Staff, caseId: string, to: { team: Team; name?: string; note: string }): Promise<CaseBrief>;
  /**
   * `seenSeq`: up to which entry whoever closes it had seen the case.
   *
   * @throws TellerlineError `customer_wrote` 409 when its customer said something after that
   */
  close(staff: Staff, caseId: string, seenSeq?: number): Promise<CaseBrief>;
  reopen(staff: Staff, caseId: string): Promise<CaseBrief>;
  /**
   * The same client id is said once. `seenSeq`: up to which entry its writer had seen the case; what the customer said
   * after that stays due. `keepsTurn`: it is no answer yet, and what was promised stands.
   *
   * @throws TellerlineError `case_not_claimed` 409, `answer_collides` 409 when a colleague answered after `seenSeq`
   */
  answer(
    staff: Staff,
    caseId: string,
    said: { text: string; clientId: string; seenSeq?: number; keepsTurn?: boolean },
  ): Promise<CaseEntry>;
  note(staff: Staff, caseId: string, said: { text: string; clientId: string }): Promise<CaseEntry>;
  /** A picture that staff send; decoded and encoded anew before it is kept. */
  sendPicture(
    staff: Staff,
    caseId: string,
    bytes: Buffer,
    sent: { clientId: string; seenSeq?: number },
  ): Promise<CaseEntry>;
  /** A picture of the case, for whoever has it open. */
  picture(staff: Staff, caseId: string, pictureId: string): Promise<{ bytes: Buffer; type: string }>;
  /** @throws TellerlineError `field_not_shared` 403, `looks_too_many` 429 */
  look(staff: Staff, caseId: string, look: Look): Promise<Looked>;
  /** Asks the customer, in the thread, to share one more field for this talk; once while an ask for it is open. */
  askFor(staff: Staff, caseId: string, field: Look['field']): Promise<void>;
  /** The same client id is proposed once. */
  propose(
    staff: Staff,
    caseId: string,
    proposal: Pick<Proposal, 'action' | 'cardLast4' | 'limit'> & { readonly clientId?: string },
  ): Promise<CaseEntry>;
  typing(staff: Staff, caseId: string, on: boolean): void;
  read(staff: Staff, caseId: string, seq: number): Promise<void>;
  /** @throws TellerlineError `supervisors_only` 403 */
  live(staff: Staff): Promise<DeskLive>;
  /** Who of the bank has looked at customers, in counts. @throws TellerlineError `leads_only` 403 */
  looks(staff: Staff): Promise<StaffLooks>;
  /**
   * When staff of the bank are there, what each team promises, and how many cases everybody takes; with who changed what.
   *
   * @throws TellerlineError `supervisors_only` 403
   */
  settings(staff: Staff): Promise<DeskSettingsView>;
  /** @throws TellerlineError `supervisors_only` 403, `settings_invalid`, `settings_unkeepable` 400, `settings_changed` 409, `staff_unknown` 404 */
  setSettings(staff: Staff, settings: DeskSettings): Promise<DeskSettingsView>;
  answers(staff: Staff): Promise<readonly PreparedAnswer[]>;
  /** @throws TellerlineError `supervisors_only` 403 */
  editAnswer(staff: Staff, answer: PreparedAnswer): Promise<PreparedAnswer>;
  /** From now on frames go to this desk; the answer disconnects. `opened`: cases that it shows. */
  connect(outlet: DeskOutlet): {
    opened(caseId: string, after: number): Promise<void>;
    shut(caseId: string): void;
    end(): void;
  };
}
