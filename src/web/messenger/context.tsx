import { createContext, useContext, useSyncExternalStore, type ReactNode } from 'react';
import type { Actions } from './actions.ts';
import type { ConversationState } from './state.ts';

const ActionsContext = createContext<Actions | undefined>(undefined);

/** Gives the parts inside what they can do. */
export function ActionsProvider({
  actions,
  children,
}: {
  readonly actions: Actions;
  readonly children: ReactNode;
}): ReactNode {
  return <ActionsContext.Provider value={actions}>{children}</ActionsContext.Provider>;
}

/** What a part of the messenger can do; throws outside of an `ActionsProvider`. */
export function useActions(): Actions {
  const actions = useContext(ActionsContext);
  if (!actions) throw new Error('a part of the messenger outside of it');
  return actions;
}

/** The conversation as it stands; the part that asks is drawn anew when it changes. */
export function useConversation(): ConversationState {
  const { sync } = useActions();
  return useSyncExternalStore(sync.subscribe, sync.snapshot);
}
