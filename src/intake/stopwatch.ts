import type { Step } from '#base';
import type { IntakeParts } from './parts.ts';

/** Times one step of the event path after the other: each call tells of the time since the one before. */
export function stopwatch({ clock, meter }: Pick<IntakeParts, 'clock' | 'meter'>): (step: Step) => void {
  let fromMs = clock.monotonicMs();
  return (step) => {
    const nowMs = clock.monotonicMs();
    meter.step(step, nowMs - fromMs);
    fromMs = nowMs;
  };
}
