import * as z from 'zod';
import type { ControlFaults } from './cards/card-faults.ts';
import type { SandboxContext } from './context.ts';
import type { Faults } from './faults.ts';

/** What the control API and the trial page act on. */
export interface Controls {
  readonly context: SandboxContext;
  readonly faults: Faults;
  readonly controlFaults: ControlFaults;
}

/** The bank that a control's address names. */
export const bankParams = z.object({ bank: z.string() });
/** The login name of a customer at a sandbox bank. */
export const customer = z.string().describe('customer-1 to customer-2000; made at the first call');
