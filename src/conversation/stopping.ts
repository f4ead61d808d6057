import type { BankId } from '#base';
import { takeBanks, type NamedBank } from './banks.ts';
import { withoutQuotes, wordsOf } from './fold.ts';

/**
 * "Stop" and "delete my account": recognised firmly, and only when the whole text says nothing else. A
 * quotation, a negation or one word too many ("stop the payment") and it is not meant.
 */

const stopVerbs = new Set(
  `stop stpo sotp tsop stopp sttop stoop stops stopping unlink disconnect revoke unsubscribe quit end
  para parar pare paren parad alto basta detener deten detenga detenlo detenla paralo parala desvincula desvincular
  desconecta desconectar revoca revocar terminar termina`.split(/\s+/),
);
const deleteVerbs = new Set(
  `delete delte deleet erase remove close borra borrar borren elimina eliminar elimine cierra cerrar suprime suprimir`.split(
    /\s+/,
  ),
);
/** What may be stopped; "para" alone of them may also mean "for", so it takes these objects only. */
const stopObjects = new Set(
  `it this that all everything now tellerline reading sharing link links linking connection connections access consent consents
  bank banks data todo toda todos todas ya esto eso ahora lectura vinculo vinculos conexion conexiones acceso permiso permisos banco bancos
  datos both ambos`.split(/\s+/),
);
const deleteObjects = new Set(
  `account acount accuont profile everything all data tellerline it cuenta cuneta perfil todo todos datos informacion information`.split(
    /\s+/,
  ),
);
/** A deletion must name what it deletes. */
const deletable = new Set(
  `account acount accuont profile everything data cuenta cuneta perfil todo datos informacion information`.split(/\s+/),
);
const everything = new Set(`all everything both banks links todo todos todas ambos bancos vinculos`.split(/\s+/));
const courtesies = new Set(
  `please pls plz now ok okay hey hi hello thanks thank you just can could would should do will i id we you to how want wanna need like
  lets let my me the a an from of with for at right immediately already and your here
  porfa favor por quiero quisiera necesito puedo puedes podrias podria como se me mi mis el la los las lo le de del con en
  a al un una ya hola gracias ahora mismo aqui y tu inmediatamente leer reading`.split(/\s+/),
);
const negations = new Set(
  `not dont doesnt didnt wont cant cannot never no nor without isnt arent shouldnt wouldnt havent
  nunca jamas sin ni tampoco`.split(/\s+/),
);

/** What was firmly asked for, if anything. */
export type Firm =
  | { readonly intent: 'stop'; readonly bank?: BankId; readonly all?: true }
  | { readonly intent: 'deleteAccount' };

/** Reads a text for "stop" and "delete my account"; undefined when neither is all it says. */
export function firmly(text: string, banks: readonly NamedBank[], followsUp: boolean): Firm | undefined {
  const own = withoutQuotes(text);
  // A quoted passage beside the word makes it somebody else's sentence: he wrote "stop" and I laughed.
  if (own.includes('…')) return undefined;
  const clauses = own
    .split(/[.,;:!?¡¿\n]+/)
    .map(wordsOf)
    .filter((words) => words.length > 0);
  // "No, stop": a lone "no" answers something; inside a clause it negates.
  const telling = clauses.filter((words) => !(words.length === 1 && words[0] === 'no'));
  if (telling.length === 0 || telling.some((words) => words.some((word) => negations.has(word)))) return undefined;
  return asStop(telling, banks, followsUp) ?? asDeletion(telling.flat());
}

function asStop(clauses: string[][], banks: readonly NamedBank[], followsUp: boolean): Firm | undefined {
  const words = clauses.flat();
  if (!words.some((word) => stopVerbs.has(word))) return undefined;
  const { named, rest } = takeBanks(words, banks);
  if (rest.some((word) => !stopVerbs.has(word) && !stopObjects.has(word) && !courtesies.has(word))) return undefined;
  if (onlyPara(words) && isPreposition(clauses, named.length > 0, followsUp)) return undefined;
  const [bank] = named;
  // Two banks named: which one is asked again, with a button for each.
  if (bank !== undefined) return named.length === 1 ? { intent: 'stop', bank } : { intent: 'stop' };
  return rest.some((word) => everything.has(word)) ? { intent: 'stop', all: true } : { intent: 'stop' };
}

const onlyPara = (words: readonly string[]): boolean =>
  words.filter((word) => stopVerbs.has(word)).every((word) => word === 'para');

/** "para" is "stop" when it begins its clause; after "y" or before a bank in a follow-up it is "for". */
function isPreposition(clauses: readonly string[][], namesBank: boolean, followsUp: boolean): boolean {
  const lead = clauses.find((words) => words.includes('para')) ?? [];
  const before = lead.slice(0, lead.indexOf('para'));
  const next = lead[lead.indexOf('para') + 1];
  if (before.some((word) => word === 'y' || word === 'and')) return true;
  if (next !== undefined && /^(mi|mis|me|el|la|los|las|un|una)$/.test(next)) return true;
  return namesBank && followsUp;
}

function asDeletion(words: readonly string[]): Firm | undefined {
  if (!words.some((word) => deleteVerbs.has(word)) || !words.some((word) => deletable.has(word))) return undefined;
  const known = (word: string) => deleteVerbs.has(word) || deleteObjects.has(word) || courtesies.has(word);
  return words.every(known) ? { intent: 'deleteAccount' } : undefined;
}
