/** Made by vite.config.ts: the atlases, trimmed for maps of card size, as files of their own. */
declare module 'virtual:atlas' {
  export const statesAddress: string;
  export const worldAddress: string;
}
