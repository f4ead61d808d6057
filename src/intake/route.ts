import type { BankId, LinkId } from '#base';
import { PURPOSE_OF_EVENT } from '#contract';
import type { Transaction } from '#db';
import type { Route, Routes } from '#linking';
import type { ParsedEvent } from './parse.ts';
import type { IntakeParts } from './parts.ts';

/** Where each event goes. */
export interface Routed {
  /** The links of an event whose customers allow it; of no other event. */
  readonly allowed: ReadonlyMap<ParsedEvent, readonly Route[]>;
  /** Events of accounts that nobody linked. */
  readonly unlinked: ReadonlySet<ParsedEvent>;
  readonly sealers: Routes['sealers'];
}

/** The same for one link alone, of those that an account has. */
export function onlyTo(linkId: LinkId, routed: Routed): Routed {
  const some = [...routed.allowed].map(([parsed, to]) => [parsed, to.filter((one) => one.linkId === linkId)] as const);
  return { ...routed, allowed: new Map(some.filter(([, to]) => to.length > 0)) };
}

/** Finds the links of the accounts named by their blind indexes, and locks them until the transaction ends. */
export async function routeEvents(
  tx: Transaction,
  { linking }: IntakeParts,
  bankId: BankId,
  events: readonly ParsedEvent[],
): Promise<Routed> {
  const indexes = new Map<string, Buffer>();
  for (const { event } of events)
    if ('accountId' in event && !indexes.has(event.accountId))
      indexes.set(event.accountId, linking.accountIndex(bankId, event.accountId));
  const { routes, sealers } = await linking.routes(tx, [...indexes.values()]);
  const byIndex = Map.groupBy(routes, (one) => one.accountIndex.toString('latin1'));
  const allowed = new Map<ParsedEvent, readonly Route[]>();
  const unlinked = new Set<ParsedEvent>();
  for (const parsed of events) {
    const { event } = parsed;
    if (!('accountId' in event)) continue;
    const linked = byIndex.get(indexes.get(event.accountId)?.toString('latin1') ?? '') ?? [];
    const purpose = PURPOSE_OF_EVENT[event.type];
    const some = linked.filter((to) => purpose !== null && to.purposes.has(purpose));
    if (linked.length === 0) unlinked.add(parsed);
    if (some.length > 0) allowed.set(parsed, some);
  }
  return { allowed, unlinked, sealers };
}
