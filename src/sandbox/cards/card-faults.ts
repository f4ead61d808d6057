/** What a bank's card controls can suffer from, for trying out what the other side makes of it. */
export const CONTROL_FAULTS = [
  'none',
  'refuses',
  'late',
  'never-done',
  'error-before',
  'error-after',
  'reset-before',
  'reset-after',
  'slow',
  'contradicts',
] as const;
/**
 * A fault by its name. `late`: it says that it is at it, and does it seconds later. `never-done`: it says so for ever.
 * `error-before`, `error-after`: 500, without and with having done it; `reset-…`: the connection ends instead.
 * `slow`: it does it and answers seconds later. `contradicts`: it says that it did what it did not.
 */
export type ControlFault = (typeof CONTROL_FAULTS)[number];

/** A fault in force. */
export interface ControlFaultInForce {
  readonly kind: ControlFault;
  readonly seconds: number;
}

/** The faults of card controls, by bank and customer. They end with the process. */
export interface ControlFaults {
  set(bankId: string, customerId: string | undefined, kind: ControlFault, seconds?: number): void;
  of(bankId: string, customerId: string): ControlFaultInForce;
}

/** Makes the list, all banks well. */
export function createControlFaults(): ControlFaults {
  const inForce = new Map<string, ControlFaultInForce>();
  const well: ControlFaultInForce = { kind: 'none', seconds: 0 };
  const keyOf = (bankId: string, customerId = ''): string => `${bankId} ${customerId}`;
  return {
    set: (bankId, customerId, kind, seconds = 10) => {
      if (kind === 'none') inForce.delete(keyOf(bankId, customerId));
      else inForce.set(keyOf(bankId, customerId), { kind, seconds });
    },
    of: (bankId, customerId) => inForce.get(keyOf(bankId, customerId)) ?? inForce.get(keyOf(bankId)) ?? well,
  };
}
