import type { Problem } from '#contract';
import { ErrorLine } from '#web/kit';
import { useWords } from '#web/words';
import { useState, type ReactNode } from 'react';
import styles from './picture-button.module.css';
import { loadRefusals } from './refusal-words.ts';

/** As the hub takes them; a telephone turns its own format into one of these when it is asked for them. */
const types = 'image/jpeg,image/png,image/webp,image/gif';

/**
 * Lets the person choose a picture for a case of theirs, and brings it there. The chat asks once more before the bank
 * gets it. The choice is the browser's own field: it opens by the very tap, and closing it without a choice is nothing.
 */
export function PictureButton({ caseId, label }: { readonly caseId: string; readonly label: string }): ReactNode {
  const words = useWords();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const bring = async (input: HTMLInputElement): Promise<void> => {
    const [file] = input.files ?? [];
    if (!file) return;
    setBusy(true);
    setProblem(undefined);
    const code = await send(caseId, file);
    // The same picture can be chosen again.
    input.value = '';
    setBusy(false);
    if (code === undefined) return;
    const told = await loadRefusals(words).catch(() => undefined);
    setProblem(told?.(code) ?? words.say('link.noAnswer'));
  };
  return (
    <>
      <label className={styles.picture} data-busy={busy || undefined}>
        <input
          type="file"
          accept={types}
          disabled={busy}
          aria-label={label}
          onChange={(event) => void bring(event.currentTarget)}
        />
        {label}
      </label>
      {problem ? <ErrorLine>{problem}</ErrorLine> : null}
    </>
  );
}

/** Undefined when it was brought, else the code of the refusal; `no_answer` where there was none. */
async function send(caseId: string, file: File): Promise<string | undefined> {
  try {
    const response = await fetch(`/api/cases/${caseId}/pictures`, {
      method: 'POST',
      credentials: 'same-origin',
      cache: 'no-store',
      headers: { 'content-type': file.type || 'application/octet-stream' },
      body: file,
      signal: AbortSignal.timeout(60_000),
    });
    if (response.ok) return undefined;
    if (response.status === 413) return 'picture_too_large';
    if (response.status === 415) return 'picture_unreadable';
    return ((await response.json()) as Partial<Problem>).code ?? 'no_answer';
  } catch {
    // Whatever cut it off, the picture is still with the person, who can choose it again.
    return 'no_answer';
  }
}
