import type { DeliveryId } from '#base';

/** One call of one attempt, as a messenger repeats it to us: in an echo, in a status. */
export interface CallReference {
  readonly deliveryId: DeliveryId;
  /** From 0. */
  readonly part: number;
  /** From 1. */
  readonly attempt: number;
}

/** As it is given to a messenger: `<delivery>:<part>:<attempt>`. It names nobody. */
export const referenceText = ({ deliveryId, part, attempt }: CallReference): string =>
  `${deliveryId}:${part}:${attempt}`;

const form = /^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}):(\d{1,3}):(\d{1,6})$/;

/** Reads what came back; undefined when it is not a reference of ours. */
export function readReference(text: string): CallReference | undefined {
  const [, deliveryId, part, attempt] = form.exec(text) ?? [];
  if (deliveryId === undefined) return undefined;
  return { deliveryId: deliveryId as DeliveryId, part: Number(part), attempt: Number(attempt) };
}
