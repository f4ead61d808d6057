import * as z from 'zod';
import type { SettingsSection } from '#delivery';

/** Where Chime is, and who we are there. */
export interface ChimePage {
  readonly api: string;
  readonly page: string;
  readonly name: string;
  readonly secret: string;
}

const form = z.strictObject({
  api: z.url(),
  page: z.string().min(1),
  name: z.string().min(1),
  secret: z.string().optional(),
  secretFile: z.string().optional(),
});

/** Reads our page out of the settings. */
export function pageOf(section: SettingsSection): ChimePage {
  const given = section.checked(form);
  return { api: given.api, page: given.page, name: given.name, secret: section.secret(given, 'secret') };
}
