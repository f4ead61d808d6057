import type { Problem } from '#contract';

/** As the hub takes them; a telephone turns its own format into one of these when it is asked for them. */
const types = 'image/jpeg,image/png,image/webp,image/gif';

/**
 * Lets the person choose a picture and brings it to a case of theirs. The chat asks once more before the bank gets it.
 * Answers the sentence to show when it could not be brought; undefined when it was, or none was chosen.
 */
export async function addPicture(caseId: string, noAnswer: string): Promise<string | undefined> {
  const file = await chosen();
  if (!file) return undefined;
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
    const problem = (await response.json()) as Partial<Problem>;
    return problem.message ?? noAnswer;
  } catch {
    // Whatever cut it off, the picture is still with the person, who can choose it again.
    return noAnswer;
  }
}

function chosen(): Promise<File | undefined> {
  return new Promise((resolve) => {
    const input = document.createElement('input');
    input.type = 'file';
    input.accept = types;
    input.addEventListener('change', () => resolve(input.files?.[0]));
    input.addEventListener('cancel', () => resolve(undefined));
    input.click();
  });
}
